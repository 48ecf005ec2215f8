//! Values that are bound to a statement: a closed set that both engines store alike.

use kernel::{Date, Decimal, Timestamp, UnitCode};
use uuid::Uuid;

/// A bound value. A missing value keeps its type, for PostgreSQL asks for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// BIGINT: whole numbers, microseconds, thousandths.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// UUID.
    Uuid(Option<Uuid>),
    /// BYTEA.
    Bytes(Option<Vec<u8>>),
    /// BOOLEAN.
    Bool(Option<bool>),
}

macro_rules! from {
    ($($t:ty => $variant:ident, $x:ident => $e:expr;)+) => {$(
        impl From<$t> for Val { fn from($x: $t) -> Val { Val::$variant(Some($e)) } }
        impl From<Option<$t>> for Val { fn from(o: Option<$t>) -> Val { Val::$variant(o.map(|$x| $e)) } }
    )+};
}

from! {
    i64 => Int, x => x;
    i32 => Int, x => i64::from(x);
    u32 => Int, x => i64::from(x);
    Timestamp => Int, x => x.0;
    &str => Text, x => x.to_owned();
    String => Text, x => x;
    UnitCode => Text, x => x.code().to_owned();
    Decimal => Text, x => x.to_string();
    Date => Text, x => x.to_string();
    Uuid => Uuid, x => x;
    Vec<u8> => Bytes, x => x;
    [u8; 32] => Bytes, x => x.to_vec();
    bool => Bool, x => x;
}

impl From<&String> for Val {
    fn from(x: &String) -> Val {
        Val::Text(Some(x.clone()))
    }
}

macro_rules! from_ids {
    ($($t:ident),+ $(,)?) => {$(
        impl From<kernel::$t> for Val { fn from(x: kernel::$t) -> Val { Val::Uuid(Some(x.0)) } }
        impl From<Option<kernel::$t>> for Val { fn from(o: Option<kernel::$t>) -> Val { Val::Uuid(o.map(|x| x.0)) } }
        impl crate::FromCol for kernel::$t {
            fn from_col(row: &crate::Row, at: usize) -> kernel::Result<Self> { Uuid::from_col(row, at).map(kernel::$t) }
        }
        impl crate::FromCol for Option<kernel::$t> {
            fn from_col(row: &crate::Row, at: usize) -> kernel::Result<Self> {
                Ok(Option::<Uuid>::from_col(row, at)?.map(kernel::$t))
            }
        }
    )+};
}

from_ids!(
    FactId,
    UnitId,
    PostId,
    OfficerId,
    AccountId,
    TokenId,
    OperatorId,
    PlantId,
    FarmId,
    ProductId,
    RulePackId,
    AuthorisationId,
    DeclarationId,
    LineId,
    LotId,
    NoticeId,
    DecisionId,
    AlertId,
    RiskTableId,
    RiskTableVersionId,
    RiskModelId,
    RegimeId,
    MonitoringPlanId,
    MonitoringSampleId,
    TaskId,
    RecordId,
    SampleId,
    TestId,
    ResultId,
    SettlementId,
    CertificateId,
    AttachmentId,
    NotificationId,
    JobId,
    CaptureId,
    SubscriptionId,
    CorrectionId,
    RecallId,
    RecallLineId,
    SeriesId,
    ClassReviewId,
    TracebackId,
    BrandId,
    BurdenSampleId,
    GateId,
    PracticeId,
    OfferId,
    StandingRuleId,
    HelpPlanId,
    AssessmentId,
    DecisionReviewId,
    ChallengeId,
    LearningPairId,
    SprayId,
    RawLotId,
    ProductionId,
);
