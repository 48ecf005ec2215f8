//! Pure decisions on standing rules: whether an effect held, and what a changed rule pack says.

use super::{PackChange, StandingRule};
use kernel::{Bilingual, Date, No, Refusal, Result, bi};
use registry::rules::{Adopted, Item, LaneRow, Pack, Parameter, Rules, Status};
use std::collections::BTreeSet;

/// Whether the effect held in at least half of the adopters; without adopters there is nothing to hold.
pub fn held_in_half(held: i64, adopters: i64) -> bool {
    adopters > 0 && held * 2 >= adopters
}

/// What is wrong with a change, judged by the pack that it would change.
pub(crate) fn change_gaps(pack: &Pack, change: &[PackChange]) -> Option<Refusal> {
    let what = bi("制度须改变规则包", "a standing rule changes the rule pack");
    let mut no = Refusal::new("standing_rule.change", what);
    if change.is_empty() {
        let needed = bi(
            "写明改变哪一个参数、布控行或查验项目",
            "name the number, the lane row or the item of the checklist that it changes",
        );
        no = no.missing("change", "", needed);
    }
    let mut seen = BTreeSet::new();
    for c in change {
        if !seen.insert(c.target()) {
            no = no.missing("change", c.target(), bi("同一项只能改一次", "each is changed once"));
        }
        if let Some((field, value, needed)) = gap(pack, c) {
            no = no.missing(field, value, needed);
        }
    }
    let off = change.iter().filter(|c| matches!(c, PackChange::ItemRemoved { .. })).count();
    let on = change.iter().filter(|c| matches!(c, PackChange::ItemAdded { .. })).count();
    if off > 0 && pack.item.len() + on <= off {
        no = no.missing("item", off, bi("查验项目不得为空", "the checklist would be empty"));
    }
    (!no.missing.is_empty()).then_some(no)
}

/// What one change lacks: field, value, what is needed.
fn gap(pack: &Pack, c: &PackChange) -> Option<(String, String, Bilingual)> {
    let say = |field: &str, value: String, zh: &str, en: &str| Some((field.to_owned(), value, bi(zh, en)));
    match c {
        PackChange::Number { key, value, unit } => {
            let same = pack.parameter.iter().find(|p| p.key == *key);
            if same.is_some_and(|p| p.value == *value) {
                return say(key, value.to_string(), "与现值相同", "it is the value in force already");
            }
            let nameless = key.trim().is_empty() || same.is_none() && unit.trim().is_empty();
            nameless
                .then(|| {
                    say("key", key.clone(), "新参数须有名称和单位", "a new number needs its key and its unit")
                })
                .flatten()
        }
        PackChange::LaneRate { row, rate_ppm } => match pack.lane.iter().find(|l| l.row == *row) {
            None => say("lane", row.to_string(), "没有这一布控行", "there is no such lane row"),
            Some(l) if l.rate_ppm == *rate_ppm => {
                say("lane", row.to_string(), "与现值相同", "it is the rate in force already")
            }
            Some(_) if *rate_ppm > 1_000_000 => {
                say("rate_ppm", rate_ppm.to_string(), "不超过 1000000", "at most 1000000")
            }
            Some(_) => None,
        },
        PackChange::ItemAdded { code, .. } if pack.item.iter().any(|i| i.code == *code) => {
            say("item", code.clone(), "查验项目中已有此代码", "the checklist has this code already")
        }
        PackChange::ItemAdded { code, zh, en, .. } => {
            let plain = !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !plain {
                return say("item", code.clone(), "代码用字母和数字", "its code is of letters and digits");
            }
            let unsaid = zh.trim().is_empty() || en.trim().is_empty();
            unsaid
                .then(|| say("item", code.clone(), "须有中英文名称", "it needs its name in both languages"))
                .flatten()
        }
        PackChange::ItemRemoved { code } if pack.item.iter().all(|i| i.code != *code) => {
            say("item", code.clone(), "查验项目中没有此代码", "the checklist has no such code")
        }
        PackChange::ItemRemoved { .. } => None,
    }
}

/// A copy of a pack as its next version, in force from a day.
fn next_version(rules: &Rules, base: &Adopted, from: Date) -> Pack {
    let mut pack = base.pack.clone();
    let of_code = rules.adopted.iter().filter(|a| a.pack.code == pack.code);
    let last = of_code.filter_map(|a| a.pack.version.parse::<i64>().ok()).max().unwrap_or(0);
    pack.version = (last + 1).to_string();
    pack.effective_from = from;
    pack
}

/// The pack in force on the first day of a rule, changed by it, as a new version that cites the rule.
pub fn changed_pack(rules: &Rules, rule: &StandingRule) -> Result<Pack> {
    let (Some(from), Some(number)) = (rule.effective_from, rule.no.as_deref()) else {
        return Err(No::fault("a rule without number and date was to be enacted"));
    };
    let base = registry::rules::adopted(rules, from)?;
    no_later_pack(rules, base.effective_from, from)?;
    let mut pack = next_version(rules, base, from);
    for c in &rule.draft.change {
        apply(&mut pack, c, number);
    }
    Ok(pack)
}

