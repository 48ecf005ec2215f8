//! The deeds on a version: test, back-test, approve from a day on, close, drop.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Timestamp};
use maud::html;
use supervision::risk_table::{self, Version};
use supervision::what_if::{self, Change};

use super::{DeskDeed, tables};
use crate::answer::Answer;
use crate::guard::{RiskAnalysts, RiskApprovers, RoleSet, Who};
use crate::look::{Field, FieldKind, Width};
use crate::pages::sheet::{Given, Sheet, conclude, done};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/tables/{id}/test", ask_test),
        post("/risk/tables/{id}/test", test),
        get("/risk/tables/{id}/back-test", ask_try),
        post("/risk/tables/{id}/back-test", try_it),
        get("/risk/tables/{id}/approve", ask_approve),
        post("/risk/tables/{id}/approve", approve),
        get("/risk/tables/{id}/close", ask_close),
        post("/risk/tables/{id}/close", close),
        get("/risk/tables/{id}/drop", ask_drop),
        post("/risk/tables/{id}/drop", drop_it),
    ]
}

fn form<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    v: &Version,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        @if deed == "approve" {
            (sheet.put("valid-from", Field { name: "from", kind: FieldKind::Date, width: Width::Twenty, required: true, ..Field::default() }))
        }
        @if ["close", "drop"].contains(&deed) { (sheet.reason("reason", "")) }
    };
    let (own, label) = (format!("/risk/tables/{}", v.id), v.label());
    let of = DeskDeed {
        family: "table",
        deed,
        at: deed,
        list: ("risk-tables", "/risk/tables"),
        matter: (&label, &own),
        stops: "close",
    };
    of.page(who, web, refusal, fields)
}

macro_rules! deed {
    ($ask:ident, $act:ident, $role:ty, $word:literal, $given:ident, $tx:ident, $by:ident, $v:ident => $do:expr) => {
        async fn $ask(who: Who<$role>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
            let mut tx = web.read().await?;
            let v = tables::found(&mut tx, &id).await?;
            let given = Given::default().with("from", tx.now().date().to_string());
            Ok(form(&who, &web, &v, $word, &given, None))
        }

        async fn $act(
            who: Who<$role>,
            State(web): State<Web>,
            Path(id): Path<String>,
            Form(sent): Form<Vec<(String, String)>>,
        ) -> Answer<Response> {
            let ($given, $by) = (Given(sent), who.actor());
            let mut $tx = web.begin().await?;
            let $v = tables::found(&mut $tx, &id).await?;
            let acted = async { $do }.await;
            match conclude(&web, &$by, &$v.table.id.subject(), $tx, acted).await? {
                Ok(()) => Ok(done(&format!("/risk/tables/{}", $v.id))),
                Err(refusal) => Ok(form(&who, &web, &$v, $word, &$given, Some(&refusal))),
            }
        }
    };
}

deed!(ask_test, test, RiskAnalysts, "test", given, tx, by, v => risk_table::test(&mut tx, &by, v.id).await);
deed!(ask_approve, approve, RiskApprovers, "approve", given, tx, by, v => {
    let day = given.day("from")?;
    risk_table::approve(&mut tx, &by, v.id, Timestamp::start_of(day)).await
});
deed!(ask_close, close, RiskApprovers, "close", given, tx, by, v => risk_table::close(&mut tx, &by, v.id, given.get("reason")).await);
deed!(ask_drop, drop_it, RiskAnalysts, "drop", given, tx, by, v => risk_table::drop_version(&mut tx, &by, v.id, given.get("reason")).await);

async fn ask_try(who: Who<RiskAnalysts>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let v = tables::found(&mut tx, &id).await?;
    Ok(form(&who, &web, &v, "back-test", &Given::default(), None))
}

/// A back-test is a what-if about this version: its page shows how far it is.
async fn try_it(who: Who<RiskAnalysts>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let by = who.actor();
    let mut tx = web.begin().await?;
    let v = tables::found(&mut tx, &id).await?;
    let asked = what_if::ask(&mut tx, &by, &Change { version: Some(v.id), rates: vec![] }).await;
    match conclude(&web, &by, &v.table.id.subject(), tx, asked).await? {
        Ok(key) => Ok(go(&format!("/risk/what-if/{key}"), &[])),
        Err(refusal) => Ok(form(&who, &web, &v, "back-test", &Given::default(), Some(&refusal))),
    }
}
