//! The desk's decision tables, each with its newest version; and writing a new one, from a sheet or a DMN file.
use axum::extract::{Multipart, State};
use axum::response::Response;
use kernel::{Refusal, Timestamp, bi};
use maud::{Markup, html};
use supervision::risk_table::{self, Draft, INPUTS, OUTPUTS, State as Stands, Version};

use super::room;
use crate::answer::{Answer, said};
use crate::guard::{RiskAnalysts, RoleSet, Staff, Who};
use crate::look::{self, Crumb, Field, FieldKind, Lang, Row, Sign, Tone, badge, button_link, format, t};
use crate::pages::csv_text;
use crate::pages::kit::Posted;
use crate::pages::sheet::{Deed, Given, Listing, Sheet, conclude, done, draw, listing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/tables", list),
        get("/risk/tables/new", new),
        post("/risk/tables/new", add),
        get("/risk/tables/{id}", super::table::show),
        get("/risk/tables/{id}/csv", super::table::csv),
        get("/risk/tables/{id}/dmn", super::table::dmn),
    ]
}

/// A table to begin with: the shape of a sheet and one row.
const SHEET: &str = "policy,FIRST,Rules\nrole,in,in,in,out,out,out\nname,heading,market,class,lane,rate,reason\ntype,string,string,number,string,number,string\n1,\"\"\"0306\"\"\",\"\"\"JP\"\"\",-,\"\"\"conformity\"\"\",1,\"\"\"notices from Japan\"\"\"\n";
const EXAMPLES: &str = "heading,market,class,lane,rate\n0306,JP,1,conformity,1\n0306,US,1,none,0\n";

/// Where a version stands, with its dates in mind.
pub(super) fn state_badge(lang: Lang, v: &Version, now: Timestamp) -> Markup {
    let (tone, sign, word) = match v.state {
        Stands::Approved if v.in_force(now) => (Tone::Go, Sign::Check, t(lang, "table-in-force")),
        Stands::Approved if v.valid_from.is_some_and(|f| f > now) => {
            (Tone::Plain, Sign::Half, t(lang, "table-waits"))
        }
        Stands::Approved => (Tone::Quiet, Sign::Dash, t(lang, "table-over")),
        Stands::Tried => (Tone::Wait, Sign::Warn, t(lang, "table-to-approve")),
        Stands::Dropped => (Tone::Quiet, Sign::Cross, said(lang, &v.state.name())),
        Stands::Draft | Stands::Tested => (Tone::Plain, Sign::Ring, said(lang, &v.state.name())),
    };
    badge(tone, sign, &word)
}

