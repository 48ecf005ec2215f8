//! The pure verdict on results.

use super::judge;
use kernel::Decimal;
use registry::rules::{Limit, Status};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn limit(value: &str, unit: &str) -> Limit {
    Limit {
        analyte: "chloramphenicol".into(),
        market: vec!["DE".into()],
        hs: vec![],
        value: d(value),
        unit: unit.into(),
        citation: "Regulation (EU) 2019/1871".into(),
        status: Status::Unverified,
    }
}

#[test]
fn m8_1_a_method_that_cannot_see_the_limit_informs_only() {
    let l = limit("0.15", "µg/kg");
    for value in [None, Some(d("0.3")), Some(d("0.2"))] {
        let j = judge(value, "µg/kg", d("0.20"), None, Some(&l));
        assert_eq!(j.verdict, "informative", "{value:?}");
        assert!(
            j.reason.en.contains("above the limit 0.15") && j.reason.zh.contains("定量限"),
            "{:?}",
            j.reason
        );
    }
    let j = judge(None, "µg/kg", d("0.15"), None, Some(&l));
    assert_eq!(j.verdict, "pass", "a limit of quantification at the limit is enough");
}

#[test]
fn a_value_up_to_the_limit_passes_and_one_above_it_fails() {
    let l = limit("0.15", "µg/kg");
    for (value, verdict) in [("0.10", "pass"), ("0.15", "pass"), ("0.150", "pass"), ("0.151", "fail")] {
        assert_eq!(judge(Some(d(value)), "µg/kg", d("0.05"), None, Some(&l)).verdict, verdict, "{value}");
    }
}

#[test]
fn near_the_limit_the_reason_names_the_decision_rule() {
    let l = limit("0.15", "µg/kg");
    let near = judge(Some(d("0.16")), "µg/kg", d("0.05"), Some(d("0.02")), Some(&l));
    assert_eq!(near.verdict, "fail");
    assert!(near.reason.en.contains("simple acceptance"), "{:?}", near.reason);
    let far = judge(Some(d("0.30")), "µg/kg", d("0.05"), Some(d("0.02")), Some(&l));
    assert!(!far.reason.en.contains("simple acceptance"));
}

#[test]
fn limits_are_compared_in_the_unit_of_the_result() {
    let l = limit("0.01", "mg/kg");
    let j = judge(Some(d("11")), "µg/kg", d("1"), None, Some(&l));
    assert_eq!((j.verdict, j.limit.map(|l| l.0)), ("fail", Some(d("10"))));
    assert_eq!(judge(Some(d("9.9")), "µg/kg", d("1"), None, Some(&l)).verdict, "pass");
    assert_eq!(judge(Some(d("1")), "CFU/g", d("1"), None, Some(&l)).verdict, "informative");
    assert_eq!(judge(Some(d("1")), "mg/kg", d("0.1"), None, None).verdict, "informative");
}
