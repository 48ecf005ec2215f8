//! Sampling by variables (ISO 3951-1) on the calculator: fewer units, where a characteristic is measured and nearly
//! normal; and the judgement of a lot, when its measurements are written in.
use maud::{Markup, html};
use sampling::Error;
use sampling::iso2859::{Aql, Level, PlanType, Severity, plan as attributes};
use sampling::oc::{Model, OcPoint, quality_at};
use sampling::variables::{Control, Judgement, Limits, Method, VariablesPlan, plan};

use super::find::{Curve, LARGEST, POINTS, Point, SHARES, range, whole};
use super::{Asked, chart, points_table};
use crate::look::{self, Lang, Sign, Tone, badge, definition_list, format, t, t_args};

/// Most measurements that are read from an address.
const MEASUREMENTS: usize = 500;

/// A plan by variables with what it does, and the lot that was judged by it.
pub(super) struct Measured {
    plan: VariablesPlan,
    /// Units that the plan by attributes for the same lot takes.
    by_attributes: u64,
    curves: Vec<Curve>,
    points: Vec<Point>,
    judged: Option<Judgement>,
}

fn number(field: &'static str, text: &str) -> Result<Option<f64>, Error> {
    let text = text.trim().replace('\u{2212}', "-");
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse::<f64>().ok().filter(|n| n.is_finite());
    read.map(Some).ok_or_else(|| range(field, &text, "numbers with a decimal point"))
}

fn values(text: &str) -> Result<Vec<f64>, Error> {
    let parts: Vec<&str> = text.split([' ', ',', ';', '\n', '\r', '\t']).filter(|p| !p.is_empty()).collect();
    if parts.len() > MEASUREMENTS {
        return Err(range("values", &parts.len().to_string(), "at most 500 measurements"));
    }
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        out.extend(number("values", part)?);
    }
    Ok(out)
}

/// The plan that was asked for; the engine names the field that does not fit.
pub(super) fn find(asked: &Asked) -> Result<Measured, Error> {
    let lot = whole("lot", &asked.lot, 2)?.min(LARGEST);
    let (level, aql): (Level, Aql) = (asked.level.parse()?, asked.aql.parse()?);
    let severity: Severity = asked.severity.parse()?;
    let method = if asked.method == "sigma" { Method::Sigma } else { Method::S };
    let plan = plan(lot, level, aql, severity, method)?;
    let beside = attributes(lot, level, aql, severity, PlanType::Single)?;
    let stages = beside.stages();
    let end = quality_at(&stages, Model::Binomial, 0.005)?;
    let at = |i: usize| end * i as f64 / (POINTS - 1) as f64;
    let mut points = Vec::with_capacity(POINTS);
    for quality in (0..POINTS).map(at) {
        points.push(OcPoint {
            quality,
            accept: plan.accept(quality)?,
            asn: plan.n as f64,
            aoq: None,
            ati: None,
        });
    }
    let other = sampling::oc::curve(&stages, Model::Binomial, None, POINTS)?;
    let curves =
        vec![Curve { word: None, points }, Curve { word: Some("oc-by-attributes".into()), points: other }];
    let mut told = Vec::new();
    for accept in SHARES {
        told.push(Point { quality: quality_of(&plan, accept)?, accept, asn: plan.n as f64 });
    }
    let measurements = values(&asked.values)?;
    let limits = Limits {
        lower: number("limits", &asked.lower)?,
        upper: number("limits", &asked.upper)?,
        control: Control::Combined,
    };
    let judged = if measurements.is_empty() {
        None
    } else {
        Some(plan.judge(&measurements, limits, number("sigma", &asked.sigma)?)?)
    };
    let by_attributes = stages.first().map_or(0, |s| s.n);
    Ok(Measured { plan, by_attributes, curves, points: told, judged })
}

/// The quality at which the share `accept` of lots is accepted: the curve falls, so that halving finds it.
fn quality_of(plan: &VariablesPlan, accept: f64) -> Result<f64, Error> {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if plan.accept(middle)? > accept { low = middle } else { high = middle }
    }
    Ok(f64::midpoint(low, high))
}

