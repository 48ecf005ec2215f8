//! Designs by two risk points: against an independent design program, and by exhaustive search.

use proptest::prelude::*;
use sampling::design::{RiskPoint, ThreeClass, attributes, zero_acceptance};
use sampling::iso2859::Single;
use sampling::oc::{Model, evaluate};
use sampling::variables::{self, Method};

use crate::common::{number, rows};

#[test]
fn designs_agree_with_the_reference() {
    let Some(rows) = rows("oracle_find_plan.csv") else { return };
    for row in &rows {
        let point =
            |quality, accept| RiskPoint { quality: number(row, quality), accept: number(row, accept) };
        let (prp, crp) = (point("prp", "prp_pa"), point("crp", "crp_pa"));
        let model = match row["type"].as_str() {
            "binomial" => Model::Binomial,
            "poisson" => Model::Poisson,
            kind if kind.starts_with("hypergeom N=") => {
                Model::Hypergeometric { lot: kind["hypergeom N=".len()..].parse().unwrap() }
            }
            kind => {
                // In these rows the column c holds k; the reference stops its search for k early under the
                // s-method, so that only three decimals of it count there.
                let known = kind.contains("sigma known");
                let method = if known { Method::Sigma } else { Method::S };
                let plan = variables::design(prp, crp, method).unwrap();
                assert_eq!(plan.n, number(row, "n") as u64, "{row:?}");
                let tolerance = if known { 1e-9 } else { 5e-4 };
                assert!((plan.k - number(row, "c")).abs() < tolerance, "{row:?}: {plan:?}");
                continue;
            }
        };
        let plan = attributes(prp, crp, model).unwrap();
        assert_eq!((plan.n, plan.ac), (number(row, "n") as u64, number(row, "c") as u32), "{row:?}");
    }
    assert_eq!(rows.len(), 13);
}

#[test]
fn points_out_of_order_are_refused_with_a_remedy() {
    let point = |quality, accept| RiskPoint { quality, accept };
    let refused = |prp, crp| attributes(prp, crp, Model::Binomial).unwrap_err();
    let crossed = refused(point(0.1, 0.95), point(0.01, 0.1));
    assert_eq!(crossed.field(), "crp");
    assert!(crossed.to_string().contains("exchange the two qualities"));
    assert_eq!(refused(point(0.01, 0.1), point(0.1, 0.95)).field(), "crp");
    assert_eq!(refused(point(1.0, 0.95), point(2.0, 0.1)).field(), "prp");
    assert_eq!(refused(point(0.01, 95.0), point(0.1, 0.1)).value(), "95");
    assert_eq!(zero_acceptance(point(0.05, 0.05), Some(0)).unwrap_err().field(), "lot");
    let close = attributes(point(0.01, 0.95), point(0.100, 0.1), Model::Hypergeometric { lot: 3 });
    assert!(close.is_ok(), "a small lot can always be inspected whole");
    assert!(attributes(point(0.01, 0.95), point(0.1, 0.1), Model::Hypergeometric { lot: 0 }).is_err());
}

#[test]
fn three_class_plans_contain_two_class_plans() {
    let plan = ThreeClass { n: 10, c: 1 };
    let two_class = evaluate(&Single::new(10, 1).stages(), Model::Binomial, 0.07).unwrap().accept;
    assert!((plan.accept(0.07, 0.0).unwrap() - two_class).abs() < 1e-14);
    let zero = evaluate(&Single::new(10, 0).stages(), Model::Binomial, 0.07).unwrap().accept;
    assert!((plan.accept(0.0, 0.07).unwrap() - zero).abs() < 1e-14);
    assert_eq!(plan.accept(0.0, 1.0).unwrap(), 0.0);
    assert!(plan.accept(0.6, 0.6).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_smaller_plan_meets_both_points(
        good in 0.002_f64..0.05, times in 4.0_f64..12.0, producer in 0.8_f64..0.97, consumer in 0.05_f64..0.3
    ) {
        let prp = RiskPoint { quality: good, accept: producer };
        let crp = RiskPoint { quality: (good * times).min(0.9), accept: consumer };
        let plan = attributes(prp, crp, Model::Binomial).unwrap();
        let accept = |n, c, quality| evaluate(&Single::new(n, c).stages(), Model::Binomial, quality).unwrap().accept;
        let meets = |n, c| accept(n, c, prp.quality) >= producer && accept(n, c, crp.quality) <= consumer;
        prop_assert!(meets(plan.n, plan.ac));
        for c in 0..=plan.ac {
            let smallest = (u64::from(c) + 1..plan.n).find(|&n| meets(n, c));
            prop_assert_eq!(smallest, None);
        }
    }

    #[test]
    fn exact_designs_hold_for_every_lot_no_better_or_worse(lot in 20_u64..400, good in 0.0_f64..0.05) {
        let prp = RiskPoint { quality: good.max(1e-4), accept: 0.9 };
        let crp = RiskPoint { quality: good + 0.15, accept: 0.1 };
        let model = Model::Hypergeometric { lot };
        let plan = attributes(prp, crp, model).unwrap();
        for bad in 0..=lot {
            let share = bad as f64 / lot as f64;
            let accept = evaluate(&plan.stages(), model, share).unwrap().accept;
            prop_assert!(share > prp.quality || accept >= 0.9, "{bad} of {lot}: {accept}");
            prop_assert!(share < crp.quality || accept <= 0.1, "{bad} of {lot}: {accept}");
        }
    }

    #[test]
    fn zero_acceptance_is_the_smallest(lot in 1_u64..2_000, quality in 0.005_f64..0.5) {
        let crp = RiskPoint { quality, accept: 0.05 };
        let plan = zero_acceptance(crp, Some(lot)).unwrap();
        let bad = (lot as f64 * quality).ceil();
        let pass = |n| {
            let model = Model::Hypergeometric { lot };
            evaluate(&Single::new(n, 0).stages(), model, bad / lot as f64).unwrap().accept
        };
        prop_assert!(pass(plan.n) <= 0.05);
        prop_assert!(plan.n == 1 || pass(plan.n - 1) > 0.05);
        prop_assert!(zero_acceptance(crp, None).unwrap().n + 1 >= plan.n, "a small lot needs no more");
    }
}
