//! Officers: the list, one officer with authorisations, interests and recent work, and taking up a post.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{OfficerId, Refusal, Timestamp, bi};
use maud::{Markup, html};
use registry::people::{self, Officer, Post};
use registry::trade;
use serde::Deserialize;
use supervision::{assessment, competence};

use super::{
    Asked, authorise, both, facts_link, finder, pairs, sees_interests, unit_choices, writes, writes_in,
};
use crate::answer::{Answer, said};
use crate::guard::{Page, Registrars, Staff, Who};
use crate::look::{
    self, Crumb, FieldKind, Lang, Row, Sign, Tone, badge, button_link, button_link_secondary, format, t,
};
use crate::pages::sheet::{
    Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, next, nothing, wrong,
};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Weeks of work that an officer's page looks back on.
const WEEKS: i64 = 8;
/// Stations of work shown.
const STEPS: i64 = 100;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/officers", list),
        get("/officers/new", new),
        post("/officers/new", post_one),
        get("/officers/{id}", one),
        get("/interests/new", declaring),
        post("/interests/new", declare),
    ]
}

/// An officer in a list: staff number, name, post, whether on duty.
pub(super) fn short_row(lang: Lang, o: &Officer, posts: &[Post]) -> Row<'static> {
    let post = posts.iter().find(|p| p.id == o.post).map(|p| said(lang, &p.name)).unwrap_or_default();
    Row {
        href: Some(format!("/officers/{}", o.id)),
        cells: vec![
            html! { (o.staff_no) },
            html! { (said(lang, &o.name)) },
            html! { (post) },
            on_duty(lang, o.on_duty),
        ],
        ..Row::default()
    }
}

