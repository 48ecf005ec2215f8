//! What comes back from abroad, and what follows: notifications, traces, recalls, corrections and intensified
//! control. Officers read all of it; risk analysts and branch heads act.
mod class_review;
mod correction;
mod deeds;
mod form;
mod list;
mod new;
mod one;
mod papers;
mod recall;
mod recall_deeds;
mod series;
mod trace;
mod trace_deeds;
mod work;

use kernel::{Actor, LotId, Result, Role, Timestamp};
use maud::{Markup, html};
use registry::{rules as book, rules::Status};
use store::Tx;
use supervision::notification::{Notification, Reach, Stage};

use super::parts::{capital, doubt};
use crate::answer::said;
use crate::look::{self, ClockChip, ClockUnit, Lang, Sign, Tone, format, t};
use crate::route::RouteSpec;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        list::routes(),
        new::routes(),
        one::routes(),
        deeds::routes(),
        papers::routes(),
        trace::routes(),
        trace_deeds::routes(),
        recall::routes(),
        recall_deeds::routes(),
        correction::routes(),
        series::routes(),
        class_review::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Roles whose work this is.
pub(crate) const FOLLOWS: [Role; 2] = [Role::Risk, Role::Manager];

pub(crate) use class_review::of_operator as class_reviews;
pub(crate) use work::{found, waiting};

/// Where a notification stands, as a word with its sign.
fn stage_badge(lang: Lang, stage: Stage) -> Markup {
    let (tone, sign) = match stage {
        Stage::Watching | Stage::Closed => (Tone::Quiet, Sign::Dash),
        Stage::Received => (Tone::Plain, Sign::Ring),
        Stage::Insufficient => (Tone::Wait, Sign::Warn),
        Stage::Attributed | Stage::NotAttributable => (Tone::Plain, Sign::Dot),
        Stage::Measures | Stage::Monitored => (Tone::Plain, Sign::Half),
        Stage::Replied => (Tone::Go, Sign::Check),
    };
    look::badge(tone, sign, &capital(lang, &stage.name()))
}

/// A clock that runs in hours, then in days, with the rule behind it; one that was met late stays over.
fn chip(
    lang: Lang,
    now: Timestamp,
    (from, due): (Timestamp, Timestamp),
    rule: &str,
    done: Option<Timestamp>,
) -> Markup {
    let left = due.0 - done.unwrap_or(now).0;
    let unit = if left.abs() < 3 * Timestamp::DAY { Timestamp::HOUR } else { Timestamp::DAY };
    let told = format::short_date_time(due.instant());
    look::clock_chip(&ClockChip {
        lang,
        left: left.div_euclid(unit),
        total: (due.0 - from.0) / unit,
        unit: if unit == Timestamp::HOUR { ClockUnit::Hour } else { ClockUnit::Day },
        due: Some(&told),
        rule: (!rule.is_empty()).then_some(rule),
        met: done.is_some_and(|at| at <= due),
        ..ClockChip::default()
    })
}

/// A number of the pinned pack in words: value, unit, source, and whether anybody read it there.
async fn rule(tx: &mut Tx, lang: Lang, version: &str, key: &str) -> Result<String> {
    let rules = book::rules(tx).await?;
    let Some(a) = rules.by_label(version) else { return Ok(String::new()) };
    let Ok(p) = a.pack.number(key) else { return Ok(String::new()) };
    let unit = t(lang, &format!("number-unit-{}", p.unit.replace('_', "-")));
    let doubt = doubt(lang, if p.status == Status::Verified { Status::Verified } else { Status::Unverified });
    Ok(format!("{} {unit} · {}{doubt} · {version}", p.value, p.citation))
}

/// The clock of a notification: its first report by class, then the full report, then the time of watching.
async fn clock(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let first = if n.notice.serious {
        "notification.serious_first_report_hours"
    } else {
        "notification.first_report_hours"
    };
    let rules = book::rules(tx).await?;
    let hours = rules.pinned(&n.rule_version)?.pack.number(first)?.value;
    let key = match n.stage {
        Stage::Watching | Stage::Closed | Stage::Replied => return Ok(html! {}),
        Stage::Monitored => "notification.monitored_days",
        _ if n.due_at <= n.received_at.plus_hours(hours) => first,
        _ => "notification.full_report_working_days",
    };
    let rule = rule(tx, lang, &n.rule_version, key).await?;
    Ok(chip(lang, tx.now(), (n.received_at, n.due_at), &rule, None))
}

/// How a lot stands to a hold: held, out of the gate, or still here.
fn reach_badge(lang: Lang, r: &Reach) -> Markup {
    match (r.gone.as_deref(), r.held) {
        (Some("release"), _) => look::badge(Tone::Go, Sign::Check, &t(lang, "outcome-release")),
        (Some(code), _) => look::badge(Tone::Quiet, Sign::Dash, &t(lang, &format!("fu-gone-{code}"))),
        (None, true) => look::badge(Tone::Stop, Sign::Square, &t(lang, "outcome-hold")),
        (None, false) => look::badge(Tone::Plain, Sign::Ring, &t(lang, "fu-still-here")),
    }
}

/// A share of a million as a percentage.
fn share(ppm: i64) -> String {
    let tenths = ppm / 1000;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Whether this login may act on what comes from abroad.
fn follows(by: &Actor) -> bool {
    by.has(&FOLLOWS)
}

/// The lots of boxes in a form.
fn lots(chosen: &[&str]) -> Vec<LotId> {
    chosen.iter().filter_map(|l| l.parse().ok()).collect()
}

/// The cause in words.
fn cause(lang: Lang, code: &str) -> String {
    t(lang, &format!("fu-cause-{}", code.replace('_', "-")))
}

/// A hazard category in the language of the page.
fn hazard(lang: Lang, category: &str) -> String {
    said(lang, &supervision::notification::hazard_name(category))
}
