//! The decision itself: a value from values.

use super::measure::{percent, rank};
use super::{Inputs, Measure, Outcome};
use crate::risk_table::Tables;
use kernel::{Bilingual, bi};
use registry::rules::{LaneRow, Pack};

/// The draw's purpose, part of what is hashed.
const PURPOSE: &str = "targeting";
/// The pack's number for the least share that is drawn at random.
const RANDOM_MIN: &str = "random.min_ppm";

/// Lane and rate before anything sharpens them.
struct Base {
    lane: String,
    rate_ppm: u64,
    exempt: bool,
    reasons: Vec<Bilingual>,
}

/// Decides the lane of a consignment under a pack, the decision tables that it is pinned to, and a seed.
pub fn decide(inputs: &Inputs, pack: &Pack, tables: &Tables, seed: &[u8; 32]) -> Outcome {
    let draw_ppm = risk::draw::draw(seed, &inputs.no, PURPOSE);
    let mut base = exempt(inputs, pack).unwrap_or_else(|| band(inputs, pack));
    let mut reasons = Vec::new();
    let (mut lane, mut measures) = (base.lane.clone(), inputs.measures.clone());
    measures.extend(tables.measures(inputs));
    // What the law exempts, no score takes back.
    let mark = inputs.score.as_ref().filter(|_| !base.exempt);
    measures.extend(mark.and_then(|m| m.measure(pack)));
    for m in &measures {
        if rank(&m.lane) > rank(&lane) {
            lane.clone_from(&m.lane);
        }
        reasons.push(m.says());
    }
    reasons.extend(mark.into_iter().flat_map(|m| m.says()));
    reasons.append(&mut base.reasons);
    if inputs.order > 0 && !base.exempt {
        random_minimum(&mut base, pack, &mut reasons);
    }
    let rate_ppm = measures.iter().map(|m| m.rate_ppm).fold(base.rate_ppm, u64::max).min(risk::draw::PPM);
    reasons.push(drawn(rate_ppm, draw_ppm));
    let basis = basis(&base, &measures, draw_ppm);
    Outcome { lane, rate_ppm, draw_ppm, selected: draw_ppm < rate_ppm, basis: basis.into(), reasons }
}

/// What selected it: the ordinary rate, or the first measure whose rate lies above the draw.
fn basis<'a>(base: &Base, measures: &'a [Measure], draw_ppm: u64) -> &'a str {
    if base.rate_ppm >= risk::draw::PPM {
        return "rule";
    }
    if draw_ppm < base.rate_ppm {
        return "draw";
    }
    measures.iter().find(|m| draw_ppm < m.rate_ppm).map_or("", |m| m.basis.as_str())
}

/// What the law exempts is not drawn; an alert may still ask for it.
fn exempt(inputs: &Inputs, pack: &Pack) -> Option<Base> {
    let goods = inputs.goods.as_ref().filter(|_| inputs.order > 0)?;
    let e = pack.exemption.iter().find(|e| e.covers(&inputs.direction, inputs.class, &goods.hs))?;
    let reasons = vec![bi(
        format!("依法免予抽批：{}（{}）", e.zh, e.citation),
        format!("exempt by law: {} ({})", e.en, e.citation),
    )];
    Some(Base { lane: "declaration".into(), rate_ppm: 0, exempt: true, reasons })
}

/// The first row of the pack's lane table that fits: class, product risk, market and mode.
fn band(inputs: &Inputs, pack: &Pack) -> Base {
    let Some(row) = pack.lane.iter().find(|r| fits(r, inputs)) else {
        let reasons = vec![bi(
            "规则表没有适用的行：全部查验",
            "no row of the lane table fits: everything is inspected",
        )];
        return Base { lane: "conformity".into(), rate_ppm: risk::draw::PPM, exempt: false, reasons };
    };
    let reasons = vec![
        bi(
            format!(
                "{} 规则表第 {} 行：企业类别 {}，产品风险 {}",
                pack.code,
                row.row,
                inputs.class,
                zh_risk(&inputs.risk)
            ),
            format!(
                "{} lane row {}: enterprise class {}, product risk {}",
                pack.code, row.row, inputs.class, inputs.risk
            ),
        ),
        bi(format!("依据：{}", row.citation), format!("after: {}", row.citation)),
    ];
    Base { lane: row.lane.clone(), rate_ppm: row.rate_ppm, exempt: false, reasons }
}

/// No lane is without random checks: they alone tell what it lets through.
fn random_minimum(base: &mut Base, pack: &Pack, reasons: &mut Vec<Bilingual>) {
    let number = pack.parameter.iter().find(|p| p.key == RANDOM_MIN);
    let least = number.and_then(|p| u64::try_from(p.value).ok()).unwrap_or(0);
    if base.rate_ppm < least {
        base.rate_ppm = least;
        reasons.push(bi(
            format!("随机抽查不低于 {}%", percent(least)),
            format!("at least {} % is drawn at random", percent(least)),
        ));
    }
}

fn drawn(rate_ppm: u64, draw_ppm: u64) -> Bilingual {
    let (rate, draw) = (percent(rate_ppm), percent(draw_ppm));
    if draw_ppm < rate_ppm {
        bi(format!("抽批比例 {rate}%，抽签 {draw}%：抽中"), format!("rate {rate} %, draw {draw} %: selected"))
    } else {
        bi(
            format!("抽批比例 {rate}%，抽签 {draw}%：未抽中"),
            format!("rate {rate} %, draw {draw} %: not selected"),
        )
    }
}

fn zh_risk(risk: &str) -> &str {
    match risk {
        "high" => "高",
        "medium" => "中",
        _ => "低",
    }
}

fn fits(r: &LaneRow, i: &Inputs) -> bool {
    let among = |list: &[String], value: &str| list.is_empty() || list.iter().any(|x| x == value);
    (r.direction.is_empty() || r.direction == i.direction)
        && (r.class.is_empty() || r.class.contains(&i.class))
        && among(&r.risk, &i.risk)
        && among(&r.market, &i.market)
        && among(&r.mode, &i.mode)
}
