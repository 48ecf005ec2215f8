//! Alerts (风险预警): risk information becomes a case, the case is assessed, and what follows from severity and
//! likelihood is a measure with a scope and an end.
//!
//! ```text
//! informed → proposed → approved → active → lifted / expired
//!     ↑          │ returned         dismissed ← informed
//! ```
//! Who proposes an alert does not approve it where the rule pack asks for two. From the instant at which it acts it
//! bears on every new consignment in scope; pending ones are decided again at once from their stored inputs and
//! seed, only upwards; where it asks for a hold their lots are held under the name `alert NO`; and lots that were
//! released before are listed for what follows after release. An alert has an end or a day of review, never neither.
//! What it selected stays selected when it ends; what it held is let go.

mod act;
mod effect;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{
    Information, Proposal, approve, dismiss, from_notification, inform, lift, propose, return_to_author,
    review,
};
pub use effect::{Did, catch_up, due, origin, run};
pub use read::{Effect, Listed, by_no, counts, effects, list, live, lots, of_declaration, one};
pub use sql::STATEMENTS;

use crate::targeting::{Measure, Subject};
use kernel::{AlertId, Bilingual, NotificationId, OfficerId, OperatorId, PlantId, Timestamp, bi};
use serde::{Deserialize, Serialize};

/// Where the information came from: codes with their names.
pub const SOURCES: [(&str, &str, &str); 6] = [
    ("notification", "境外通报", "a notification from abroad"),
    ("watch", "监测清单", "the watch list"),
    ("laboratory", "检测结果", "results of the laboratory"),
    ("inspection", "现场查验", "inspections"),
    ("superior", "上级部署", "an order from above"),
    ("public", "公众或企业", "the public or an enterprise"),
];

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Information is there; nobody has assessed it yet.
    Informed,
    /// Assessed, with scope and measures; it waits for a second person.
    Proposed,
    /// Approved; it acts from its first instant on.
    Approved,
    /// It acts.
    Active,
    /// Ended by a person before its time.
    Lifted,
    /// Ended by its own date.
    Expired,
    /// Closed without an alert.
    Dismissed,
}

impl State {
    /// Every state, in the order of the walk.
    pub const ALL: [State; 7] = [
        State::Informed,
        State::Proposed,
        State::Approved,
        State::Active,
        State::Lifted,
        State::Expired,
        State::Dismissed,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Informed => "informed",
            State::Proposed => "proposed",
            State::Approved => "approved",
            State::Active => "active",
            State::Lifted => "lifted",
            State::Expired => "expired",
            State::Dismissed => "dismissed",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Informed => bi("待评估", "to be assessed"),
            State::Proposed => bi("待审批", "awaiting approval"),
            State::Approved => bi("待生效", "approved"),
            State::Active => bi("生效中", "in force"),
            State::Lifted => bi("已解除", "lifted"),
            State::Expired => bi("已到期", "expired"),
            State::Dismissed => bi("不予预警", "dismissed"),
        }
    }
}

/// What an alert is about; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// `export`, `import`, or empty for both.
    pub direction: String,
    /// Leading digits of the HS code of a line.
    pub hs: String,
    /// The operator.
    pub operator: Option<OperatorId>,
    /// The plant.
    pub plant: Option<PlantId>,
    /// The country abroad: of destination for exports, of origin for imports (ISO 3166-1 alpha-2).
    pub market: String,
}

impl Scope {
    /// Whether a consignment is in scope.
    pub fn covers(&self, s: &Subject<'_>) -> bool {
        (self.direction.is_empty() || self.direction == s.direction)
            && (self.market.is_empty() || self.market == s.market)
            && self.operator.is_none_or(|o| o == s.operator)
            && (self.plant.is_none() || self.plant == s.plant)
            && (self.hs.is_empty() || s.hs.iter().any(|code| code.starts_with(&self.hs)))
    }

    /// Whether nothing is asked for: the whole trade.
    pub fn is_everything(&self) -> bool {
        *self == Scope::default()
    }
}

/// What an alert asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// The lightest lane that it allows; empty when it asks for none.
    pub lane: String,
    /// Share of consignments to inspect, parts per million; 0 when it asks for none.
    pub rate_ppm: u64,
    /// Whether lots are held.
    pub hold: bool,
    /// Codes of analytes that inspected lots are tested for.
    pub tests: Vec<String>,
}

/// An alert that is approved and not ended, as targeting keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// Its row.
    pub id: AlertId,
    /// What it is about.
    pub scope: Scope,
    /// What it asks for.
    pub measure: Measure,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Option<Timestamp>,
}

impl Live {
    /// Whether it acts at an instant, whatever the clockwork has done by then.
    pub fn acts_at(&self, at: Timestamp) -> bool {
        self.starts_at <= at && self.ends_at.is_none_or(|end| at < end)
    }
}

/// An alert, or the case that may become one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// Its row.
    pub id: AlertId,
    /// Its number.
    pub no: String,
    /// Where it stands.
    pub state: State,
    /// What it is called: goods and hazard in short.
    pub title: String,
    /// The hazard.
    pub hazard: String,
    /// Code of where the information came from.
    pub source: String,
    /// The information.
    pub information: String,
    /// The notification behind it.
    pub notification: Option<NotificationId>,
    /// What it is about.
    pub scope: Scope,
    /// Severity, 1 to 5; 0 before the assessment.
    pub severity: i64,
    /// Likelihood, 1 to 5; 0 before the assessment.
    pub likelihood: i64,
    /// Level that follows from both.
    pub level: String,
    /// On what the assessment rests.
    pub evidence: String,
    /// What it asks for.
    pub measures: Measures,
    /// Rule version of the assessment.
    pub rule_version: String,
    /// Who opened the case, and when.
    pub informed: (Option<OfficerId>, Timestamp),
    /// Who proposed it, and when.
    pub proposed: Option<(Option<OfficerId>, Timestamp)>,
    /// Who approved it, and when.
    pub approved: Option<(Option<OfficerId>, Timestamp)>,
    /// From when it applies.
    pub starts_at: Option<Timestamp>,
    /// Since when it acts.
    pub active_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// When it is to be reviewed.
    pub review_at: Option<Timestamp>,
    /// When it ended, by whom and why.
    pub ended: Option<Ended>,
}

/// How an alert ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By whom; none when its date did it.
    pub by: Option<OfficerId>,
    /// `lifted`, `expired` or `dismissed`.
    pub how: String,
    /// Why.
    pub reason: String,
}

/// The measure as decisions store it.
fn measure(no: &str, title: &str, m: &Measures) -> Measure {
    Measure {
        basis: "alert".into(),
        source: no.into(),
        title: bi(title, title),
        lane: m.lane.clone(),
        rate_ppm: m.rate_ppm,
        hold: m.hold,
        tests: m.tests.clone(),
    }
}
