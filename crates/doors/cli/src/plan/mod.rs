//! Sampling plans at the command line: the plan of the standard, its curves, and plans by design.

pub(crate) mod args;

use crate::say::Say;
use args::{Count, DesignArgs, OcArgs, PlanArgs, SamplingDo};
use kernel::{No, Refusal, Result, bi};
use sampling::Error;
use sampling::design;
use sampling::iso2859::{
    Aql, CodeLetter, Level, Plan, PlanType, Severity, Single, Stage, plan, plan_for_letter,
};
use sampling::oc::{self, Model, OcPoint};
use sampling::outgoing;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Runs one of the commands.
pub(crate) fn run(what: &SamplingDo, say: Say) -> Result<ExitCode> {
    let (value, text) = match what {
        SamplingDo::Plan(a) => planned(a)?,
        SamplingDo::Oc(a) => curve(a).map_err(refuse)?,
        SamplingDo::Design(a) => designed(a).map_err(refuse)?,
    };
    say.done(&value, &text);
    Ok(ExitCode::SUCCESS)
}

fn refuse(e: Error) -> No {
    let refusal = Refusal::new("sampling.input", bi("抽样方案无法确定", "no plan can be given"));
    refusal.missing(e.field(), e.value(), bi(e.to_string(), e.to_string())).into()
}

fn find(
    lot: Option<u64>,
    level: &str,
    letter: Option<&str>,
    aql: &str,
    severity: &str,
    kind: &str,
) -> std::result::Result<Plan, Error> {
    let (aql, severity): (Aql, Severity) = (aql.parse()?, severity.parse()?);
    let kind: PlanType = kind.parse()?;
    match letter {
        Some(letter) => plan_for_letter(letter.parse::<CodeLetter>()?, aql, severity, kind),
        None => plan(lot.unwrap_or(0), level.parse::<Level>()?, aql, severity, kind),
    }
}

fn planned(a: &PlanArgs) -> Result<(Value, String)> {
    let found = find(a.lot, &a.level, a.letter.as_deref(), &a.aql, &a.severity, &a.kind).map_err(refuse)?;
    Ok((serde_json::to_value(&found)?, words(&found)))
}

fn words(found: &Plan) -> String {
    let mut text = match found.single() {
        Some(s) => format!("letter {}, n = {}, Ac = {}, Re = {}", found.letter, s.n, s.ac, s.re),
        None => {
            let head = format!("letter {}, {} plan; numbers are cumulative", found.letter, found.plan_type);
            let stage = |(i, s): (usize, &Stage)| {
                let ac = s.ac.map_or("not yet".to_owned(), |ac| ac.to_string());
                format!(
                    "\n  sample {}: {} units, {} in all, Ac = {ac}, Re = {}",
                    i + 1,
                    s.n,
                    s.cumulative_n,
                    s.re
                )
            };
            head + &found.stages().iter().enumerate().map(stage).collect::<String>()
        }
    };
    if found.whole_lot {
        text += "; every unit is inspected";
    }
    text
}

fn curve(a: &OcArgs) -> std::result::Result<(Value, String), Error> {
    let (stages, usual, plan) = match (a.n, a.ac, &a.aql) {
        (Some(n), Some(ac), _) => (Single::new(n, ac).stages().to_vec(), Model::Binomial, Value::Null),
        (_, _, Some(aql)) => {
            let found = find(a.lot, &a.level, a.letter.as_deref(), aql, &a.severity, &a.kind)?;
            (found.stages(), found.model(), serde_json::to_value(&found).unwrap_or_default())
        }
        // The parser of arguments asks for one of the two.
        _ => return Err(Error::LotSize { given: 0 }),
    };
    let model = match (a.model, a.lot) {
        (None, _) => usual,
        (Some(Count::Binomial), _) => Model::Binomial,
        (Some(Count::Poisson), _) => Model::Poisson,
        (Some(Count::Hypergeometric), lot) => Model::Hypergeometric { lot: lot.unwrap_or(0) },
    };
    let points = if a.p.is_empty() {
        oc::curve(&stages, model, a.lot, a.points)?
    } else {
        a.p.iter().map(|p| point(&stages, model, a.lot, *p)).collect::<std::result::Result<_, _>>()?
    };
    let limit = match (a.lot, model) {
        (None, _) | (_, Model::Hypergeometric { .. }) => None,
        (Some(lot), _) => Some(outgoing::outgoing_limit(&stages, model, lot)?),
    };
    let json_point =
        |o: &OcPoint| json!({ "p": o.quality, "pa": o.accept, "aoq": o.aoq, "ati": o.ati, "asn": o.asn });
    let single = match &stages[..] {
        [s] => Some(s),
        _ => None,
    };
    let value = json!({
        "n": single.map(|s| s.n), "ac": single.and_then(|s| s.ac), "re": single.map(|s| s.re),
        "stages": stages, "plan": plan, "lot": a.lot, "model": model,
        "points": points.iter().map(json_point).collect::<Vec<_>>(),
        "aoql": limit.map(|l| l.aoql), "aoql_at": limit.map(|l| l.at_quality),
        "p_accepted_95": oc::quality_at(&stages, model, 0.95)?,
        "p_accepted_10": oc::quality_at(&stages, model, 0.10)?,
    });
    let mut text = String::from("         p        pa       aoq       ati       asn");
    for o in &points {
        let show = |x: Option<f64>, digits: usize| x.map_or("-".to_owned(), |x| format!("{x:.digits$}"));
        text += &format!(
            "\n{:>10.6} {:>9.6} {:>9} {:>9} {:>9.2}",
            o.quality,
            o.accept,
            show(o.aoq, 6),
            show(o.ati, 2),
            o.asn
        );
    }
    Ok((value, text))
}

fn point(stages: &[Stage], model: Model, lot: Option<u64>, p: f64) -> std::result::Result<OcPoint, Error> {
    let outcome = oc::evaluate(stages, model, p)?;
    let outgoing = lot.map(|lot| outgoing::rectify(stages, model, lot, p)).transpose()?;
    Ok(OcPoint {
        quality: p,
        accept: outcome.accept,
        asn: outcome.asn,
        aoq: outgoing.map(|o| o.aoq),
        ati: outgoing.map(|o| o.ati),
    })
}

fn designed(a: &DesignArgs) -> std::result::Result<(Value, String), Error> {
    let model = match (a.lot, a.poisson) {
        (Some(lot), _) => Model::Hypergeometric { lot },
        (None, true) => Model::Poisson,
        (None, false) => Model::Binomial,
    };
    let found = design::attributes(a.prp, a.crp, model)?;
    let at = |p: f64| oc::evaluate(&found.stages(), model, p).map(|o| o.accept);
    let (good, bad) = (at(a.prp.quality)?, at(a.crp.quality)?);
    let value = json!({
        "n": found.n, "c": found.ac, "ac": found.ac, "re": found.re, "model": model,
        "pa_at_prp": good, "pa_at_crp": bad,
    });
    let text = format!(
        "n = {}, Ac = {}, Re = {}; accepted at p = {}: {good:.4}, at p = {}: {bad:.4}",
        found.n, found.ac, found.re, a.prp.quality, a.crp.quality
    );
    Ok((value, text))
}
