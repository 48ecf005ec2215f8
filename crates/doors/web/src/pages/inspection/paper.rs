//! The inspection record as a paper.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, TaskId, bi};
use serde_json::{Value, json};
use supervision::inspection::Record;

use super::View;
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::Lang;
use crate::pages::{kit, press};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/inspections/{id}/record.pdf", pdf)]
}

async fn pdf(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let id: TaskId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &who.actor(), Lang::ZhCn, id).await?;
    let signed = v.records.iter().find_map(|r| Some((r, r.signed_at?)));
    let Some((record, at)) = signed else {
        let what = bi("记录尚未由两人签字，不能打印", "the record is not signed by two officers yet");
        return Err(Refusal::new("inspection.not_signed", what)
            .missing("record", "", bi("由第二名检验检疫人员签字", "a second officer signs it"))
            .into());
    };
    let values = values(&v, record, press::bureau(&web));
    Ok(press::print("inspection_record", values, at, &record.no).await?)
}

fn values(v: &View, r: &Record, bureau: Value) -> Value {
    let items = r.items.iter().map(|i| {
        let item = v.pack.item.iter().find(|p| p.code == i.code);
        let found = v.pack.finding.iter().find(|f| f.code == i.finding);
        let mut row = json!({
            "item": item.map_or_else(|| i.code.clone(), |p| format!("{} {}", p.zh, p.en)),
            "verdict": i.verdict,
        });
        let mut set = |key: &str, text: String| {
            if !text.is_empty() {
                row[key] = text.into();
            }
        };
        set("clause", item.map(|p| p.citation.clone()).unwrap_or_default());
        set("value", if i.value.is_empty() { String::new() } else { format!("{} {}", i.value, i.unit) });
        set("finding", found.map(|f| format!("{} {} {}", f.code, f.zh, f.en)).unwrap_or_default());
        set("note", i.note.clone());
        row
    });
    let lots = r.lots.iter().map(|l| {
        let plan = v.lots.iter().find(|(t, _)| t.lot == l.lot).map(|(t, _)| &t.plan);
        let value = plan.map_or_else(String::new, |p| {
            format!(
                "n {}, Ac {}, Re {}: {} / {}",
                p.sample_size, p.accept, p.reject, l.nonconforming, l.inspected
            )
        });
        json!({
            "item": format!("批次 Lot {}：不合格件数 / 查验件数 nonconforming / inspected", l.no),
            "clause": "ISO 2859-1",
            "value": value,
            "verdict": if l.accepted { "conform" } else { "nonconform" },
        })
    });
    let evidence: Vec<String> =
        v.files.iter().map(|f| format!("{} SHA-256 {}", f.name, hex::encode(&f.sha256))).collect();
    let place = v.appointment.as_ref().map_or_else(|| "—".to_owned(), |a| a.place.clone());
    let officers: Vec<Value> =
        [Some(r.recorder), r.second].into_iter().flatten().map(|o| json!({ "name": v.name(o) })).collect();
    let mut out = json!({
        "bureau": bureau,
        "number": r.no,
        "declaration": v.task.declaration_no,
        "trader": v.operator,
        "product": v.task.goods,
        "lot": r.lots.iter().map(|l| l.no.as_str()).collect::<Vec<_>>().join(", "),
        "place": place,
        "inspected_on": press::day(r.written_at),
        "items": lots.chain(items).collect::<Vec<_>>(),
        "evidence": evidence,
        "conclusion": if r.conforming { "conform" } else { "nonconform" },
        "rule_version": v.task.rule_version,
        "officers": officers,
    });
    for (key, text) in [("witness", &r.witness), ("conclusion_note", &r.remarks)] {
        if !text.is_empty() {
            out[key] = text.as_str().into();
        }
    }
    out
}
