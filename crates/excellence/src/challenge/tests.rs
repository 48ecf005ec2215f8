//! Fair groups and ranks.

use super::burden::pick;
use super::rules::gain;
use super::{Criteria, Peer, Standing, TieRule, common, fair_groups, rank, visible};
use kernel::UnitId;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn unit(n: u128) -> UnitId {
    UnitId(uuid::Uuid::from_u128(n))
}

fn standing(n: u128, group: usize, value: Option<f64>, gain: Option<f64>) -> Standing {
    Standing {
        unit: unit(n),
        group,
        level_place: None,
        gain_place: None,
        value,
        interval: None,
        n: 100,
        gain,
        gain_interval: None,
    }
}

#[test]
fn m12_2_a_port_of_forty_thousand_and_an_office_of_nine_hundred_are_not_ranked_together() {
    let peer = |n, volume, staff| Peer { unit: unit(n), volume, staff, goods: BTreeMap::new() };
    let groups = fair_groups(&[peer(1, 40_000, 60), peer(2, 900, 9), peer(3, 36_000, 55), peer(4, 1_100, 8)]);
    assert_eq!(groups, [vec![unit(2), unit(4)], vec![unit(3), unit(1)]]);
    let alone = fair_groups(&[peer(1, 40_000, 60), peer(2, 900, 9)]);
    let all = rank(
        true,
        TieRule::Shared,
        |_| 0,
        vec![standing(2, 1, Some(80.0), Some(3.0)), standing(1, 2, Some(95.0), Some(1.0))],
    );
    assert_eq!(alone.len(), 2);
    assert!(
        all.iter().all(|s| s.level_place.is_none() && s.gain_place.is_some()),
        "improvement only: {all:?}"
    );
}

#[test]
fn a_unit_sees_the_first_five_and_its_neighbours() {
    let all: Vec<Standing> = (1..=12_u32)
        .map(|n| standing(u128::from(n), 1, Some(100.0 - f64::from(n)), Some(f64::from(n))))
        .collect();
    let ranked = rank(true, TieRule::Shared, |_| 0, all);
    let seen: Vec<UnitId> = visible(&ranked, Some(unit(3))).into_iter().map(|s| s.unit).collect();
    assert_eq!(seen, [2, 3, 4, 8, 9, 10, 11, 12].map(unit));
}

#[test]
fn lower_is_better_where_the_indicator_says_so() {
    let all = rank(
        false,
        TieRule::Shared,
        |_| 0,
        vec![standing(1, 1, Some(20.0), None), standing(2, 1, Some(8.0), None)],
    );
    assert_eq!((all[0].unit, all[0].level_place), (unit(2), Some(1)));
}

#[test]
fn m12_1_a_tie_is_broken_by_the_rule_that_was_frozen() {
    let tied = || vec![standing(1, 1, Some(90.0), Some(1.0)), standing(2, 1, Some(90.0), Some(4.0))];
    let size = |u: UnitId| if u == unit(1) { 100 } else { 900 };
    let of = |rule| {
        let all = rank(true, rule, size, tied());
        [1, 2].map(|n| all.iter().find(|s| s.unit == unit(n)).and_then(|s| s.level_place).expect("a place"))
    };
    assert_eq!(of(TieRule::GreaterGain), [2, 1]);
    assert_eq!(of(TieRule::SmallerUnit), [1, 2]);
    assert_eq!(of(TieRule::Shared), [1, 1]);
    let gains = vec![standing(1, 1, Some(80.0), Some(2.0)), standing(2, 1, Some(90.0), Some(2.0))];
    let all = rank(true, TieRule::SmallerUnit, size, gains);
    assert_eq!(
        all.iter().map(|s| (s.unit, s.gain_place)).collect::<Vec<_>>(),
        [(unit(2), Some(2)), (unit(1), Some(1))]
    );
}

#[test]
fn an_improvement_has_the_interval_of_a_difference_of_shares() {
    // Newcombe 1998, 56/70 − 48/80, in percent; where less is better the same gain is told with its sign turned.
    let (low, high) =
        gain(true, (80.0, Some((69.15, 87.63))), (60.0, Some((49.04, 70.04)))).1.expect("an interval");
    assert!((low - 5.24).abs() < 0.05 && (high - 33.39).abs() < 0.05, "{low} {high}");
    let down = gain(false, (20.0, Some((12.37, 30.85))), (40.0, Some((29.96, 50.96))));
    assert!((down.0 - 20.0).abs() < 1e-9);
    let (a, b) = down.1.expect("an interval");
    assert!((a - low).abs() < 0.02 && (b - high).abs() < 0.02, "{a} {b}");
    assert_eq!(gain(true, (1.0, None), (0.5, Some((0.0, 1.0)))), (0.5, None));
}

