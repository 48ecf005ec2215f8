//! The decision itself: a value from values.

use super::{Inputs, Outcome};
use kernel::{Bilingual, bi};
use registry::rules::{LaneRow, Pack};

/// The draw's purpose, part of what is hashed.
const PURPOSE: &str = "targeting";

/// Decides the lane of a consignment under a pack and a seed.
pub fn decide(inputs: &Inputs, pack: &Pack, seed: &[u8; 32]) -> Outcome {
    let draw_ppm = risk::draw::draw(seed, &inputs.no, PURPOSE);
    let Some(row) = pack.lane.iter().find(|r| fits(r, inputs)) else {
        let reasons = vec![bi(
            "规则表没有适用的行：全部查验",
            "no row of the lane table fits: everything is inspected",
        )];
        return outcome("conformity", risk::draw::PPM, draw_ppm, reasons);
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
        drawn(row.rate_ppm, draw_ppm),
    ];
    outcome(&row.lane, row.rate_ppm, draw_ppm, reasons)
}

fn outcome(lane: &str, rate_ppm: u64, draw_ppm: u64, reasons: Vec<Bilingual>) -> Outcome {
    let selected = draw_ppm < rate_ppm;
    let basis = if rate_ppm >= risk::draw::PPM {
        "rule"
    } else if selected {
        "draw"
    } else {
        ""
    };
    Outcome { lane: lane.into(), rate_ppm, draw_ppm, selected, basis: basis.into(), reasons }
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

fn percent(ppm: u64) -> String {
    kernel::Decimal::new(i64::try_from(ppm).unwrap_or(i64::MAX), 4).normalize().to_string()
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
