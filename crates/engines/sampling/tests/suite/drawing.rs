//! Properties of drawing units, and one draw repeated by hand.

use proptest::prelude::*;
use sampling::{Error, Frame, Pallet, Place, draw_units};

fn numbers(seed: &[u8], frame: &Frame, n: u64) -> Vec<u64> {
    draw_units(seed, frame, n).unwrap().iter().map(|unit| unit.number).collect()
}

/// `for k in 0 1 2 3 4 5; do printf 'GM-1:%d' $k | sha256sum; done`, first 16 digits each, modulo 1000
/// plus 1: worked outside the product.
#[test]
fn a_draw_can_be_repeated_with_sha256sum() {
    assert_eq!(numbers(b"GM-1", &Frame::Count(1_000), 5), HAND_WORKED);
}

const HAND_WORKED: [u64; 5] = [261, 434, 444, 530, 785];

#[test]
fn places_run_carton_by_carton_through_the_stack() {
    let frame = Frame::Stack { layers: 2, pallets: 3, cartons: 4 };
    let all = draw_units(b"x", &frame, 24).unwrap();
    let place = |at: usize| all[at].place.unwrap();
    assert_eq!(place(0), Place { layer: 1, pallet: 1, carton: 1 });
    assert_eq!(place(4), Place { layer: 1, pallet: 2, carton: 1 });
    assert_eq!(place(23), Place { layer: 2, pallet: 3, carton: 4 });
    let pallet = |pallet, cartons| Pallet { layer: 1, pallet, cartons };
    let uneven = Frame::Pallets(vec![pallet(1, 2), pallet(2, 0), pallet(3, 1)]);
    let all = draw_units(b"x", &uneven, 3).unwrap();
    assert_eq!(all[2].place, Some(Place { layer: 1, pallet: 3, carton: 1 }));
}

#[test]
fn units_are_written_flat() {
    let plain = draw_units(b"x", &Frame::Count(1), 1).unwrap()[0];
    assert_eq!(serde_json::to_value(plain).unwrap(), serde_json::json!({"number": 1}));
    let stack = Frame::Stack { layers: 1, pallets: 1, cartons: 1 };
    let placed = draw_units(b"x", &stack, 1).unwrap()[0];
    let json = serde_json::json!({"number": 1, "layer": 1, "pallet": 1, "carton": 1});
    assert_eq!(serde_json::to_value(placed).unwrap(), json);
    for unit in [plain, placed] {
        let back = serde_json::from_value::<sampling::UnitRef>(serde_json::to_value(unit).unwrap());
        assert_eq!(back.unwrap(), unit);
    }
}

#[test]
fn impossible_draws_are_refused() {
    assert_eq!(draw_units(b"x", &Frame::Count(3), 4), Err(Error::TooMany { given: 4, available: 3 }));
    assert_eq!(draw_units(b"x", &Frame::Count(0), 0).unwrap_err().field(), "frame");
    let huge = Frame::Stack { layers: u32::MAX, pallets: u32::MAX, cartons: u32::MAX };
    assert_eq!(draw_units(b"x", &huge, 1).unwrap_err().field(), "frame");
}

/// Chi-square over 50 units and 20,000 draws of 5: 49 degrees of freedom, mean 49 · 45/49 (drawing without
/// replacement narrows the spread); the bound is beyond the 1 − 10⁻⁶ point.
#[test]
fn every_unit_comes_up_equally_often() {
    let mut counts = [0_f64; 50];
    for seed in 0..20_000_u32 {
        for number in numbers(&seed.to_be_bytes(), &Frame::Count(50), 5) {
            counts[number as usize - 1] += 1.0;
        }
    }
    let expected = 2_000.0;
    let chi_square: f64 = counts.iter().map(|count| (count - expected) * (count - expected) / expected).sum();
    assert!((12.0..105.0).contains(&chi_square), "chi-square {chi_square}");
}

proptest! {
    #[test]
    fn draws_are_in_range_without_repeats_and_repeatable(
        seed in proptest::collection::vec(any::<u8>(), 0..40), total in 1_u64..3_000, share in 0.0_f64..=1.0
    ) {
        let n = (total as f64 * share) as u64;
        let drawn = numbers(&seed, &Frame::Count(total), n);
        prop_assert_eq!(drawn.len() as u64, n);
        prop_assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(drawn.iter().all(|number| (1..=total).contains(number)));
        prop_assert_eq!(drawn, numbers(&seed, &Frame::Count(total), n));
    }

    #[test]
    fn places_match_numbers(layers in 1_u32..4, pallets in 1_u32..5, cartons in 1_u32..60, seed: [u8; 8]) {
        let frame = Frame::Stack { layers, pallets, cartons };
        let total = frame.units().unwrap();
        for unit in draw_units(&seed, &frame, total.min(7)).unwrap() {
            let place = unit.place.unwrap();
            prop_assert!(place.layer <= layers && place.pallet <= pallets && place.carton <= cartons);
            let stack = u64::from(place.layer - 1) * u64::from(pallets) + u64::from(place.pallet - 1);
            prop_assert_eq!(unit.number, stack * u64::from(cartons) + u64::from(place.carton));
        }
    }
}
