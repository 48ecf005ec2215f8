//! The sampling voucher and the laboratory report as papers.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Actor, Refusal, Result, SampleId, Timestamp, bi};
use registry::trade;
use serde_json::{Value, json};
use store::Tx;
use supervision::inspection;

use super::analyte;
use super::sample::{View, figure};
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::Lang;
use crate::pages::{kit, press};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/samples/{id}/voucher.pdf", voucher), get("/samples/{id}/report.pdf", report)]
}

async fn voucher(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let id: SampleId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &who.actor(), Lang::ZhCn, id).await?;
    let values = voucher_values(&mut tx, &who.actor(), &v, press::bureau(&web)).await?;
    Ok(press::print("sampling_voucher", values, v.sample.taken_at, &v.sample.no).await?)
}

async fn voucher_values(tx: &mut Tx, by: &Actor, v: &View, bureau: Value) -> Result<Value> {
    let s = &v.sample;
    let holder = trade::operator(tx, s.operator).await?.map_or_else(String::new, |o| o.name.zh);
    // The plan of the task under which it was taken: the newest that was open by then.
    let tasks = inspection::of_declaration(tx, s.declaration).await?;
    let task = tasks.iter().find(|t| t.opened_at <= s.taken_at).or(tasks.last());
    let Some(task) = task else {
        return Err(Refusal::new(
            "laboratory.no_task",
            bi("该样品没有查验任务", "the sample has no inspection task"),
        )
        .into());
    };
    let replay = inspection::replay(tx, by, task.id).await?;
    let lot = replay.iter().find(|(l, _)| l.lot == s.lot).map(|(l, _)| l);
    let Some(lot) = lot else { return Err(kernel::No::fault("a sampled lot has no plan")) };
    let amount = format!("{} {}", s.quantity.number(), s.quantity.unit.name().zh);
    let unit = |n: i64| json!({ "unit": n.to_string(), "sample": s.no, "amount": amount, "seal": s.seal });
    let taken = s.unit_no.map_or_else(
        || json!({ "unit": "混合 mixed", "sample": s.no, "amount": amount, "seal": s.seal }),
        unit,
    );
    let tests: Vec<String> = v
        .tests
        .iter()
        .map(|t| {
            let name = analyte(&v.pack, &t.analyte);
            format!("{} {} ({})", name.zh, name.en, t.method)
        })
        .collect();
    let p = &lot.plan;
    let percent = kernel::Decimal::new(task.aql_thousandths, 3).normalize();
    let mut values = json!({
        "bureau": bureau,
        "number": s.no,
        "declaration": s.declaration_no,
        "holder": holder,
        "product": s.goods,
        "hs": s.hs,
        "lot": s.lot_no,
        "lot_size": p.lot_size.to_string(),
        "place": s.place,
        "sampled_on": press::day(s.taken_at),
        "plan": {
            "standard": "ISO 2859-1",
            "level": format!("II, AQL {percent}"),
            "sample_size": p.sample_size.to_string(),
            "accept": p.accept.to_string(),
            "reject": p.reject.to_string(),
            "seed": format!("{}/{}/{}", task.seed, task.declaration_no, lot.ordinal),
        },
        "units": [taken],
        "officers": [{ "name": v.name(s.taken_by) }],
    });
    if !tests.is_empty() {
        values["purpose"] = tests.join("；").into();
    }
    Ok(values)
}

async fn report(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let id: SampleId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &who.actor(), Lang::ZhCn, id).await?;
    let last = v.tests.iter().filter_map(|t| t.valid()).map(|r| r.at).max();
    let Some(last) = last else {
        let what = bi("尚无检测结果，不能出具报告", "there is no result to report yet");
        return Err(Refusal::new("laboratory.no_result", what)
            .missing("result", "", bi("先录入检测结果", "record a result first"))
            .into());
    };
    let values = report_values(&v, press::bureau(&web), last);
    Ok(press::print("laboratory_report", values, last, &v.sample.no).await?)
}

fn report_values(v: &View, bureau: Value, last: Timestamp) -> Value {
    let s = &v.sample;
    let received = v.custody.iter().find(|c| c.laboratory).map_or(s.taken_at, |c| c.at);
    let valid: Vec<_> = v.tests.iter().filter_map(|t| Some((t, t.valid()?))).collect();
    let first = valid.iter().map(|(_, r)| r.at).min().unwrap_or(last);
    let results = valid.iter().map(|(t, r)| {
        let name = analyte(&v.pack, &t.analyte);
        let shown = figure(r);
        let number = shown.strip_suffix(&r.unit).unwrap_or(&shown).trim_end();
        let mut row = json!({
            "analyte": format!("{} {}", name.zh, name.en),
            "method": t.method,
            "result": number,
            "unit": r.unit,
            "loq": r.loq,
            "verdict": match r.verdict.as_str() { "informative" => "not_assessed", other => other },
        });
        if !r.uncertainty.is_empty() {
            row["uncertainty"] = format!("± {}", r.uncertainty).into();
        }
        if !r.limit.is_empty() {
            let unverified = if r.limit_status == "unverified" { " (未核实 unverified)" } else { "" };
            row["limit"] = r.limit.as_str().into();
            row["basis"] = format!("{}{unverified}", r.limit_citation).into();
        }
        row
    });
    let reasons: Vec<String> = valid
        .iter()
        .map(|(t, r)| format!("{}：{}。{}.", analyte(&v.pack, &t.analyte).zh, r.reason.zh, r.reason.en))
        .collect();
    let condition = if s.state == "received" {
        format!("封识 {} 完好 seal whole", s.seal)
    } else {
        format!("封识 {} 失效 seal not whole", s.seal)
    };
    let tester = valid.last().map_or("", |(_, r)| v.name(r.tester));
    json!({
        "laboratory": bureau,
        "number": s.no,
        "client": bureau["zh"],
        "declaration": s.declaration_no,
        "sample": {
            "number": s.no,
            "product": s.goods,
            "lot": s.lot_no,
            "condition": condition,
            "received_on": press::day(received),
        },
        "tested": { "from": press::day(first), "to": press::day(last) },
        "market": if s.direction == "import" { "CN" } else { s.market.as_str() },
        "results": results.collect::<Vec<_>>(),
        "uncertainty_note": "扩展不确定度，k = 2；按简单接受规则判定（ILAC-G8:09/2019）。Expanded uncertainty, k = 2; simple acceptance.",
        "conclusion": reasons.join(" "),
        "analyst": { "name": tester },
        "signatory": { "name": tester },
        "issued_on": press::day(last),
    })
}
