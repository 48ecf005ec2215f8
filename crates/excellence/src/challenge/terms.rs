//! The closed lists of a contest's terms: how a tie is broken, and what bars from the award. Each is applied by the
//! program and by nobody's reading of a sentence.

use kernel::{Bilingual, bi};
use serde::{Deserialize, Serialize};

/// How equal values are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TieRule {
    /// The greater improvement goes first.
    GreaterGain,
    /// The smaller unit goes first.
    SmallerUnit,
    /// They share the place.
    Shared,
}

impl TieRule {
    /// Every one.
    pub const ALL: [TieRule; 3] = [TieRule::GreaterGain, TieRule::SmallerUnit, TieRule::Shared];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            TieRule::GreaterGain => "greater_gain",
            TieRule::SmallerUnit => "smaller_unit",
            TieRule::Shared => "shared",
        }
    }

    /// The rule of a code.
    pub fn parse(code: &str) -> Option<TieRule> {
        TieRule::ALL.into_iter().find(|r| r.code() == code)
    }
}

impl From<String> for TieRule {
    /// A rule that was written in words before the list existed parted nobody.
    fn from(code: String) -> TieRule {
        TieRule::parse(&code).unwrap_or(TieRule::Shared)
    }
}

impl From<TieRule> for String {
    fn from(rule: TieRule) -> String {
        rule.code().to_owned()
    }
}

/// What bars a unit from the award.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedLine {
    /// It is graded poor without a plan of help.
    Unhelped,
    /// A guard of the indicator got worse in it, beyond chance.
    GuardBroken,
    /// A panel found a decision of it wrong while the contest ran.
    RecordRefuted,
}

impl RedLine {
    /// Every one.
    pub const ALL: [RedLine; 3] = [RedLine::Unhelped, RedLine::GuardBroken, RedLine::RecordRefuted];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            RedLine::Unhelped => "unhelped",
            RedLine::GuardBroken => "guard_broken",
            RedLine::RecordRefuted => "record_refuted",
        }
    }

    /// The line of a code.
    pub fn parse(code: &str) -> Option<RedLine> {
        RedLine::ALL.into_iter().find(|r| r.code() == code)
    }

    /// What is wrong with a unit that crossed it.
    pub(super) fn crossed(self) -> Bilingual {
        match self {
            RedLine::Unhelped => bi("后进而无帮扶计划，不得授奖", "graded poor without a plan of help"),
            RedLine::GuardBroken => bi("护栏指标变差，不得授奖", "a guard of the indicator got worse"),
            RedLine::RecordRefuted => bi(
                "活动期间有决定被评议认定为差错，不得授奖",
                "a panel found a decision of it wrong meanwhile",
            ),
        }
    }
}

/// The red lines as they are stored.
pub(super) fn write(lines: &[RedLine]) -> String {
    lines.iter().map(|l| l.code()).collect::<Vec<_>>().join(",")
}

/// The red lines of a stored text. Before the list existed one was checked, whatever the words were.
pub(super) fn read(text: &str) -> Vec<RedLine> {
    let lines: Vec<RedLine> = text.split(',').filter_map(RedLine::parse).collect();
    if lines.is_empty() { vec![RedLine::Unhelped] } else { lines }
}
