//! Facts of inspection and of the laboratory.

use crate::{DeclarationId, LotId, OfficerId, RecordId, ResultId, SampleId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

/// An inspection task was opened with its sampling plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskOpened {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Units to inspect over all lots.
    pub sample_size: u64,
    /// The standard behind the plan.
    pub plan: String,
    /// Until when it is due.
    pub due_at: Timestamp,
}

/// A team was assigned, the leader first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamAssigned {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Officers.
    pub officers: Vec<OfficerId>,
    /// Whether the team was drawn at random.
    pub drawn: bool,
}

/// The opening of the goods was appointed with the party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointed {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
}

/// The result of an inspection was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRecorded {
    /// The record.
    pub record: RecordId,
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Units inspected.
    pub inspected: u64,
    /// Nonconforming units.
    pub nonconforming: u64,
    /// Whether the goods conform.
    pub conforming: bool,
    /// Finding codes.
    pub findings: Vec<String>,
}

/// A sample was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// The sample.
    pub sample: SampleId,
    /// Its number.
    pub no: String,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
}

/// A sample changed hands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustodyPassed {
    /// The sample.
    pub sample: SampleId,
    /// Who held it.
    pub from: String,
    /// Who holds it now.
    pub to: String,
    /// Whether the seal was whole.
    pub seal_intact: bool,
}

/// Tests of a sample were requested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRequested {
    /// The sample.
    pub sample: SampleId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Analytes.
    pub analytes: Vec<String>,
}

/// A test result was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResulted {
    /// The result.
    pub result: ResultId,
    /// The sample.
    pub sample: SampleId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// Analyte.
    pub analyte: String,
    /// `pass`, `fail` or `informative`.
    pub verdict: String,
}
