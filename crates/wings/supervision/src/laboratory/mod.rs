//! Laboratory (实验室): samples under chain of custody, tests, results and what they say about a lot.
//!
//! States of a sample: *sealed* → *received* by the laboratory with its seal whole; or *void*, when a hand-over
//! finds the seal broken or another number on it. A void sample proves nothing: its tests are owed until a
//! sample that replaces it carries them on, and the consignment waits. States of a test: *requested* →
//! *resulted*; or *void* → *replaced*.
//!
//! Invariants: a result is never overwritten, it is corrected by a new one that says why; results come only
//! from a received sample; time in the laboratory is counted apart from the promised time (M9-2).
//!
//! Decision rule: simple acceptance (ILAC-G8:09/2019, 4.2.1). A value up to the limit passes, a value above it
//! fails, and the reason says so when the limit lies within the expanded uncertainty (k = 2) of the value. A guard
//! band would refuse goods that meet the limit as measured, which no clause in the rule packs asks for.

mod act;
mod custody;
mod read;
mod result;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{NewSample, request, take};
pub use custody::{HandOver, hand_over};
pub use read::{custody, failed_lots, list, of_declaration, one, open_tests, tests};
pub use result::{NewResult, correct, record};
pub use rules::{Judged, judge};
pub use sql::STATEMENTS;

use kernel::{
    Bilingual, DeclarationId, LotId, OfficerId, OperatorId, Quantity, ResultId, SampleId, Timestamp, UnitId,
};
use serde::Serialize;

/// A sample with its custody and its tests.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// Its row.
    pub id: SampleId,
    /// Number of its voucher.
    pub no: String,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Number of the declaration.
    pub declaration_no: String,
    /// `export` or `import`.
    pub direction: String,
    /// Market of the declaration.
    pub market: String,
    /// The branch whose work it is.
    pub branch: UnitId,
    /// The operator.
    pub operator: OperatorId,
    /// The lot.
    pub lot: LotId,
    /// Lot number.
    pub lot_no: String,
    /// HS code of the lot.
    pub hs: String,
    /// What the goods are called.
    pub goods: String,
    /// How much was declared of the lot.
    pub lot_quantity: Quantity,
    /// Number of the unit that it was taken from.
    pub unit_no: Option<i64>,
    /// How much was taken.
    pub quantity: Quantity,
    /// Number of its seal.
    pub seal: String,
    /// Where it was taken.
    pub place: String,
    /// `sealed`, `received` or `void`.
    pub state: String,
    /// Who holds it.
    pub holder: String,
    /// Hand-overs so far; the next one names this number.
    pub custody: i64,
    /// The void sample that it replaces.
    pub replaces: Option<SampleId>,
    /// Who took it.
    pub taken_by: OfficerId,
    /// When.
    pub taken_at: Timestamp,
    /// Rule version of the declaration.
    pub rule_version: String,
}

/// One hand-over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Custody {
    /// First, second …
    pub n: i64,
    /// Who held the sample.
    pub from: String,
    /// Who holds it now.
    pub to: String,
    /// Whether this is the laboratory.
    pub laboratory: bool,
    /// The seal number read.
    pub seal_read: String,
    /// Whether the seal was whole and its number right.
    pub seal_intact: bool,
    /// Remark.
    pub note: String,
    /// Who recorded it.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// A test of a sample with its results, the valid one last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabTest {
    /// Its row.
    pub id: kernel::TestId,
    /// Analyte code of the rule pack.
    pub analyte: String,
    /// Method.
    pub method: String,
    /// `requested`, `resulted`, `void` or `replaced`.
    pub state: String,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// Results in the order of their correction.
    pub results: Vec<LabResult>,
}

impl LabTest {
    /// The result that counts.
    pub fn valid(&self) -> Option<&LabResult> {
        self.results.last()
    }
}

/// A result of a test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabResult {
    /// Its row.
    pub id: ResultId,
    /// Whether the analyte was below the limit of quantification.
    pub below_loq: bool,
    /// Value, a decimal as text; empty when below the limit of quantification.
    pub value: String,
    /// Unit of value, limit of quantification, uncertainty and limit.
    pub unit: String,
    /// Limit of quantification.
    pub loq: String,
    /// Expanded uncertainty (k = 2); empty when none was given.
    pub uncertainty: String,
    /// Limit; empty when the rule pack has none.
    pub limit: String,
    /// Where the limit is written.
    pub limit_citation: String,
    /// `verified` or `unverified`.
    pub limit_status: String,
    /// `pass`, `fail` or `informative`.
    pub verdict: String,
    /// Why.
    pub reason: Bilingual,
    /// Who tested.
    pub tester: OfficerId,
    /// The result that it corrects.
    pub corrects: Option<ResultId>,
    /// Why it was corrected.
    pub correction: String,
    /// When.
    pub at: Timestamp,
}
