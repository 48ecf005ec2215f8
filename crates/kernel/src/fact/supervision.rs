//! Facts of the regulatory wing: the main line from declaration to certificate.

use crate::{
    AlertId, AuthorisationId, CertificateId, Date, DecisionId, DeclarationId, LotId, NoticeId, OfficerId,
    OperatorId, PlantId, Quantity, RecordId, ResultId, SampleId, SettlementId, TaskId, Timestamp,
    fact::facts,
};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen in the regulatory wing.
    Supervision {
        Authorised => "competence.authorised",
        AuthorisationEnded => "competence.authorisation_ended",
        ActRefused => "competence.act_refused",
        Lodged => "declaration.lodged",
        Amended => "declaration.amended",
        Withdrawn => "declaration.withdrawn",
        NoticeGiven => "declaration.notice_given",
        NoticeAnswered => "declaration.notice_answered",
        Accepted => "declaration.accepted",
        Targeted => "targeting.targeted",
        CheckAdded => "targeting.check_added",
        AlertIssued => "targeting.alert_issued",
        AlertEnded => "targeting.alert_ended",
        TaskOpened => "inspection.task_opened",
        TeamAssigned => "inspection.team_assigned",
        Appointed => "inspection.appointed",
        ResultRecorded => "inspection.result_recorded",
        Sampled => "laboratory.sampled",
        CustodyPassed => "laboratory.custody_passed",
        TestRequested => "laboratory.test_requested",
        TestResulted => "laboratory.test_resulted",
        Settled => "release.settled",
        HoldLifted => "release.hold_lifted",
        Drafted => "certificate.drafted",
        Certified => "certificate.signed",
        CertificateWithdrawn => "certificate.withdrawn",
        CertificateReplaced => "certificate.replaced",
    }
}

/// An officer was authorised for a task within a commodity scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorised {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// The officer.
    pub officer: OfficerId,
    /// Task code.
    pub task: String,
    /// HS prefix that it covers; empty for all.
    pub commodity: String,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Date,
    /// Whether it is an emergency delegation.
    pub emergency: bool,
}

/// An authorisation was suspended or withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthorisationEnded {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// Suspended or withdrawn.
    pub how: String,
    /// Why.
    pub reason: String,
}

/// An act was refused at its gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActRefused {
    /// Task code of the act.
    pub task: String,
    /// Reason code.
    pub code: String,
    /// Clause, when a law asks for it.
    pub clause: Option<String>,
}

/// A declaration was lodged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lodged {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// Export or import.
    pub direction: String,
    /// Operator.
    pub operator: OperatorId,
    /// Plant, for export food.
    pub plant: Option<PlantId>,
    /// HS codes of its lines.
    pub hs: Vec<String>,
    /// Country of destination, or of origin for imports (ISO 3166-1 alpha-2).
    pub market: String,
    /// Logistics mode.
    pub mode: String,
    /// Lots in it.
    pub lots: u32,
    /// Rule version in force on that day.
    pub rule_version: String,
}

/// A declaration was amended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amended {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Fields that changed, with what stood before and after.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: String,
}

/// One changed field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Field path.
    pub field: String,
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

/// A declaration was withdrawn by its declarant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A deficiency notice was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The notice.
    pub notice: NoticeId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// First, second … notice of this declaration.
    pub ordinal: i64,
    /// Deficiency codes.
    pub items: Vec<String>,
    /// A second notice names what could have been told at once.
    pub breach: bool,
    /// Working days from lodging to this notice.
    pub working_days: i64,
}

/// The declarant answered a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeAnswered {
    /// The notice.
    pub notice: NoticeId,
    /// The declaration.
    pub declaration: DeclarationId,
}

/// A declaration was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The declaration.
    pub declaration: DeclarationId,
    /// By an officer, or because the notice period ended without a notice.
    pub deemed: bool,
    /// Until when the bureau has promised to decide.
    pub due: Timestamp,
    /// Authorisation under which it was done; none when deemed.
    pub authorisation: Option<AuthorisationId>,
}

