//! My work: what waits for this person, the soonest deadline first, grouped by what he or she may do.
use axum::extract::{Query, State};
use kernel::{Actor, DeclarationId, Refusal, Result, Role, Timestamp, bi};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use supervision::competence::{self, Task};
use supervision::declaration::{Stage, clock};
use supervision::worklist::{self, Listed, Queue};

use super::parts;
use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Empty, Flash, Lang, Pager, Row, Tab, Tone, format, t, t_args,
};
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

/// Rows of each group on the first page, and of one group's own page.
const FIRST: i64 = 10;
const PAGE: i64 = 50;
/// Nobody reads a count beyond this.
const MOST: i64 = 1000;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/", home)]
}

/// A group of work: its key in the URL and in the locales (`work-KEY`), where it waits, and who does it.
struct Group {
    key: &'static str,
    queue: Queue,
    duty: Option<Task>,
    roles: &'static [Role],
}

const GROUPS: [Group; 8] = [
    Group { key: "answer", queue: Queue::At(Stage::Returned), duty: None, roles: &[Role::Declarant] },
    Group { key: "accept", queue: Queue::At(Stage::Lodged), duty: Some(Task::Accept), roles: &[Role::Clerk] },
    Group {
        key: "inspect",
        queue: Queue::At(Stage::Inspecting),
        duty: Some(Task::Inspect),
        roles: &[Role::Inspector],
    },
    Group {
        key: "test",
        queue: Queue::At(Stage::Testing),
        duty: Some(Task::Test),
        roles: &[Role::Laboratory],
    },
    Group {
        key: "release",
        queue: Queue::At(Stage::Deciding),
        duty: Some(Task::Release),
        roles: &[Role::Releaser],
    },
    Group { key: "sign", queue: Queue::ToSign, duty: Some(Task::Certify), roles: &[Role::Certifier] },
    Group { key: "returned", queue: Queue::At(Stage::Returned), duty: None, roles: &[Role::Clerk] },
    Group { key: "underway", queue: Queue::At(Stage::Lodged), duty: None, roles: &[Role::Declarant] },
];
/// Those who oversee see what waits for others.
const OVERSEERS: [Role; 5] = [Role::Manager, Role::Risk, Role::Registrar, Role::Admin, Role::Auditor];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    r#do: String,
    at: Option<i64>,
    id: Option<DeclarationId>,
}

/// The groups of a person: own ones, or those of everybody for one who oversees.
fn groups(by: &Actor) -> Vec<&'static Group> {
    let own: Vec<_> = GROUPS.iter().filter(|g| by.has(g.roles)).collect();
    if own.is_empty() && by.has(&OVERSEERS) {
        return GROUPS.iter().filter(|g| !g.roles.contains(&Role::Declarant)).collect();
    }
    own
}

async fn home(who: Who<AnyRole>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let mine = groups(&by);
    if !asked.r#do.is_empty() {
        let Some(group) = mine.iter().find(|g| g.key == asked.r#do) else {
            let what = bi("这不是您的工作列表", "this is no list of your work");
            return Err(Refusal::new("work.not_found", what).into());
        };
        return one_group(&who, &web, &mut tx, (group, &mine), &asked).await;
    }
    let lacking = lacking(&mut tx, &by, &mine).await?;
    let warning = t_args(lang, "work-unauthorised", &[("duties", said_all(lang, &lacking).into())]);
    let flashes = [Flash { tone: Tone::Wait, text: &warning }];
    let mut rows = Vec::new();
    let titles: Vec<String> = mine.iter().map(|g| t(lang, &format!("work-{}", g.key))).collect();
    for (g, title) in mine.iter().zip(&titles) {
        for l in worklist::due(&mut tx, &by, g.queue, None, FIRST).await? {
            rows.push(Row { group: Some(title), ..row(&mut tx, lang, &by, &l).await? });
        }
    }
    let abroad = super::follow_up::waiting(&mut tx, lang, &by, FIRST).await?;
    let brands = super::brands::waiting(&mut tx, lang, &by).await?;
    let elsewhere = !abroad.0.is_empty() || !brands.0.is_empty();
    // Whoever has nothing else to do reads no empty list above what waits.
    let body = html! {
        (tabs(&mut tx, lang, &by, &mine, "").await?)
        @if !rows.is_empty() || !elsewhere { (table(lang, rows, None)) }
        (abroad)
        (brands)
    };
    let overseer = mine.iter().all(|g| !by.has(g.roles)) && !elsewhere;
    let title = t(lang, "my-work");
    let lede = t(lang, if overseer { "work-lede-overseer" } else { "work-lede" });
    let page = Page {
        title: &title,
        lede: Some(&lede),
        flashes: if lacking.is_empty() { &[] } else { &flashes },
        ..Page::default()
    };
    Ok(who.page(&web, page, body))
}

