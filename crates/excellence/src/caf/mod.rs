//! The Common Assessment Framework (CAF 2020, EUPAN) as a second lens on a brand: nine criteria, each read from the
//! evidence that the brand already has. Nobody is asked for anything again.
//!
//! A score here is a floor: the least that the evidence shows by the panels of the framework (enablers by the phases
//! plan, do, check, act; results by trend and target). Reviewers may judge higher with what they saw; the page says
//! what is lacking for the next band. Raw scores of different bodies compare badly, so nothing ranks units by them.

mod read;
mod rules;
#[cfg(test)]
mod tests;

pub use read::assess;
pub use rules::{Band, enabler, results};

use kernel::{Bilingual, bi};

/// A phase of the panel for enablers, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It is planned.
    Plan,
    /// It is done.
    Do,
    /// It is looked at.
    Check,
    /// What was seen changed something.
    Act,
    /// The whole circle, and something was learned from others or taught to them.
    Learn,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Phase; 5] = [Phase::Plan, Phase::Do, Phase::Check, Phase::Act, Phase::Learn];

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            Phase::Plan => bi("计划", "plan"),
            Phase::Do => bi("执行", "do"),
            Phase::Check => bi("检查", "check"),
            Phase::Act => bi("改进", "act"),
            Phase::Learn => bi("互学", "learn"),
        }
    }
}

/// A piece of evidence that an enabler asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The phase that it shows.
    pub phase: Phase,
    /// What it is.
    pub what: Bilingual,
    /// Whether the record has it.
    pub there: bool,
    /// The indicator that shows it; none when it stands on the brand's own page.
    pub indicator: Option<String>,
}

/// A result that is followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// What it is.
    pub what: Bilingual,
    /// The indicator; none for a view of a gate.
    pub indicator: Option<String>,
    /// Whether there is a figure.
    pub measured: bool,
    /// Whether it keeps its target; none without a target.
    pub keeps: Option<bool>,
    /// Whether it is better than a year before.
    pub better: Option<bool>,
    /// Whether it is at least as good as the middle of its peers.
    pub above_peers: Option<bool>,
}

impl Followed {
    /// Whether it is good as the panel understands it: the target is kept, or without one it gets better.
    pub fn good(&self) -> bool {
        self.measured && self.keeps.or(self.better) == Some(true)
    }
}

/// One of the nine criteria, as the evidence shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Its number, 1 to 9.
    pub no: usize,
    /// Its name.
    pub name: Bilingual,
    /// What the evidence shows.
    pub band: Band,
    /// For enablers, 1 to 5.
    pub evidence: Vec<Evidence>,
    /// For results, 6 to 9.
    pub followed: Vec<Followed>,
}

/// Names of the nine criteria.
pub fn names() -> [Bilingual; 9] {
    [
        bi("领导力", "Leadership"),
        bi("战略与规划", "Strategy and planning"),
        bi("人员", "People"),
        bi("伙伴关系与资源", "Partnerships and resources"),
        bi("过程", "Processes"),
        bi("服务对象结果", "Citizen and customer results"),
        bi("人员结果", "People results"),
        bi("社会责任结果", "Social responsibility results"),
        bi("关键绩效结果", "Key performance results"),
    ]
}
