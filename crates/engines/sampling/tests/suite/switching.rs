//! The switching rules, each on a story of lots, and invariants over random stories.

use proptest::prelude::*;
use sampling::iso2859::switching::{Phase, Reason, Report, ScoreChange, Switching, score_change};
use sampling::iso2859::{Aql, CodeLetter, Plan, PlanType, Severity, plan_for_letter};

fn lot(accepted: bool, points: u32, reduced_agreed: bool) -> Report {
    let score = if accepted && points > 0 { ScoreChange::Add(points) } else { ScoreChange::Reset };
    Report::Lot { accepted, original: true, score, reduced_agreed }
}

/// Reports one letter after the other: `a` accepted, `r` not accepted; returns the last change.
fn story(state: &mut Switching, lots: &str) -> Option<(Phase, Reason)> {
    let mut last = None;
    for outcome in lots.chars() {
        last = state.report(lot(outcome == 'a', 3, false)).unwrap();
    }
    last.map(|change| (change.to, change.reason))
}

#[test]
fn two_of_five_tighten_and_two_of_six_do_not() {
    assert_eq!(
        story(&mut Switching::default(), "raaar"),
        Some((Phase::Tightened, Reason::TwoOfFiveNotAccepted))
    );
    assert_eq!(story(&mut Switching::default(), "raaaar"), None);
    assert_eq!(story(&mut Switching::default(), "rr").map(|(phase, _)| phase), Some(Phase::Tightened));
}

#[test]
fn five_in_a_row_lead_back_to_normal() {
    let mut state = Switching::default();
    story(&mut state, "rr");
    assert_eq!(story(&mut state, "aaaaraaaa"), None);
    assert_eq!(story(&mut state, "a"), Some((Phase::Normal, Reason::FiveAccepted)));
    assert_eq!(state, Switching::default(), "counting begins anew");
}

#[test]
fn five_not_accepted_in_total_discontinue_until_corrected() {
    let mut state = Switching::default();
    story(&mut state, "rr");
    let last = story(&mut state, "raaararaaar");
    assert_eq!(last, None);
    assert_eq!(story(&mut state, "r"), Some((Phase::Discontinued, Reason::FiveNotAcceptedOnTightened)));
    assert_eq!(state.phase.severity(), None);
    let before = state.clone();
    assert_eq!(state.report(lot(true, 3, false)).unwrap_err().field(), "report");
    assert_eq!(state, before, "a refused report changes nothing");
    let back = state.report(Report::CorrectiveActionEffective).unwrap().unwrap();
    assert_eq!((back.from, back.to), (Phase::Discontinued, Phase::Tightened));
    assert_eq!(state.not_accepted_on_tightened, 0);
    assert!(state.report(Report::CorrectiveActionEffective).is_err());
}

#[test]
fn reduced_needs_score_and_agreement_and_ends_with_a_lost_lot() {
    let mut state = Switching::default();
    assert!(state.report(Report::ReducedAgreed).is_err());
    story(&mut state, "aaaaaaaaaa");
    assert_eq!((state.score, state.phase, state.reduced_possible()), (30, Phase::Normal, true));
    let change = state.report(Report::ReducedAgreed).unwrap().unwrap();
    assert_eq!((change.to, change.reason), (Phase::Reduced, Reason::ScoreReached));
    assert_eq!(story(&mut state, "aaaaaaar"), Some((Phase::Normal, Reason::NotAcceptedOnReduced)));
    assert_eq!(state.score, 0);
    let mut agreed = Switching::default();
    let changes: Vec<_> = (0..15).filter_map(|_| agreed.report(lot(true, 2, true)).unwrap()).collect();
    assert_eq!((changes.len(), agreed.phase), (1, Phase::Reduced));
}

#[test]
fn irregular_production_ends_reduced_inspection_only() {
    for (report, reason) in [
        (Report::ProductionIrregular, Reason::ProductionIrregular),
        (Report::OtherConditions, Reason::OtherConditions),
    ] {
        let mut state = Switching::default();
        assert_eq!(state.report(report), Ok(None));
        story(&mut state, "aaaaaaaaaa");
        state.report(Report::ReducedAgreed).unwrap();
        assert_eq!(state.report(report).unwrap().map(|change| change.reason), Some(reason));
    }
}

