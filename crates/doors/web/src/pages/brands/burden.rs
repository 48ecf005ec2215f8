//! What brands cost in working time (PC10): the draw of an officer and a day from the record, and what that officer says.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use excellence::brand::EVERY_BRAND;
use excellence::challenge::{self, Sample};
use kernel::{Actor, BurdenSampleId, Refusal, Result, bi};
use maud::{Markup, html};
use registry::people;
use store::Tx;

use super::{BRAND_HANDS, name_of, no_deed};
use crate::answer::{Answer, said};
use crate::guard::{BrandHands, Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Empty, Field, FieldKind, Row, Width, button_link, button_link_secondary,
    format, t, t_args,
};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Samples of the page.
const SHOWN: i64 = 50;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands/burden", page), get("/brands/burden/{deed}", ask), post("/brands/burden/{deed}", act)]
}

async fn page(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let all = challenge::samples(&mut tx, SHOWN).await?;
    let units = people::units(&mut tx).await?;
    let mut rows = Vec::new();
    for s in &all {
        let minutes = |m: Option<i64>| m.map_or_else(|| "–".to_owned(), format::integer);
        rows.push(Row {
            cells: vec![
                html! { span class="nowrap" { (format::date(s.day)) } },
                html! { (officer(&mut tx, who.lang, s).await?) },
                html! { @if let Some(unit) = s.unit { (name_of(lang, &units, unit)) } },
                html! { (minutes(s.forms)) },
                html! { (minutes(s.worked)) },
                html! { span title=(s.seed) { (t_args(lang, "burden-drawn-of", &[("n", s.candidates.into()), ("seed", s.seed[..8].to_owned().into())])) } },
            ],
            ..Row::default()
        });
    }
    let heads =
        ["burden-day", "officer", "unit", "burden-forms", "burden-worked", "burden-seed"].map(|k| t(lang, k));
    let columns = heads
        .iter()
        .enumerate()
        .map(|(i, h)| if i == 3 || i == 4 { Column::figure(h, "") } else { Column::text(h) });
    let (none, advice, caption) = (t(lang, "burden-none"), t(lang, "burden-none-advice"), t(lang, "burden"));
    let table = look::data_table(&DataTable {
        lang,
        id: "burden",
        caption: &caption,
        columns: columns.collect(),
        rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        ..DataTable::default()
    });
    let (root, lede) = (t(lang, "brands"), t(lang, "burden-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/brands") }, Crumb { label: &caption, href: None }];
    let open = all.iter().any(|s| s.worked.is_none());
    let actions = html! {
        @if who.actor().has(BRAND_HANDS) {
            @if open { (button_link(&t(lang, "burden-note"), "/brands/burden/note")) }
            @else { (button_link(&t(lang, "burden-draw"), "/brands/burden/draw")) }
        }
        (button_link_secondary(&format!("{EVERY_BRAND} {}", t(lang, "indicator")), &format!("/indicators/{EVERY_BRAND}")))
    };
    Ok(who.page(
        &web,
        Page { title: &caption, lede: Some(&lede), crumbs: &crumbs, actions, ..Page::default() },
        table,
    ))
}

async fn officer(tx: &mut Tx, lang: look::Lang, s: &Sample) -> Result<String> {
    let found = people::officer(tx, s.officer).await?;
    Ok(found.map_or_else(String::new, |o| format!("{} {}", said(lang, &o.name), o.staff_no)))
}

async fn ask(who: Who<BrandHands>, State(web): State<Web>, Path(deed): Path<String>) -> Answer<Response> {
    form(&who, &web, &deed, &Given::default(), None).await
}

async fn form(
    who: &Who<BrandHands>,
    web: &Web,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let s = Sheet { lang, given, refusal };
    let minutes = |word: &str, name: &str| {
        let kind = FieldKind::Number;
        s.put(word, Field { name, kind, required: true, width: Width::Ten, ..Field::default() })
    };
    let fields = match deed {
        "draw" => Markup::default(),
        "note" => match challenge::open_sample(&mut tx).await? {
            Some(open) => html! {
                input type="hidden" name="sample" value=(open.id);
                p { b { (officer(&mut tx, lang, &open).await?) } " · " (format::date(open.day)) }
                (minutes("burden-forms", "forms")) (minutes("burden-worked", "worked"))
            },
            None => html! { p class="quiet" { (t(lang, "burden-nothing-open")) } },
        },
        other => return Err(no_deed(other).into()),
    };
    let (root, title) = (t(lang, "burden"), t(lang, &format!("burden-{deed}")));
    let lede = t(lang, &format!("burden-{deed}-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/brands/burden") }, Crumb { label: &title, href: None }];
    let action = format!("/brands/burden/{deed}");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn run(tx: &mut Tx, by: &Actor, deed: &str, g: &Given) -> Result<()> {
    match deed {
        "draw" => challenge::draw_burden(tx, by).await.map(drop),
        "note" => {
            let sample: BurdenSampleId = g
                .get("sample")
                .parse()
                .map_err(|_| wrong("sample", g.get("sample"), bi("先抽取样本", "draw a sample first")))?;
            challenge::note_burden(tx, by, sample, g.number("forms")?, g.number("worked")?).await
        }
        other => Err(no_deed(other)),
    }
}

async fn act(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path(deed): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let acted = run(&mut tx, &by, &deed, &given).await;
    match conclude(&web, &by, "brand/burden", tx, acted).await? {
        Ok(()) => Ok(done("/brands/burden")),
        Err(refusal) => form(&who, &web, &deed, &given, Some(&refusal)).await,
    }
}
