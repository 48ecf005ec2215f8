//! Sums and what stands against closing.

use super::{Line, gaps, rules::to_check, sums};
use kernel::{Quantity, RecallLineId, UnitCode};
use proptest::prelude::*;

fn line(milli: i64, accounted: i64, held: bool, effective: Option<bool>) -> Line {
    Line {
        id: RecallLineId::from(kernel::MIN_UUID),
        n: 1,
        lot: None,
        lot_no: "L1".into(),
        declaration: None,
        consignee: String::new(),
        quantity: Quantity { milli, unit: UnitCode::parse("KGM").expect("a unit") },
        held,
        settled: false,
        told_at: None,
        accounted,
        estimated: 0,
        effective,
    }
}

#[test]
fn the_last_gram_and_every_held_lot_stand_against_closing() {
    assert_eq!(gaps(&[line(1000, 999, false, Some(true))], 100).len(), 1);
    assert_eq!(gaps(&[line(1000, 1000, false, Some(true))], 100).len(), 0);
    assert_eq!(gaps(&[line(1000, 1000, false, None)], 100)[0].field, "checks");
    assert_eq!(gaps(&[line(1000, 1000, false, Some(false))], 0)[0].field, "checks", "no effect was found");
    assert_eq!(gaps(&[line(1000, 0, true, None)], 100).len(), 1, "what is held has no outcome");
}

#[test]
fn a_share_of_consignees_is_rounded_up() {
    assert_eq!([to_check(0, 100), to_check(3, 100), to_check(3, 10), to_check(30, 2)], [0, 3, 1, 1]);
}

proptest! {
    /// Whatever lines there are, a recall may be closed only when the sums agree unit by unit.
    #[test]
    fn nothing_closes_while_the_sums_differ(parts in proptest::collection::vec((0_i64..5000, 0_i64..5000), 1..20)) {
        let lines: Vec<Line> = parts.iter().map(|(q, a)| line(*q, (*a).min(*q), false, Some(true))).collect();
        let open = sums(&lines).values().any(|s| s.distributed != s.accounted);
        prop_assert_eq!(!gaps(&lines, 100).is_empty(), open);
    }
}
