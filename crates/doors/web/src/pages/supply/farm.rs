//! The spray records of a farm, and from when on each field may be harvested.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{Actor, Refusal};
use maud::{Markup, html};
use registry::trade::{self, Farm, Plant};
use supervision::supply::{self, FieldSpray, RawLot, SprayEntry};

use super::{Turns, called, enters, full, traced, within};
use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, RoleSet, SupplyHands, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Lang, Row, Sign, Tone, Width, button_link, format, t, t_args,
};
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, nothing};
use crate::server::Web;

/// Sprayings that are shown.
const SHOWN: i64 = 200;

/// A farm with its plant, within reach.
async fn farm<R: RoleSet>(web: &Web, who: &Who<R>, id: &str) -> Answer<(Farm, Plant)> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::farm(&mut tx, id).await?,
        Err(_) => None,
    };
    let farm = found.ok_or_else(|| nothing(id))?;
    let plant = within(web, &who.actor(), &farm.plant.to_string()).await.map_err(|_| nothing(id))?;
    Ok((farm, plant))
}

pub(super) async fn one(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(turns): Query<Turns>,
) -> Answer {
    let lang = who.lang;
    let (f, p) = farm(&web, &who, &id).await?;
    let mut tx = web.read().await?;
    let today = tx.now().date();
    let sprays = supply::sprays_of(&mut tx, f.id, SHOWN).await?;
    let here = format!("/supply/farms/{}", f.id);
    let raws = supply::raw_from(&mut tx, f.id, &turns.raws(), PAGE).await?;
    let body = html! {
        (fields(lang, &sprays, today))
        (look::section(&t(lang, "supply-sprays"), html! {}, spray_table(lang, &sprays)))
        (look::section(&t(lang, "supply-delivered"), html! {}, delivered(lang, &who.actor(), &raws, (&here, &turns))))
    };
    let (root, title) = (t(lang, "supply"), said(lang, &f.name));
    let (at, own) = (called(lang, &p.filing_no, &p.name), format!("/supply/plants/{}", p.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/supply") },
        Crumb { label: &at, href: Some(&own) },
        Crumb { label: &f.filing_no, href: None },
    ];
    let actions = match enters(&who) {
        true => button_link(&t(lang, "supply-record-spray"), &format!("/supply/farms/{}/spray", f.id)),
        false => html! {},
    };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// From when on each field may be harvested: what one comes here to see.
fn fields(lang: Lang, sprays: &[FieldSpray], today: kernel::Date) -> Markup {
    let mut rows = Vec::new();
    for of in sprays.chunk_by(|a, b| a.field == b.field) {
        let only: Vec<_> = of.iter().map(|s| s.spray.clone()).collect();
        let Some((day, by)) = supply::earliest(&only) else { continue };
        let waits = day > today;
        let word = t(lang, if waits { "supply-waits" } else { "supply-lawful" });
        let (tone, sign) = if waits { (Tone::Wait, Sign::Warn) } else { (Tone::Go, Sign::Check) };
        rows.push(Row {
            cells: vec![
                html! { (of[0].field) },
                html! { time datetime=(day.to_string()) { (format::date(day)) } },
                look::badge(tone, sign, &word),
                html! { (by.product) },
            ],
            tone: if waits { Tone::Wait } else { Tone::Plain },
            ..Row::default()
        });
    }
    listing(Listing {
        lang,
        id: "fields",
        caption: "supply-earliest",
        heads: &["supply-field", "supply-earliest", "state", "supply-because"],
        rows,
        empty: ("supply-no-sprays", "supply-no-sprays-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn spray_table(lang: Lang, sprays: &[FieldSpray]) -> Markup {
    let rows = sprays.iter().map(|s| {
        let day = supply::earliest(std::slice::from_ref(&s.spray)).map(|(day, _)| format::date(day));
        Row {
            cells: vec![
                html! { (s.field) },
                html! { (s.spray.applied_on) },
                html! { (s.spray.product) },
                html! { (format::integer(s.spray.interval_days)) },
                html! { (day.unwrap_or_default()) },
            ],
            ..Row::default()
        }
    });
    listing(Listing {
        lang,
        id: "sprays",
        caption: "supply-sprays",
        heads: &[
            "supply-field",
            "supply-applied-on",
            "supply-product",
            "#supply-interval",
            "supply-earliest",
        ],
        rows: rows.collect(),
        empty: ("supply-no-sprays", "supply-no-sprays-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn delivered(lang: Lang, by: &Actor, raws: &[RawLot], (here, turns): (&str, &Turns)) -> Markup {
    let last = raws.last().filter(|_| full(raws)).map(|r| (r.harvested_on.as_str(), r.id.into()));
    let begin = turns.on(here, "raw", None);
    let rows = raws.iter().map(|r| Row {
        cells: vec![
            traced(by, &r.no),
            html! { (r.field) },
            html! { (r.harvested_on) },
            html! { (r.proof_no) },
            html! { (r.quantity.number()) },
        ],
        ..Row::default()
    });
    listing(Listing {
        lang,
        id: "raws",
        caption: "supply-delivered",
        heads: &["supply-raw-no", "supply-field", "supply-harvested-on", "supply-proof", "#supply-kg"],
        rows: rows.collect(),
        empty: ("supply-no-raw", "supply-no-raw-advice"),
        next: last.map(|last| turns.on(here, "raw", Some(last))),
        first: turns.raw.map(|_| begin.as_str()),
        paged: last.is_some() || turns.raw.is_some(),
    })
}

pub(super) async fn new_spray(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (f, p) = farm(&web, &who, &id).await?;
    Ok(spray_form(&who, &web, (&f, &p), &Given::default(), None))
}

fn spray_form(
    who: &Who<SupplyHands>,
    web: &Web,
    (f, p): (&Farm, &Plant),
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let (days, day) = (FieldKind::Number, FieldKind::Date);
    let hint = t(lang, "supply-interval-hint");
    let fields = html! {
        (sheet.put("supply-field", Field { name: "field", required: true, width: Width::Twenty, ..Field::default() }))
        (sheet.line("supply-product", "product"))
        (sheet.put("supply-interval", Field { name: "interval_days", hint: &hint, kind: days, required: true, width: Width::Ten, ..Field::default() }))
        (sheet.put("supply-applied-on", Field { name: "applied_on", kind: day, required: true, ..Field::default() }))
    };
    let (root, submit) = (t(lang, "supply"), t(lang, "supply-record-spray"));
    let title = t_args(lang, "supply-spray-of", &[("farm", said(lang, &f.name).into())]);
    let lede = t(lang, "supply-spray-lede");
    let (own, action) = (format!("/supply/farms/{}", f.id), format!("/supply/farms/{}/spray", f.id));
    let (at, plant) = (called(lang, &p.filing_no, &p.name), format!("/supply/plants/{}", p.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/supply") },
        Crumb { label: &at, href: Some(&plant) },
        Crumb { label: &f.filing_no, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

pub(super) async fn record(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let (f, p) = farm(&web, &who, &id).await?;
    let entry = SprayEntry {
        farm: f.filing_no.clone(),
        field: given.get("field").to_owned(),
        product: given.get("product").to_owned(),
        // What is no number is refused by the act, which names the field.
        interval_days: given.get("interval_days").parse().unwrap_or(-1),
        applied_on: given.get("applied_on").to_owned(),
    };
    let mut tx = web.begin().await?;
    let recorded = supply::record_spray(&mut tx, &by, &entry).await;
    match conclude(&web, &by, &f.id.subject(), tx, recorded).await? {
        Ok(_) => Ok(done(&format!("/supply/farms/{}", f.id))),
        Err(refusal) => Ok(spray_form(&who, &web, (&f, &p), &given, Some(&refusal))),
    }
}
