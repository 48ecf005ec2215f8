//! When a recall may be closed: from values alone.

use super::Line;
use kernel::{Missing, UnitCode, bi};
use std::collections::BTreeMap;

/// Quantities of one unit, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Out of the gate.
    pub distributed: i64,
    /// Accounted for.
    pub accounted: i64,
    /// Of that, estimated.
    pub estimated: i64,
    /// Held before it left.
    pub held: i64,
}

/// The sums of a recall, by unit: a carton is not a kilogram.
pub fn sums(lines: &[Line]) -> BTreeMap<UnitCode, Sum> {
    let mut all: BTreeMap<UnitCode, Sum> = BTreeMap::new();
    for l in lines {
        let sum = all.entry(l.quantity.unit).or_default();
        if l.held {
            sum.held += l.quantity.milli;
        } else {
            sum.distributed += l.quantity.milli;
            sum.accounted += l.accounted;
            sum.estimated += l.estimated;
        }
    }
    all
}

/// Whether nothing that left the gate is unaccounted for.
pub(super) fn balanced(lines: &[Line]) -> bool {
    lines.iter().filter(|l| !l.held).all(|l| l.accounted == l.quantity.milli)
}

/// How many of `lines` consignees are to be checked at this share, rounded up.
pub(super) fn to_check(lines: usize, percent: i64) -> usize {
    let share = usize::try_from(percent.clamp(0, 100)).unwrap_or(100);
    (lines * share).div_ceil(100)
}

/// All that stands against closing a recall.
pub fn gaps(lines: &[Line], check_percent: i64) -> Vec<Missing> {
    let gap = |field: String, value: String, zh: &str, en: &str| Missing { field, value, needed: bi(zh, en) };
    let mut gaps = Vec::new();
    let out: Vec<&Line> = lines.iter().filter(|l| !l.held).collect();
    for l in &out {
        let left = l.quantity.milli - l.accounted;
        if left != 0 {
            let left = kernel::Quantity { milli: left, unit: l.quantity.unit };
            gaps.push(gap(
                format!("line[{}]", l.n),
                format!("{} {left}", l.lot_no),
                "尚有数量未核销",
                "this quantity is not accounted for",
            ));
        }
    }
    for l in lines.iter().filter(|l| l.held && !l.settled) {
        gaps.push(gap(
            format!("line[{}]", l.n),
            l.lot_no.clone(),
            "暂扣的批次尚未处置",
            "the held lot has no outcome yet",
        ));
    }
    let ineffective = out.iter().filter(|l| l.effective == Some(false)).count();
    let effective = out.iter().filter(|l| l.effective == Some(true)).count();
    let needed = to_check(out.len(), check_percent);
    if effective < needed || ineffective > 0 {
        gaps.push(gap(
            "checks".into(),
            format!("{effective}/{needed}"),
            "召回效果核查不足，或有核查不合格",
            "too few effectiveness checks, or one found no effect",
        ));
    }
    gaps
}
