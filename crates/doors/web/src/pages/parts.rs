//! Small parts that several pages of consignments share.
use kernel::{Actor, Bilingual};
use maud::{Markup, html};
use registry::rules::Status;
use supervision::declaration::{Declaration, Stage, clock::Reading};
use supervision::worklist::knows_lane;

use crate::answer::said;
use crate::look::{self, ClockChip, ClockUnit, Lane, Lang, Sign, Tone, format, t};

/// Where it stands, as a word with its sign.
pub(crate) fn stage_badge(lang: Lang, stage: Stage) -> Markup {
    let (tone, sign) = stage_look(stage);
    look::badge(tone, sign, &capital(lang, &stage.name()))
}

/// Tone and sign of a stage.
pub(crate) fn stage_look(stage: Stage) -> (Tone, Sign) {
    match stage {
        Stage::Lodged => (Tone::Plain, Sign::Ring),
        Stage::Returned => (Tone::Wait, Sign::Warn),
        Stage::Accepted | Stage::Deciding => (Tone::Plain, Sign::Dot),
        Stage::Inspecting | Stage::Testing => (Tone::Plain, Sign::Half),
        Stage::Released | Stage::Certified => (Tone::Go, Sign::Check),
        Stage::Disposed => (Tone::Stop, Sign::Cross),
        Stage::Withdrawn => (Tone::Quiet, Sign::Dash),
    }
}

/// A word as it stands at the head of a line: English begins with a capital.
pub(crate) fn capital(lang: Lang, name: &Bilingual) -> String {
    let text = said(lang, name);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The lane, and whether it is to be inspected; a party is told after acceptance.
pub(crate) fn lane_cell(lang: Lang, by: &Actor, d: &Declaration) -> Markup {
    if !knows_lane(by, d) {
        return html! { span class="quiet" { (t(lang, "lane-later")) } };
    }
    html! {
        span {
            @match Lane::from_code(&d.lane) { Some(lane) => (look::lane_badge(lang, lane)), None => (d.lane) }
            " · " (t(lang, if d.selected { "selected" } else { "not-selected" }))
        }
    }
}

/// The lane for a list: only a selection is worth a word there.
pub(crate) fn lane_brief(lang: Lang, by: &Actor, d: &Declaration) -> Markup {
    if !knows_lane(by, d) {
        return html! { span class="quiet" { (t(lang, "lane-later")) } };
    }
    html! {
        span class="nowrap" {
            @match Lane::from_code(&d.lane) { Some(lane) => (look::lane_badge(lang, lane)), None => (d.lane) }
            @if d.selected { " · " (t(lang, "selected")) }
        }
    }
}

/// Says of a number or a clause that nobody read it in its source.
pub(crate) fn doubt(lang: Lang, status: Status) -> &'static str {
    if status == Status::Unverified { lang.pick("（未核实）", " (unverified)") } else { "" }
}

/// The clock that runs, as a chip with its rule; nothing where nothing is due.
pub(crate) fn clock(lang: Lang, reading: Option<&Reading>) -> Markup {
    let Some(c) = reading else { return html! {} };
    let due = format::date(kernel::Timestamp(c.due_at.0 - 1).date());
    let doubt = doubt(lang, c.rule.status);
    let days = lang.pick("个工作日", "working days");
    let rule = format!("{} {days} · {}{doubt} · {}", c.total, c.rule.citation, c.version);
    let why = c.suspended.as_ref().map(|s| {
        let kind = match s.kind.as_str() {
            "laboratory" => t(lang, "clock-laboratory"),
            "expert" => t(lang, "clock-expert"),
            _ => String::new(),
        };
        let since = format::date_time(s.since.instant());
        let tests = c.tests_due_at.map_or_else(String::new, |at| {
            format!("{} {}", t(lang, "tests-due"), format::date(kernel::Timestamp(at.0 - 1).date()))
        });
        [kind.as_str(), s.reason.as_str(), since.as_str(), tests.as_str()]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    });
    look::clock_chip(&ClockChip {
        lang,
        left: c.left,
        total: c.total,
        unit: ClockUnit::WorkingDay,
        due: Some(&due),
        rule: Some(&rule),
        suspended: why.as_deref(),
        ..ClockChip::default()
    })
}

/// The refusal of a declaration that is not there or not within reach.
pub(crate) fn no_declaration(which: &str) -> kernel::Refusal {
    use kernel::bi;
    kernel::Refusal::new("declaration.not_found", bi("没有该报检单", "there is no such declaration")).missing(
        "declaration",
        which,
        bi("从列表打开", "open it from the list"),
    )
}

/// A field's name in words, as `lines[0].lots[1].quantity` in "Goods line 1 · Lot 2 · Quantity".
pub(crate) fn label_of(lang: Lang, name: &str) -> String {
    let mut words = Vec::new();
    for part in name.split('.') {
        let (part, n) = match part.strip_suffix(']').and_then(|p| p.split_once('[')) {
            Some((part, n)) => (part, n.parse::<usize>().ok().map(|n| n + 1)),
            None => (part, None),
        };
        let key = match (part, n) {
            ("lines", Some(_)) => "goods-line",
            ("lots", Some(_)) => "lot",
            ("no", None) => "number",
            ("hs", None) => "hs-code",
            ("name", None) => "goods-name",
            ("unit", None) => "unit-of-measure",
            ("mode", None) => "logistics-mode",
            ("value", None) => "goods-value",
            (other, _) => other,
        };
        words.push(n.map_or_else(|| t(lang, key), |n| format!("{} {n}", t(lang, key))));
    }
    words.join(" · ")
}
