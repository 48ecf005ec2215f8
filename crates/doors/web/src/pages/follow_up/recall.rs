//! A recall: its clock, its quantities, and line by line who has what and what became of it.
use axum::extract::{Path, State};
use kernel::{Actor, Quantity, Result};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    notification,
    recall::{self, Line, Recall, State as Where, gaps, sums},
};

use super::{chip, follows, list::recall_badge, rule};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Column, Crumb, DataTable, Kind, Lang, Row, Sign, Stat, Tone, badge, format, t,
    t_args,
};
use crate::pages::sheet::nothing;
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/recalls/{id}", one)]
}

pub(super) async fn sought(tx: &mut Tx, id: &str) -> Answer<Recall> {
    let found = match id.parse() {
        Ok(id) => recall::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let r = sought(&mut tx, &id).await?;
    let lines = recall::lines(&mut tx, r.id).await?;
    let key = format!("recall.class_{}_start_hours", r.class);
    let rule = rule(&mut tx, lang, &r.rule_version, &key).await?;
    let clock = chip(lang, tx.now(), (r.opened_at, r.start_due_at), &rule, r.started_at);
    let acts = follows(&by) && r.state != Where::Closed;
    let main = html! {
        (figures(lang, &lines))
        (facts(&mut tx, lang, &r).await?)
        (scope(lang, &r, &lines, acts))
        @if !r.plan.is_empty() { (look::section(&t(lang, "fu-plan"), html! {}, html! { p class="note" { (r.plan) } })) }
        @if !r.summary.is_empty() { (look::section(&t(lang, "fu-summary"), html! {}, html! { p class="note" { (r.summary) } })) }
    };
    let may = may_do(&mut tx, lang, &by, &r, &lines).await?;
    let body = look::split(&t(lang, "may-do"), main, may);
    let room = t(lang, "fu-recalls");
    let crumbs = [Crumb { label: &room, href: Some("/recalls") }, Crumb { label: &r.no, href: None }];
    let lede = format!("{} · {}", t(lang, &format!("fu-class-{}", r.class)), r.hazard);
    let status = html! { (recall_badge(lang, r.state)) (clock) };
    let page = Page { title: &r.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

/// Distributed, accounted for, and what is still out, unit by unit.
fn figures(lang: Lang, lines: &[Line]) -> Markup {
    let all = sums(lines);
    let words = ["fu-distributed", "fu-accounted", "fu-unaccounted", "fu-held-here"].map(|k| t(lang, k));
    let told: Vec<(usize, String, String, String)> = all
        .iter()
        .flat_map(|(unit, sum)| {
            let name = said(lang, &unit.name());
            let number = |milli: i64| Quantity { milli, unit: *unit }.number();
            let estimated = if sum.estimated > 0 {
                t_args(lang, "fu-of-it-estimated", &[("n", number(sum.estimated).into())])
            } else {
                String::new()
            };
            [
                (0, number(sum.distributed), name.clone(), String::new()),
                (1, number(sum.accounted), name.clone(), estimated),
                (2, number(sum.distributed - sum.accounted), name.clone(), String::new()),
                (3, number(sum.held), name, String::new()),
            ]
        })
        .collect();
    let stats: Vec<Stat<'_>> = told
        .iter()
        .map(|(word, value, unit, more)| Stat {
            name: &words[*word],
            value: Some(value),
            unit,
            more,
            href: None,
        })
        .collect();
    look::stats(lang, &stats)
}

async fn facts(tx: &mut Tx, lang: Lang, r: &Recall) -> Result<Markup> {
    let n = notification::one(tx, r.notification).await?.map_or_else(String::new, |n| n.no);
    let operator = trade::operator(tx, r.operator).await?;
    let name = operator.map_or_else(String::new, |o| said(lang, &o.name));
    let pairs = [
        ("operator", html! { a href={ "/operators/" (r.operator) } { (name) } }),
        ("fu-notification", html! { a href={ "/notifications/" (r.notification) } { (n) } }),
        ("fu-opened", html! { (format::date_time(r.opened_at.instant())) }),
        (
            "fu-started",
            match r.started_at {
                Some(at) => html! { (format::date_time(at.instant())) },
                None => html! { span class="quiet" { (t(lang, "fu-not-yet")) } },
            },
        ),
        ("reason", html! { (r.reason) }),
        ("rule-version", html! { (r.rule_version) }),
    ]
    .map(|(k, v)| (t(lang, k), v));
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(look::definition_list(&pairs, true))
}

/// What a line is waiting for.
fn status(lang: Lang, l: &Line) -> Markup {
    if l.held {
        return if l.settled {
            badge(Tone::Go, Sign::Check, &t(lang, "fu-line-settled"))
        } else {
            badge(Tone::Stop, Sign::Square, &t(lang, "outcome-hold"))
        };
    }
    let left = l.quantity.milli - l.accounted;
    match (l.told_at, left) {
        (None, _) => badge(Tone::Wait, Sign::Warn, &t(lang, "fu-line-untold")),
        (Some(_), 0) => badge(Tone::Go, Sign::Check, &t(lang, "fu-line-accounted")),
        (Some(_), _) => badge(Tone::Plain, Sign::Half, &t(lang, "fu-line-told")),
    }
}

fn scope(lang: Lang, r: &Recall, lines: &[Line], acts: bool) -> Markup {
    let heads =
        ["lot", "fu-consignee", "quantity", "fu-accounted", "fu-unaccounted", "stage", "fu-next-step"]
            .map(|k| t(lang, k));
    let words = ["tell", "account", "check", "split", "free"].map(|k| t(lang, &format!("fu-do-line-{k}")));
    let deed = |l: &Line, n: usize| {
        let key = ["tell", "account", "check", "split", "free"][n];
        html! { a href={ "/recalls/" (r.id) "/" (key) "?line=" (l.id) } { (words[n]) } " " }
    };
    let rows = lines.iter().map(|l| {
        let left = Quantity { milli: l.quantity.milli - l.accounted, unit: l.quantity.unit };
        let unit = said(lang, &l.quantity.unit.name());
        let accounted = Quantity { milli: l.accounted, unit: l.quantity.unit };
        Row {
            href: None,
            cells: vec![
                html! { @match l.declaration { Some(d) => a href={ "/declarations/" (d) } { (l.lot_no) }, None => (l.lot_no) } },
                html! { @if l.held { span class="quiet" { (t(lang, "fu-line-here")) } } @else { (l.consignee) } },
                html! { (l.quantity.number()) " " (unit) },
                html! { @if l.held { "—" } @else { (accounted.number()) } },
                html! { @if l.held { "—" } @else { (left.number()) } },
                html! {
                    (status(lang, l))
                    @match l.effective {
                        Some(true) => { " " (badge(Tone::Go, Sign::Check, &t(lang, "fu-effective-yes"))) },
                        Some(false) => { " " (badge(Tone::Stop, Sign::Cross, &t(lang, "fu-effective-no"))) },
                        None => {}
                    }
                },
                html! {
                    @if acts && l.held && !l.settled { (deed(l, 4)) }
                    @if acts && !l.held {
                        @if l.told_at.is_none() { (deed(l, 0)) }
                        @if r.state == Where::Started && left.milli > 0 { (deed(l, 1)) }
                        @if r.state == Where::Started && l.told_at.is_some() { (deed(l, 2)) }
                        @if left.milli > 0 { (deed(l, 3)) }
                    }
                },
            ],
            tone: if !l.held && l.told_at.is_none() { Tone::Wait } else { Tone::Plain },
            ..Row::default()
        }
    });
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    for at in 2..5 {
        columns[at] = Column::figure(&heads[at], "");
    }
    let table = look::data_table(&DataTable {
        lang,
        id: "scope",
        caption: &t(lang, "fu-scope"),
        columns,
        rows: rows.collect(),
        ..DataTable::default()
    });
    look::section(&t(lang, "fu-scope"), html! {}, table)
}

async fn may_do(tx: &mut Tx, lang: Lang, by: &Actor, r: &Recall, lines: &[Line]) -> Result<Markup> {
    let (start, close) = (t(lang, "fu-do-start-recall"), t(lang, "fu-do-close-recall"));
    let (to_start, to_close) =
        (format!("/recalls/{}/start-recall", r.id), format!("/recalls/{}/close-recall", r.id));
    if !follows(by) {
        let why = t(lang, "fu-who-follows");
        return Ok(look::may_do(lang, &[], &[Cannot { deed: &close, why: &why, clause: None }]));
    }
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    let first = t(lang, "fu-start-first");
    let mut open = String::new();
    match r.state {
        Where::Opened => {
            can.push(Action { label: &start, href: Some(&to_start), ..Action::default() });
            open = first;
        }
        Where::Started => {
            let rules = registry::rules::rules(tx).await?;
            let key = format!("recall.class_{}_check_percent", r.class);
            let percent = rules.pinned(&r.rule_version)?.pack.number(&key)?.value;
            let against: Vec<String> = gaps(lines, percent)
                .iter()
                .map(|m| format!("{}: {}", m.value, said(lang, &m.needed)))
                .collect();
            if against.is_empty() {
                can.push(Action {
                    label: &close,
                    href: Some(&to_close),
                    kind: Kind::Primary,
                    ..Action::default()
                });
            } else {
                open = against.join(lang.pick("；", "; "));
            }
        }
        Where::Closed => {}
    }
    if !open.is_empty() {
        cannot.push(Cannot { deed: &close, why: &open, clause: None });
    }
    Ok(look::may_do(lang, &can, &cannot))
}
