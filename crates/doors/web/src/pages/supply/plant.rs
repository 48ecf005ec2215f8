//! What came to a plant and what it made: raw lots, production lots, and the farms that may supply it.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{Actor, Refusal};
use maud::{Markup, html};
use registry::trade::{self, Farm, Plant};
use store::Tx;
use supervision::supply::{self, ProductionEntry, RawEntry, RawLot};

use super::{Turns, called, enters, full, traced, within};
use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, SupplyHands, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Lang, Row, Sign, Tone, Width, button_link, button_link_secondary, format,
    t, t_args,
};
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing};
use crate::server::Web;

pub(super) async fn one(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(turns): Query<Turns>,
) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let p = within(&web, &by, &id).await?;
    let here = format!("/supply/plants/{}", p.id);
    let mut tx = web.read().await?;
    let farms = trade::farms_of(&mut tx, p.id).await?;
    let raws = supply::newest_raw(&mut tx, p.id, &turns.raws(), PAGE).await?;
    let made = productions(&mut tx, (lang, &by), &p, &turns).await?;
    let may = enters(&who);
    let receive = match may {
        true => button_link_secondary(&t(lang, "supply-receive"), &format!("{here}/raw")),
        false => html! {},
    };
    let body = html! {
        (look::section(&t(lang, "supply-lots"), html! {}, made))
        (look::section(&t(lang, "supply-raw"), receive, raw_table((lang, &by), &raws, &farms, (&here, &turns))))
        (look::section(&t(lang, "farms"), html! {}, farm_table(lang, &farms)))
    };
    let (root, title) = (t(lang, "supply"), said(lang, &p.name));
    let crumbs = [Crumb { label: &root, href: Some("/supply") }, Crumb { label: &p.filing_no, href: None }];
    let actions = if may {
        button_link(&t(lang, "supply-build"), &format!("{here}/lot"))
    } else {
        html! {}
    };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

