//! Double and multiple plans: their structure, and how near they come to the single plans they stand for;
//! the plans by limiting quality: the consumer's risk of every place.

use sampling::Certainty;
use sampling::iso2859::{
    Aql, CodeLetter, LimitingQuality, Plan, PlanType, Rule, Severity, limiting_plan, plan_for_letter,
};
use sampling::oc::{Model, evaluate, quality_at};

/// Every plan of a kind in the tables with its single plan.
fn pairs(kind: PlanType) -> Vec<(Plan, Plan)> {
    let mut found = Vec::new();
    for severity in Severity::ALL {
        for letter in CodeLetter::ALL {
            for aql in Aql::all() {
                let Ok(single) = plan_for_letter(letter, aql, severity, PlanType::Single) else { continue };
                let staged = plan_for_letter(letter, aql, severity, kind).unwrap();
                if staged.plan_type == kind {
                    found.push((single, staged));
                }
            }
        }
    }
    found
}

#[test]
fn stages_are_consistent() {
    for (kind, count) in [(PlanType::Double, 2), (PlanType::Multiple, 5)] {
        for (_, plan) in pairs(kind) {
            let stages = plan.stages();
            assert_eq!(stages.len(), count);
            assert_eq!(plan.certainty, Certainty::Unverified);
            let last = stages.last().unwrap();
            assert_eq!(last.ac.map(|ac| ac + 1), Some(last.re), "the last stage decides");
            assert!(stages.is_sorted_by_key(|stage| (stage.ac, stage.re)), "{stages:?}");
            assert!(stages[..count - 1].iter().all(|stage| stage.ac.is_none_or(|ac| ac + 1 < stage.re)));
            assert!(stages.iter().all(|stage| stage.n == stages[0].n));
            assert_eq!(last.cumulative_n, stages.iter().map(|stage| stage.n).sum::<u64>());
        }
    }
}

/// The curves of the three kinds belong together: measured by the probability of acceptance at qualities the
/// single plan accepts with 95, 75, 50, 25 and 10 per cent, and by inspecting less in the mean. Samples are
/// preferred numbers, so that together they are five quarters of the single sample only nearly; the design
/// shows when the quality is scaled by what rounding did.
#[test]
fn curves_stay_near_the_single_plan() {
    for (kind, allowed) in [(PlanType::Double, 0.065), (PlanType::Multiple, 0.065)] {
        let (mut worst, mut plans) = (0.0_f64, 0);
        for (single, staged) in pairs(kind) {
            let n = single.single().unwrap().n as f64;
            let stages = staged.stages();
            let rounding = stages.last().unwrap().cumulative_n as f64 / (1.25 * n);
            for share in [0.95, 0.75, 0.5, 0.25, 0.1] {
                let quality = quality_at(&single.stages(), Model::Poisson, share).unwrap();
                let outcome = evaluate(&stages, Model::Poisson, quality / rounding).unwrap();
                assert!((outcome.accept - share).abs() < allowed, "{share}: {outcome:?} {staged:?}");
                assert!(outcome.asn / rounding <= n, "{}: {staged:?}", outcome.asn);
                worst = worst.max((outcome.accept - share).abs());
            }
            plans += 1;
        }
        println!("{kind}: {plans} plans, largest distance from the single plan {worst:.3}");
    }
}

#[test]
fn kinds_without_a_plan_fall_back() {
    let plan = |letter, aql: &str, kind| {
        plan_for_letter(letter, aql.parse().unwrap(), Severity::Normal, kind).unwrap()
    };
    assert_eq!(plan(CodeLetter::J, "0.15", PlanType::Double).plan_type, PlanType::Single, "Ac 0");
    assert_eq!(plan(CodeLetter::B, "40", PlanType::Multiple).plan_type, PlanType::Double);
    assert_eq!(plan(CodeLetter::A, "40", PlanType::Multiple).plan_type, PlanType::Single);
    let double = plan(CodeLetter::J, "1.0", PlanType::Double);
    let json = serde_json::to_value(&double).unwrap();
    assert_eq!(json["stages"][0], serde_json::json!({"n": 50, "cumulative_n": 50, "ac": 0, "re": 3}));
    assert_eq!(json["stages"][1], serde_json::json!({"n": 50, "cumulative_n": 100, "ac": 3, "re": 4}));
    assert_eq!(serde_json::from_value::<Plan>(json).unwrap(), double);
    assert!(matches!(double.rule, Rule::Staged { .. }));
}

#[test]
fn isolated_lots_at_the_limiting_quality_seldom_pass() {
    let mut worst = 0.0_f64;
    for lq in LimitingQuality::all() {
        for lot in [16, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000, 2_000_000]
        {
            let plan = limiting_plan(lot, lq).unwrap();
            assert!(plan.single.n <= lot);
            if plan.whole_lot {
                continue;
            }
            let model = Model::Hypergeometric { lot };
            let bad = (lot as f64 * lq.percent() / 100.0).ceil();
            let risk = evaluate(&plan.single.stages(), model, bad / lot as f64).unwrap().accept;
            // A limiting quality of fewer than two units in the lot is met no better than with two.
            let allowed = if (lot as f64 * lq.percent()) < 200.0 { 0.2 } else { 0.13 };
            assert!(risk < allowed, "lot {lot} LQ {lq}: {risk}");
            worst = worst.max(risk);
        }
    }
    println!("largest consumer's risk {worst:.3}");
}

#[test]
fn a_small_or_finely_judged_lot_is_inspected_whole() {
    assert!(limiting_plan(15, "32".parse().unwrap()).unwrap().whole_lot);
    assert!(limiting_plan(200, "0.5".parse().unwrap()).unwrap().whole_lot);
    assert_eq!(limiting_plan(0, "32".parse().unwrap()).unwrap_err().field(), "lot");
    let odd = "4".parse::<LimitingQuality>().unwrap_err();
    assert_eq!(odd.field(), "lq");
    assert!(odd.to_string().contains("3.15 and 5.0"), "{odd}");
}
