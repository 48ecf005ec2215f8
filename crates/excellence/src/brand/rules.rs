//! Pure decisions on brands.

use super::{Charter, Positioning};
use crate::indicator::Definition;
use crate::indicator::period::{first_day, month, parse};
use kernel::{Bilingual, Date, Refusal, bi};
use serde::{Deserialize, Serialize};

/// Whether it lasts at least so many months: less is an activity.
pub fn lasts_a_year(starts_on: Date, ends_on: Date, months: i64) -> bool {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    let least = starts_on.checked_add(jiff::Span::new().months(months)).and_then(|d| d.yesterday());
    least.is_ok_and(|least| ends_on >= least)
}

/// What a positioning lacks; none when it may go before the leading group.
pub fn gaps(p: &Positioning, d: Option<&Definition>, baseline: i64, least_baseline: i64) -> Option<Refusal> {
    let what = bi("定位不完整，退回补充", "the positioning is incomplete and goes back");
    let mut no = Refusal::new("brand.positioning", what);
    let texts = [
        ("problem", &p.problem, bi("写明要解决的问题", "say which problem it solves")),
        ("beneficiary", &p.beneficiary, bi("写明谁受益", "say who is better off")),
        ("core_work", &p.core_work, bi("写明与本职工作的联系", "name its link with the unit's core work")),
        ("promise", &p.promise, bi("写明承诺什么", "say what is promised")),
    ];
    for (field, text, needed) in texts {
        if text.trim().is_empty() {
            no = no.missing(field, "", needed);
        }
    }
    if !["regulatory", "service", "people"].contains(&p.family.as_str()) {
        let needed = bi("regulatory、service 或 people", "regulatory, service or people");
        no = no.missing("family", &p.family, needed);
    }
    match d {
        None => no = no.missing("indicator", &p.indicator, bi("指标目录中没有", "the catalogue has none")),
        Some(d) => {
            if let Some(needed) = unfit(d) {
                no = no.missing("indicator", &p.indicator, needed);
            } else if baseline < least_baseline {
                let needed = bi(
                    format!("需要 {least_baseline} 个月基线，现有 {baseline} 个月"),
                    format!("{least_baseline} months of baseline are needed, the record has {baseline}"),
                );
                no = no.missing("baseline", baseline, needed);
            }
        }
    }
    (!no.missing.is_empty()).then(|| no.remedy(bi("补充后再次提出", "Complete it and propose it again")))
}

/// Why an indicator cannot carry a brand.
fn unfit(d: &Definition) -> Option<Bilingual> {
    if d.side_information || d.money {
        return Some(bi(
            "宣传数量、罚款收费只作参考信息，不能作主指标",
            "publicity, fines and fees are side information, never the main indicator",
        ));
    }
    if d.watch_only {
        return Some(bi("只观察的指标不能作主指标", "an indicator that is only watched carries no brand"));
    }
    if !d.works() {
        return Some(bi("该指标尚无记录来源", "the records of this indicator are not kept yet"));
    }
    None
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a promise repeats another: the same words, or the same indicator within the same mechanism.
pub fn is_duplicate(a: &Positioning, promise: &str, indicator: &str, mechanism: &str) -> bool {
    plain(&a.promise) == plain(promise) || (a.indicator == indicator && a.mechanism == mechanism)
}

/// What a charter lacks.
pub(crate) fn charter_gaps(
    c: &Charter,
    indicator: &str,
    guards: &[Option<&Definition>],
    (starts_on, ends_on): (Date, Date),
) -> Option<Refusal> {
    let mut no = Refusal::new("brand.charter", bi("章程不完整", "the charter is incomplete"));
    if c.indicator != indicator {
        no = no.missing(
            "indicator",
            &c.indicator,
            bi(
                format!("主指标须与定位一致：{indicator}"),
                format!("the main indicator is the one of the positioning: {indicator}"),
            ),
        );
    }
    if c.measures.iter().all(|m| m.trim().is_empty()) {
        no = no.missing("measures", "", bi("至少一项措施", "at least one measure"));
    }
    if c.resources.trim().is_empty() {
        no = no.missing("resources", "", bi("写明人力与经费", "name people, time and money"));
    }
    let works = guards.iter().flatten().any(|d| d.works() && d.id != c.indicator);
    if !works || guards.iter().any(Option::is_none) {
        no = no.missing(
            "guards",
            c.guards.join(","),
            bi(
                "至少一个有记录来源的护栏指标",
                "at least one guard metric whose records are kept, all of them in the catalogue",
            ),
        );
    }
    if c.gate_on <= starts_on || c.gate_on > ends_on {
        no = no.missing(
            "gate_on",
            c.gate_on,
            bi("评估日须在实施期内", "the gate lies within the time of the brand"),
        );
    }
    for quarter in quarters(starts_on, ends_on) {
        if !c.tasks.iter().any(|t| t.quarter == quarter && !t.what.trim().is_empty()) {
            no = no.missing("tasks", &quarter, bi("每季度至少一项任务", "at least one task in each quarter"));
        }
    }
    (!no.missing.is_empty()).then_some(no)
}

/// The quarters from one day to another, by name.
fn quarters(from: Date, to: Date) -> Vec<String> {
    let (mut m, last) = (month(from), month(to));
    let mut names: Vec<String> = Vec::new();
    while m <= last {
        let name = format!("{}-Q{}", m.div_euclid(12), m.rem_euclid(12) / 3 + 1);
        // A quarter of which less than a month is left over at the end asks for nothing.
        let whole = parse(&name).is_ok_and(|end| first_day(end - 1) <= to);
        if whole && names.last() != Some(&name) {
            names.push(name);
        }
        m += 1;
    }
    names
}

/// The three views at a gate, thousandths of 100 points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores {
    /// The unit itself.
    pub own_milli: i64,
    /// Members and service users.
    pub users_milli: i64,
    /// The level above.
    pub superior_milli: i64,
}

/// Their weights, in percent, from the rule pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Weights {
    /// The unit itself.
    pub own: i64,
    /// Members and service users.
    pub users: i64,
    /// The level above.
    pub superior: i64,
}

/// The weighted score, thousandths, rounded half up; none when the weights do not make 100 or a score is out of range.
pub fn weighted(s: Scores, w: Weights) -> Option<i64> {
    let fine = |x: i64| (0..=100_000).contains(&x);
    let all = fine(s.own_milli) && fine(s.users_milli) && fine(s.superior_milli);
    let sum = s.own_milli * w.own + s.users_milli * w.users + s.superior_milli * w.superior;
    (all && w.own + w.users + w.superior == 100).then_some((sum + 50).div_euclid(100))
}

/// The outcomes that a gate may have. To pass, the effect net of the peers must go the right way and every guard
/// must hold; what cannot be told is not passed: a guard without enough records counts among those that fail. At
/// the end of a brand nothing goes on: it passes or it stops.
pub fn open_outcomes(better: Option<bool>, failing_guards: usize, over: bool) -> Vec<&'static str> {
    let mut open = if over { vec!["stop"] } else { vec!["continue", "adjust", "stop"] };
    if better == Some(true) && failing_guards == 0 {
        open.push("pass");
    }
    open
}
