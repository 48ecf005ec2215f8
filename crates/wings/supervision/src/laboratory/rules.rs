//! The verdict on a result: a value from values.

use kernel::{Bilingual, Decimal, bi};
use registry::rules::{Limit, Status};

/// Units that results are reported in.
const UNITS: [&str; 5] = ["mg/kg", "µg/kg", "g/100 g", "%", "CFU/g"];

/// What a result says about its lot.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// `pass`, `fail` or `informative`.
    pub verdict: &'static str,
    /// Why.
    pub reason: Bilingual,
    /// The limit in the unit of the result, with where it is written and whether it was read there.
    pub limit: Option<(Decimal, String, Status)>,
}

/// Whether results may be reported in this unit.
pub(super) fn unit_known(unit: &str) -> bool {
    UNITS.contains(&unit)
}

/// The limit in another unit; none when the units do not measure the same.
fn in_unit(value: Decimal, from: &str, to: &str) -> Option<Decimal> {
    match (from, to) {
        (a, b) if a == b => Some(value),
        ("mg/kg", "µg/kg") => value.checked_mul(Decimal::from(1000)).map(|v| v.normalize()),
        ("µg/kg", "mg/kg") => value.checked_div(Decimal::from(1000)).map(|v| v.normalize()),
        _ => None,
    }
}

/// Judges a value (none: below the limit of quantification) against a limit, by simple acceptance.
pub fn judge(
    value: Option<Decimal>,
    unit: &str,
    loq: Decimal,
    uncertainty: Option<Decimal>,
    limit: Option<&Limit>,
) -> Judged {
    let informative = |reason, limit| Judged { verdict: "informative", reason, limit };
    let Some(rule) = limit else {
        return informative(
            bi(
                "规则包没有该市场的限量：仅供参考",
                "the rule pack has no limit for this market: informative only",
            ),
            None,
        );
    };
    let Some(at) = in_unit(rule.value, &rule.unit, unit) else {
        let reason = bi(
            format!("限量以 {} 表示，结果以 {unit} 表示，不能比较：仅供参考", rule.unit),
            format!(
                "the limit is in {}, the result in {unit}: they cannot be compared, informative only",
                rule.unit
            ),
        );
        return informative(reason, None);
    };
    let told = Some((at, rule.citation.clone(), rule.status));
    if loq > at {
        let reason = bi(
            format!("定量限 {loq} {unit} 高于限量 {at} {unit}：方法不足以判定，仅供参考"),
            format!(
                "the limit of quantification {loq} {unit} is above the limit {at} {unit}: the method cannot decide, informative only"
            ),
        );
        return informative(reason, told);
    }
    let Some(x) = value else {
        let reason = bi(
            format!("低于定量限 {loq} {unit}，限量 {at} {unit}：合格"),
            format!("below the limit of quantification {loq} {unit}, limit {at} {unit}: passes"),
        );
        return Judged { verdict: "pass", reason, limit: told };
    };
    let near = uncertainty.is_some_and(|u| (x - at).abs() <= u);
    let (verdict, zh, en) = if x <= at {
        ("pass", "不超过限量", "is not above the limit")
    } else {
        ("fail", "超过限量", "is above the limit")
    };
    let (near_zh, near_en) = if near {
        (
            "；限量在扩展不确定度范围内，按简单接受规则判定",
            "; the limit lies within the expanded uncertainty, decided by simple acceptance",
        )
    } else {
        ("", "")
    };
    let reason =
        bi(format!("{x} {unit} {zh} {at} {unit}{near_zh}"), format!("{x} {unit} {en} {at} {unit}{near_en}"));
    Judged { verdict, reason, limit: told }
}