/// The whole and each group as tabs, with how many wait; beyond [`MOST`] nobody counts.
async fn tabs(tx: &mut Tx, lang: Lang, by: &Actor, mine: &[&Group], current: &str) -> Result<Markup> {
    let mut told = vec![(t(lang, "work-all"), "/".to_owned(), None, current.is_empty())];
    for g in mine {
        let n = worklist::count(tx, by, g.queue, MOST).await?;
        let name = t(lang, &format!("work-{}", g.key));
        let name = if n >= MOST { format!("{name} ({}+)", format::integer(MOST - 1)) } else { name };
        let n = u64::try_from(n).ok().filter(|_| n < MOST);
        told.push((name, format!("/?do={}", g.key), n, g.key == current));
    }
    let all: Vec<Tab<'_>> = told
        .iter()
        .map(|(label, href, count, current)| Tab { label, href, count: *count, current: *current })
        .collect();
    Ok(html! { @if mine.len() > 1 || !current.is_empty() { (look::tabs(&t(lang, "my-work"), &all)) } })
}

fn said_all(lang: Lang, duties: &[Task]) -> String {
    duties.iter().map(|d| said(lang, &d.name())).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// Duties of the own groups for which the officer holds no valid authorisation: better said here than at the act.
async fn lacking(tx: &mut Tx, by: &Actor, mine: &[&Group]) -> Result<Vec<Task>> {
    let Some(officer) = by.officer else { return Ok(Vec::new()) };
    let now = tx.now();
    let held = competence::of_officer(tx, officer).await?;
    let valid = |duty: Task| {
        held.iter().any(|a| a.duty == duty && a.valid_from <= now && now < a.valid_to && a.ended.is_none())
    };
    Ok(mine.iter().filter(|g| by.has(g.roles)).filter_map(|g| g.duty).filter(|d| !valid(*d)).collect())
}

async fn one_group(
    who: &Who<AnyRole>,
    web: &Web,
    tx: &mut Tx,
    (group, mine): (&Group, &[&Group]),
    asked: &Asked,
) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let after = asked.at.zip(asked.id).map(|(at, id)| (Timestamp(at), id));
    let found = worklist::due(tx, &by, group.queue, after, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next = found.last().filter(|_| full).map(|l| {
        let d = &l.declaration;
        let pairs = [("do", group.key.to_owned()), ("at", d.due_at.0.to_string()), ("id", d.id.to_string())];
        with_query("/", &pairs)
    });
    let first = format!("/?do={}", group.key);
    let mut rows = Vec::with_capacity(found.len());
    for l in &found {
        rows.push(row(tx, lang, &by, l).await?);
    }
    let pager = Pager { next: next.as_deref(), first: after.map(|_| first.as_str()), ..Pager::default() };
    let (title, home) = (t(lang, &format!("work-{}", group.key)), t(lang, "my-work"));
    let crumbs = [Crumb { label: &home, href: Some("/") }, Crumb { label: &title, href: None }];
    let page = Page { title: &title, crumbs: &crumbs, ..Page::default() };
    let body = html! { (tabs(tx, lang, &by, mine, group.key).await?) (table(lang, rows, Some(pager))) };
    Ok(who.page(web, page, body))
}

fn table(lang: Lang, rows: Vec<Row<'_>>, pager: Option<Pager<'_>>) -> Markup {
    let heads = ["declaration-number", "deadline", "goods", "operator", "market", "lane", "stage"]
        .map(|k| t(lang, k));
    let (none, advice) = (t(lang, "work-none"), t(lang, "work-none-advice"));
    look::data_table(&DataTable {
        lang,
        id: "work",
        caption: &t(lang, "my-work"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows,
        empty: Empty {
            title: &none,
            advice: &advice,
            actions: look::button_link_secondary(&t(lang, "declarations"), "/declarations"),
        },
        pager,
        ..DataTable::default()
    })
}

async fn row(tx: &mut Tx, lang: Lang, by: &Actor, l: &Listed) -> Result<Row<'static>> {
    let d = &l.declaration;
    let reading = clock::brief(tx, d, l.suspended_since).await?;
    let tone = match &reading {
        Some(c) if c.suspended.is_none() && c.left < 0 => Tone::Stop,
        Some(c) if c.suspended.is_none() && c.left * 5 <= c.total => Tone::Wait,
        _ => Tone::Plain,
    };
    Ok(Row {
        href: Some(format!("/declarations/{}", d.id)),
        cells: vec![
            html! { (d.no) },
            parts::clock(lang, reading.as_ref()),
            html! { (d.goods) },
            html! { (said(lang, &l.operator)) },
            html! { (d.market) },
            parts::lane_brief(lang, by, d),
            parts::stage_badge(lang, d.stage),
        ],
        tone,
        ..Row::default()
    })
}
