//! Assessing a case and proposing an alert: severity and likelihood with their evidence, scope, measures, and an end.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Result, Timestamp, bi};
use maud::{Markup, html};
use registry::{
    rules::{self as book, LANES, LEVELS, Pack},
    trade,
};
use store::Tx;
use supervision::alert::{self, Alert, Measures, Proposal};
use supervision::targeting::percent;

use super::{alert::found, alerts};
use crate::answer::{Answer, said};
use crate::guard::{RiskAnalysts, Who};
use crate::look::{self, Column, Crumb, DataTable, Field, FieldKind, Lang, Narrow, Row, Width, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, end_of, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk/alerts/{id}/propose", ask), post("/risk/alerts/{id}/propose", propose)]
}

async fn ask(who: Who<RiskAnalysts>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let a = found(&mut tx, &id).await?;
    let given = opened(&mut tx, &a).await?;
    form(&who, &web, &a, &given, None).await
}

/// What the form opens with: what the case says, and what was proposed before it came back.
async fn opened(tx: &mut Tx, a: &Alert) -> Result<Given> {
    let day =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| Timestamp(at.0 - 1).date().to_string());
    let number = |n: i64| if n > 0 { n.to_string() } else { String::new() };
    let mut given = Given::default()
        .with("title", &a.title)
        .with("hazard", &a.hazard)
        .with("severity", number(a.severity))
        .with("likelihood", number(a.likelihood))
        .with("evidence", &a.evidence)
        .with("direction", &a.scope.direction)
        .with("hs", &a.scope.hs)
        .with("market", &a.scope.market)
        .with("lane", &a.measures.lane)
        .with("rate", if a.measures.rate_ppm > 0 { percent(a.measures.rate_ppm) } else { String::new() })
        .with("hold", a.measures.hold.to_string())
        .with("ends", day(a.ends_at))
        .with("review", day(a.review_at.map(|r| Timestamp(r.0 + 1))));
    for code in &a.measures.tests {
        given = given.with("tests", code);
    }
    if let Some(id) = a.scope.operator
        && let Some(o) = trade::operator(tx, id).await?
    {
        given = given.with("operator", o.code);
    }
    if let Some(id) = a.scope.plant
        && let Some(p) = trade::plant(tx, id).await?
    {
        given = given.with("plant", p.filing_no);
    }
    Ok(given)
}

