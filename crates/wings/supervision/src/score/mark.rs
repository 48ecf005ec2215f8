//! What the model in force says of one consignment, as a decision stores it.

use super::{Live, cases, history, sql};
use kernel::{Bilingual, DeclarationId, Result, bi};
use registry::rules::Pack;
use risk::score::record::Said;
use serde::{Deserialize, Serialize};
use store::{Tx, vals};

use crate::targeting::{Measure, percent};

/// A score as it was given, with everything needed to give it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The model's number.
    pub model: String,
    /// SHA-256 of the model's bytes, hex.
    pub hash: String,
    /// Features in millionths, in the model's order; a missing one is none.
    pub features: Vec<Option<i64>>,
    /// What the model said.
    pub said: Said,
    /// Probability times declared value, in thousandths of its currency; none where no value is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_loss: Option<i64>,
}

/// Scores a consignment from the histories of the days before.
pub(crate) async fn mark(tx: &mut Tx, live: &Live, declaration: DeclarationId) -> Result<Mark> {
    let r = tx.one(sql::CASE, vals![declaration]).await?;
    let (_, case) = cases::case(&r)?;
    let memory = history::of(tx, &case).await?;
    let features = case.features(&memory);
    let said = live.model.score(&features);
    let expected_loss = case.value.map(|v| loss(v, said.probability_ppm));
    Ok(Mark { model: live.label.clone(), hash: live.hash.clone(), features, said, expected_loss })
}

/// Value times probability.
fn loss(milli: i64, ppm: u64) -> i64 {
    i64::try_from(i128::from(milli) * i128::from(ppm) / 1_000_000).unwrap_or(i64::MAX)
}

impl Mark {
    /// What the rule pack permits the score to ask for.
    pub(crate) fn measure(&self, pack: &Pack) -> Option<Measure> {
        let band = pack.score_band(self.said.probability_ppm)?;
        Some(Measure {
            basis: "score".into(),
            source: self.model.clone(),
            title: bi("学习评分", "learned score"),
            lane: band.lane.clone(),
            rate_ppm: band.rate_ppm,
            hold: false,
            tests: Vec::new(),
        })
    }

    /// The reason lines: the probability, and what moved it most.
    pub(crate) fn says(&self) -> Vec<Bilingual> {
        let p = percent(self.said.probability_ppm);
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for (name, share) in &self.said.reasons {
            let words = feature_name(name);
            let (up_zh, up_en) = if *share >= 0 { ("提高", "raises it") } else { ("降低", "lowers it") };
            zh.push(format!("{}{up_zh}", words.zh));
            en.push(format!("{} {up_en}", words.en));
        }
        vec![
            bi(
                format!("评分 {}：估计不合格概率 {p}%", self.model),
                format!("score {}: estimated probability of a violation {p} %", self.model),
            ),
            bi(
                format!("评分的主要因素：{}", zh.join("，")),
                format!("what moved the score: {}", en.join(", ")),
            ),
        ]
    }
}

fn part(code: &str) -> (&'static str, &'static str) {
    match code {
        "operator" => ("企业", "operator"),
        "plant" => ("加工厂", "plant"),
        "hs" => ("商品", "product"),
        "origin" => ("原产地", "origin"),
        "market" => ("国别", "country"),
        _ => ("口岸", "port"),
    }
}

/// A feature in plain words.
pub fn feature_name(code: &str) -> Bilingual {
    let plain = match code {
        "direction" => Some(("进出口方向", "the direction")),
        "class" => Some(("企业类别", "the enterprise class")),
        "risk" => Some(("产品风险等级", "the product's risk level")),
        "lines" => Some(("商品项数", "the number of goods lines")),
        "chapter" => Some(("商品所属章", "the chapter of the goods")),
        "heading" => Some(("商品所属品目", "the heading of the goods")),
        "hs" => Some(("商品编码", "the commodity code")),
        "month" => Some(("月份", "the month")),
        "mass" => Some(("重量", "the mass")),
        "value" => Some(("货值", "the declared value")),
        "unit value" => Some(("每千克货值", "the value of a kilogram")),
        "mass against peers" => Some(("重量与同类商品相比", "the mass against that of the same goods")),
        "unit value against peers" => {
            Some(("每千克货值与同类商品相比", "the value of a kilogram against that of the same goods"))
        }
        _ => None,
    };
    if let Some((zh, en)) = plain {
        return bi(zh, en);
    }
    let mut words = code.split(' ');
    let what = words.next().unwrap_or_default();
    let parts: Vec<_> = words.map(part).collect();
    let zh: String = parts.iter().map(|p| p.0).collect::<Vec<_>>().join("×");
    let en: String = parts.iter().map(|p| p.1).collect::<Vec<_>>().join(" × ");
    match what {
        "violations" => bi(format!("{zh}的查验记录"), format!("the inspection record of this {en}")),
        "frequency" => bi(format!("{zh}的报检频次"), format!("how often this {en} occurs")),
        _ => bi(format!("{zh}距上次报检的天数"), format!("the days since this {en} was last seen")),
    }
}
