//! Skip-lot sampling (ISO 2859-3) as a pure state machine: for products whose supplier has long delivered
//! well, only one lot in two to five is inspected, the others are accepted unseen.
//!
//! The structure (lot-by-lot qualification, skip-lot, interrupted) and the numbers in [`Rules::default`] were
//! written from knowledge of the standard and not compared with its text: [`Certainty::Unverified`]. They are
//! values, so that a rule pack can correct them.

use serde::{Deserialize, Serialize};

use super::{Plan, PlanType, Rule, Single, plan_for_letter};
use crate::draw::stream_number;
use crate::{Certainty, Error};

/// The numbers of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Qualification score at which a product qualifies.
    pub score_needed: u32,
    /// Most lots in which the score must be reached; otherwise counting starts anew.
    pub lots_allowed: u32,
    /// Fewest lots before a product can qualify.
    pub lots_needed: u32,
    /// First frequencies: (lots needed at most, inspect one lot in).
    pub first_frequency: Vec<(u32, u32)>,
    /// Least frequent inspection that can be reached: one lot in.
    pub lowest_frequency: u32,
    /// Lots in a row to be accepted lot by lot after an interruption.
    pub requalify_after: u32,
    /// Lots within which an interrupted product must requalify.
    pub requalify_within: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            score_needed: 50,
            lots_allowed: 20,
            lots_needed: 10,
            first_frequency: vec![(11, 4), (14, 3), (20, 2)],
            lowest_frequency: 5,
            requalify_after: 4,
            requalify_within: 10,
        }
    }
}

impl Rules {
    /// How sure the product is of these numbers.
    pub fn certainty(&self) -> Certainty {
        Certainty::Unverified
    }
}

/// Where a product stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Every lot is inspected until the product qualifies.
    LotByLot,
    /// One lot in so many is inspected.
    SkipLot {
        /// Inspect one lot in this many.
        one_in: u32,
    },
    /// Every lot is inspected after an interruption, until the product requalifies or is disqualified.
    Interrupted {
        /// Frequency before the interruption.
        was_one_in: u32,
    },
}

/// The skip-lot state of one product of one supplier.
///
/// ```
/// use sampling::iso2859::skip_lot::{Rules, SkipLot, State};
/// let rules = Rules::default();
/// let mut product = SkipLot::default();
/// for _ in 0..10 {
///     product.lot(&rules, true, 5, true);
/// }
/// assert_eq!(product.state, State::SkipLot { one_in: 4 });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkipLot {
    /// Where the product stands.
    pub state: State,
    /// Qualification score since counting began.
    pub score: u32,
    /// Lots inspected since counting began.
    pub lots: u32,
    /// Lots accepted in a row since an interruption.
    pub run: u32,
}

impl Default for SkipLot {
    fn default() -> Self {
        Self::at(State::LotByLot)
    }
}

/// Why a product's state changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The qualification score was reached in time.
    Qualified,
    /// The score was reached again under skip-lot: fewer lots are inspected.
    FrequencyLowered,
    /// A lot was not accepted, or its result was not good enough for skip-lot.
    Interrupted,
    /// Enough lots in a row were accepted after the interruption.
    Requalified,
    /// The product did not requalify in time, or a lot was not accepted while interrupted.
    Disqualified,
    /// The supplier or the authority ended skip-lot.
    Withdrawn,
}

/// A change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// State before.
    pub from: State,
    /// State after.
    pub to: State,
    /// Why.
    pub reason: Reason,
}

impl SkipLot {
    fn at(state: State) -> Self {
        Self { state, score: 0, lots: 0, run: 0 }
    }

    /// Takes in an inspected lot on original inspection: whether it was accepted, its qualification score
    /// (from [`qualification_score`]), and whether it would have been accepted under the AQL one step
    /// tighter, which a lot under skip-lot must.
    pub fn lot(&mut self, rules: &Rules, accepted: bool, score: u32, well_within: bool) -> Option<Change> {
        self.lots += 1;
        self.score = if accepted { self.score + score } else { 0 };
        match self.state {
            State::LotByLot => self.lot_by_lot(rules, accepted),
            State::SkipLot { one_in } => self.skipping(rules, accepted && well_within, one_in),
            State::Interrupted { was_one_in } => self.interrupted(rules, accepted, well_within, was_one_in),
        }
    }

    /// Ends skip-lot, for instance when the supplier loses its qualification or production has stopped long.
    pub fn withdraw(&mut self) -> Option<Change> {
        (self.state != State::LotByLot).then(|| self.enter(State::LotByLot, Reason::Withdrawn))
    }

