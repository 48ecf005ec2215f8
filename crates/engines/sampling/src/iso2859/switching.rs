//! The switching rules of ISO 2859-1, clause 9, as a pure state machine. The bureau keeps one [`Switching`]
//! for each product stream of each supplier; every report about that stream gives the next state and says
//! why the severity changed.
//!
//! Only lots on original inspection count; a lot submitted again after it was not accepted is passed over.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Plan, PlanType, Rule, Severity, Single, plan_for_letter};
use crate::Error;

/// Not accepted lots among this many consecutive ones that lead to tightened inspection.
const TIGHTEN_AFTER: usize = 2;
/// The window for the rule above, and the run of accepted lots that leads back to normal inspection.
const WINDOW: usize = 5;
/// Not accepted lots under tightened inspection, in total, that discontinue acceptance.
const DISCONTINUE_AFTER: u32 = 5;
/// Switching score from which reduced inspection may be granted.
const REDUCED_SCORE: u32 = 30;

/// Where a product stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Normal inspection.
    Normal,
    /// Tightened inspection.
    Tightened,
    /// Reduced inspection.
    Reduced,
    /// Acceptance by sampling discontinued until the supplier's corrective action is found effective.
    Discontinued,
}

impl Phase {
    /// The severity to inspect with; none while acceptance is discontinued.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Normal => Some(Severity::Normal),
            Self::Tightened => Some(Severity::Tightened),
            Self::Reduced => Some(Severity::Reduced),
            Self::Discontinued => None,
        }
    }
}

/// What a lot on original inspection does to the switching score (ISO 2859-1, 9.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreChange {
    /// Add this much.
    Add(u32),
    /// Back to zero.
    Reset,
}

/// What is reported about a product stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// A lot was inspected.
    Lot {
        /// Whether it was accepted.
        accepted: bool,
        /// Whether this was its original inspection; a resubmitted lot is passed over.
        original: bool,
        /// Its effect on the switching score, from [`score_change`].
        score: ScoreChange,
        /// Whether production is steady and the responsible authority agrees to reduced inspection.
        reduced_agreed: bool,
    },
    /// Production is steady and the responsible authority agrees to reduced inspection, between lots.
    ReducedAgreed,
    /// Production has become irregular or was delayed.
    ProductionIrregular,
    /// Other conditions make a return to normal inspection advisable.
    OtherConditions,
    /// The responsible authority found the supplier's corrective action effective.
    CorrectiveActionEffective,
}

/// Why the phase changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Two of five or fewer consecutive lots were not accepted.
    TwoOfFiveNotAccepted,
    /// Five consecutive lots were accepted.
    FiveAccepted,
    /// Five lots in total were not accepted under tightened inspection.
    FiveNotAcceptedOnTightened,
    /// The switching score reached 30, production is steady and the authority agrees.
    ScoreReached,
    /// A lot was not accepted under reduced inspection.
    NotAcceptedOnReduced,
    /// Production has become irregular or was delayed.
    ProductionIrregular,
    /// Other conditions.
    OtherConditions,
    /// The supplier's corrective action was found effective.
    CorrectiveActionEffective,
}

/// A change of phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Phase before.
    pub from: Phase,
    /// Phase after, for the next lot on.
    pub to: Phase,
    /// Why.
    pub reason: Reason,
}

/// The switching state of one product stream of one supplier.
///
/// ```
/// use sampling::iso2859::switching::{Phase, Report, ScoreChange, Switching};
/// let mut state = Switching::default();
/// let lost = Report::Lot { accepted: false, original: true, score: ScoreChange::Reset, reduced_agreed: false };
/// assert!(state.report(lost)?.is_none());
/// let change = state.report(lost)?.expect("the second lot not accepted tightens");
/// assert_eq!(change.to, Phase::Tightened);
/// # Ok::<(), sampling::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switching {
    /// Where the stream stands.
    pub phase: Phase,
    /// Switching score, counted under normal inspection only.
    pub score: u32,
    /// Outcomes of the last lots in this phase, oldest first, five at most; true for accepted.
    pub recent: VecDeque<bool>,
    /// Lots not accepted since tightened inspection began.
    pub not_accepted_on_tightened: u32,
}

impl Default for Switching {
    /// The start: normal inspection, score zero.
    fn default() -> Self {
        Self { phase: Phase::Normal, score: 0, recent: VecDeque::new(), not_accepted_on_tightened: 0 }
    }
}

impl Switching {
    /// Whether the score allows reduced inspection, once production is steady and the authority agrees.
    pub fn reduced_possible(&self) -> bool {
        self.phase == Phase::Normal && self.score >= REDUCED_SCORE
    }

