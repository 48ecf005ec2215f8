//! The deeds on an alert that ask for a reason: dismiss, return, lift, review; and the approval.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Timestamp};
use maud::html;
use supervision::alert::{self, Alert};

use super::{DeskDeed, alert::found, measure_words, scope_words, times};
use crate::answer::Answer;
use crate::guard::{RiskAnalysts, RiskApprovers, RoleSet, Who};
use crate::look::{self, Field, FieldKind, Width, t};
use crate::pages::sheet::{Given, Sheet, conclude, done};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/alerts/{id}/approve", ask_approve),
        post("/risk/alerts/{id}/approve", approve),
        get("/risk/alerts/{id}/return", ask_return),
        post("/risk/alerts/{id}/return", give_back),
        get("/risk/alerts/{id}/dismiss", ask_dismiss),
        post("/risk/alerts/{id}/dismiss", dismiss),
        get("/risk/alerts/{id}/lift", ask_lift),
        post("/risk/alerts/{id}/lift", lift),
        get("/risk/alerts/{id}/review", ask_review),
        post("/risk/alerts/{id}/review", review),
    ]
}

/// The form of one deed.
fn form<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    a: &Alert,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let list = |all: &[(&str, String)]| {
        let words: Vec<(String, maud::Markup)> =
            all.iter().map(|(k, v)| (t(lang, k), html! { (v) })).collect();
        let pairs: Vec<(&str, maud::Markup)> = words.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        look::definition_list(&pairs, false)
    };
    let fields = html! {
        (list(&[
            ("alert-title", a.title.clone()),
            ("alert-scope", scope_words(lang, &a.scope, &[])),
            ("alert-measures", measure_words(lang, &a.measures)),
            ("alert-times", times(lang, a)),
        ]))
        @if deed == "review" {
            (sheet.put("review-next", Field { name: "review", kind: FieldKind::Date, width: Width::Twenty, required: true, ..Field::default() }))
        }
        @if deed != "approve" { (sheet.reason("reason", "")) }
    };
    let own = format!("/risk/alerts/{}", a.id);
    let of = DeskDeed {
        family: "alert",
        deed,
        at: deed,
        list: ("alerts", "/risk/alerts"),
        matter: (&a.no, &own),
        stops: "lift",
    };
    of.page(who, web, refusal, fields)
}

macro_rules! deed {
    ($ask:ident, $act:ident, $role:ty, $word:literal, $given:ident, $tx:ident, $by:ident, $a:ident => $do:expr) => {
        async fn $ask(who: Who<$role>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
            let mut tx = web.read().await?;
            let a = found(&mut tx, &id).await?;
            Ok(form(&who, &web, &a, $word, &Given::default(), None))
        }

        async fn $act(
            who: Who<$role>,
            State(web): State<Web>,
            Path(id): Path<String>,
            Form(sent): Form<Vec<(String, String)>>,
        ) -> Answer<Response> {
            let ($given, $by) = (Given(sent), who.actor());
            let mut $tx = web.begin().await?;
            let $a = found(&mut $tx, &id).await?;
            let acted = async { $do }.await;
            match conclude(&web, &$by, &$a.id.subject(), $tx, acted).await? {
                Ok(()) => Ok(done(&format!("/risk/alerts/{}", $a.id))),
                Err(refusal) => Ok(form(&who, &web, &$a, $word, &$given, Some(&refusal))),
            }
        }
    };
}

deed!(ask_approve, approve, RiskApprovers, "approve", given, tx, by, a => alert::approve(&mut tx, &by, a.id).await);
deed!(ask_return, give_back, RiskApprovers, "return", given, tx, by, a => alert::return_to_author(&mut tx, &by, a.id, given.get("reason")).await);
deed!(ask_dismiss, dismiss, RiskAnalysts, "dismiss", given, tx, by, a => alert::dismiss(&mut tx, &by, a.id, given.get("reason")).await);
deed!(ask_lift, lift, RiskApprovers, "lift", given, tx, by, a => alert::lift(&mut tx, &by, a.id, given.get("reason")).await);
deed!(ask_review, review, RiskApprovers, "review", given, tx, by, a => {
    let day = given.day("review")?;
    alert::review(&mut tx, &by, a.id, Timestamp::start_of(day), given.get("reason")).await
});