    fn lot_by_lot(&mut self, rules: &Rules, accepted: bool) -> Option<Change> {
        if self.reached(rules) {
            let slot = rules.first_frequency.iter().find(|(at_most, _)| self.lots <= *at_most);
            let one_in = slot.map_or(2, |(_, one_in)| *one_in);
            return Some(self.enter(State::SkipLot { one_in }, Reason::Qualified));
        }
        if !accepted || self.lots >= rules.lots_allowed {
            *self = Self::at(State::LotByLot);
        }
        None
    }

    fn skipping(&mut self, rules: &Rules, good: bool, one_in: u32) -> Option<Change> {
        if !good {
            return Some(self.enter(State::Interrupted { was_one_in: one_in }, Reason::Interrupted));
        }
        if self.reached(rules) && one_in < rules.lowest_frequency {
            return Some(self.enter(State::SkipLot { one_in: one_in + 1 }, Reason::FrequencyLowered));
        }
        if self.lots >= rules.lots_allowed {
            *self = Self::at(self.state);
        }
        None
    }

    fn interrupted(&mut self, rules: &Rules, accepted: bool, well_within: bool, was: u32) -> Option<Change> {
        self.run = if accepted && well_within { self.run + 1 } else { 0 };
        if !accepted {
            return Some(self.enter(State::LotByLot, Reason::Disqualified));
        }
        if self.run >= rules.requalify_after {
            // The next more frequent inspection, one lot in two at the most.
            let one_in = was.saturating_sub(1).max(2);
            return Some(self.enter(State::SkipLot { one_in }, Reason::Requalified));
        }
        (self.lots >= rules.requalify_within).then(|| self.enter(State::LotByLot, Reason::Disqualified))
    }

    fn reached(&self, rules: &Rules) -> bool {
        self.score >= rules.score_needed && self.lots >= rules.lots_needed && self.lots <= rules.lots_allowed
    }

    fn enter(&mut self, to: State, reason: Reason) -> Change {
        let from = self.state;
        *self = Self::at(to);
        Change { from, to, reason }
    }
}

/// Points of an accepted lot towards qualification, under single sampling with `found` nonconforming units.
///
/// Ac 0: 3 points. Ac 1: 5 without and 1 with a nonconforming unit. Ac 2 or more: 5 if the lot would also be
/// accepted under the AQL two steps tighter, 3 if one step tighter, else 0. A lot not accepted has 0.
///
/// # Errors
/// [`Error::NoSuchType`] for double and multiple plans, for which the score is not laid down.
pub fn qualification_score(plan: &Plan, found: u32) -> Result<u32, Error> {
    let Rule::Single(Single { ac, .. }) = plan.rule else {
        return Err(Error::NoSuchType {
            given: plan.plan_type,
            reason: "takes part in skip-lot qualification",
        });
    };
    let tighter_accepts = |steps: usize| {
        let aql = (0..steps).try_fold(plan.aql, |aql, _| aql.one_step_tighter());
        let tighter =
            aql.and_then(|aql| plan_for_letter(plan.letter, aql, plan.severity, PlanType::Single).ok());
        // Where arrows lead the tighter AQL to another sample size, only a clean sample can be said to pass.
        let same_sample = tighter.as_ref().is_some_and(|tighter| tighter.letter == plan.letter);
        let ac = tighter.as_ref().and_then(Plan::single).map_or(0, |single| single.ac);
        found == 0 || same_sample && found <= ac
    };
    Ok(match (ac, found) {
        _ if found > ac => 0,
        (0, _) => 3,
        (1, 0) => 5,
        (1, _) => 1,
        _ if tighter_accepts(2) => 5,
        _ if tighter_accepts(1) => 3,
        _ => 0,
    })
}

/// Whether a lot is to be inspected under skip-lot, by chance that can be repeated: the lot's own number of
/// the seed's stream (see [`draw`](crate::draw)) must fall into the first `1 / one_in` of its range.
///
/// # Errors
/// [`Error::OutOfRange`] when `one_in` is zero.
pub fn selects(seed: &[u8], lot_number: u64, one_in: u32) -> Result<bool, Error> {
    if one_in == 0 {
        return Err(Error::OutOfRange {
            field: "one_in",
            given: "0".to_owned(),
            range: "1 or more",
            remedy: "give 1 to inspect every lot",
        });
    }
    Ok(stream_number(seed, lot_number) <= u64::MAX / u64::from(one_in))
}
