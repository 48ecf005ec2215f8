//! What bears on a decision beside the pack's own bands: an alert, a regime, a row of a decision table.

use kernel::{Bilingual, bi};
use registry::rules::LANES;
use serde::{Deserialize, Serialize};

/// A demand for at least this lane and at least this rate, as it stood when the decision was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// `alert`, `regime`, `table` or `score`.
    pub basis: String,
    /// Its number or label.
    pub source: String,
    /// What it is about.
    pub title: Bilingual,
    /// The lightest lane that it allows; empty when it asks for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lane: String,
    /// Share to be inspected, parts per million; 0 when it asks for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rate_ppm: u64,
    /// Whether the lots in scope are held.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hold: bool,
    /// Codes of analytes that inspected lots are tested for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<String>,
}

/// What a consignment carries, as exemptions and decision tables look at it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Goods {
    /// Country of origin (ISO 3166-1 alpha-2).
    pub origin: String,
    /// Port (UN/LOCODE).
    pub port: String,
    /// Code of the operator.
    pub operator: String,
    /// Filing number of the plant; empty without one.
    pub plant: String,
    /// Distinct HS codes, in the order of the lines.
    pub hs: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(b: &bool) -> bool {
    !*b
}

/// The place of a lane among the lanes, from the lightest; what is no lane stands before all.
pub fn rank(lane: &str) -> usize {
    LANES.iter().position(|l| *l == lane).map_or(0, |at| at + 1)
}

/// The name of a lane.
pub fn lane_name(lane: &str) -> Bilingual {
    let (zh, en) = match lane {
        "declaration" => ("便捷通道", "facilitated"),
        "verification" => ("审单放行", "documentary"),
        "sampling" => ("抽批查验", "sampled"),
        _ => ("逐批加严", "intensified"),
    };
    bi(zh, en)
}

/// Parts per million as a percentage without needless zeros.
pub fn percent(ppm: u64) -> String {
    kernel::Decimal::new(i64::try_from(ppm).unwrap_or(i64::MAX), 4).normalize().to_string()
}

impl Measure {
    /// The reason line: what it is and what it asks for.
    pub fn says(&self) -> Bilingual {
        let (zh, en) = match self.basis.as_str() {
            "alert" => ("预警", "alert"),
            "regime" => ("加严制度", "regime"),
            "score" => ("评分", "score"),
            _ => ("决策表", "decision table"),
        };
        let (mut asks_zh, mut asks_en) = (Vec::new(), Vec::new());
        if !self.lane.is_empty() {
            let name = lane_name(&self.lane);
            asks_zh.push(format!("通道不低于{}", name.zh));
            asks_en.push(format!("lane at least {}", name.en));
        }
        if self.rate_ppm > 0 {
            asks_zh.push(format!("抽批比例不低于 {}%", percent(self.rate_ppm)));
            asks_en.push(format!("rate at least {} %", percent(self.rate_ppm)));
        }
        if self.hold {
            asks_zh.push("暂扣".to_owned());
            asks_en.push("hold".to_owned());
        }
        if !self.tests.is_empty() {
            asks_zh.push(format!("检测 {}", self.tests.join("、")));
            asks_en.push(format!("test for {}", self.tests.join(", ")));
        }
        bi(
            format!("{zh} {}（{}）：{}", self.source, self.title.zh, asks_zh.join("，")),
            format!("{en} {} ({}): {}", self.source, self.title.en, asks_en.join(", ")),
        )
    }
}
