//! Traces of lots for programs: what was reached, every link with its record, where it stops; and, for those who ask,
//! what takes longer. The authority sees all of it, a party its own, one step up and one step down.
use axum::extract::State;
use axum::{Json, http::Uri};
use flow::lots::{self, Part, Question, Way};
use kernel::{Date, No, Refusal, Timestamp, bi};
use serde_json::Value;

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
            .query("as_of", "The record as it stood at the end of that day, such as 2026-04-12")
            .query("close", "A what-if: a name, or the `link` of a link, that nothing passes; repeated for several")
            .query("cross", "`1` supposes that processes at one place may have contaminated later ones there")
            .query("with", "What is worked out beside, parted by commas: `gaps` (place, period and lots of breaks), `balance` (excess, and deliveries of farms beside their filing), `sources` (what several lots have in common, and possible sources by likelihood: leads, not findings), `ended` (links declared erroneous, listings ended)"),
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
            "close" => question.closed.push(value.clone()),
            "cross" => match value.as_str() {
                "1" => question.crossing = true,
                _ => return Err(wrong(name, value, bi("写成 1，或不写", "1, or leave it out"))),
            },
            "with" => {
                for word in value.split(',').map(str::trim).filter(|w| !w.is_empty()) {
                    let part = Part::ALL.into_iter().find(|p| p.word() == word);
                    let needed = || bi("gaps、balance、sources 或 ended", "gaps, balance, sources or ended");
                    question.with.push(part.ok_or_else(|| wrong(name, word, needed()))?);
                }
            }
            _ => return Err(wrong(name, value, bi("没有此参数", "there is no such parameter"))),
        }
    }
    if question.closed.len() > MOST_LOTS {
        return Err(wrong("close", "", bi("至多 50 处", "50 at most")));
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
    let balance = question.with.contains(&Part::Balance);
    let found = tokio::task::spawn_blocking(move || lots::ask(&kept, &question)).await.map_err(No::fault)?;
    let mut found = match &own {
        Some(own) => lots::only(found, own),
        None => found,
    };
    if balance {
        lots::add_filings(&mut api.desk.read().await?, &mut found).await?;
    }
    Ok(Json(lots::json(&found)))
}