    /// Takes a report in and returns the change of phase it brings about, if any.
    ///
    /// # Errors
    /// [`Error::WrongState`] for a report that cannot be true in this phase; the state is then unchanged.
    pub fn report(&mut self, report: Report) -> Result<Option<Change>, Error> {
        let wrong = |given, state, remedy| Err(Error::WrongState { field: "report", given, state, remedy });
        match (report, self.phase) {
            (Report::Lot { original: false, .. }, _) => Ok(None),
            (Report::Lot { .. }, Phase::Discontinued) => wrong(
                "a lot on original inspection",
                "acceptance is discontinued",
                "report that the corrective action is effective first",
            ),
            (Report::Lot { accepted, score, reduced_agreed, .. }, _) => {
                Ok(self.lot(accepted, score, reduced_agreed))
            }
            (Report::ReducedAgreed, _) if self.reduced_possible() => {
                Ok(Some(self.enter(Phase::Reduced, Reason::ScoreReached)))
            }
            (Report::ReducedAgreed, _) => wrong(
                "agreement to reduced inspection",
                "the switching score under normal inspection is below 30",
                "wait until the score has reached 30",
            ),
            (Report::ProductionIrregular, Phase::Reduced) => {
                Ok(Some(self.enter(Phase::Normal, Reason::ProductionIrregular)))
            }
            (Report::OtherConditions, Phase::Reduced) => {
                Ok(Some(self.enter(Phase::Normal, Reason::OtherConditions)))
            }
            (Report::ProductionIrregular | Report::OtherConditions, _) => Ok(None),
            (Report::CorrectiveActionEffective, Phase::Discontinued) => {
                Ok(Some(self.enter(Phase::Tightened, Reason::CorrectiveActionEffective)))
            }
            (Report::CorrectiveActionEffective, _) => wrong(
                "effective corrective action",
                "acceptance is not discontinued",
                "report it only after acceptance was discontinued",
            ),
        }
    }

    fn lot(&mut self, accepted: bool, score: ScoreChange, reduced_agreed: bool) -> Option<Change> {
        if self.recent.len() == WINDOW {
            self.recent.pop_front();
        }
        self.recent.push_back(accepted);
        match self.phase {
            Phase::Normal => {
                self.score = match score {
                    ScoreChange::Add(points) if accepted => self.score.saturating_add(points),
                    _ => 0,
                };
                let lost = self.recent.iter().filter(|accepted| !**accepted).count();
                if lost >= TIGHTEN_AFTER {
                    return Some(self.enter(Phase::Tightened, Reason::TwoOfFiveNotAccepted));
                }
                let reduce = reduced_agreed && self.reduced_possible();
                reduce.then(|| self.enter(Phase::Reduced, Reason::ScoreReached))
            }
            Phase::Tightened => {
                self.not_accepted_on_tightened += u32::from(!accepted);
                if self.not_accepted_on_tightened >= DISCONTINUE_AFTER {
                    return Some(self.enter(Phase::Discontinued, Reason::FiveNotAcceptedOnTightened));
                }
                let five = self.recent.len() == WINDOW && self.recent.iter().all(|accepted| *accepted);
                five.then(|| self.enter(Phase::Normal, Reason::FiveAccepted))
            }
            Phase::Reduced => (!accepted).then(|| self.enter(Phase::Normal, Reason::NotAcceptedOnReduced)),
            Phase::Discontinued => None,
        }
    }

    /// Every phase starts its own counts: score, window and total.
    fn enter(&mut self, to: Phase, reason: Reason) -> Change {
        let from = self.phase;
        *self = Self { phase: to, ..Self::default() };
        Change { from, to, reason }
    }
}

/// The effect of an inspected lot on the switching score (ISO 2859-1, 9.3.3.2).
///
/// Single sampling: with Ac of 2 or more, an accepted lot adds 3 if it would also have been accepted under the
/// AQL one step tighter, otherwise the score is reset; with Ac 0 or 1 an accepted lot adds 2. Double
/// sampling: acceptance after the first sample adds 3; multiple: after the third or earlier. A lot not
/// accepted resets. The tighter AQL is read at the letter in use, so that it has the sample that was taken.
///
/// `found` are the nonconforming units after each sample taken, cumulative; at least one.
///
/// # Errors
/// [`Error::OutOfRange`] when there are no results, more results than samples, or counts that fall.
pub fn score_change(plan: &Plan, found: &[u32]) -> Result<ScoreChange, Error> {
    let stages = plan.stages();
    let last =
        *found.last().filter(|_| found.len() <= stages.len() && found.is_sorted()).ok_or_else(|| {
            Error::OutOfRange {
                field: "found",
                given: format!("{found:?}"),
                range: "one rising count for each sample taken",
                remedy: "give the cumulative numbers of nonconforming units",
            }
        })?;
    let accepted = stages[found.len() - 1].ac.is_some_and(|ac| last <= ac);
    let points = match &plan.rule {
        _ if !accepted => 0,
        Rule::Single(Single { ac: 0 | 1, .. }) => 2,
        Rule::Single(_) => {
            let tighter = plan.aql.one_step_tighter();
            let tighter = tighter
                .and_then(|aql| plan_for_letter(plan.letter, aql, plan.severity, PlanType::Single).ok());
            let tighter_ac = tighter.as_ref().and_then(Plan::single).map_or(0, |single| single.ac);
            if last <= tighter_ac { 3 } else { 0 }
        }
        Rule::Staged { .. } => {
            let in_time = if plan.plan_type == PlanType::Double { 1 } else { 3 };
            if found.len() <= in_time { 3 } else { 0 }
        }
    };
    Ok(if points == 0 { ScoreChange::Reset } else { ScoreChange::Add(points) })
}