/// Versions as a table, each leading to its page.
pub(super) fn list_of(lang: Lang, id: &str, all: &[Version]) -> Markup {
    let day = |at: Option<Timestamp>| at.map_or_else(|| "—".to_owned(), |at| format::date_of(at.instant()));
    let row = |v: &Version| Row {
        href: Some(format!("/risk/tables/{}", v.id)),
        cells: vec![
            html! { (v.label()) },
            html! { (said(lang, &v.table.title)) },
            html! { (v.note) },
            html! { (said(lang, &v.state.name())) },
            html! { (day(v.valid_from)) },
            html! { (day(v.valid_to)) },
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id,
        caption: "risk-tables",
        heads: &["table-version", "table-title", "table-note", "alert-state", "valid-from", "valid-to"],
        rows: all.iter().map(row).collect(),
        empty: ("no-risk-tables", "no-risk-tables-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let all = risk_table::list(&mut tx).await?;
    let body = html! {
        p class="measure quiet" { (t(lang, "risk-tables-lede")) }
        (list_of(lang, "tables", &all))
    };
    let may = who.session.account.roles.iter().any(|r| RiskAnalysts::ROLES.contains(r));
    let actions =
        if may { button_link(&t(lang, "new-table"), "/risk/tables/new") } else { Markup::default() };
    Ok(room(&who, &web, "/risk/tables", actions, body))
}

async fn new(who: Who<RiskAnalysts>, State(web): State<Web>) -> Answer<Response> {
    let given = Given::default().with("body", SHEET).with("examples", EXAMPLES);
    Ok(form(&who, &web, &given, None))
}

fn form(who: &Who<RiskAnalysts>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let (code, file, body, examples) = (
        t(lang, "table-code-hint"),
        t(lang, "table-file-hint"),
        t(lang, "table-body-hint"),
        t(lang, "table-examples-hint"),
    );
    let lines =
        |name, n, hint| Field { name, hint, kind: FieldKind::Lines(n), required: true, ..Field::default() };
    let fields = html! {
        (sheet.code("table-code", "code", &code))
        div class="halves" { (sheet.line("name-zh", "title_zh")) (sheet.line("name-en", "title_en")) }
        (sheet.put("table-note", lines("note", 2, "")))
        (sheet.put("table-file", Field { name: "file", hint: &file, kind: FieldKind::File { accept: ".csv,.dmn,.xml", multiple: false }, ..Field::default() }))
        (sheet.put("table-body", lines("body", 10, body.as_str())))
        (sheet.put("table-examples", lines("examples", 6, examples.as_str())))
        (vocabulary(lang))
    };
    let (desk, list, title, submit) =
        (t(lang, "risk-desk"), t(lang, "risk-tables"), t(lang, "new-table"), t(lang, "save-draft"));
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/tables") },
        Crumb { label: &title, href: None },
    ];
    let lede = t(lang, "new-table-lede");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/risk/tables/new",
        submit: &submit,
        files: true,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

/// What columns may ask and outputs may say.
pub(super) fn vocabulary(lang: Lang) -> Markup {
    let line = |(name, zh, en): &(&str, &str, &str)| html! { li { code { (name) } " " (lang.pick(zh, en)) } };
    html! {
        details {
            summary { (t(lang, "table-words")) }
            div class="halves" {
                div { h3 { (t(lang, "table-inputs")) } ul class="plain-list" { @for i in &INPUTS { (line(i)) } } }
                div { h3 { (t(lang, "table-outputs")) } ul class="plain-list" { @for o in &OUTPUTS { (line(o)) } } }
            }
        }
    }
}

async fn add(who: Who<RiskAnalysts>, State(web): State<Web>, parts: Multipart) -> Answer<Response> {
    let (posted, by) = (Posted::read(parts).await?, who.actor());
    let mut given = Given::default();
    for name in ["code", "title_zh", "title_en", "note", "body", "examples"] {
        given = given.with(name, posted.get(name));
    }
    if let Some((_, _, bytes)) = posted.files.first() {
        // A file goes before what stands in the field below it.
        let text = csv_text::text(bytes)?;
        given.0.retain(|(name, _)| name != "body");
        given = given.with("body", text);
    }
    let draft = Draft {
        code: given.get("code").into(),
        title: bi(given.get("title_zh"), given.get("title_en")),
        body: given.get("body").into(),
        examples: given.get("examples").into(),
        note: given.get("note").into(),
    };
    let mut tx = web.begin().await?;
    let drafted = risk_table::draft(&mut tx, &by, &draft).await;
    match conclude(&web, &by, "risk_table/new", tx, drafted).await? {
        Ok(id) => Ok(done(&format!("/risk/tables/{id}"))),
        Err(refusal) => Ok(form(&who, &web, &given, Some(&refusal))),
    }
}

/// The version of an address.
pub(super) async fn found(tx: &mut store::Tx, id: &str) -> Answer<Version> {
    let found = match id.parse() {
        Ok(id) => risk_table::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| crate::pages::sheet::nothing(id))
}

/// Whether this login may write tables.
pub(super) fn writes<R: RoleSet>(who: &Who<R>) -> bool {
    who.session.account.roles.iter().any(|r| RiskAnalysts::ROLES.contains(r))
}

/// A quiet line of days and people about a version.
pub(super) fn section(lang: Lang, word: &str, body: Markup) -> Markup {
    look::section(&t(lang, word), Markup::default(), body)
}
