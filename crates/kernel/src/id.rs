//! Typed identifiers. Every row of the bureau is named by a UUIDv7, so that ids sort by the
//! time of the act, and by its own type, so that a lot is never taken for a declaration.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The greatest UUID: where a keyset that reads backwards begins.
pub const MAX_UUID: Uuid = Uuid::max();
/// The least UUID: where a keyset that reads forwards begins.
pub const MIN_UUID: Uuid = Uuid::nil();

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $noun:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl $name {
            /// The noun that names this kind of row in a ledger subject, as in `lot/0190…`.
            pub const NOUN: &'static str = $noun;
            /// The ledger subject of this row.
            pub fn subject(self) -> String { format!("{}/{}", $noun, self.0) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}/{}", $noun, self.0) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map($name) }
        }
        impl From<Uuid> for $name { fn from(u: Uuid) -> Self { Self(u) } }
        impl From<$name> for Uuid { fn from(i: $name) -> Uuid { i.0 } }
    )+};
}

ids! {
    /// One recorded fact of the ledger.
    FactId => "fact",
    /// A unit of the bureau: the bureau itself, a branch, a section.
    UnitId => "unit",
    /// A post with the tasks it needs.
    PostId => "post",
    /// A member of staff.
    OfficerId => "officer",
    /// A login.
    AccountId => "account",
    /// An API token.
    TokenId => "token",
    /// An exporter, importer or agent.
    OperatorId => "operator",
    /// An export food establishment.
    PlantId => "plant",
    /// A registered farm.
    FarmId => "farm",
    /// A product by HS code.
    ProductId => "product",
    /// A version of a rule pack.
    RulePackId => "rule_pack",
    /// A task authorisation of an officer.
    AuthorisationId => "authorisation",
    /// A declaration, and the consignment that it declares.
    DeclarationId => "declaration",
    /// A goods line of a declaration.
    LineId => "line",
    /// A lot within a goods line.
    LotId => "lot",
    /// A deficiency notice.
    NoticeId => "notice",
    /// A targeting decision.
    DecisionId => "decision",
    /// A risk alert.
    AlertId => "alert",
    /// A decision table of the risk desk.
    RiskTableId => "risk_table",
    /// A version of a decision table.
    RiskTableVersionId => "risk_table_version",
    /// A learned score.
    RiskModelId => "risk_model",
    /// A regime under which a rate of checking moves.
    RegimeId => "regime",
    /// A yearly monitoring plan.
    MonitoringPlanId => "monitoring_plan",
    /// A planned monitoring sample.
    MonitoringSampleId => "monitoring_sample",
    /// An inspection task.
    TaskId => "task",
    /// A record of an inspection.
    RecordId => "record",
    /// A sample under chain of custody.
    SampleId => "sample",
    /// A test requested of a sample.
    TestId => "test",
    /// A laboratory result.
    ResultId => "result",
    /// A release, hold, treatment, return or destruction.
    SettlementId => "settlement",
    /// An official certificate.
    CertificateId => "certificate",
    /// A notification from abroad, a partner or a citizen.
    NotificationId => "notification",
    /// A trace of lots, for a notification or as a drill.
    TracebackId => "traceback",
    /// A recall.
    RecallId => "recall",
    /// The part of a recall that lies with one consignee.
    RecallLineId => "recall_line",
    /// The correction and prevention that a plant owes after a notification (CAPA).
    CorrectionId => "correction",
    /// A series of intensified control.
    SeriesId => "series",
    /// A review of an operator's class.
    ClassReviewId => "class_review",
    /// A spray record of a field.
    SprayId => "spray",
    /// A lot of raw material as it came to a plant.
    RawLotId => "raw_lot",
    /// A production lot of a plant.
    ProductionId => "production",
    /// A file attached to a row.
    AttachmentId => "attachment",
    /// A job of the clockwork.
    JobId => "job",
    /// A capture of EPCIS events.
    CaptureId => "capture",
    /// A subscription of a named query.
    SubscriptionId => "subscription",
    /// A brand initiative.
    BrandId => "brand",
    /// A gate of a brand.
    GateId => "gate",
    /// A drawn sample of working time.
    BurdenSampleId => "burden",
    /// A practice package.
    PracticeId => "practice",
    /// An offer of a practice to a peer.
    OfferId => "offer",
    /// A standing rule of the bureau.
    StandingRuleId => "standing_rule",
    /// A help plan of a unit.
    HelpPlanId => "help_plan",
    /// An assessment of an officer for a duty.
    AssessmentId => "assessment",
    /// A review of a decision by a panel.
    DecisionReviewId => "decision_review",
    /// A learning challenge between peers.
    ChallengeId => "challenge",
    /// A pair of units that learn from each other.
    LearningPairId => "learning_pair",
}
