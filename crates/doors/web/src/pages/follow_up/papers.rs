//! Printed papers of a notification: the request for what is lacking, reports to the authority, interview minutes.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{No, Refusal, bi};
use registry::{people, trade};
use serde_json::{Value, json};
use supervision::notification::{self, Deed, Notification, Step};

use super::{list::sought, rule};
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::Lang;
use crate::pages::release_lists::pdf_answer;
use crate::paper;
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/notifications/{id}/papers/{step}", print)]
}

fn none(step: &str) -> No {
    let what = bi("没有这份文书", "there is no such paper");
    Refusal::new("notification.not_found", what)
        .missing("paper", step, bi("从通报页面打开", "open it from the page of the notification"))
        .into()
}

async fn print(
    _: Who<Staff>,
    State(web): State<Web>,
    Path((id, step)): Path<(String, String)>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let n = sought(&mut tx, &id).await?;
    let steps = notification::steps(&mut tx, n.id).await?;
    let s = steps.iter().find(|s| s.id.to_string() == step).ok_or_else(|| none(&step))?;
    let officer = match s.officer {
        Some(id) => people::officer(&mut tx, id).await?.map(|o| format!("{} {}", o.name.zh, o.name.en)),
        None => None,
    };
    let plant = match n.plant {
        Some(id) => {
            trade::plant(&mut tx, id).await?.map(|p| format!("{} {} {}", p.filing_no, p.name.zh, p.name.en))
        }
        None => None,
    };
    // A deadline that nobody read in its source is no legal deadline on an outward paper: it is left out.
    let basis = rule(&mut tx, Lang::En, &n.rule_version, "notification.full_report_working_days").await?;
    drop(tx);
    let mut values = json!({
        "bureau": { "zh": web.settings.bureau.zh, "en": web.settings.bureau.en },
        "reference": n.no,
        "their_reference": n.notice.reference,
        "notified_on": n.notice.notified_on,
        "product": n.notice.product,
        "rule_version": n.rule_version,
        "officer": { "name": officer.unwrap_or_else(|| "按规则 By rule".into()) },
        "issued_on": s.at.date().to_string(),
    });
    if !basis.contains("unverified") {
        values["basis"] = json!(basis);
    }
    let mut set = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.trim().is_empty()) {
            values[key] = json!(value);
        }
    };
    set("plant", plant);
    set("authority", Some(n.notice.notifier.clone()));
    set("hazard", Some(n.notice.hazard.clone()));
    let (form, name) = told(&n, s, &mut values).ok_or_else(|| none(&step))?;
    let pdf = paper::print(form, values, s.at).await?;
    Ok(pdf_answer(&format!("{}-{name}.pdf", n.no), pdf))
}

/// The form of a step with its own values; none when the step is no paper.
fn told(n: &Notification, s: &Step, values: &mut Value) -> Option<(&'static str, &'static str)> {
    match &s.deed {
        Deed::RequestDrafted { text } => {
            values["kind"] = json!("request");
            values["text"] = json!(format!("{}\n\n{}", text.en, text.zh));
            Some(("foreign_reply", "request"))
        }
        Deed::Report { text } => {
            values["kind"] = json!("report");
            values["text"] = json!(text);
            Some(("foreign_reply", "report"))
        }
        Deed::FinalReport { text } => {
            values["kind"] = json!("final");
            values["text"] = json!(text);
            Some(("foreign_reply", "reply"))
        }
        Deed::Interviewed { person, place, minutes } => {
            let values = values.as_object_mut()?;
            for key in ["their_reference", "notified_on", "authority", "basis"] {
                values.remove(key);
            }
            values.insert("person".into(), json!(person));
            values.insert("place".into(), json!(place));
            values.insert("minutes".into(), json!(minutes));
            values.insert("held_at".into(), json!(s.at.civil().strftime("%Y-%m-%d %H:%M").to_string()));
            values.insert("subject".into(), json!(format!("{} {}", n.no, n.notice.product)));
            values.remove("product");
            values.remove("hazard");
            Some(("interview_minutes", "minutes"))
        }
        _ => None,
    }
}