/// A lane was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Targeted {
    /// The decision.
    pub decision: DecisionId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Lane code.
    pub lane: String,
    /// Selection rate, parts per million.
    pub rate_ppm: u64,
    /// The draw, 0 to 999,999.
    pub draw_ppm: u64,
    /// Whether it is to be inspected.
    pub selected: bool,
    /// Why it is: `alert`, `rule`, `draw`, or empty.
    pub basis: String,
    /// Rule version.
    pub rule_version: String,
}

/// An officer added a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckAdded {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A risk alert was issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertIssued {
    /// The alert.
    pub alert: AlertId,
    /// HS prefix.
    pub hs: String,
    /// Country of origin or market, when it is limited to one.
    pub country: Option<String>,
    /// Hazard.
    pub hazard: String,
    /// Last day, or the day to review it.
    pub review_on: Date,
    /// Pending declarations that it reached at once.
    pub pending: i64,
}

/// A risk alert ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertEnded {
    /// The alert.
    pub alert: AlertId,
    /// Why.
    pub reason: String,
}

/// An inspection task was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskOpened {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why: lane, alert, draw or an officer's addition.
    pub basis: String,
    /// Sampling plan standard and letter.
    pub plan: String,
    /// Sample size in units.
    pub sample_size: i64,
}

/// A team was assigned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamAssigned {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its members, the lead first.
    pub officers: Vec<OfficerId>,
    /// Their authorisations, in the same order.
    pub authorisations: Vec<AuthorisationId>,
}

/// An appointment was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointed {
    /// The task.
    pub task: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// When.
    pub when: Timestamp,
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
    /// Conforming or not.
    pub conforming: bool,
    /// Units inspected.
    pub inspected: i64,
    /// Units found defective.
    pub defective: i64,
    /// Finding codes.
    pub findings: Vec<String>,
    /// Authorisation of the officer who recorded.
    pub authorisation: AuthorisationId,
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
    /// How much.
    pub quantity: Quantity,
    /// Authorisation of the officer who sampled.
    pub authorisation: AuthorisationId,
}

/// A sample passed from hand to hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustodyPassed {
    /// The sample.
    pub sample: SampleId,
    /// To whom.
    pub to: OfficerId,
    /// Whether the seal was whole.
    pub seal_intact: bool,
}

/// A test was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRequested {
    /// The sample.
    pub sample: SampleId,
    /// Analytes.
    pub analytes: Vec<String>,
}

/// A test gave its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResulted {
    /// The result.
    pub result: ResultId,
    /// The sample.
    pub sample: SampleId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Analyte.
    pub analyte: String,
    /// Pass, fail or inconclusive.
    pub verdict: String,
    /// Authorisation of the analyst.
    pub authorisation: AuthorisationId,
}

/// Lots were released, held, treated, returned or destroyed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The settlement.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Release, hold, treat, return or destroy.
    pub outcome: String,
    /// The lots that it covers.
    pub lots: Vec<LotId>,
    /// Whether nothing of the declaration is left open.
    pub complete: bool,
    /// Authorisation of the officer who decided; none when released by rule on declaration.
    pub authorisation: Option<AuthorisationId>,
    /// Rule version.
    pub rule_version: String,
}

/// A hold was lifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldLifted {
    /// The hold.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
    /// Authorisation of the officer who lifted it.
    pub authorisation: AuthorisationId,
}

/// A certificate was drafted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
}

/// A certificate was signed and issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certified {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// SHA-256 of the signed form, hex.
    pub sha256: String,
    /// Authorisation of the certifying officer.
    pub authorisation: AuthorisationId,
}

/// A certificate was withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateWithdrawn {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
    /// Whether an officer's error was the cause.
    pub officer_error: bool,
}

/// A certificate was replaced by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateReplaced {
    /// The old certificate.
    pub certificate: CertificateId,
    /// The new one.
    pub by: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
    /// Whether an officer's error was the cause.
    pub officer_error: bool,
}
