//! Facts of peer learning: challenges, learning pairs, and what brands cost in working time.

use crate::{BurdenSampleId, ChallengeId, Date, LearningPairId, OfficerId, UnitId};
use serde::{Deserialize, Serialize};

/// A learning challenge was proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeProposed {
    /// The challenge.
    pub challenge: ChallengeId,
    /// Indicator that is compared.
    pub indicator: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// Contests of the same units in its quarter, this one not counted.
    pub others: i64,
}

/// The leading group approved a challenge beyond the number that a quarter allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeApproved {
    /// The challenge.
    pub challenge: ChallengeId,
    /// Why the staff can bear it.
    pub reason: String,
}

/// Indicator, groups, baselines and tie rule of a challenge were frozen by their hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriteriaPublished {
    /// The challenge.
    pub challenge: ChallengeId,
    /// SHA-256 of the criteria, hex.
    pub sha256: String,
    /// Groups of comparable units.
    pub groups: i64,
}

/// An officer takes part in a challenge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeTaken {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The officer.
    pub officer: OfficerId,
}

/// A challenge was scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeScored {
    /// The challenge.
    pub challenge: ChallengeId,
    /// SHA-256 of the standings, hex.
    pub sha256: String,
    /// Units compared.
    pub units: i64,
}

/// How many of a unit's staff took part in a challenge of the half-year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParticipationCounted {
    /// The unit.
    pub unit: UnitId,
    /// Staff in post.
    pub staff: i64,
    /// Of them, those who took part.
    pub took_part: i64,
}

/// A unit objected to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeObjected {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The unit.
    pub unit: UnitId,
    /// What it says.
    pub text: String,
}

/// An objection was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectionAnswered {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The unit.
    pub unit: UnitId,
    /// Whether it was found right.
    pub upheld: bool,
    /// Why.
    pub reason: String,
}

/// A challenge was awarded to a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeAwarded {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The unit.
    pub unit: UnitId,
}

/// Two units were paired to learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningPaired {
    /// The pair.
    pub pair: LearningPairId,
    /// The challenge that it came from.
    pub challenge: ChallengeId,
    /// The unit that learns.
    pub learner: UnitId,
    /// The unit that shows.
    pub teacher: UnitId,
}

/// A pair met; without an adoption plan it is not counted as learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairVisited {
    /// The pair.
    pub pair: LearningPairId,
    /// What is adopted; empty when nothing is.
    pub plan: String,
    /// When it is checked.
    pub check_on: Option<Date>,
    /// Whether it counts as learning.
    pub counted: bool,
}

/// An adoption plan was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdoptionChecked {
    /// The pair.
    pub pair: LearningPairId,
    /// Whether what was planned is done.
    pub adopted: bool,
    /// Numbers of the facts that prove it.
    pub facts: Vec<i64>,
}

/// An officer and a day were drawn, of which the working time is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BurdenDrawn {
    /// The sample.
    pub sample: BurdenSampleId,
    /// The officer.
    pub officer: OfficerId,
    /// The day.
    pub day: Date,
    /// Seed of the draw, hex.
    pub seed: String,
    /// Days of officers that were drawn from.
    pub candidates: i64,
}

/// Working time of drawn staff was sampled: how much of it went into forms for brands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BurdenSampled {
    /// The officer.
    pub officer: OfficerId,
    /// Minutes spent on forms for brands.
    pub forms: i64,
    /// Minutes worked.
    pub worked: i64,
    /// The draw; none in samples taken before it was drawn.
    #[serde(default)]
    pub sample: Option<BurdenSampleId>,
}
