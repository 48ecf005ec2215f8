//! Pure decisions on standing rules: whether an effect held, and what a changed rule pack says.

use super::{PackChange, StandingRule};
use kernel::{Date, No, Refusal, Result, bi};
use registry::rules::{Pack, Parameter, Rules, Status};

/// Whether the effect held in at least half of the adopters; without adopters there is nothing to hold.
pub fn held_in_half(held: i64, adopters: i64) -> bool {
    adopters > 0 && held * 2 >= adopters
}

/// What is wrong with a change, judged by the pack that it would change.
pub(crate) fn change_gaps(pack: &Pack, change: &[PackChange]) -> Option<Refusal> {
    let what = bi("制度须改变规则包", "a standing rule changes the rule pack");
    let mut no = Refusal::new("standing_rule.change", what);
    if change.is_empty() {
        let needed = bi("写明改变哪一个参数或布控行", "name the number or the lane row that it changes");
        no = no.missing("change", "", needed);
    }
    for c in change {
        match c {
            PackChange::Number { key, value, unit } => {
                let same = pack.parameter.iter().find(|p| p.key == *key);
                if same.is_some_and(|p| p.value == *value) {
                    no = no.missing(key, value, bi("与现值相同", "it is the value in force already"));
                } else if key.trim().is_empty() || same.is_none() && unit.trim().is_empty() {
                    let needed = bi("新参数须有名称和单位", "a new number needs its key and its unit");
                    no = no.missing("key", key, needed);
                }
            }
            PackChange::LaneRate { row, rate_ppm } => match pack.lane.iter().find(|l| l.row == *row) {
                None => no = no.missing("lane", row, bi("没有这一布控行", "there is no such lane row")),
                Some(l) if l.rate_ppm == *rate_ppm => {
                    no = no.missing("lane", row, bi("与现值相同", "it is the rate in force already"));
                }
                Some(_) if *rate_ppm > 1_000_000 => {
                    no = no.missing("rate_ppm", rate_ppm, bi("不超过 1000000", "at most 1000000"));
                }
                Some(_) => {}
            },
        }
    }
    (!no.missing.is_empty()).then_some(no)
}

/// The pack in force on the first day of a rule, changed by it, as a new version that cites the rule.
pub fn changed_pack(rules: &Rules, rule: &StandingRule) -> Result<Pack> {
    let (Some(from), Some(number)) = (rule.effective_from, rule.no.as_deref()) else {
        return Err(No::fault("a rule without number and date was to be enacted"));
    };
    let base = registry::rules::adopted(rules, from)?;
    no_later_pack(rules, base.effective_from, from)?;
    let mut pack = base.pack.clone();
    let of_code = rules.adopted.iter().filter(|a| a.pack.code == pack.code);
    let last = of_code.filter_map(|a| a.pack.version.parse::<i64>().ok()).max().unwrap_or(0);
    pack.version = (last + 1).to_string();
    pack.effective_from = from;
    for c in &rule.draft.change {
        // The bureau's own rule is its own source, and was read: it is verified.
        let (citation, status) = (number.to_owned(), Status::Verified);
        match c {
            PackChange::Number { key, value, unit } => {
                match pack.parameter.iter_mut().find(|p| p.key == *key) {
                    Some(p) => (p.value, p.citation, p.status) = (*value, citation, status),
                    None => {
                        let (key, unit) = (key.clone(), unit.clone());
                        pack.parameter.push(Parameter { key, value: *value, unit, citation, status });
                    }
                }
            }
            PackChange::LaneRate { row, rate_ppm } => {
                for l in pack.lane.iter_mut().filter(|l| l.row == *row) {
                    l.rate_ppm = *rate_ppm;
                    l.citation.clone_from(&citation);
                    l.status = status;
                }
            }
        }
    }
    Ok(pack)
}

/// A pack that was adopted for a later day would silently undo the change.
pub(crate) fn no_later_pack(rules: &Rules, base: Date, from: Date) -> Result<()> {
    let home = |a: &&registry::rules::Adopted| a.pack.authority == "CN";
    let Some(later) = rules.adopted.iter().filter(home).find(|a| a.effective_from > from) else {
        return Ok(());
    };
    let what = bi("已有更晚生效的规则包，会覆盖本制度", "a rule pack for a later day would undo this rule");
    let needed = bi(
        format!("生效日期不得早于 {}", later.effective_from),
        format!("the rule takes effect on {} or later", later.effective_from),
    );
    Err(Refusal::new("standing_rule.later_pack", what)
        .missing("effective_from", format!("{from} (base {base})"), needed)
        .into())
}