pub(super) fn answer(lang: Lang, found: &Measured) -> Markup {
    let p = &found.plan;
    html! {
        section class="plan" {
            p class="plan-numbers" {
                span { "n" b { (format::count(p.n)) } }
                span { "k" b { (format!("{:.3}", p.k)) } }
                span { "p*" b { (format::percent(p.p_star, 2)) } }
            }
            p { (t_args(lang, "variables-in-words", &[("n", format::count(p.n).into()), ("k", format!("{:.3}", p.k).into())])) }
            p class="quiet" { (t_args(lang, "variables-beside", &[("n", format::count(found.by_attributes).into())])) " " (t(lang, "variables-computed")) }
        }
        @if let Some(judged) = &found.judged { (judgement(lang, p, judged)) }
        (look::section(&t(lang, "oc-curve"), Markup::default(), html! {
            p class="quiet" { (t(lang, "oc-lede")) }
            (chart::curves(lang, &found.curves, &found.points, &[]))
        }))
        (look::section(&t(lang, "what-the-plan-does"), Markup::default(), points_table(lang, &found.points)))
    }
}

fn judgement(lang: Lang, plan: &VariablesPlan, j: &Judgement) -> Markup {
    let verdict = if j.accepted {
        badge(Tone::Go, Sign::Check, &t(lang, "lot-accepted"))
    } else {
        badge(Tone::Stop, Sign::Cross, &t(lang, "lot-not-accepted"))
    };
    let statistic = |q: f64| html! { (format!("{q:.3}")) };
    let mut rows = vec![
        (t(lang, "verdict"), verdict),
        (t(lang, "measured-mean"), html! { (format!("{:.4}", j.mean)) }),
        (t(lang, "measured-deviation"), html! { (format!("{:.4}", j.deviation)) }),
    ];
    rows.extend(j.q_lower.map(|q| (t(lang, "quality-lower"), statistic(q))));
    rows.extend(j.q_upper.map(|q| (t(lang, "quality-upper"), statistic(q))));
    let both = j.q_lower.is_some() && j.q_upper.is_some();
    rows.push((t(lang, "estimated-outside"), html! {
        (format::percent(j.estimated_fraction, 3))
        @if both { " " span class="quiet" { (t_args(lang, "at-most-share", &[("share", format::percent(plan.p_star, 3).into())])) } }
    }));
    let pairs: Vec<(&str, Markup)> = rows.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    look::section(&t(lang, "lot-judged"), Markup::default(), definition_list(&pairs, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(values: &str) -> Asked {
        let text = |s: &str| s.to_owned();
        let (lot, aql, lower) = (text("200"), text("2.5"), text("-19.0"));
        let mut of = Asked { by: text("variables"), lot, aql, upper: lower, ..Asked::default() }.filled();
        of.values = values.into();
        of
    }

    #[test]
    fn a_lot_is_judged_by_its_measurements_and_a_wrong_field_is_named() {
        let found = find(&asked("")).expect("a plan");
        assert!(found.judged.is_none() && found.plan.n < found.by_attributes);
        let n = usize::try_from(found.plan.n).expect("small");
        let cold: Vec<String> = (0..n).map(|i| format!("-2{}.5", i % 3)).collect();
        let judged = find(&asked(&cold.join(" "))).expect("judged").judged.expect("a judgement");
        assert!(judged.accepted && judged.q_lower.is_none());
        let warm: Vec<String> = (0..n).map(|i| format!("-19.{}", i % 3)).collect();
        assert!(!find(&asked(&warm.join("\n"))).expect("judged").judged.expect("a judgement").accepted);
        assert_eq!(find(&asked("-20 -21")).err().expect("too few").field(), "values");
        assert_eq!(find(&asked("-20 warm")).err().expect("no number").field(), "values");
        for point in &found.points {
            let share = found.plan.accept(point.quality).expect("a share");
            assert!((share - point.accept).abs() < 1e-9);
        }
    }
}