fn on_duty(lang: Lang, yes: bool) -> Markup {
    if yes {
        badge(Tone::Go, Sign::Check, &t(lang, "on-duty"))
    } else {
        badge(Tone::Quiet, Sign::Dash, &t(lang, "off-duty"))
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let (posts, units) = (people::posts(&mut tx).await?, people::units(&mut tx).await?);
    let (found, paged) = match asked.hits(&mut tx, "officer").await? {
        Some(hits) => {
            let mut found = Vec::new();
            for hit in hits {
                found.extend(people::officer(&mut tx, OfficerId(hit.id)).await?);
            }
            (found, false)
        }
        None => (people::officers(&mut tx, &asked.after, PAGE).await?, true),
    };
    let row = |o: &Officer| {
        let mut row = short_row(lang, o, &posts);
        let unit = units.iter().find(|u| u.id == o.unit).map(|u| said(lang, &u.name)).unwrap_or_default();
        row.cells.insert(2, html! { (unit) });
        row
    };
    let table = listing(Listing {
        lang,
        id: "officers",
        caption: "officers",
        heads: &["staff-no", "person-name", "unit", "post", "duty-state"],
        rows: found.iter().map(row).collect(),
        empty: ("no-officers", "no-officers-advice"),
        next: next("/officers", &found, |o| &o.staff_no).filter(|_| paged),
        first: (!asked.after.is_empty()).then_some("/officers"),
        paged,
    });
    let (title, label) = (t(lang, "officers"), t(lang, "post-officer"));
    let actions = if writes(&who) { button_link(&label, "/officers/new") } else { Markup::default() };
    let body = html! { (finder(lang, "/officers", &asked.q)) (table) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => people::officer(&mut tx, id).await?,
        Err(_) => None,
    };
    let o = found.ok_or_else(|| nothing(&id))?;
    let unit = people::unit(&mut tx, o.unit).await?;
    let post = people::posts(&mut tx).await?.into_iter().find(|p| p.id == o.post);
    let held = competence::of_officer(&mut tx, o.id).await?;
    let since = Timestamp(tx.now().0 - WEEKS * 7 * Timestamp::DAY);
    let steps = competence::done_by(&mut tx, o.id, since, STEPS).await?;
    let needs = assessment::needs(&mut tx, o.id).await?;
    let own = who.session.account.officer == Some(o.id);
    let may = writes_in(&who, o.branch) && !own;
    let interests = if own || sees_interests(&who) {
        Some(people::interests(&mut tx, &who.actor(), o.id).await?)
    } else {
        None
    };
    let now = tx.now();
    let body = html! {
        (pairs(lang, &[
            ("staff-no", html! { (o.staff_no) }),
            ("person-name", both(lang, &o.name)),
            ("unit", html! { @if let Some(u) = &unit { a href={ "/units/" (u.id) } { (said(lang, &u.name)) } } }),
            ("post", html! { @if let Some(p) = &post { a href={ "/posts#post-" (p.id) } { (said(lang, &p.name)) } } }),
            ("duty-state", on_duty(lang, o.on_duty)),
        ]))
        @if !needs.is_empty() { (look::section(&t(lang, "post-needs"), assess_link(lang, &o.staff_no, may), needed(lang, &needs))) }
        (look::section(&t(lang, "authorisations"), authorise::deeds(lang, o.id, may), authorise::of_officer(lang, &held, now, may)))
        @if let Some(interests) = &interests { (interest_section(lang, interests, own)) }
        (look::section(&t(lang, "recent-work"), Markup::default(), step_list(lang, &steps)))
    };
    let (root, title) = (t(lang, "officers"), said(lang, &o.name));
    let crumbs = [Crumb { label: &root, href: Some("/officers") }, Crumb { label: &o.staff_no, href: None }];
    let actions = facts_link(&who, &o.id.subject());
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// The way to an assessment, for those who open one.
fn assess_link(lang: Lang, staff_no: &str, may: bool) -> Markup {
    let place = format!("/assessments/new?staff_no={staff_no}");
    if may { button_link_secondary(&t(lang, "open-assessment"), &place) } else { Markup::default() }
}

/// What the post needs, and what of it is held.
fn needed(lang: Lang, needs: &[assessment::Need]) -> Markup {
    html! {
        ul class="plain-list" { @for n in needs {
            li {
                (said(lang, &n.duty.name())) " · " (authorise::goods(lang, &n.hs_prefix)) " "
                @match n.held_until {
                    Some(until) => (badge(Tone::Go, Sign::Check, &format::date_of(until.instant()))),
                    None => (badge(Tone::Wait, Sign::Warn, &t(lang, "not-held"))),
                }
            }
        } }
    }
}

fn interest_section(lang: Lang, interests: &[people::Interest], own: bool) -> Markup {
    let rows = interests.iter().map(|i| Row {
        href: Some(format!("/operators/{}", i.operator)),
        cells: vec![
            html! { (i.code) },
            html! { (said(lang, &i.name)) },
            html! { @match &i.reason { Some(reason) => (reason), None => span class="quiet" { (t(lang, "reason-withheld")) } } },
            html! { (format::date_of(i.declared_at.instant())) },
        ],
        ..Row::default()
    });
    let aside = if own {
        button_link_secondary(&t(lang, "declare-interest"), "/interests/new")
    } else {
        Markup::default()
    };
    let table = listing(Listing {
        lang,
        id: "interests",
        caption: "interests",
        heads: &["code", "operator", "reason", "declared-on"],
        rows: rows.collect(),
        empty: ("no-interests", "no-interests-advice"),
        next: None,
        first: None,
        paged: false,
    });
    look::section(&t(lang, "interests"), aside, table)
}

fn step_list(lang: Lang, steps: &[competence::Done]) -> Markup {
    let rows = steps.iter().map(|s| Row {
        href: Some(format!("/declarations/{}", s.declaration)),
        cells: vec![
            html! { (s.no) },
            html! { (said(lang, &s.duty.name())) },
            html! { (format::date_time(s.at.instant())) },
        ],
        ..Row::default()
    });
    listing(Listing {
        lang,
        id: "steps",
        caption: "recent-work",
        heads: &["declaration-number", "duty", "time"],
        rows: rows.collect(),
        empty: ("no-steps", "no-steps-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

#[derive(Default, Deserialize)]
struct Where {
    #[serde(default)]
    unit: String,
}

async fn new(who: Who<Registrars>, State(web): State<Web>, Query(place): Query<Where>) -> Answer<Response> {
    officer_form(&who, &web, &Given::default().with("unit", place.unit), None).await
}

async fn officer_form(
    who: &Who<Registrars>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let within: Vec<_> = units.into_iter().filter(|u| writes_in(who, u.branch)).collect();
    let posts = people::posts(&mut tx).await?;
    let posts: Vec<(String, String)> =
        posts.iter().map(|p| (p.id.to_string(), format!("{} · {}", p.code, said(lang, &p.name)))).collect();
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.code("staff-no", "code", ""))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.select("unit", "unit", &unit_choices(lang, &within)))
        (sheet.select("post", "post", &posts))
    };
    let (root, title, submit) = (t(lang, "officers"), t(lang, "post-officer"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/officers") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/officers/new", submit: &submit, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn post_one(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let unit = match given.get("unit").parse() {
        Ok(id) => people::unit(&mut tx, id).await?,
        Err(_) => None,
    };
    let posts = people::posts(&mut tx).await?;
    let post = posts.iter().find(|p| p.id.to_string() == given.get("post"));
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let posted = match (&unit, post) {
        (Some(unit), Some(post)) => {
            people::post_officer(&mut tx, &by, given.get("code"), &name, unit, post.id).await
        }
        (None, _) => Err(wrong("unit", given.get("unit"), bi("选择单位", "choose a unit"))),
        (_, None) => Err(wrong("post", given.get("post"), bi("选择岗位", "choose a post"))),
    };
    match conclude(&web, &by, "officer/new", tx, posted).await? {
        Ok(id) => Ok(done(&format!("/officers/{id}"))),
        Err(refusal) => officer_form(&who, &web, &given, Some(&refusal)).await,
    }
}

async fn declaring(who: Who<Staff>, State(web): State<Web>) -> Answer<Response> {
    Ok(interest_form(&who, &web, &Given::default(), None))
}

fn interest_form(who: &Who<Staff>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let kind = FieldKind::Lines(3);
    let hint = t(lang, "interest-reason-hint");
    let fields = html! {
        (sheet.code("operator-code", "operator", &t(lang, "operator-code-hint")))
        (sheet.put("reason", look::Field { name: "reason", hint: &hint, kind, required: true, ..look::Field::default() }))
    };
    let (title, lede, submit) =
        (t(lang, "declare-interest"), t(lang, "declare-interest-lede"), t(lang, "send"));
    let own = who.session.account.officer.map(|o| format!("/officers/{o}")).unwrap_or_default();
    let name = said(lang, &who.session.account.name);
    let crumbs = [Crumb { label: &name, href: Some(&own) }, Crumb { label: &title, href: None }];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/interests/new",
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

async fn declare(
    who: Who<Staff>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let officer = by.officer.ok_or_else(|| nothing("officer"))?;
    let mut tx = web.begin().await?;
    let declared = match trade::operator_by_code(&mut tx, given.get("operator")).await? {
        Some(operator) => {
            people::declare_interest(&mut tx, &by, officer, operator.id, given.get("reason")).await
        }
        None => Err(wrong(
            "operator",
            given.get("operator"),
            bi("没有该企业，核对代码", "no such operator; check the code"),
        )),
    };
    match conclude(&web, &by, &officer.subject(), tx, declared).await? {
        Ok(()) => Ok(done(&format!("/officers/{officer}"))),
        Err(refusal) => Ok(interest_form(&who, &web, &given, Some(&refusal))),
    }
}
