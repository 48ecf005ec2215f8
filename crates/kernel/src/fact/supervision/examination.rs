//! Facts of inspection and of the laboratory.

use crate::{DeclarationId, LotId, OfficerId, OperatorId, RecordId, ResultId, SampleId, TaskId, Timestamp};
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
    /// Why an earlier team was replaced; empty for the first.
    #[serde(default)]
    pub reason: String,
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
    /// Containers to be opened.
    #[serde(default)]
    pub containers: Vec<String>,
    /// Whether customs comes to the same opening.
    #[serde(default)]
    pub customs: bool,
}

/// The packages of a lot were counted on the spot, and its sampling plan follows the count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotCounted {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// Packages found.
    pub packages: u64,
    /// Units to inspect from now on.
    pub sample_size: u64,
}

/// The goods were opened, once for all authorities that come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoodsOpened {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
}

/// Customs gave the result of its own check at the joint opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomsResulted {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The number that customs gave its check.
    pub reference: String,
    /// Whether customs found the goods as declared.
    pub conforming: bool,
}

/// An officer of the team wrote and signed the record; it waits for a second one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordWritten {
    /// The record.
    pub record: RecordId,
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
}

/// The second officer did not sign the record and said why; it is written anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordObjected {
    /// The record.
    pub record: RecordId,
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
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
    /// Who signed: the recorder, then the second officer.
    #[serde(default)]
    pub officers: Vec<OfficerId>,
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
    /// The result that this one corrects.
    #[serde(default)]
    pub corrects: Option<ResultId>,
}

/// The severity that an operator's goods of a heading are sampled with has changed (ISO 2859-1, 9.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamMoved {
    /// The operator.
    pub operator: OperatorId,
    /// HS heading: four digits.
    pub heading: String,
    /// Phase before: `normal`, `tightened`, `reduced`, `discontinued`.
    pub from: String,
    /// Phase from now on.
    pub to: String,
    /// Why, by its code.
    pub reason: String,
    /// What the officer wrote who decided it; empty when a lot's result did.
    #[serde(default)]
    pub note: String,
    /// The consignment whose result brought it about.
    #[serde(default)]
    pub declaration: Option<DeclarationId>,
}
