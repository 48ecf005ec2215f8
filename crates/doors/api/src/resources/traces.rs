//! Traces of lots for programs: what was reached and every link with its record. The authority sees all of it, a party
//! its own, one step up and one step down.
use axum::extract::State;
use axum::{Json, http::Uri};
use flow::lots::{self, Found, Question, Way};
use kernel::{Date, No, Refusal, Timestamp, bi};
use serde_json::{Value, json};
use trace::genealogy::NodeKind;

use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller};
use crate::intake::Kept;
use crate::route::{RouteSpec, get};
use crate::server::Api;

/// Lots of one question.
const MOST_LOTS: usize = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/api/v1/traces", "A trace: what lots came from and what became of them", trace)
            .query("lot", "A number or a name; repeated for several lots")
            .query("way", "`back`, `forward` or `both`; both if not given")
            .query("as_of", "The record as it stood at the end of that day, such as 2026-04-12"),
    ]
}

fn wrong(name: &str, value: &str, needed: kernel::Bilingual) -> Sorry {
    let what = bi("查询参数不能识别", "a parameter of the query cannot be read");
    Refusal::new("request.query", what).missing(name, value, needed).into()
}

/// The question of a query; names as they were typed.
fn read(pairs: &[(String, String)]) -> Result<(Vec<String>, Question), Sorry> {
    let (mut typed, mut question) = (Vec::new(), Question::default());
    for (name, value) in pairs {
        match name.as_str() {
            "lot" => typed.push(value.clone()),
            "way" => {
                question.way = match value.as_str() {
                    "back" => Way::Back,
                    "forward" => Way::Forward,
                    "both" => Way::Both,
                    _ => {
                        return Err(wrong(name, value, bi("back、forward 或 both", "back, forward or both")));
                    }
                };
            }
            "as_of" => {
                let day: Option<Date> = value.parse().ok();
                let end = day.and_then(|d| d.tomorrow().ok()).map(|d| Timestamp::start_of(d).0 / 1000 - 1);
                let needed = || bi("写成 2026-04-12", "write 2026-04-12");
                question.as_of = Some(end.ok_or_else(|| wrong(name, value, needed()))?);
            }
            _ => return Err(wrong(name, value, bi("没有此参数", "there is no such parameter"))),
        }
    }
    if typed.is_empty() || typed.len() > MOST_LOTS {
        return Err(wrong("lot", "", bi("1 至 50 个批号", "1 to 50 lots")));
    }
    Ok((typed, question))
}

async fn trace(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Kept(kept): Kept,
    uri: Uri,
) -> Answer<Json<Value>> {
    let (typed, mut question) = read(&crate::epcis::pairs(&uri)?)?;
    let by = caller.actor();
    let mut tx = api.desk.read().await?;
    (question.lots, _) = lots::named(&mut tx, &by, &typed).await?;
    let own = lots::own_names(&mut tx, &by).await?;
    drop(tx);
    let found = tokio::task::spawn_blocking(move || lots::ask(&kept, &question)).await.map_err(No::fault)?;
    let found = match &own {
        Some(own) => lots::only(found, own),
        None => found,
    };
    Ok(Json(told(&found)))
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Lot => "lot",
        NodeKind::Process => "process",
        NodeKind::Place => "place",
        NodeKind::Origin => "origin",
        NodeKind::Document => "document",
        NodeKind::Text => "text",
    }
}

fn told(found: &Found) -> Value {
    let at = |millis: i64| Timestamp(millis.saturating_mul(1000)).rfc3339();
    let event = |hash: &[u8; 32]| format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(hash));
    let nodes: Vec<Value> = found
        .items
        .iter()
        .map(|i| {
            json!({
                "name": i.name, "kind": kind(i.kind), "step": i.layer, "asked": i.asked,
                "place": i.place, "at": i.at.map(at), "event": i.entry.as_ref().map(event),
            })
        })
        .collect();
    let links: Vec<Value> = found
        .goods
        .iter()
        .map(|g| {
            json!({
                "from": found.items[g.from].name, "to": found.items[g.to].name,
                "at": at(g.happened), "recorded_at": at(g.recorded), "place": g.place,
                "sender": g.sender, "receiver": g.receiver, "event": event(&g.entry),
            })
        })
        .collect();
    let stops: Vec<&str> = found.stops.iter().map(|s| s.name.as_str()).collect();
    json!({ "nodes": nodes, "links": links, "stops": stops, "unknown": found.unknown })
}