#[test]
fn criteria_that_were_frozen_in_words_are_still_read() {
    let text = r#"{"indicator":"SV03","version":1,"up":true,"groups":[],"baseline":[],"tie_rule":"who gained more","red_line":"none"}"#;
    let old: Criteria = serde_json::from_str(text).expect("criteria");
    assert_eq!((old.tie_rule, old.red_lines.len()), (TieRule::Shared, 0));
}

#[test]
fn offices_of_vegetables_and_of_machines_are_not_ranked_together() {
    let goods =
        |of: &[(&str, i64)]| of.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect::<BTreeMap<_, _>>();
    let (greens, machines) = (goods(&[("07", 90), ("20", 10)]), goods(&[("84", 70), ("07", 30)]));
    assert_eq!((common(&greens, &machines), common(&greens, &greens)), (30, 100));
    assert_eq!(common(&greens, &BTreeMap::new()), 100, "nothing is known of the other's goods");
    let peer = |n, goods: &BTreeMap<String, i64>| Peer {
        unit: unit(n),
        volume: 100,
        staff: 10,
        goods: goods.clone(),
    };
    let groups = fair_groups(&[peer(1, &greens), peer(2, &machines), peer(3, &greens), peer(4, &machines)]);
    let mut sizes: Vec<Vec<UnitId>> = groups;
    sizes.sort();
    assert_eq!(sizes, [vec![unit(1), unit(3)], vec![unit(2), unit(4)]]);
}

/// Units with made-up numbers, and the numbers that they get when their identities are dealt anew.
fn units() -> impl Strategy<Value = (Vec<Peer>, Vec<u128>)> {
    let goods =
        prop::collection::btree_map(prop::sample::select(vec!["07", "20", "84", "16"]), 1..500_i64, 0..4);
    prop::collection::vec((0..50_000_i64, 1..80_i64, goods), 1..16).prop_flat_map(|numbers| {
        let units: Vec<Peer> = (1..)
            .zip(numbers)
            .map(|(n, (volume, staff, goods))| {
                let goods = goods.into_iter().map(|(c, n)| (c.to_owned(), n)).collect();
                Peer { unit: unit(n), volume, staff, goods }
            })
            .collect();
        let names: Vec<u128> = (1..=units.len() as u128).collect();
        (Just(units), Just(names).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn groups_depend_on_numbers_and_not_on_the_order_of_units((units, _) in units(), turn in 0..20_usize) {
        let mut turned = units.clone();
        turned.rotate_left(turn % units.len());
        prop_assert_eq!(fair_groups(&units), fair_groups(&turned));
        prop_assert_eq!(fair_groups(&units).into_iter().flatten().count(), units.len());
    }

    /// Who stands behind the numbers is dealt anew: the groups hold the same numbers as before.
    #[test]
    fn permuting_who_the_units_are_leaves_the_groups_as_they_were((units, names) in units()) {
        let dealt: Vec<Peer> = units.iter().zip(&names).map(|(p, n)| Peer { unit: unit(*n), ..p.clone() }).collect();
        let numbers = |of: &[Peer]| -> Vec<Vec<Peer>> {
            // The numbers alone: who it is left out.
            let told = |u: &UnitId| of.iter().find(|p| p.unit == *u).map(|p| Peer { unit: unit(0), ..p.clone() }).expect("a unit");
            fair_groups(of).iter().map(|g| g.iter().map(told).collect()).collect()
        };
        prop_assert_eq!(numbers(&units), numbers(&dealt));
    }

    #[test]
    fn what_two_units_have_in_common_is_the_same_from_both_sides((units, _) in units()) {
        for (a, b) in units.iter().zip(units.iter().skip(1)) {
            prop_assert_eq!(common(&a.goods, &b.goods), common(&b.goods, &a.goods));
            prop_assert!((0..=100).contains(&common(&a.goods, &b.goods)));
        }
    }
}

#[test]
fn a_seed_draws_the_same_day_again_and_every_day_can_be_drawn() {
    let seed = |n: u8| [n; 32];
    assert_eq!(pick(&seed(7), 5), pick(&seed(7), 5));
    let drawn: std::collections::BTreeSet<_> = (0..100).filter_map(|n| pick(&seed(n), 5)).collect();
    assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(pick(&seed(7), 0), None, "nobody worked");
}
