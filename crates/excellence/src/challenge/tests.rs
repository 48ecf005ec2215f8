//! Fair groups and ranks.

use super::{Peer, Standing, fair_groups, rank, visible};
use kernel::UnitId;
use proptest::prelude::*;

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
    }
}

#[test]
fn m12_2_a_port_of_forty_thousand_and_an_office_of_nine_hundred_are_not_ranked_together() {
    let peer = |n, volume, staff| Peer { unit: unit(n), volume, staff };
    let groups = fair_groups(&[peer(1, 40_000, 60), peer(2, 900, 9), peer(3, 36_000, 55), peer(4, 1_100, 8)]);
    assert_eq!(groups, [vec![unit(2), unit(4)], vec![unit(3), unit(1)]]);
    let alone = fair_groups(&[peer(1, 40_000, 60), peer(2, 900, 9)]);
    let all = rank(true, vec![standing(2, 1, Some(80.0), Some(3.0)), standing(1, 2, Some(95.0), Some(1.0))]);
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
    let ranked = rank(true, all);
    let seen: Vec<UnitId> = visible(&ranked, Some(unit(3))).into_iter().map(|s| s.unit).collect();
    assert_eq!(seen, [2, 3, 4, 8, 9, 10, 11, 12].map(unit));
}

#[test]
fn lower_is_better_where_the_indicator_says_so() {
    let all = rank(false, vec![standing(1, 1, Some(20.0), None), standing(2, 1, Some(8.0), None)]);
    assert_eq!((all[0].unit, all[0].level_place), (unit(2), Some(1)));
}

proptest! {
    #[test]
    fn groups_depend_on_numbers_and_not_on_the_order_of_units(volumes in prop::collection::vec((0..50_000_i64, 1..80_i64), 1..20), turn in 0..20_usize) {
        let units: Vec<Peer> = volumes.iter().enumerate().map(|(i, (volume, staff))| Peer { unit: unit(i as u128 + 1), volume: *volume, staff: *staff }).collect();
        let mut turned = units.clone();
        turned.rotate_left(turn % units.len());
        prop_assert_eq!(fair_groups(&units), fair_groups(&turned));
        prop_assert_eq!(fair_groups(&units).into_iter().flatten().count(), units.len());
    }
}
