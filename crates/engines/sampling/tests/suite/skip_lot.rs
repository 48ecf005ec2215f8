//! Skip-lot: qualification, frequencies, interruption and the chance of being inspected.

use sampling::iso2859::skip_lot::{Reason, Rules, SkipLot, State, qualification_score, selects};
use sampling::iso2859::{CodeLetter, PlanType, Severity, plan_for_letter};

/// Reports `count` accepted lots with this score; returns the last change.
fn good_lots(product: &mut SkipLot, count: u32, score: u32) -> Option<(State, Reason)> {
    let rules = Rules::default();
    let changes = (0..count).filter_map(|_| product.lot(&rules, true, score, true));
    changes.last().map(|change| (change.to, change.reason))
}

#[test]
fn faster_qualification_means_fewer_inspections() {
    for (lots, scores, one_in) in [(10, [5; 20], 4), (13, [4; 20], 3), (17, [3; 20], 2)] {
        let mut product = SkipLot::default();
        let rules = Rules::default();
        let before = (0..lots - 1).filter_map(|at| product.lot(&rules, true, scores[at], true)).count();
        assert_eq!(before, 0);
        let change = product.lot(&rules, true, scores[0], true).unwrap();
        assert_eq!((change.to, change.reason), (State::SkipLot { one_in }, Reason::Qualified));
    }
}

#[test]
fn a_score_too_slow_or_a_lost_lot_begins_anew() {
    let mut slow = SkipLot::default();
    assert_eq!(good_lots(&mut slow, 20, 2), None);
    assert_eq!(slow, SkipLot::default());
    let mut lost = SkipLot::default();
    good_lots(&mut lost, 9, 5);
    assert_eq!(lost.lot(&Rules::default(), false, 0, false), None);
    assert_eq!(lost, SkipLot::default());
}

#[test]
fn good_lots_lower_the_frequency_to_one_in_five() {
    let mut product = SkipLot::default();
    good_lots(&mut product, 10, 5);
    assert_eq!(
        good_lots(&mut product, 10, 5),
        Some((State::SkipLot { one_in: 5 }, Reason::FrequencyLowered))
    );
    assert_eq!(good_lots(&mut product, 30, 5), None);
    assert_eq!(product.state, State::SkipLot { one_in: 5 });
}

#[test]
fn an_interruption_ends_in_requalification_or_disqualification() {
    let rules = Rules::default();
    let interrupted = || {
        let mut product = SkipLot::default();
        good_lots(&mut product, 10, 5);
        let change = product.lot(&rules, true, 3, false).unwrap();
        assert_eq!((change.to, change.reason), (State::Interrupted { was_one_in: 4 }, Reason::Interrupted));
        product
    };
    assert_eq!(
        good_lots(&mut interrupted(), 4, 3),
        Some((State::SkipLot { one_in: 3 }, Reason::Requalified))
    );
    let mut lost = interrupted();
    assert_eq!(lost.lot(&rules, false, 0, false).map(|change| change.reason), Some(Reason::Disqualified));
    let mut slow = interrupted();
    let outcomes = (0..10).filter_map(|at| slow.lot(&rules, true, 1, at % 3 != 2));
    assert_eq!(outcomes.last().map(|change| change.to), Some(State::LotByLot));
    assert_eq!(interrupted().withdraw().map(|change| change.reason), Some(Reason::Withdrawn));
    assert_eq!(SkipLot::default().withdraw(), None);
}

#[test]
fn scores_depend_on_how_far_inside_the_limit_a_lot_is() {
    let score = |aql: &str, found| {
        let plan = plan_for_letter(CodeLetter::J, aql.parse().unwrap(), Severity::Normal, PlanType::Single);
        qualification_score(&plan.unwrap(), found).unwrap()
    };
    assert_eq!((score("0.15", 0), score("0.15", 1)), (3, 0));
    assert_eq!((score("0.65", 0), score("0.65", 1), score("0.65", 2)), (5, 1, 0));
    assert_eq!((score("1.0", 0), score("1.0", 1), score("1.0", 2)), (5, 3, 0));
    assert_eq!((score("4.0", 3), score("4.0", 5), score("4.0", 7), score("4.0", 8)), (5, 3, 0, 0));
    let double = plan_for_letter(CodeLetter::J, "1.0".parse().unwrap(), Severity::Normal, PlanType::Double);
    assert_eq!(qualification_score(&double.unwrap(), 0).unwrap_err().field(), "type");
}

/// 20,000 lots, one in four: four standard errors are 245.
#[test]
fn the_share_inspected_is_the_frequency() {
    let inspected = (0..20_000).filter(|&lot| selects(b"stream 7", lot, 4).unwrap()).count();
    assert!((4_755..=5_245).contains(&inspected), "{inspected}");
    assert!((0..100).all(|lot| selects(b"stream 7", lot, 1).unwrap()));
    assert_eq!(selects(b"x", 1, 0).unwrap_err().field(), "one_in");
}