fn farm_table(lang: Lang, farms: &[Farm]) -> Markup {
    let rows = farms.iter().map(|f| Row {
        href: Some(format!("/supply/farms/{}", f.id)),
        cells: vec![
            html! { (f.filing_no) },
            html! { (said(lang, &f.name)) },
            html! { (format::integer(f.month_max_kg)) },
        ],
        ..Row::default()
    });
    listing(Listing {
        lang,
        id: "farms",
        caption: "farms",
        heads: &["filing-no", "name", "#month-max-kg"],
        rows: rows.collect(),
        empty: ("no-farms", "no-farms-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn raw_table(
    (lang, by): (Lang, &Actor),
    raws: &[RawLot],
    farms: &[Farm],
    (here, turns): (&str, &Turns),
) -> Markup {
    let last = raws.last().filter(|_| full(raws)).map(|r| (r.received_on.as_str(), r.id.into()));
    let begin = turns.on(here, "raw", None);
    let rows = raws.iter().map(|r| {
        let farm = farms.iter().find(|f| Some(f.id) == r.farm);
        Row {
            cells: vec![
                traced(by, &r.no),
                match farm {
                    Some(f) => html! { (called(lang, &f.filing_no, &f.name)) },
                    None => look::badge(Tone::Stop, Sign::Cross, &t(lang, "supply-unproven")),
                },
                html! { (r.proof_no) },
                html! { (r.field) },
                html! { (r.harvested_on) },
                html! { (r.received_on) },
                html! { (r.quantity.number()) },
            ],
            tone: if farm.is_some() { Tone::Plain } else { Tone::Stop },
            ..Row::default()
        }
    });
    listing(Listing {
        lang,
        id: "raws",
        caption: "supply-raw",
        heads: &[
            "supply-raw-no",
            "farm",
            "supply-proof",
            "supply-field",
            "supply-harvested-on",
            "supply-received-on",
            "#supply-kg",
        ],
        rows: rows.collect(),
        empty: ("supply-no-raw", "supply-no-raw-advice"),
        next: last.map(|last| turns.on(here, "raw", Some(last))),
        first: turns.raw.map(|_| begin.as_str()),
        paged: last.is_some() || turns.raw.is_some(),
    })
}

/// The production lots of a plant, each with what is wrong with its raw material.
async fn productions(
    tx: &mut Tx,
    (lang, by): (Lang, &Actor),
    p: &Plant,
    turns: &Turns,
) -> kernel::Result<Markup> {
    let here = format!("/supply/plants/{}", p.id);
    let made = supply::newest_productions(tx, p.id, &turns.lots(), PAGE).await?;
    let last = made.last().filter(|_| full(&made)).map(|m| (m.made_on.clone(), m.id.into()));
    let goes_on = last.map(|(day, id)| turns.on(&here, "lot", Some((&day, id))));
    let begin = turns.on(&here, "lot", None);
    let mut rows = Vec::with_capacity(made.len());
    for lot in made {
        let flaws = supply::flaws(tx, lot.id).await?;
        let state = match flaws.first() {
            None => look::badge(Tone::Go, Sign::Check, &t(lang, "supply-sound")),
            Some(_) => html! {
                (look::badge(Tone::Stop, Sign::Cross, &t(lang, "supply-flawed")))
                @for flaw in &flaws { p class="note" { (said(lang, &flaw.says())) } }
            },
        };
        rows.push(Row {
            cells: vec![
                traced(by, &lot.no),
                html! { (lot.hs) },
                html! { (lot.made_on) },
                html! { (lot.quantity.number()) },
                state,
            ],
            tone: if flaws.is_empty() { Tone::Plain } else { Tone::Stop },
            ..Row::default()
        });
    }
    Ok(listing(Listing {
        lang,
        id: "lots",
        caption: "supply-lots",
        heads: &["supply-lot-no", "hs-code", "supply-made-on", "#supply-kg", "supply-material"],
        rows,
        empty: ("supply-no-lots", "supply-no-lots-advice"),
        paged: goes_on.is_some() || turns.lot.is_some(),
        next: goes_on,
        first: turns.lot.map(|_| begin.as_str()),
    }))
}

pub(super) async fn new_raw(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let p = within(&web, &who.actor(), &id).await?;
    raw_form(&who, &web, &p, &Given::default(), None).await
}

async fn raw_form(
    who: &Who<SupplyHands>,
    web: &Web,
    p: &Plant,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let mut farms = vec![(String::new(), t(lang, "supply-unproven"))];
    let filed = trade::farms_of(&mut tx, p.id).await?;
    farms.extend(filed.iter().map(|f| (f.filing_no.clone(), called(lang, &f.filing_no, &f.name))));
    let sheet = Sheet { lang, given, refusal };
    let early = refusal.is_some_and(|r| r.code == "supply.early_harvest");
    let optional = |word: &str, name: &str, hint: &str| {
        sheet.put(word, Field { name, hint, width: Width::Twenty, ..Field::default() })
    };
    let day = |word: &str, name: &str| {
        sheet.put(word, Field { name, kind: FieldKind::Date, required: true, ..Field::default() })
    };
    let choices: Vec<look::Choice<'_>> =
        farms.iter().map(|(value, label)| look::Choice { value, label, hint: "" }).collect();
    let fields = html! {
        (sheet.code("supply-raw-no", "no", ""))
        (sheet.put("farm", Field { name: "farm", kind: FieldKind::Select(&choices), ..Field::default() }))
        (optional("supply-proof", "proof_no", &t(lang, "supply-proof-hint")))
        (optional("supply-field", "field", ""))
        (sheet.code("hs-code", "hs", &t(lang, "hs-hint")))
        (sheet.put("supply-kg", Field { name: "kilograms", kind: FieldKind::Number, required: true, width: Width::Ten, ..Field::default() }))
        (day("supply-harvested-on", "harvested_on"))
        (day("supply-received-on", "received_on"))
        @if early { (sheet.put("supply-known-early", Field { name: "known_early", kind: FieldKind::Check, ..Field::default() })) }
    };
    Ok(plant_deed(who, web, p, ("supply-receive", "raw"), refusal, fields))
}

/// The page of a form about a plant.
fn plant_deed(
    who: &Who<SupplyHands>,
    web: &Web,
    p: &Plant,
    (word, part): (&str, &str),
    refusal: Option<&Refusal>,
    fields: Markup,
) -> Response {
    let lang = who.lang;
    let (root, submit) = (t(lang, "supply"), t(lang, word));
    let title = t_args(lang, &format!("{word}-at"), &[("plant", said(lang, &p.name).into())]);
    let own = format!("/supply/plants/{}", p.id);
    let action = format!("{own}/{part}");
    let crumbs = [
        Crumb { label: &root, href: Some("/supply") },
        Crumb { label: &p.filing_no, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let deed = Deed { title: &title, crumbs: &crumbs, action: &action, submit: &submit, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

pub(super) async fn receive(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let p = within(&web, &by, &id).await?;
    let text = |name: &str| given.get(name).to_owned();
    let entry = RawEntry {
        plant: p.filing_no.clone(),
        no: text("no"),
        farm: text("farm"),
        proof_no: text("proof_no"),
        field: text("field"),
        hs: text("hs"),
        kilograms: text("kilograms"),
        harvested_on: text("harvested_on"),
        received_on: text("received_on"),
        known_early: !given.get("known_early").is_empty(),
    };
    let mut tx = web.begin().await?;
    let received = supply::receive(&mut tx, &by, &entry).await;
    match conclude(&web, &by, &p.id.subject(), tx, received).await? {
        Ok(_) => Ok(done(&format!("/supply/plants/{}", p.id))),
        Err(refusal) => raw_form(&who, &web, &p, &given, Some(&refusal)).await,
    }
}

pub(super) async fn new_lot(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let p = within(&web, &who.actor(), &id).await?;
    Ok(lot_form(&who, &web, &p, &Given::default(), None))
}

fn lot_form(
    who: &Who<SupplyHands>,
    web: &Web,
    p: &Plant,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let hint = t(lang, "supply-inputs-hint");
    let fields = html! {
        (sheet.code("supply-lot-no", "no", &t(lang, "supply-lot-no-hint")))
        (sheet.code("hs-code", "hs", &t(lang, "hs-hint")))
        (sheet.put("supply-kg", Field { name: "kilograms", kind: FieldKind::Number, required: true, width: Width::Ten, ..Field::default() }))
        (sheet.put("supply-made-on", Field { name: "made_on", kind: FieldKind::Date, required: true, ..Field::default() }))
        (sheet.put("supply-inputs", Field { name: "inputs", hint: &hint, kind: FieldKind::Lines(5), required: true, ..Field::default() }))
    };
    plant_deed(who, web, p, ("supply-build", "lot"), refusal, fields)
}

/// Raw lots, one a line: the number, then kilograms behind the last space.
fn inputs(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    lines
        .map(|line| {
            let (no, kg) = line.rsplit_once([' ', '\t', ',', '，']).unwrap_or((line, ""));
            (no.trim().to_owned(), kg.trim().to_owned())
        })
        .collect()
}

pub(super) async fn build(
    who: Who<SupplyHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let p = within(&web, &by, &id).await?;
    let text = |name: &str| given.get(name).to_owned();
    let entry = ProductionEntry {
        plant: p.filing_no.clone(),
        no: text("no"),
        hs: text("hs"),
        kilograms: text("kilograms"),
        made_on: text("made_on"),
        inputs: inputs(given.get("inputs")),
    };
    let mut tx = web.begin().await?;
    let built = supply::build(&mut tx, &by, &entry).await;
    match conclude(&web, &by, &p.id.subject(), tx, built).await? {
        Ok(_) => Ok(done(&format!("/supply/plants/{}", p.id))),
        Err(refusal) => Ok(lot_form(&who, &web, &p, &given, Some(&refusal))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_lots_are_read_line_by_line() {
        let found = inputs("R1 8000\r\n\r\nRAW 7\t600.5\nR3，12\nR4");
        let pairs: Vec<(&str, &str)> = found.iter().map(|(n, k)| (n.as_str(), k.as_str())).collect();
        assert_eq!(pairs, [("R1", "8000"), ("RAW 7", "600.5"), ("R3", "12"), ("R4", "")]);
    }
}
