//! The targets of an indicator, and the form on which the leading group sets one.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use excellence::indicator::{self, Definition, Target};
use kernel::{Actor, Quantity, Refusal, Role, Scope, bi};
use maud::{Markup, html};

use super::{catalogue, definition, shown};
use crate::answer::{Answer, said};
use crate::guard::{Managers, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, Width, format, section, t, t_args};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::server::Web;

/// Whether a login is shown the way to the form; the act itself has the last word.
pub(super) fn may_set(by: &Actor) -> bool {
    by.scope == Scope::Bureau && by.has(&[Role::Manager])
}

pub(super) async fn ask(
    who: Who<Managers>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let c = catalogue()?;
    Ok(form(&who, &web, definition(&c, &id)?, &Given::default(), None))
}

fn form(
    who: &Who<Managers>,
    web: &Web,
    d: &Definition,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let s = Sheet { lang, given, refusal };
    let hint = t_args(lang, "target-hint", &[("example", shown(lang, d, 95.0).into())]);
    let fields = html! {
        (s.put("figure-value", Field { name: "value", hint: &hint, required: true, width: Width::Twenty, ..Field::default() }))
        (s.put("first-day", Field { name: "from", kind: FieldKind::Date, required: true, width: Width::Twenty, ..Field::default() }))
        (s.reason("reason", ""))
    };
    let (root, title) = (t(lang, "indicators"), t(lang, "set-target"));
    let name = said(lang, &d.name());
    let lede = t_args(lang, "set-target-lede", &[("indicator", format!("{} {name}", d.id).into())]);
    let up = format!("/indicators/{}", d.id);
    let crumbs = [
        Crumb { label: &root, href: Some("/indicators") },
        Crumb { label: &d.id, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    let action = format!("{up}/target");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

pub(super) async fn set(
    who: Who<Managers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (g, by) = (Given(sent), who.actor());
    let c = catalogue()?;
    let d = definition(&c, &id)?;
    let mut tx = web.begin().await?;
    let was_set = async {
        let value = g.get("value");
        let milli = Quantity::parse_milli(value).ok_or_else(|| {
            wrong("value", value, bi("填写数字，至多三位小数", "write a number of at most three places"))
        })?;
        indicator::set_target(&mut tx, &c, &by, &d.id, milli, g.day("from")?, g.get("reason")).await
    }
    .await;
    match conclude(&web, &by, &format!("indicator/{}", d.id), tx, was_set).await? {
        Ok(()) => Ok(done(&format!("/indicators/{}", d.id))),
        Err(refusal) => Ok(form(&who, &web, d, &g, Some(&refusal))),
    }
}

/// What the leading group set, with its reasons.
pub(super) fn history(lang: Lang, d: &Definition, all: &[Target]) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    let value = |t: &Target| shown(lang, d, t.milli as f64 / 1000.0);
    html! {
        @if !all.is_empty() {
            (section(&t(lang, "targets-set"), Markup::default(), html! {
                ul class="plain-list" { @for one in all {
                    li { b { (value(one)) } " · " (t_args(lang, "in-force-from", &[("day", format::date(one.from).into())])) " · " (one.reason) }
                } }
            }))
        }
    }
}
