//! Properties of curves: where they begin and end, that they fall, and that they agree with chance itself.

use proptest::prelude::*;
use sampling::iso2859::{Aql, CodeLetter, PlanType, Severity, Single, Stage, plan_for_letter};
use sampling::oc::{Model, curve, evaluate, quality_at};
use sampling::outgoing::{outgoing_limit, rectify};
use sampling::{Frame, draw_units};

#[test]
fn curves_begin_at_one_and_fall() {
    for kind in [PlanType::Single, PlanType::Double, PlanType::Multiple] {
        let plan = plan_for_letter(CodeLetter::K, "1.5".parse().unwrap(), Severity::Normal, kind).unwrap();
        for model in [Model::Binomial, Model::Poisson, Model::Hypergeometric { lot: 2_000 }] {
            let points = curve(&plan.stages(), model, Some(2_000), 101).unwrap();
            assert_eq!((points[0].quality, points[0].accept, points[0].aoq), (0.0, 1.0, Some(0.0)));
            assert!(points.is_sorted_by(|a, b| a.quality < b.quality && a.accept >= b.accept - 1e-12));
            assert!(points.last().unwrap().accept < 0.003);
            assert!(points.iter().all(|point| point.ati.unwrap() >= point.asn - 1e-9));
        }
    }
}

#[test]
fn a_small_lot_has_a_point_for_each_unit() {
    let points = curve(&Single::new(5, 0).stages(), Model::Hypergeometric { lot: 20 }, None, 200).unwrap();
    let step = |pair: &[sampling::oc::OcPoint]| (pair[1].quality - pair[0].quality) * 20.0;
    assert!(points.windows(2).all(|pair| (step(pair) - 1.0).abs() < 1e-9));
    assert!(points.iter().all(|point| point.ati.is_none()));
}

#[test]
fn plans_that_nothing_can_fail_or_pass_still_have_a_curve() {
    // More allowed than taken: units nonconforming can never reach the rejection number.
    let lenient = Single::new(2, 30).stages();
    assert!((quality_at(&lenient, Model::Binomial, 0.1).unwrap() - 1.0).abs() < 1e-12);
    assert!(quality_at(&lenient, Model::Poisson, 0.1).unwrap() > 15.0);
    let whole = curve(&Single::new(20, 0).stages(), Model::Hypergeometric { lot: 20 }, Some(20), 50).unwrap();
    assert_eq!(whole.iter().map(|point| point.accept).collect::<Vec<_>>(), [1.0, 0.0]);
}

#[test]
fn absurd_requests_are_refused() {
    let stages = Single::new(50, 1).stages();
    assert_eq!(evaluate(&stages, Model::Binomial, 1.5).unwrap_err().field(), "quality");
    assert_eq!(evaluate(&stages, Model::Binomial, f64::NAN).unwrap_err().field(), "quality");
    assert_eq!(evaluate(&[], Model::Binomial, 0.5).unwrap_err().field(), "n");
    assert_eq!(evaluate(&stages, Model::Hypergeometric { lot: 49 }, 0.5).unwrap_err().value(), "50");
    assert_eq!(curve(&stages, Model::Binomial, None, 1).unwrap_err().field(), "points");
    assert_eq!(quality_at(&stages, Model::Binomial, 1.0).unwrap_err().field(), "accept");
    assert_eq!(rectify(&stages, Model::Binomial, 10, 0.1).unwrap_err().field(), "n");
    let exact = outgoing_limit(&stages, Model::Hypergeometric { lot: 100 }, 100).unwrap_err();
    assert_eq!(exact.field(), "model");
}

/// A lot of 60 with 9 bad units, the double plan 8, 8 (0/2, 1/2): 20,000 draws from the product's own
/// stream against the exact curve; four standard errors are 0.014.
#[test]
fn the_exact_curve_is_what_draws_do() {
    let stage = |cumulative_n, ac, re| Stage { n: 8, cumulative_n, ac: Some(ac), re };
    let stages = [stage(8, 0, 2), stage(16, 1, 2)];
    let exact = evaluate(&stages, Model::Hypergeometric { lot: 60 }, 9.0 / 60.0).unwrap();
    let (mut accepted, mut inspected) = (0_u32, 0_u64);
    for seed in 0..20_000_u32 {
        // The first sample is a random half of the sixteen.
        let both = draw_units(&seed.to_be_bytes(), &Frame::Count(60), 16).unwrap();
        let first = draw_units(&(!seed).to_be_bytes(), &Frame::Count(16), 8).unwrap();
        let bad = |at: u64| u32::from(both[at as usize].number <= 9);
        let in_first: u32 = first.iter().map(|unit| bad(unit.number - 1)).sum();
        let in_both: u32 = (0..16).map(bad).sum();
        let to_second = in_first == 1;
        inspected += if to_second { 16 } else { 8 };
        accepted += u32::from(in_first == 0 || to_second && in_both <= 1);
    }
    assert!((f64::from(accepted) / 20_000.0 - exact.accept).abs() < 0.014, "{accepted}: {exact:?}");
    assert!((inspected as f64 / 20_000.0 - exact.asn).abs() < 0.12, "{inspected}: {exact:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn quality_and_probability_are_inverse(letter in 0_usize..16, aql in 0_usize..16, share in 0.02_f64..0.98) {
        let aql = Aql::all().nth(aql).unwrap();
        let plan = plan_for_letter(CodeLetter::ALL[letter], aql, Severity::Normal, PlanType::Single).unwrap();
        for model in [Model::Binomial, Model::Poisson] {
            let quality = quality_at(&plan.stages(), model, share).unwrap();
            let back = evaluate(&plan.stages(), model, quality).unwrap().accept;
            prop_assert!((back - share).abs() < 1e-9, "{back} {share}");
        }
    }

    #[test]
    fn the_outgoing_limit_is_never_passed(n in 5_u64..300, c in 0_u32..8, quality in 0.0_f64..0.5) {
        let stages = Single::new(n, c).stages();
        let limit = outgoing_limit(&stages, Model::Binomial, 1_000).unwrap();
        let figures = rectify(&stages, Model::Binomial, 1_000, quality).unwrap();
        prop_assert!(figures.aoq <= limit.aoql + 1e-12);
    }

    #[test]
    fn a_large_lot_behaves_like_a_process(n in 1_u64..100, c in 0_u32..6, quality in 0.0_f64..0.3) {
        let stages = Single::new(n, c).stages();
        let lot = 10_000_000;
        let exact = evaluate(&stages, Model::Hypergeometric { lot }, quality).unwrap().accept;
        let process = evaluate(&stages, Model::Binomial, quality).unwrap().accept;
        prop_assert!((exact - process).abs() < 1e-4);
    }
}