#[test]
fn resubmitted_lots_are_passed_over() {
    let mut state = Switching::default();
    story(&mut state, "ra");
    let before = state.clone();
    let again =
        Report::Lot { accepted: false, original: false, score: ScoreChange::Reset, reduced_agreed: true };
    assert_eq!(state.report(again), Ok(None));
    assert_eq!(state, before);
}

fn plan(letter: CodeLetter, aql: &str, kind: PlanType) -> Plan {
    plan_for_letter(letter, aql.parse().unwrap(), Severity::Normal, kind).unwrap()
}

#[test]
fn the_score_follows_the_plan() {
    use ScoreChange::{Add, Reset};
    let score = |plan: &Plan, found: &[u32]| score_change(plan, found).unwrap();
    let zero = plan(CodeLetter::J, "0.15", PlanType::Single);
    assert_eq!((score(&zero, &[0]), score(&zero, &[1])), (Add(2), Reset));
    let one = plan(CodeLetter::J, "0.65", PlanType::Single);
    assert_eq!((score(&one, &[1]), score(&one, &[2])), (Add(2), Reset));
    let two = plan(CodeLetter::J, "1.0", PlanType::Single);
    assert_eq!((score(&two, &[1]), score(&two, &[2]), score(&two, &[3])), (Add(3), Reset, Reset));
    let double = plan(CodeLetter::J, "1.0", PlanType::Double);
    assert_eq!((score(&double, &[0]), score(&double, &[1, 2]), score(&double, &[4])), (Add(3), Reset, Reset));
    let multiple = plan(CodeLetter::J, "1.0", PlanType::Multiple);
    assert_eq!((score(&multiple, &[0, 0]), score(&multiple, &[1, 1, 1, 1])), (Add(3), Reset));
    assert!(score_change(&two, &[]).is_err());
    assert!(score_change(&double, &[2, 1]).is_err());
    assert!(score_change(&two, &[1, 1]).is_err());
}

/// The tighter AQL can be read at the letter in use for every plan with Ac 2 or more: the sample is the same.
#[test]
fn the_tighter_plan_has_the_sample_that_was_taken() {
    for letter in CodeLetter::ALL {
        for aql in Aql::all() {
            let Ok(found) = plan_for_letter(letter, aql, Severity::Normal, PlanType::Single) else {
                continue;
            };
            let numbers = found.single().unwrap();
            if numbers.ac < 2 {
                continue;
            }
            let tighter = aql.one_step_tighter().unwrap();
            let tighter = plan_for_letter(found.letter, tighter, Severity::Normal, PlanType::Single).unwrap();
            assert_eq!(tighter.single().unwrap().n, numbers.n, "{letter} {aql}");
            assert!(tighter.single().unwrap().ac <= numbers.ac);
        }
    }
}

proptest! {
    #[test]
    fn counts_stay_within_their_bounds(outcomes in proptest::collection::vec((0_u8..10, 0_u32..4, any::<bool>()), 0..200)) {
        let mut state = Switching::default();
        for (kind, points, agreed) in outcomes {
            let before = state.clone();
            let report = match kind {
                0 => Report::ProductionIrregular,
                1 => Report::CorrectiveActionEffective,
                2 => Report::ReducedAgreed,
                other => lot(other > 4, points, agreed),
            };
            match state.report(report) {
                Ok(Some(change)) => {
                    prop_assert_eq!((change.from, change.to), (before.phase, state.phase));
                    prop_assert!(change.from != change.to);
                    prop_assert!(state.recent.is_empty() && state.score == 0);
                }
                Ok(None) => prop_assert_eq!(state.phase, before.phase),
                Err(_) => prop_assert_eq!(&state, &before),
            }
            prop_assert!(state.recent.len() <= 5 && state.not_accepted_on_tightened < 5);
            prop_assert!(state.score == 0 || state.phase == Phase::Normal);
        }
    }
}