async fn form(
    who: &Who<RiskAnalysts>,
    web: &Web,
    a: &Alert,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let pack = &book::adopted(&rules, tx.now().date())?.pack;
    let fields = fields(&Sheet { lang, given, refusal }, pack);
    let (desk, list, title, submit) =
        (t(lang, "risk-desk"), t(lang, "alerts"), t(lang, "alert-propose"), t(lang, "alert-send"));
    let own = format!("/risk/alerts/{}", a.id);
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/alerts") },
        Crumb { label: &a.no, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let action = format!("{own}/propose");
    let deed = Deed {
        title: &title,
        lede: Some(&a.information),
        crumbs: &crumbs,
        action: &action,
        submit: &submit,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

/// The assessment, the scope, the measures and the dates.
fn fields(sheet: &Sheet<'_>, pack: &Pack) -> Markup {
    let (lang, given) = (sheet.lang, sheet.given);
    let classes = |word: &str| -> Vec<(String, String)> {
        let none = (String::new(), t(lang, "choose-class"));
        let all = (1..=5).map(|n| (n.to_string(), t(lang, &format!("{word}-{n}"))));
        std::iter::once(none).chain(all).collect()
    };
    let lanes: Vec<(String, String)> = std::iter::once((String::new(), t(lang, "no-lane-floor")))
        .chain(LANES.iter().skip(1).map(|l| ((*l).to_owned(), t(lang, &format!("lane-{l}")))))
        .collect();
    let tests: Vec<(String, String)> =
        pack.analyte.iter().map(|a| (a.code.clone(), said(lang, &a.name()))).collect();
    let (evidence, rate, start) = (t(lang, "evidence-hint"), t(lang, "rate-hint"), t(lang, "starts-hint"));
    let date =
        |name, hint| Field { name, hint, kind: FieldKind::Date, width: Width::Twenty, ..Field::default() };
    html! {
        (sheet.line("alert-title", "title"))
        (sheet.line("hazard", "hazard"))
        fieldset class="stack" {
            legend { h2 { (t(lang, "assessment")) } }
            div class="halves" {
                (sheet.select("severity-class", "severity", &classes("severity")))
                (sheet.select("likelihood-class", "likelihood", &classes("likelihood")))
            }
            (matrix(lang, pack, given))
            (sheet.put("evidence", Field { name: "evidence", hint: &evidence, kind: FieldKind::Lines(5), required: true, ..Field::default() }))
        }
        (alerts::scope_fields(sheet))
        fieldset class="stack" {
            legend { h2 { (t(lang, "alert-measures")) } }
            div class="halves" {
                (sheet.select("lane-floor", "lane", &lanes))
                (sheet.put("rate-floor", Field { name: "rate", hint: &rate, unit: "%", kind: FieldKind::Number, width: Width::Ten, ..Field::default() }))
            }
            (sheet.put("hold-lots", Field { name: "hold", kind: FieldKind::Check, ..Field::default() }))
            (sheet.boxes("tests-wanted", "tests", &tests))
        }
        fieldset class="stack" {
            legend { h2 { (t(lang, "alert-times")) } }
            div class="thirds" {
                (sheet.put("starts-on", date("starts", start.as_str())))
                (sheet.put("ends-on", date("ends", "")))
                (sheet.put("review-on", date("review", "")))
            }
        }
    }
}

/// Which level follows from severity and likelihood, with the place that was chosen.
fn matrix(lang: Lang, pack: &Pack, given: &Given) -> Markup {
    let mut heads = vec![t(lang, "severity-class")];
    heads.extend((1..=5).map(|n| format!("{} {n}", t(lang, "likelihood-short"))));
    let chosen = |s: i64, l: usize| {
        given.get("severity") == s.to_string() && given.get("likelihood") == (l + 1).to_string()
    };
    let rows = pack.matrix.iter().map(|m| {
        let mut cells = vec![html! { (m.severity) }];
        cells.extend(m.levels.iter().enumerate().map(|(l, level)| {
            let bars = LEVELS.iter().position(|x| x == level).unwrap_or(0) + 1;
            let badge = look::intensity_badge(&t(lang, &format!("alert-level-{level}")), bars);
            if chosen(m.severity, l) {
                html! { b { (badge) } }
            } else {
                badge
            }
        }));
        Row { cells, ..Row::default() }
    });
    html! {
        div class="matrix" {
            (look::data_table(&DataTable {
                lang,
                id: "matrix",
                caption: &t(lang, "matrix"),
                show_caption: true,
                columns: heads.iter().map(|h| Column::text(h)).collect(),
                rows: rows.collect(),
                narrow: Narrow::Scroll,
                ..DataTable::default()
            }))
        }
    }
}

/// A percentage as parts per million; empty is none.
pub(super) fn ppm(given: &Given, name: &str) -> Result<u64> {
    let text = given.get(name).trim_end_matches('%').trim();
    if text.is_empty() {
        return Ok(0);
    }
    let needed = || wrong(name, text, bi("0 至 100 的数", "a number from 0 to 100"));
    let n: kernel::Decimal = text.parse().map_err(|_| needed())?;
    let ppm = (n * kernel::Decimal::from(10_000)).round();
    u64::try_from(ppm).ok().filter(|p| *p <= 1_000_000).ok_or_else(needed)
}

async fn read(tx: &mut Tx, given: &Given) -> Result<Proposal> {
    let day = |name: &str| if given.get(name).is_empty() { Ok(None) } else { given.day(name).map(Some) };
    Ok(Proposal {
        title: given.get("title").into(),
        hazard: given.get("hazard").into(),
        severity: given.get("severity").parse().unwrap_or(0),
        likelihood: given.get("likelihood").parse().unwrap_or(0),
        evidence: given.get("evidence").into(),
        scope: alerts::scope(tx, given).await?,
        measures: Measures {
            lane: given.get("lane").into(),
            rate_ppm: ppm(given, "rate")?,
            hold: given.get("hold") == "true",
            tests: given.all("tests").into_iter().filter(|c| !c.is_empty()).map(str::to_owned).collect(),
        },
        starts_at: day("starts")?.map(Timestamp::start_of),
        ends_at: day("ends")?.map(end_of),
        review_at: day("review")?.map(Timestamp::start_of),
    })
}

async fn propose(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let a = found(&mut tx, &id).await?;
    let proposed = async {
        let p = read(&mut tx, &given).await?;
        alert::propose(&mut tx, &by, a.id, &p).await
    }
    .await;
    match conclude(&web, &by, &a.id.subject(), tx, proposed).await? {
        Ok(()) => Ok(done(&format!("/risk/alerts/{}", a.id))),
        Err(refusal) => form(&who, &web, &a, &given, Some(&refusal)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_read_to_the_millionth() {
        let of = |text: &str| ppm(&Given::default().with("rate", text), "rate").map_err(|_| ());
        assert_eq!([of(""), of("100"), of("2.5 %"), of("0.0001")], [Ok(0), Ok(1_000_000), Ok(25_000), Ok(1)]);
        assert_eq!([of("101"), of("-1"), of("x")], [Err(()), Err(()), Err(())]);
    }
}
