//! The floors never rise when evidence is taken away.

use super::{Evidence, Followed, Phase, enabler, results};
use kernel::bi;
use proptest::prelude::*;

fn evidence(phase: Phase, there: bool) -> Evidence {
    Evidence { phase, what: bi("", ""), there, indicator: None }
}

fn followed(
    measured: bool,
    keeps: Option<bool>,
    better: Option<bool>,
    above_peers: Option<bool>,
) -> Followed {
    Followed { what: bi("", ""), indicator: None, measured, keeps, better, above_peers }
}

#[test]
fn a_phase_counts_only_when_those_before_it_are_there() {
    let all = |there: [bool; 5]| {
        let e: Vec<Evidence> = Phase::ALL.into_iter().zip(there).map(|(p, t)| evidence(p, t)).collect();
        enabler(&e).floor()
    };
    assert_eq!(all([false, true, true, true, true]), 0);
    assert_eq!(all([true, false, true, true, true]), 11);
    assert_eq!(all([true, true, true, false, true]), 51);
    assert_eq!(all([true; 5]), 91);
    assert_eq!(
        enabler(&[evidence(Phase::Plan, true), evidence(Phase::Plan, false)]).floor(),
        0,
        "all of a phase"
    );
}

#[test]
fn results_are_judged_by_target_first_and_by_trend_without_one() {
    let kept = followed(true, Some(true), Some(false), Some(true));
    let missed = followed(true, Some(false), Some(true), None);
    let rising = followed(true, None, Some(true), Some(false));
    assert_eq!(results(&[], false).floor(), 0);
    assert_eq!(results(std::slice::from_ref(&missed), false).floor(), 11);
    assert_eq!(results(&[kept.clone(), missed.clone()], false).floor(), 31);
    assert_eq!(results(&[kept.clone(), rising.clone(), missed], false).floor(), 51);
    assert_eq!(results(&[kept.clone(), rising], true).floor(), 71, "not beside the peers");
    assert_eq!(
        (results(std::slice::from_ref(&kept), true).floor(), results(&[kept], false).floor()),
        (91, 71)
    );
}

fn maybe() -> impl Strategy<Value = Option<bool>> {
    prop::option::of(any::<bool>())
}

proptest! {
    #[test]
    fn deleting_evidence_never_raises_an_enabler(
        pieces in prop::collection::vec((0..5_usize, any::<bool>()), 1..12), gone in any::<prop::sample::Index>(),
    ) {
        let all: Vec<Evidence> = pieces.iter().map(|(p, t)| evidence(Phase::ALL[*p], *t)).collect();
        let mut left = all.clone();
        left[gone.index(all.len())].there = false;
        prop_assert!(enabler(&left) <= enabler(&all));
    }

    #[test]
    fn deleting_a_figure_never_raises_a_result(
        series in prop::collection::vec((any::<bool>(), maybe(), maybe(), maybe()), 1..8),
        gone in any::<prop::sample::Index>(), lasts in any::<bool>(),
    ) {
        let all: Vec<Followed> = series.into_iter().map(|(m, k, b, a)| followed(m, k, b, a)).collect();
        let mut left = all.clone();
        left[gone.index(all.len())] = followed(false, None, None, None);
        prop_assert!(results(&left, lasts) <= results(&all, lasts));
        prop_assert!(results(&all, false) <= results(&all, lasts));
    }
}
