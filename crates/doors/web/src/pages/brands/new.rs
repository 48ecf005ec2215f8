//! Proposing a brand: the positioning sheet. What is incomplete goes back with every gap named; what lasts less than a
//! year is kept as an activity; what another unit promised already is offered to join.
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use excellence::brand::{self, Positioning, Proposed};
use kernel::{Refusal, Scope, bi};
use maud::{Markup, html};
use registry::people;

use super::evidence::unit_choices;
use crate::answer::{Answer, said};
use crate::guard::{Managers, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, Width, t};
use crate::pages::indicators::catalogue;
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands/new", ask), post("/brands/new", propose)]
}

/// The mechanisms of the article, by family.
pub(super) const MECHANISMS: [(&str, &str); 12] = [
    ("M1", "regulatory"),
    ("M2", "regulatory"),
    ("M3", "regulatory"),
    ("M4", "regulatory"),
    ("M5", "regulatory"),
    ("M6", "service"),
    ("M7", "service"),
    ("M8", "service"),
    ("M9", "service"),
    ("M10", "people"),
    ("M11", "people"),
    ("M12", "people"),
];

async fn ask(who: Who<Managers>, State(web): State<Web>) -> Answer<Response> {
    let today = web.read().await?.now().date();
    let first = jiff::civil::Date::new(today.year() + 1, 1, 1).unwrap_or(today);
    let last = jiff::civil::Date::new(today.year() + 1, 12, 31).unwrap_or(today);
    let mut given = Given::default().with("starts_on", first.to_string()).with("ends_on", last.to_string());
    if let Scope::Branch(own) = who.actor().scope {
        given = given.with("unit", own.to_string());
    }
    form(&who, &web, &given, None).await
}

/// A line that may be written in both languages.
fn both(s: &Sheet<'_>, word: &str, name: &str) -> Markup {
    s.put(word, Field { name, hint: &t(s.lang, "hint-both-languages"), required: true, ..Field::default() })
}

async fn form(who: &Who<Managers>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let mut units = unit_choices(lang, &units, None);
    if let Scope::Branch(own) = who.actor().scope {
        units.retain(|u| u.0 == own.to_string());
    }
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.select("unit", "unit", &units))
        (sheet.code("code", "code", &t(lang, "hint-brand-code")))
        (sheet.line("name-zh", "name_zh")) (sheet.line("name-en", "name_en"))
        (sheet.select("mechanism", "mechanism", &mechanisms(lang)))
        (long(&sheet, "brand-problem", "problem")) (both(&sheet, "brand-beneficiary", "beneficiary"))
        (long(&sheet, "brand-core-work", "core_work")) (both(&sheet, "brand-promise", "promise"))
        (sheet.select("main-indicator", "indicator", &fit(lang)?))
        (day(&sheet, "first-day", "starts_on")) (day(&sheet, "last-day", "ends_on"))
    };
    let (root, title, lede) = (t(lang, "brands"), t(lang, "propose-brand"), t(lang, "propose-brand-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/brands") }, Crumb { label: &title, href: None }];
    let action = "/brands/new";
    let deed =
        Deed { title: &title, lede: Some(&lede), crumbs: &crumbs, action, submit: &title, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

fn long(s: &Sheet<'_>, word: &str, name: &str) -> Markup {
    s.put(word, Field { name, kind: FieldKind::Lines(2), required: true, ..Field::default() })
}

fn day(s: &Sheet<'_>, word: &str, name: &str) -> Markup {
    s.put(
        word,
        Field { name, kind: FieldKind::Date, required: true, width: Width::Twenty, ..Field::default() },
    )
}

pub(super) fn mechanisms(lang: Lang) -> Vec<(String, String)> {
    let name = |m: &str| format!("{m} {}", t(lang, &format!("mechanism-{}", m.to_lowercase())));
    MECHANISMS.iter().map(|(m, _)| ((*m).to_owned(), name(m))).collect()
}

/// The indicators that may carry a brand.
fn fit(lang: Lang) -> kernel::Result<Vec<(String, String)>> {
    let c = catalogue()?;
    let fits = |d: &&excellence::indicator::Definition| {
        d.works() && !d.watch_only && !d.side_information && !d.money
    };
    let mut all: Vec<(String, String)> = c
        .definitions
        .iter()
        .filter(fits)
        .map(|d| (d.id.clone(), format!("{} {}", d.id, said(lang, &d.name()))))
        .collect();
    all.dedup_by(|a, b| a.0 == b.0);
    Ok(all)
}

fn read(g: &Given) -> kernel::Result<Positioning> {
    let mechanism = g.get("mechanism").to_owned();
    let family = MECHANISMS.iter().find(|m| m.0 == mechanism).map(|m| m.1).unwrap_or_default();
    let unit =
        g.get("unit").parse().map_err(|_| wrong("unit", g.get("unit"), bi("选择单位", "choose a unit")))?;
    let text = |name: &str| g.get(name).to_owned();
    Ok(Positioning {
        code: text("code"),
        unit,
        family: family.into(),
        mechanism,
        name: bi(g.get("name_zh"), g.get("name_en")),
        problem: text("problem"),
        beneficiary: text("beneficiary"),
        core_work: text("core_work"),
        promise: text("promise"),
        indicator: text("indicator"),
        starts_on: g.day("starts_on")?,
        ends_on: g.day("ends_on")?,
    })
}

async fn propose(
    who: Who<Managers>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let c = catalogue()?;
    let mut tx = web.begin().await?;
    let proposed = match read(&given) {
        Ok(p) => brand::propose(&mut tx, &c, &by, &p).await,
        Err(no) => Err(no),
    };
    match conclude(&web, &by, "brand/new", tx, proposed).await? {
        Ok(Proposed::Brand(id) | Proposed::Activity(id)) => Ok(done(&format!("/brands/{id}"))),
        Err(refusal) => form(&who, &web, &given, Some(&refusal)).await,
    }
}
