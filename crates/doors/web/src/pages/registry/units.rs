//! The unit tree, one unit with its sections and officers, and the posts.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{UnitId, bi};
use maud::{Markup, html};
use registry::people::{self, Unit};

use super::{Asked, both, coded, facts_link, officers, over_all, pairs, unit_choices, writes, writes_in};
use crate::answer::{Answer, said};
use crate::guard::{Page, Registrars, Staff, Who};
use crate::look::{self, Crumb, Field, Lang, Row, button_link, button_link_secondary, t};
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, next, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/units", tree),
        get("/units/new", new),
        post("/units/new", open),
        get("/units/{id}", one),
        get("/posts", posts),
        get("/posts/new", new_post),
        post("/posts/new", define),
    ]
}

async fn tree(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let body = html! {
        @if units.is_empty() { p { (t(lang, "no-units")) } } @else { div class="tree" { (below(lang, &units, None)) } }
    };
    let (title, label) = (t(lang, "units"), t(lang, "open-unit"));
    let actions = if writes(&who) { button_link(&label, "/units/new") } else { Markup::default() };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

/// The units below one, each with those below it. A tree of the registry has no circle: a parent is older.
fn below(lang: Lang, units: &[Unit], parent: Option<UnitId>) -> Markup {
    html! {
        ul { @for unit in units.iter().filter(|u| u.parent == parent) {
            li {
                a href={ "/units/" (unit.id) } { (said(lang, &unit.name)) }
                " " span class="quiet" { (unit.code) " · " (t(lang, &format!("unit-{}", unit.kind))) }
                (below(lang, units, Some(unit.id)))
            }
        } }
    }
}

async fn one(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => people::unit(&mut tx, id).await?,
        Err(_) => None,
    };
    let unit = found.ok_or_else(|| nothing(&id))?;
    let units = people::units(&mut tx).await?;
    let parent = units.iter().find(|u| Some(u.id) == unit.parent);
    let staff = people::officers_of(&mut tx, unit.id, &asked.after, PAGE).await?;
    let posts = people::posts(&mut tx).await?;
    let path = format!("/units/{}", unit.id);
    let list = Listing {
        lang,
        id: "officers",
        caption: "officers",
        heads: &["staff-no", "person-name", "post", "duty-state"],
        rows: staff.iter().map(|o| officers::short_row(lang, o, &posts)).collect(),
        empty: ("no-officers", "no-officers-advice"),
        next: next(&path, &staff, |o| &o.staff_no),
        first: (!asked.after.is_empty()).then_some(path.as_str()),
        paged: true,
    };
    let post_here = format!("/officers/new?unit={}", unit.id);
    let aside = if writes_in(&who, unit.branch) {
        button_link_secondary(&t(lang, "post-officer"), &post_here)
    } else {
        Markup::default()
    };
    let body = html! {
        (pairs(lang, &[
            ("code", html! { (unit.code) }),
            ("kind", html! { (t(lang, &format!("unit-{}", unit.kind))) }),
            ("name", both(lang, &unit.name)),
            ("unit-above", html! { @if let Some(p) = parent { a href={ "/units/" (p.id) } { (said(lang, &p.name)) } } @else { (t(lang, "no-data")) } }),
        ]))
        @if units.iter().any(|u| u.parent == Some(unit.id)) {
            (look::section(&t(lang, "units-below"), Markup::default(), html! { div class="tree" { (below(lang, &units, Some(unit.id))) } }))
        }
        (look::section(&t(lang, "officers"), aside, listing(list)))
    };
    let (root, title) = (t(lang, "units"), said(lang, &unit.name));
    let crumbs = [Crumb { label: &root, href: Some("/units") }, Crumb { label: &title, href: None }];
    let actions = facts_link(&who, &unit.id.subject());
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

async fn new(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    let given = Given::default().with("kind", "section");
    unit_form(&who, &web, &given, None).await
}

async fn unit_form(
    who: &Who<Registrars>,
    web: &Web,
    given: &Given,
    refusal: Option<&kernel::Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let within: Vec<Unit> = units.into_iter().filter(|u| writes_in(who, u.branch)).collect();
    let sheet = Sheet { lang, given, refusal };
    let kinds = if over_all(who) { &["branch", "section"][..] } else { &["section"][..] };
    let fields = html! {
        (sheet.code("code", "code", ""))
        (sheet.radio("kind", "kind", &coded(lang, "unit-", kinds)))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.select("unit-above", "parent", &unit_choices(lang, &within)))
    };
    let (root, title, submit) = (t(lang, "units"), t(lang, "open-unit"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/units") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/units/new", submit: &submit, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn open(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let parent = match given.get("parent").parse() {
        Ok(id) => people::unit(&mut tx, id).await?,
        Err(_) => None,
    };
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let opened = match &parent {
        Some(parent) => {
            people::open_unit(&mut tx, &by, given.get("code"), given.get("kind"), name, Some(parent)).await
        }
        None => Err(crate::pages::sheet::wrong(
            "parent",
            given.get("parent"),
            bi("选择上级单位", "choose the unit above it"),
        )),
    };
    match conclude(&web, &by, "unit/new", tx, opened).await? {
        Ok(unit) => Ok(done(&format!("/units/{}", unit.id))),
        Err(refusal) => unit_form(&who, &web, &given, Some(&refusal)).await,
    }
}

async fn posts(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let posts = people::posts(&mut tx).await?;
    let rows = posts.iter().map(|p| Row {
        cells: vec![
            html! { span id={ "post-" (p.id) } { (p.code) } },
            html! { (said(lang, &p.name)) },
            html! { @if p.tasks.is_empty() { (t(lang, "no-tasks")) } @else { (duties(lang, &p.tasks)) } },
        ],
        ..Row::default()
    });
    let body = listing(Listing {
        lang,
        id: "posts",
        caption: "posts",
        heads: &["code", "name", "tasks-needed"],
        rows: rows.collect(),
        empty: ("no-posts", "no-posts-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let (title, label) = (t(lang, "posts"), t(lang, "define-post"));
    let may = writes(&who) && over_all(&who);
    let actions = if may { button_link(&label, "/posts/new") } else { Markup::default() };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

fn duties(lang: Lang, tasks: &[String]) -> String {
    let name = |code: &String| {
        let (duty, hs) = code.split_once('/').unwrap_or((code, ""));
        match supervision::competence::Task::parse(duty) {
            Some(task) if hs.is_empty() => said(lang, &task.name()),
            Some(task) => format!("{} (HS {hs})", said(lang, &task.name())),
            None => code.clone(),
        }
    };
    tasks.iter().map(name).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

async fn new_post(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    Ok(post_form(&who, &web, &Given::default(), None))
}

fn post_form(who: &Who<Registrars>, web: &Web, given: &Given, refusal: Option<&kernel::Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let tasks: Vec<(String, String)> = supervision::competence::Task::ALL
        .iter()
        .map(|d| (d.code().to_owned(), said(lang, &d.name())))
        .collect();
    let scoped = t(lang, "tasks-scoped-hint");
    let fields = html! {
        (sheet.code("code", "code", ""))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.boxes("tasks-needed", "tasks", &tasks))
        (sheet.put("tasks-scoped", Field { name: "scoped", hint: &scoped, ..Field::default() }))
    };
    let (root, title, submit) = (t(lang, "posts"), t(lang, "define-post"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/posts") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/posts/new", submit: &submit, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

/// Tasks for all goods from the boxes, and those on goods of an HS prefix as they were written: `sample/0710`.
fn tasks_of(given: &Given) -> kernel::Result<Vec<&str>> {
    let known = |code: &str| supervision::competence::Task::parse(code).is_some();
    let mut tasks: Vec<&str> = given.all("tasks").into_iter().filter(|c| known(c)).collect();
    for scoped in given.get("scoped").split([' ', ',', '，', '、']).filter(|s| !s.is_empty()) {
        let fits = |(duty, hs): (&str, &str)| {
            known(duty) && hs.bytes().all(|b| b.is_ascii_digit()) && hs.len() <= 10
        };
        if !scoped.split_once('/').is_some_and(fits) {
            let needed =
                bi("写作 职责/HS前几位，如 sample/0710", "write task/HS digits, such as sample/0710");
            return Err(crate::pages::sheet::wrong("scoped", scoped, needed));
        }
        tasks.push(scoped);
    }
    Ok(tasks)
}

async fn define(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let defined = match tasks_of(&given) {
        Ok(tasks) => people::define_post(&mut tx, &by, given.get("code"), name, &tasks).await,
        Err(no) => Err(no),
    };
    match conclude(&web, &by, "post/new", tx, defined).await? {
        Ok(_) => Ok(done("/posts")),
        Err(refusal) => Ok(post_form(&who, &web, &given, Some(&refusal))),
    }
}
