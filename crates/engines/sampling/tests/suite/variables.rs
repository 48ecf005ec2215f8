//! Plans by variables: that they keep their two points, agree with simulation, and judge lots as laid down.

use sampling::iso2859::{Aql, CodeLetter, Level, PlanType, Severity, plan_for_letter};
use sampling::oc::{Model, evaluate, quality_at};
use sampling::variables::{self, Control, Limits, Method};
use sampling::{Certainty, Frame, draw_units};

#[test]
fn plans_keep_the_points_of_the_attributes_plan_with_fewer_units() {
    for letter in [CodeLetter::C, CodeLetter::F, CodeLetter::J, CodeLetter::M] {
        for aql in ["0.40", "1.0", "4.0", "10"] {
            let aql: Aql = aql.parse().unwrap();
            let attributes = plan_for_letter(letter, aql, Severity::Normal, PlanType::Single).unwrap();
            for method in [Method::S, Method::Sigma] {
                let plan = variables::plan_for_letter(letter, aql, Severity::Normal, method).unwrap();
                assert_eq!(plan.certainty, Certainty::Computed);
                assert!(plan.n <= attributes.single().unwrap().n, "{letter} {aql}: {plan:?}");
                let at = |share| quality_at(&attributes.stages(), Model::Binomial, share).unwrap();
                assert!((plan.accept(at(0.95)).unwrap() - 0.95).abs() < 1e-9, "{letter} {aql}: {plan:?}");
                assert!(plan.accept(at(0.10)).unwrap() <= 0.10 + 1e-12);
            }
        }
    }
}

#[test]
fn the_sigma_method_needs_no_more_than_the_s_method() {
    for aql in Aql::all().filter(|aql| !aql.counts_nonconformities_only()) {
        let plan =
            |method| variables::plan_for_letter(CodeLetter::L, aql, Severity::Tightened, method).unwrap();
        assert!(plan(Method::Sigma).n <= plan(Method::S).n);
    }
    let counted = "15".parse().unwrap();
    let refused = variables::plan_for_letter(CodeLetter::L, counted, Severity::Normal, Method::S);
    assert_eq!(refused.unwrap_err().field(), "aql");
    let of_lot = |lot| variables::plan(lot, Level::II, "0.40".parse().unwrap(), Severity::Normal, Method::S);
    assert_eq!(of_lot(14).unwrap_err().field(), "lot", "the sample would be the lot");
    assert_eq!(of_lot(15).unwrap().n, 14);
}

/// Two nearly normal numbers by the polar identity from the product's own stream of draws.
fn normal_pair(seed: u32, at: u32) -> [f64; 2] {
    let uniform = |part: u8| {
        let key = [&seed.to_be_bytes()[..], &at.to_be_bytes(), &[part]].concat();
        let unit = draw_units(&key, &Frame::Count(1 << 53), 1).unwrap()[0].number;
        (unit as f64 - 0.5) / (1_u64 << 53) as f64
    };
    let (radius, angle) = ((-2.0 * uniform(0).ln()).sqrt(), std::f64::consts::TAU * uniform(1));
    [radius * angle.cos(), radius * angle.sin()]
}

/// 4,000 lots with 8 per cent below the limit; four standard errors are 0.032.
#[test]
fn the_s_method_curve_is_what_samples_do() {
    let aql = "2.5".parse().unwrap();
    let plan = variables::plan_for_letter(CodeLetter::F, aql, Severity::Normal, Method::S).unwrap();
    let lower = -1.405_071_560_309_632_6; // the standard normal 8 % point
    let limits = Limits { lower: Some(lower), upper: None, control: Control::Separate };
    let accepted = (0..4_000_u32)
        .filter(|&seed| {
            let mut values: Vec<f64> =
                (0..plan.n.div_ceil(2)).flat_map(|at| normal_pair(seed, at as u32)).collect();
            values.truncate(plan.n as usize);
            plan.judge(&values, limits, None).unwrap().accepted
        })
        .count();
    let share = accepted as f64 / 4_000.0;
    let exact = plan.accept(0.08).unwrap();
    assert!((share - exact).abs() < 0.032, "{share} {exact}");
}

#[test]
fn judging_uses_each_limit_or_both_together() {
    let plan = variables::plan_for_letter(CodeLetter::D, "2.5".parse().unwrap(), Severity::Normal, Method::S);
    let plan = plan.unwrap();
    let values: Vec<f64> = (0..plan.n).map(|at| 10.0 + if at % 2 == 0 { 0.1 } else { -0.1 }).collect();
    let limits = |lower, upper, control| Limits { lower, upper, control };
    let wide = plan.judge(&values, limits(Some(9.0), Some(11.0), Control::Combined), None).unwrap();
    assert!(wide.accepted && wide.estimated_fraction < 1e-6, "{wide:?}");
    let narrow = plan.judge(&values, limits(Some(9.9), None, Control::Separate), None).unwrap();
    assert!(!narrow.accepted && narrow.q_upper.is_none(), "{narrow:?}");
    // At k exactly the estimated fraction is p*: both forms of the requirement agree for one limit.
    let sample = plan.judge(&values, limits(Some(9.0), None, Control::Separate), None).unwrap();
    let edge = sample.mean - plan.k * sample.deviation;
    for (shift, accepted) in [(-1e-9, true), (1e-9, false)] {
        let form_k = plan.judge(&values, limits(Some(edge + shift), None, Control::Separate), None).unwrap();
        assert_eq!(form_k.accepted, accepted);
        assert_eq!(form_k.estimated_fraction < plan.p_star, accepted);
    }
    // Two limits each just kept on their own may be too much together.
    let spread = plan.k * sample.deviation * 1.001;
    let both = |control| {
        let limits = limits(Some(sample.mean - spread), Some(sample.mean + spread), control);
        plan.judge(&values, limits, None).unwrap().accepted
    };
    assert!(both(Control::Separate) && !both(Control::Combined));
}

#[test]
fn unfit_measurements_are_refused() {
    let plan =
        variables::plan_for_letter(CodeLetter::D, "2.5".parse().unwrap(), Severity::Normal, Method::Sigma);
    let plan = plan.unwrap();
    let values = vec![1.0; plan.n as usize];
    let limits = Limits { lower: Some(0.0), upper: None, control: Control::Separate };
    let field = |values: &[f64], limits, sigma| plan.judge(values, limits, sigma).unwrap_err().field();
    assert_eq!(field(&values[1..], limits, Some(1.0)), "values");
    assert_eq!(field(&vec![f64::NAN; plan.n as usize], limits, Some(1.0)), "values");
    assert_eq!(field(&values, limits, None), "sigma");
    assert_eq!(field(&values, Limits { lower: None, ..limits }, Some(1.0)), "limits");
    assert_eq!(field(&values, Limits { upper: Some(-1.0), ..limits }, Some(1.0)), "limits");
    assert!(plan.judge(&values, limits, Some(0.01)).unwrap().accepted);
    assert!(plan.accept(1.5).is_err());
    assert_eq!(evaluate(&[], Model::Binomial, 0.1).unwrap_err().field(), "n");
}