/// Writes a change into a pack. The bureau's own rule is its own source, and was read: it is verified.
fn apply(pack: &mut Pack, c: &PackChange, number: &str) {
    let (citation, status) = (number.to_owned(), Status::Verified);
    match c {
        PackChange::Number { key, value, unit } => match pack.parameter.iter_mut().find(|p| p.key == *key) {
            Some(p) => (p.value, p.citation, p.status) = (*value, citation, status),
            None => {
                let (key, unit) = (key.clone(), unit.clone());
                pack.parameter.push(Parameter { key, value: *value, unit, citation, status });
            }
        },
        PackChange::LaneRate { row, rate_ppm } => {
            for l in pack.lane.iter_mut().filter(|l| l.row == *row) {
                l.rate_ppm = *rate_ppm;
                l.citation.clone_from(&citation);
                l.status = status;
            }
        }
        PackChange::ItemAdded { code, zh, en, unit } => {
            let (code, zh, en, unit) = (code.clone(), zh.clone(), en.clone(), unit.clone());
            pack.item.push(Item { code, zh, en, unit, citation, status });
        }
        PackChange::ItemRemoved { code } => pack.item.retain(|i| i.code != *code),
    }
}

/// The pack in force on a day, with what a rule changed put back as it was before the rule, as a new version.
pub fn restored_pack(rules: &Rules, rule: &StandingRule, from: Date) -> Result<Pack> {
    let base = registry::rules::adopted(rules, from)?;
    no_later_pack(rules, base.effective_from, from)?;
    if let Some(no) = changed_since(&base.pack, rule) {
        return Err(no.into());
    }
    let before = &before(rules, rule)?.pack;
    let mut pack = next_version(rules, base, from);
    for c in rule.draft.change.iter().rev() {
        put_back(&mut pack, before, c);
    }
    Ok(pack)
}

/// The version of the pack that a rule changed: the last before its own.
fn before<'r>(rules: &'r Rules, rule: &StandingRule) -> Result<&'r Adopted> {
    let none = || No::fault("the rule pack before the rule is not there");
    let own = rules.adopted.iter().position(|a| a.label() == rule.rule_version).ok_or_else(none)?;
    let (earlier, at) = (&rules.adopted[..own], rules.adopted[own].adopted_at);
    let home = |a: &&Adopted| a.pack.authority == "CN" && a.adopted_at <= at;
    earlier.iter().rev().find(home).ok_or_else(none)
}

fn put_back(pack: &mut Pack, before: &Pack, c: &PackChange) {
    match c {
        PackChange::Number { key, .. } => {
            let was: Option<&Parameter> = before.parameter.iter().find(|p| p.key == *key);
            match (was, pack.parameter.iter_mut().find(|p| p.key == *key)) {
                (Some(was), Some(p)) => p.clone_from(was),
                _ => pack.parameter.retain(|p| p.key != *key),
            }
        }
        PackChange::LaneRate { row, .. } => {
            let was: Option<&LaneRow> = before.lane.iter().find(|l| l.row == *row);
            if let (Some(was), Some(l)) = (was, pack.lane.iter_mut().find(|l| l.row == *row)) {
                l.clone_from(was);
            }
        }
        PackChange::ItemAdded { code, .. } => pack.item.retain(|i| i.code != *code),
        PackChange::ItemRemoved { code } => {
            if let Some(at) = before.item.iter().position(|i| i.code == *code) {
                pack.item.insert(at.min(pack.item.len()), before.item[at].clone());
            }
        }
    }
}

/// What a rule changed and another changed again since: each with what stands there now and where that is written.
fn changed_since(pack: &Pack, rule: &StandingRule) -> Option<Refusal> {
    let own = rule.no.as_deref().unwrap_or_default();
    let what = bi(
        "该制度所改内容此后又被改变，不能恢复",
        "what the rule changed was changed again since: it cannot be put back",
    );
    let mut no = Refusal::new("standing_rule.changed_since", what);
    for c in &rule.draft.change {
        let stands = match c {
            PackChange::Number { key, value, .. } => {
                let p = pack.parameter.iter().find(|p| p.key == *key);
                p.filter(|p| p.value != *value || p.citation != own)
                    .map(|p| (p.value.to_string(), &p.citation))
            }
            PackChange::LaneRate { row, rate_ppm } => {
                let l = pack.lane.iter().find(|l| l.row == *row);
                l.filter(|l| l.rate_ppm != *rate_ppm || l.citation != own)
                    .map(|l| (format!("{} ppm", l.rate_ppm), &l.citation))
            }
            PackChange::ItemAdded { code, .. } => {
                let i = pack.item.iter().find(|i| i.code == *code);
                i.filter(|i| i.citation != own).map(|i| (i.zh.clone(), &i.citation))
            }
            PackChange::ItemRemoved { code } => {
                pack.item.iter().find(|i| i.code == *code).map(|i| (i.zh.clone(), &i.citation))
            }
        };
        if let Some((value, by)) = stands {
            let needed = bi(
                format!("已由 {by} 改变，先废止该制度"),
                format!("changed by {by}: withdraw that one first"),
            );
            no = no.missing(c.target(), value, needed);
        } else if gone(pack, c) {
            let needed = bi("规则包中已没有这一项", "the rule pack no longer has it");
            no = no.missing(c.target(), "", needed);
        }
    }
    (!no.missing.is_empty()).then_some(no)
}

/// Whether what a rule set stands in a pack no longer.
fn gone(pack: &Pack, c: &PackChange) -> bool {
    match c {
        PackChange::Number { key, .. } => pack.parameter.iter().all(|p| p.key != *key),
        PackChange::LaneRate { row, .. } => pack.lane.iter().all(|l| l.row != *row),
        PackChange::ItemAdded { code, .. } => pack.item.iter().all(|i| i.code != *code),
        PackChange::ItemRemoved { .. } => false,
    }
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
