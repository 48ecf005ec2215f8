//! One notification: what it says, which lots it may be about, what runs because of it, what was done; and what
//! this person may do now, and why not the rest.
use axum::extract::{Path, State};
use kernel::{Actor, Result, bi};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    class_review, correction,
    notification::{self, Deed, Notification, Stage, Step},
    recall, series, traceback,
};

use super::{cause, chip, clock, follows, hazard, list, reach_badge, share, stage_badge};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Cite, Column, Crumb, DataTable, Empty, Event, EventKind, Kind, Lang, Row, Sign,
    Tone, badge, format, t, t_args,
};
use crate::pages::history::People;
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/notifications/{id}", one)]
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let n = list::sought(&mut tx, &id).await?;
    let steps = notification::steps(&mut tx, n.id).await?;
    let main = html! {
        (says(&mut tx, lang, &n).await?)
        (request(lang, &n, &steps))
        (lots(&mut tx, lang, &n).await?)
        (runs(&mut tx, lang, &n).await?)
    };
    let may = may_do(&mut tx, lang, &by, &n).await?;
    let body = html! {
        (look::split(&t(lang, "may-do"), main, may))
        (look::section(&t(lang, "timeline"), html! {}, timeline(&mut tx, lang, &n, &steps).await?))
    };
    let room = t(lang, "fu-notifications");
    let crumbs = [Crumb { label: &room, href: Some("/notifications") }, Crumb { label: &n.no, href: None }];
    let status = html! {
        (stage_badge(lang, n.stage)) (clock(&mut tx, lang, &n).await?)
        @if n.notice.serious { (badge(Tone::Stop, Sign::Warn, &t(lang, "fu-serious"))) }
    };
    let lede = format!("{} · {}", n.notice.product, hazard(lang, &n.notice.hazard_category));
    let page = Page { title: &n.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

/// What the notification says; what it does not say is left out.
async fn says(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let s = &n.notice;
    let plant = match n.plant {
        Some(id) => trade::plant(tx, id).await?,
        None => None,
    };
    let source = format!("{} {}", t(lang, &format!("fu-source-{}", s.source)), s.reference);
    let maybe = |v: &Option<String>| html! { (v.clone().unwrap_or_default()) };
    let pairs = [
        ("fu-source", html! { (source) @if !s.kind.is_empty() { " · " (s.kind) } }),
        ("fu-notifier", html! { (s.notifier) }),
        ("fu-notified-on", html! { (s.notified_on) }),
        ("fu-received", html! { (format::date_time(n.received_at.instant())) }),
        ("fu-product", html! { (s.product) }),
        ("fu-category", html! { (s.category) }),
        ("fu-hazard", html! { (s.hazard) }),
        ("fu-hazard-category", html! { (hazard(lang, &s.hazard_category)) }),
        ("fu-origin", html! { (s.origin.join("; ")) }),
        ("market", maybe(&s.market)),
        ("fu-port", maybe(&s.port)),
        ("fu-lot-no", maybe(&s.lot_no)),
        (
            "plant",
            match &plant {
                Some(p) => {
                    html! { a href={ "/plants/" (p.id) } { (said(lang, &p.name)) } " " span class="code" { (p.filing_no) } }
                }
                None => html! {},
            },
        ),
        ("rule-version", html! { (n.rule_version) }),
    ];
    let pairs: Vec<(String, Markup)> =
        pairs.into_iter().filter(|(_, v)| !v.0.is_empty()).map(|(k, v)| (t(lang, k), v)).collect();
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(look::definition_list(&pairs, true))
}

/// The drafted request for what is lacking, while it is lacking.
fn request(lang: Lang, n: &Notification, steps: &[Step]) -> Markup {
    let draft = steps.iter().rev().find_map(|s| match &s.deed {
        Deed::RequestDrafted { text } => Some(text),
        _ => None,
    });
    match draft.filter(|_| n.stage == Stage::Insufficient) {
        Some(text) => look::section(
            &t(lang, "fu-request"),
            html! {},
            html! { p class="quiet" { (t(lang, "fu-request-lede")) } p class="note" { (text.en) } @if lang == Lang::ZhCn { p class="note" { (text.zh) } } },
        ),
        None => html! {},
    }
}

/// The lots that the panel named, else those that it may be about, with why and where they are.
async fn lots(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let named = notification::attributed_lots(tx, n.id).await?;
    let candidates = notification::candidates(tx, n.id).await?;
    let ids: Vec<_> =
        if named.is_empty() { candidates.iter().map(|c| c.lot).collect() } else { named.clone() };
    let heads =
        ["lot", "goods", "quantity", "declaration-number", "market", "fu-confidence", "fu-because", "stage"]
            .map(|k| t(lang, k));
    let mut rows = Vec::new();
    for r in notification::reach(tx, &ids).await? {
        let c = candidates.iter().find(|c| c.lot == r.lot);
        let why: Vec<String> =
            c.map(|c| c.reasons.iter().map(|w| said(lang, w)).collect()).unwrap_or_default();
        let sure = match c {
            _ if !named.is_empty() => t(lang, "fu-by-panel"),
            Some(c) => share(c.confidence_ppm),
            None => String::new(),
        };
        rows.push(Row {
            href: Some(format!("/declarations/{}", r.declaration)),
            cells: vec![
                html! { (r.lot_no) },
                html! { (r.goods) },
                html! { (r.quantity.number()) " " (said(lang, &r.quantity.unit.name())) },
                html! { (r.declaration_no) },
                html! { (r.market) },
                html! { (sure) },
                html! { (why.join(lang.pick("；", "; "))) },
                reach_badge(lang, &r),
            ],
            ..Row::default()
        });
    }
    let (none, advice) = (t(lang, "fu-no-lots"), t(lang, "fu-no-lots-advice"));
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    columns[2] = Column::figure(&heads[2], "");
    columns[5] = Column::figure(&heads[5], "");
    let title = t(lang, if named.is_empty() { "fu-candidates" } else { "fu-attributed" });
    let table = look::data_table(&DataTable {
        lang,
        id: "lots",
        caption: &title,
        columns,
        rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        ..DataTable::default()
    });
    Ok(look::section(&title, html! {}, table))
}

/// Traces, recalls, corrections and series of the notification, each with its clock.
async fn runs(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let now = tx.now();
    let mut rows = Vec::new();
    let mut line = |href: String, what: &str, name: String, state: Markup, clock: Markup| {
        let cells = vec![html! { (name) }, html! { (t(lang, what)) }, state, clock];
        rows.push(Row { href: Some(href), cells, ..Row::default() });
    };
    for x in traceback::of_notification(tx, n.id).await? {
        let clock = chip(lang, now, (x.started_at, x.due_at), "", x.ended_at);
        line(format!("/tracebacks/{}", x.id), "fu-trace", x.no.clone(), super::trace::state(lang, &x), clock);
    }
    for r in recall::of_notification(tx, n.id).await? {
        let clock = chip(lang, now, (r.opened_at, r.start_due_at), "", r.started_at);
        line(format!("/recalls/{}", r.id), "fu-recall", r.no, list::recall_badge(lang, r.state), clock);
    }
    for c in correction::of_notification(tx, n.id).await? {
        let clock = chip(lang, now, (c.opened_at, c.due_at), "", c.verified_at);
        line(
            format!("/corrections/{}", c.id),
            "fu-correction",
            c.no,
            list::correction_badge(lang, c.state),
            clock,
        );
    }
    for s in series::of_notification(tx, n.id).await? {
        let name = format!("{} · {}", s.heading, s.market);
        let run =
            html! { (t_args(lang, "fu-clean-of", &[("n", s.clean.into()), ("needed", s.needed.into())])) };
        line(format!("/series/{}", s.id), "fu-one-series", name, super::series::state(lang, &s), run);
    }
    for r in class_review::of_notification(tx, n.id).await? {
        let clock = chip(lang, now, (r.opened_at, r.due_at), "", r.decided.map(|(_, at)| at));
        let state = super::class_review::state(lang, r.outcome);
        line(format!("/class-reviews/{}", r.id), "fu-class-review", r.no, state, clock);
    }
    if rows.is_empty() {
        return Ok(html! {});
    }
    let heads = ["fu-number", "kind", "stage", "deadline"].map(|k| t(lang, k));
    let table = look::data_table(&DataTable {
        lang,
        id: "runs",
        caption: &t(lang, "fu-runs"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows,
        ..DataTable::default()
    });
    Ok(look::section(&t(lang, "fu-runs"), html! {}, table))
}

/// What a deed says in words.
fn told(lang: Lang, deed: &Deed) -> (String, String) {
    let what = t(lang, &format!("fu-step-{}", deed.code().replace('_', "-")));
    let note = match deed {
        Deed::RequestDrafted { text } => said(lang, text),
        Deed::Supplemented { lot_no, plant, port, market } => {
            let told = [lot_no, plant, port, market].into_iter().flatten();
            told.map(String::as_str).collect::<Vec<_>>().join(" · ")
        }
        Deed::Held { lots } => t_args(lang, "fu-n-lots", &[("n", lots.len().into())]),
        Deed::Freed { lots, reason } => {
            format!("{} · {reason}", t_args(lang, "fu-n-lots", &[("n", lots.len().into())]))
        }
        Deed::Attributed { finding, panel, lots } => {
            let counted = [("lots", lots.len().into()), ("panel", panel.len().into())];
            format!("{} · {finding}", t_args(lang, "fu-n-lots-by-panel", &counted))
        }
        Deed::Cause { category, evidence } => format!("{} · {evidence}", cause(lang, category)),
        Deed::Interviewed { person, place, .. } => format!("{person} · {place}"),
        Deed::NotAttributable { reason }
        | Deed::Monitored { reason }
        | Deed::Closed { reason }
        | Deed::Reopened { reason } => reason.clone(),
        Deed::Report { text } | Deed::FinalReport { text } => text.clone(),
    };
    (what, note)
}

async fn timeline(tx: &mut Tx, lang: Lang, n: &Notification, steps: &[Step]) -> Result<Markup> {
    let people = People::load(tx, lang, steps.iter().filter_map(|s| s.officer)).await?;
    let paper = t(lang, "fu-paper");
    let rows: Vec<_> = steps
        .iter()
        .rev()
        .map(|s| {
            let at = s.at.instant();
            let printed = matches!(
                s.deed,
                Deed::Report { .. }
                    | Deed::FinalReport { .. }
                    | Deed::Interviewed { .. }
                    | Deed::RequestDrafted { .. }
            );
            let href = printed.then(|| format!("/notifications/{}/papers/{}", n.id, s.id));
            (format::date_time(at), format::machine_time(at), told(lang, &s.deed), href, s)
        })
        .collect();
    let by_rule = said(lang, &bi("按规则", "by rule"));
    let events: Vec<Event<'_>> = rows
        .iter()
        .map(|(at, machine_at, (what, note), href, s)| {
            let (who, post, unit) = s.officer.map_or((by_rule.as_str(), "", ""), |o| people.of(o));
            let kind = match s.deed {
                Deed::Held { .. } => EventKind::Stop,
                Deed::FinalReport { .. } | Deed::Closed { .. } => EventKind::Go,
                Deed::Reopened { .. } => EventKind::Override,
                Deed::RequestDrafted { .. } => EventKind::System,
                _ => EventKind::Act,
            };
            let evidence = href.iter().map(|h| Cite::link(&paper, h)).collect();
            Event {
                at,
                machine_at,
                kind,
                what,
                who,
                post,
                unit,
                note: Some(note.as_str()).filter(|n| !n.is_empty()),
                evidence,
                ..Event::default()
            }
        })
        .collect();
    if events.is_empty() {
        return Ok(html! { p class="quiet" { (t(lang, "fu-nothing-done")) } });
    }
    Ok(look::timeline(lang, &events))
}

/// Which deeds are open at a stage, the next step first.
fn open_at(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Watching => &[],
        Stage::Received => {
            &["attribute", "hold", "trace", "report", "recall", "supplement", "interview", "not-attributable"]
        }
        Stage::Insufficient => {
            &["supplement", "attribute", "hold", "trace", "report", "interview", "not-attributable"]
        }
        Stage::Attributed => &["cause", "recall", "trace", "hold", "interview", "report"],
        Stage::Measures => &["final", "recall", "trace", "interview", "report", "hold"],
        Stage::NotAttributable => &["final", "report"],
        Stage::Replied | Stage::Monitored => &["close", "reopen", "recall"],
        Stage::Closed => &["reopen"],
    }
}

/// Deeds that people look for, and what has to be there before.
const LATER: [(&str, &[Stage]); 4] = [
    ("cause", &[Stage::Attributed]),
    ("final", &[Stage::Measures, Stage::NotAttributable]),
    ("close", &[Stage::Replied, Stage::Monitored]),
    ("recall", &[Stage::Received, Stage::Attributed, Stage::Measures, Stage::Replied, Stage::Monitored]),
];

/// What this person may do now, and why not the rest.
async fn may_do(tx: &mut Tx, lang: Lang, by: &Actor, n: &Notification) -> Result<Markup> {
    if !follows(by) {
        let (deed, why) = (t(lang, "fu-follow-up"), t(lang, "fu-who-follows"));
        return Ok(look::may_do(lang, &[], &[Cannot { deed: &deed, why: &why, clause: None }]));
    }
    let mut held = notification::held(tx, n.id).await?;
    held.truncate(1);
    let mut keys: Vec<&str> = open_at(n.stage).to_vec();
    // Holding is offered only while something is left to hold.
    let stops = super::deeds::about(tx, n).await?.iter().any(|r| r.gone.is_none() && !r.held);
    let holds = keys.contains(&"hold");
    keys.retain(|key| *key != "hold" || stops);
    if !held.is_empty() {
        keys.push("free");
    }
    let words: Vec<(String, String, bool)> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| {
            let href = match *key {
                "trace" => format!("/tracebacks/new?notification={}", n.id),
                "recall" => format!("/recalls/new?notification={}", n.id),
                key => format!("/notifications/{}/{key}", n.id),
            };
            (t(lang, &format!("fu-do-{key}")), href, at == 0)
        })
        .collect();
    let can: Vec<Action<'_>> = words
        .iter()
        .map(|(label, href, first)| Action {
            label,
            href: Some(href),
            kind: if *first { Kind::Primary } else { Kind::Secondary },
            ..Action::default()
        })
        .collect();
    let later: Vec<(String, String)> = LATER
        .iter()
        .filter(|(key, _)| !keys.contains(key) && n.stage != Stage::Watching && n.stage != Stage::Closed)
        .map(|(key, at)| {
            let names: Vec<String> = at.iter().map(|s| said(lang, &s.name())).collect();
            let stages = names.join(lang.pick("、", ", "));
            (t(lang, &format!("fu-do-{key}")), t_args(lang, "fu-only-at", &[("stages", stages.into())]))
        })
        .collect();
    let mut cannot: Vec<Cannot<'_>> =
        later.iter().map(|(deed, why)| Cannot { deed, why, clause: None }).collect();
    let (hold, nothing) = (t(lang, "fu-do-hold"), t(lang, "fu-none-here-advice"));
    if holds && !stops {
        cannot.push(Cannot { deed: &hold, why: &nothing, clause: None });
    }
    let (watched, foreign) = (t(lang, "fu-follow-up"), t(lang, "fu-others-goods"));
    if n.stage == Stage::Watching {
        cannot.push(Cannot { deed: &watched, why: &foreign, clause: None });
    }
    Ok(look::may_do(lang, &can, &cannot))
}
