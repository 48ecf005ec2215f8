//! A rule pack: numbers of law and policy with citation, dates and status, and the lane table.

use super::lists::{Analyte, Finding, Item, Limit};
use super::risk::{Exemption, MatrixRow, Regime, ScoreBand};
use kernel::{Date, No, Refusal, Result, bi};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whether a number was read in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read in the cited text.
    Verified,
    /// From memory or a secondary source: never printed as a legal deadline without a confirming user.
    Unverified,
}

/// One cited number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Stable key, such as `notice.working_days`.
    pub key: String,
    /// The number.
    pub value: i64,
    /// Its unit.
    pub unit: String,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One row of the lane table; the first row that fits decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneRow {
    /// Row number as people call it.
    pub row: u32,
    /// `export`, `import`, or empty for both.
    #[serde(default)]
    pub direction: String,
    /// Enterprise classes; empty for all.
    #[serde(default)]
    pub class: Vec<i64>,
    /// Product risk levels; empty for all.
    #[serde(default)]
    pub risk: Vec<String>,
    /// Markets (ISO 3166-1 alpha-2); empty for all.
    #[serde(default)]
    pub market: Vec<String>,
    /// Logistics modes; empty for all.
    #[serde(default)]
    pub mode: Vec<String>,
    /// Lane: `declaration`, `verification`, `sampling` or `conformity`.
    pub lane: String,
    /// Share of consignments to inspect, parts per million.
    pub rate_ppm: u64,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// A deficiency that a notice may name: the closed list of what may be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deficiency {
    /// Code, such as `PAP-01`.
    pub code: String,
    /// What is missing or wrong, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Where it is asked for.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One row of the certificate table; the first row that fits a goods line decides its certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRow {
    /// Kind of certificate, such as `health`.
    pub kind: String,
    /// Leading digits of HS codes; empty for all goods.
    #[serde(default)]
    pub hs: Vec<String>,
    /// Markets (ISO 3166-1 alpha-2); empty for all.
    #[serde(default)]
    pub market: Vec<String>,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What is attested of goods that were inspected, in Chinese.
    pub statement_zh: String,
    /// The same in English.
    pub statement_en: String,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// A pack as its TOML file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Code, such as `CN-2026`.
    pub code: String,
    /// Version label.
    pub version: String,
    /// Whose rules they are (ISO 3166-1 alpha-2, or EU).
    pub authority: String,
    /// First day in force.
    pub effective_from: Date,
    /// What it is, in Chinese.
    pub title_zh: String,
    /// What it is, in English.
    pub title_en: String,
    /// The numbers.
    #[serde(default)]
    pub parameter: Vec<Parameter>,
    /// The lane table.
    #[serde(default)]
    pub lane: Vec<LaneRow>,
    /// What a deficiency notice may name.
    #[serde(default)]
    pub deficiency: Vec<Deficiency>,
    /// The certificate table.
    #[serde(default)]
    pub certificate: Vec<CertificateRow>,
    /// What is looked at in an inspection.
    #[serde(default)]
    pub item: Vec<Item>,
    /// What may be found: the closed list.
    #[serde(default)]
    pub finding: Vec<Finding>,
    /// What the laboratory tests for.
    #[serde(default)]
    pub analyte: Vec<Analyte>,
    /// Limits by market.
    #[serde(default)]
    pub limit: Vec<Limit>,
    /// What the law exempts from selection.
    #[serde(default)]
    pub exemption: Vec<Exemption>,
    /// The matrix of assessment, by severity.
    #[serde(default)]
    pub matrix: Vec<MatrixRow>,
    /// Regimes under which rates move by results.
    #[serde(default)]
    pub regime: Vec<Regime>,
    /// What a learned score is permitted to do.
    #[serde(default)]
    pub score: Vec<ScoreBand>,
}

/// Lanes, from the lightest.
pub const LANES: [&str; 4] = ["declaration", "verification", "sampling", "conformity"];

impl Pack {
    /// Reads a pack; a refusal names what its text lacks.
    pub fn parse(text: &str) -> Result<Pack> {
        let pack: Pack =
            toml::from_str(text).map_err(|e| {
                No::from(
                    Refusal::new("rules.syntax", bi("规则包无法读取", "the rule pack cannot be read"))
                        .missing("toml", "", bi(e.to_string(), e.to_string())),
                )
            })?;
        for r in &pack.lane {
            if !LANES.contains(&r.lane.as_str()) || r.rate_ppm > 1_000_000 {
                return Err(Refusal::new("rules.lane", bi("布控规则行有误", "a lane row is wrong"))
                    .missing(format!("lane[{}]", r.row), format!("{} {}", r.lane, r.rate_ppm), bi(
                        "lane 为 declaration、verification、sampling、conformity 之一，rate_ppm 不超过 1000000",
                        "lane is declaration, verification, sampling or conformity, rate_ppm at most 1000000",
                    ))
                    .into());
            }
        }
        if let Some((place, value)) = pack.wrong_in_risk() {
            let what = bi("风险清单有误", "a list of risk control is wrong");
            let needed = bi(
                "等级为 low、medium、high、critical 之一且只升不降；制度为 step、graded、series 之一；评分档的通道和比例须有效",
                "levels are low, medium, high or critical and never fall; a regime is step, graded or series; a band of the score has a lane and a share",
            );
            return Err(Refusal::new("rules.risk", what).missing(place, value, needed).into());
        }
        let keys: BTreeSet<&str> = pack.parameter.iter().map(|p| p.key.as_str()).collect();
        let rows: BTreeSet<u32> = pack.lane.iter().map(|l| l.row).collect();
        if keys.len() != pack.parameter.len() || rows.len() != pack.lane.len() {
            return Err(Refusal::new(
                "rules.twice",
                bi("规则包有重复的项", "the rule pack says something twice"),
            )
            .missing("key", &pack.code, bi("参数名和行号各只出现一次", "each key and each row number once"))
            .into());
        }
        Ok(pack)
    }

    /// How many of its numbers have this status.
    pub fn count(&self, status: Status) -> usize {
        let lanes = self.lane.iter().filter(|l| l.status == status).count();
        let papers = self.certificate.iter().filter(|c| c.status == status).count();
        let seen = self.item.iter().filter(|i| i.status == status).count();
        let found = self.finding.iter().filter(|f| f.status == status).count();
        let limits = self.limit.iter().filter(|l| l.status == status).count();
        let exempt = self.exemption.iter().filter(|e| e.status == status).count();
        let matrix = self.matrix.iter().filter(|m| m.status == status).count();
        let regimes = self.regime.iter().filter(|r| r.status == status).count();
        let bands = self.score.iter().filter(|b| b.status == status).count();
        let numbers = self.parameter.iter().filter(|p| p.status == status).count();
        numbers + lanes + papers + seen + found + limits + exempt + matrix + regimes + bands
    }

    /// A number by its key; a pack without it cannot judge the matter.
    pub fn number(&self, key: &str) -> Result<&Parameter> {
        self.parameter.iter().find(|p| p.key == key).ok_or_else(|| {
            Refusal::new("rules.no_number", bi("规则包缺少参数", "the rule pack lacks a number"))
                .missing(
                    key,
                    &self.code,
                    bi(
                        "请质量管理员补充并采用新版本",
                        "the quality manager adds it and adopts a new version",
                    ),
                )
                .into()
        })
    }
}
