//! Pure decisions of peer learning: fair groups, ranks with their uncertainty, and what a unit sees of them.

use kernel::UnitId;
use serde::{Deserialize, Serialize};

/// Most volume in a group, as a multiple of the least.
const VOLUME: i64 = 5;
/// Most staff in a group, as a multiple of the least.
const STAFF: i64 = 4;
/// Places that everybody sees.
const TOP: usize = 5;

/// What makes a unit comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The unit.
    pub unit: UnitId,
    /// Cases in the year before.
    pub volume: i64,
    /// Staff in post.
    pub staff: i64,
}

/// Puts units into groups of comparable volume and staff, from the smallest up. Names and codes play no part, so that
/// renaming a unit changes nothing.
pub fn fair_groups(units: &[Peer]) -> Vec<Vec<UnitId>> {
    let mut sorted: Vec<Peer> = units.to_vec();
    sorted.sort_by_key(|p| (p.volume, p.staff, p.unit));
    let mut groups: Vec<(Peer, Vec<UnitId>)> = Vec::new();
    for p in sorted {
        let fits = |first: &Peer| {
            let staff = (first.staff.min(p.staff).max(1), first.staff.max(p.staff));
            p.volume <= first.volume.max(1) * VOLUME && staff.1 <= staff.0 * STAFF
        };
        match groups.last_mut().filter(|(first, _)| fits(first)) {
            Some((_, group)) => group.push(p.unit),
            None => groups.push((p, vec![p.unit])),
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
}

/// Places of values, the greatest first; equal values share a place.
fn places(values: &[Option<f64>]) -> Vec<Option<usize>> {
    let better = |v: f64| values.iter().flatten().filter(|o| **o > v).count() + 1;
    values.iter().map(|v| v.map(better)).collect()
}

/// Gives every standing its places: by level within groups of at least two, by improvement over all.
pub fn rank(up: bool, mut all: Vec<Standing>) -> Vec<Standing> {
    let good = |v: f64| if up { v } else { -v };
    let groups = all.iter().map(|s| s.group).max().unwrap_or(0);
    for group in 1..=groups {
        let of: Vec<usize> = (0..all.len()).filter(|i| all[*i].group == group).collect();
        if of.len() < 2 {
            continue;
        }
        let values: Vec<Option<f64>> = of.iter().map(|i| all[*i].value.map(good)).collect();
        for (i, place) in of.into_iter().zip(places(&values)) {
            all[i].level_place = place;
        }
    }
    let gains: Vec<Option<f64>> = all.iter().map(|s| s.gain).collect();
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
