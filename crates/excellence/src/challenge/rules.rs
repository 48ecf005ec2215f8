//! Pure decisions of peer learning: fair groups, ranks with their uncertainty, and what a unit sees of them.

use super::TieRule;
use crate::indicator::stat;
use kernel::UnitId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most volume in a group, as a multiple of the least.
const VOLUME: i64 = 5;
/// Most staff in a group, as a multiple of the least.
const STAFF: i64 = 4;
/// Least part of the goods that the units of a group share with its first, percent.
const COMMON: i64 = 50;
/// Places that everybody sees.
const TOP: usize = 5;

/// What makes a unit comparable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// The unit.
    pub unit: UnitId,
    /// Cases in the year before.
    pub volume: i64,
    /// Staff in post.
    pub staff: i64,
    /// Declarations of the year before by HS chapter; empty when nothing is known of its goods.
    pub goods: BTreeMap<String, i64>,
}

/// How much of their goods two units have in common, percent: chapter by chapter the lesser share, summed up.
/// A unit of whose goods nothing is known is told apart by them from nobody.
pub fn common(a: &BTreeMap<String, i64>, b: &BTreeMap<String, i64>) -> i64 {
    let sum = |of: &BTreeMap<String, i64>| of.values().map(|n| i128::from(*n)).sum::<i128>();
    let (all_a, all_b) = (sum(a), sum(b));
    if all_a <= 0 || all_b <= 0 {
        return 100;
    }
    let lesser = |(chapter, n): (&String, &i64)| {
        b.get(chapter).map(|m| (i128::from(*n) * all_b).min(i128::from(*m) * all_a))
    };
    let shared: i128 = a.iter().filter_map(lesser).sum();
    i64::try_from(shared * 100 / (all_a * all_b)).unwrap_or(0)
}

/// Puts units into groups of comparable volume, staff and goods, from the smallest up: a unit joins the last group
/// whose first it is comparable with. Names and codes play no part, so that renaming a unit changes nothing.
pub fn fair_groups(units: &[Peer]) -> Vec<Vec<UnitId>> {
    let mut sorted: Vec<Peer> = units.to_vec();
    sorted.sort_by(|a, b| (a.volume, a.staff, &a.goods, a.unit).cmp(&(b.volume, b.staff, &b.goods, b.unit)));
    let mut groups: Vec<(Peer, Vec<UnitId>)> = Vec::new();
    for p in sorted {
        let fits = |first: &Peer| {
            let staff = (first.staff.min(p.staff).max(1), first.staff.max(p.staff));
            p.volume <= first.volume.max(1) * VOLUME
                && staff.1 <= staff.0 * STAFF
                && common(&first.goods, &p.goods) >= COMMON
        };
        match groups.iter_mut().rev().find(|g| fits(&g.0)) {
            Some((_, group)) => group.push(p.unit),
            None => {
                let unit = p.unit;
                groups.push((p, vec![unit]));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A unit's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The unit.
    pub unit: UnitId,
    /// Number of its group, from 1.
    pub group: usize,
    /// Place by level within its group; none for a unit without its like, or with too few cases.
    pub level_place: Option<usize>,
    /// Place by improvement over all; none without a baseline or with too few cases.
    pub gain_place: Option<usize>,
    /// Value.
    pub value: Option<f64>,
    /// 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// Cases.
    pub n: i64,
    /// Improvement against its own baseline, the better the greater.
    pub gain: Option<f64>,
    /// 95 % interval of the improvement.
    #[serde(default)]
    pub gain_interval: Option<(f64, f64)>,
}

/// The improvement of a value on its baseline with its interval, the better the greater. The intervals of the two are
/// put together as Newcombe does it for shares.
pub(super) fn gain(
    up: bool,
    now: (f64, Option<(f64, f64)>),
    base: (f64, Option<(f64, f64)>),
) -> (f64, Option<(f64, f64)>) {
    let turn = |(v, i): (f64, Option<(f64, f64)>)| {
        if up { (v, i) } else { (-v, i.map(|(low, high)| (-high, -low))) }
    };
    let ((now, around), (base, before)) = (turn(now), turn(base));
    (now - base, around.zip(before).map(|(a, b)| stat::difference((now, a), (base, b))))
}

/// Places of values, the greatest first; equal values are parted by the second number, and share a place where that is
/// equal too.
fn places(values: &[Option<(f64, f64)>]) -> Vec<Option<usize>> {
    let better = |v: (f64, f64)| values.iter().flatten().filter(|o| **o > v).count() + 1;
    values.iter().map(|v| v.map(better)).collect()
}

/// Gives every standing its places: by level within groups of at least two, by improvement over all; ties are broken
/// by the rule that was frozen. `size` tells how large a unit is.
pub fn rank(up: bool, tie: TieRule, size: impl Fn(UnitId) -> i64, mut all: Vec<Standing>) -> Vec<Standing> {
    let good = |v: f64| if up { v } else { -v };
    #[expect(clippy::cast_precision_loss, reason = "cases in a year")]
    let smaller = |s: &Standing| -(size(s.unit) as f64);
    let by_level = |s: &Standing| match tie {
        TieRule::GreaterGain => s.gain.unwrap_or(f64::NEG_INFINITY),
        TieRule::SmallerUnit => smaller(s),
        TieRule::Shared => 0.0,
    };
    // Of two equal improvements neither is the greater.
    let by_gain = |s: &Standing| if tie == TieRule::SmallerUnit { smaller(s) } else { 0.0 };
    let groups = all.iter().map(|s| s.group).max().unwrap_or(0);
    for group in 1..=groups {
        let of: Vec<usize> = (0..all.len()).filter(|i| all[*i].group == group).collect();
        if of.len() < 2 {
            continue;
        }
        let key = |i: &usize| all[*i].value.map(|v| (good(v), by_level(&all[*i])));
        let values: Vec<Option<(f64, f64)>> = of.iter().map(key).collect();
        for (i, place) in of.into_iter().zip(places(&values)) {
            all[i].level_place = place;
        }
    }
    let gains: Vec<Option<(f64, f64)>> = all.iter().map(|s| s.gain.map(|g| (g, by_gain(s)))).collect();
    for (s, place) in all.iter_mut().zip(places(&gains)) {
        s.gain_place = place;
    }
    all.sort_by_key(|s| {
        (s.group, s.level_place.unwrap_or(usize::MAX), s.gain_place.unwrap_or(usize::MAX), s.unit)
    });
    all
}

/// What a unit sees: the first five by improvement, itself, and its neighbours by level. Nobody is pilloried.
pub fn visible(all: &[Standing], own: Option<UnitId>) -> Vec<Standing> {
    let mine = all.iter().position(|s| Some(s.unit) == own);
    let near = |i: usize| mine.is_some_and(|m| all[i].group == all[m].group && i.abs_diff(m) <= 1);
    let top = |s: &Standing| s.gain_place.is_some_and(|p| p <= TOP);
    all.iter().enumerate().filter(|(i, s)| top(s) || near(*i)).map(|(_, s)| s.clone()).collect()
}
