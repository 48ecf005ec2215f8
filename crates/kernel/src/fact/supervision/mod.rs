//! Facts of the regulatory wing, one file a group of mechanisms.

mod alert;
mod assessment;
mod competence;
mod declaration;
mod epcis;
mod examination;
mod follow_up;
mod monitoring;
mod notification;
mod release;
mod risk;
mod supply;

pub use alert::{
    AlertActivated, AlertApproved, AlertEnded, AlertProposed, AlertRefused, AlertReviewed, RiskInformed,
};
pub use assessment::{
    AssessmentDecided, AssessmentOpened, CompetenceCounted, DecisionFound, DecisionReviewOpened,
    RecordsReviewed, TaskWitnessed, TheoryMarked,
};
pub use competence::{ActRefused, AuthorisationEnded, Authorised};
pub use declaration::{
    Accepted, Amended, CheckAdded, ClockResumed, ClockSuspended, Lodged, NoticeAnswered, NoticeGiven,
    Targeted, ValueDeclared, Withdrawn,
};
pub use epcis::{EventsCaptured, PartyNamed, QueryDropped, QueryNamed, Subscribed, Unsubscribed};
pub use examination::{
    Appointed, CustodyPassed, CustomsResulted, GoodsOpened, LotCounted, RecordObjected, RecordWritten,
    ResultRecorded, Sampled, StreamMoved, TaskOpened, TeamAssigned, TestRequested, TestResulted,
};
pub use follow_up::{
    ClassRestored, ClassReviewOpened, ClassReviewed, ConsigneeTold, CorrectionOpened, CorrectionPlanned,
    CorrectionVerified, DemandAnswered, DemandMade, DrillsDrawn, ExportSuspended, RecallAccounted,
    RecallBalanced, RecallChecked, RecallClosed, RecallOpened, RecallStarted, SeriesApplied, SeriesCounted,
    SeriesEnded, SeriesOpened, TraceEnded, TraceRun, TraceStarted,
};
pub use monitoring::{MonitoringApproved, MonitoringDrawn, MonitoringPlanned, MonitoringReported};
pub use notification::{Attributed, CauseFound, FollowUpClosed, LotsProposed, Notified, Recurred, Replied};
pub use release::{
    CertificateFilled, CertificateReplaced, CertificateWithdrawn, Certified, DraftDropped, Drafted,
    HoldLifted, LotRemoved, Settled, Stowed, Treated,
};
pub use risk::{
    ModelApproved, ModelRegistered, ModelStoodDown, RegimeMoved, TableApproved, TableClosed, TableDrafted,
    TableTested, TableTried,
};
pub use supply::{LotBuilt, RawReceived, SourceShown, SprayRecorded, SupplyExceeded};

use crate::fact::facts;

facts! {
    /// What can happen in the regulatory wing.
    Supervision {
        Authorised => "competence.authorised",
        AuthorisationEnded => "competence.authorisation_ended",
        ActRefused => "competence.act_refused",
        CompetenceCounted => "competence.counted",
        AssessmentOpened => "assessment.opened",
        TheoryMarked => "assessment.theory_marked",
        TaskWitnessed => "assessment.witnessed",
        RecordsReviewed => "assessment.records_reviewed",
        AssessmentDecided => "assessment.decided",
        DecisionReviewOpened => "accountability.opened",
        DecisionFound => "accountability.found",
        Lodged => "declaration.lodged",
        Amended => "declaration.amended",
        Withdrawn => "declaration.withdrawn",
        NoticeGiven => "declaration.notice_given",
        NoticeAnswered => "declaration.notice_answered",
        Accepted => "declaration.accepted",
        ClockSuspended => "declaration.clock_suspended",
        ClockResumed => "declaration.clock_resumed",
        Targeted => "targeting.targeted",
        CheckAdded => "targeting.check_added",
        TaskOpened => "inspection.task_opened",
        TeamAssigned => "inspection.team_assigned",
        Appointed => "inspection.appointed",
        LotCounted => "inspection.lot_counted",
        GoodsOpened => "inspection.goods_opened",
        CustomsResulted => "inspection.customs_resulted",
        RecordWritten => "inspection.record_written",
        RecordObjected => "inspection.record_objected",
        ResultRecorded => "inspection.result_recorded",
        StreamMoved => "inspection.stream_moved",
        Sampled => "laboratory.sampled",
        CustodyPassed => "laboratory.custody_passed",
        TestRequested => "laboratory.test_requested",
        TestResulted => "laboratory.test_resulted",
        Settled => "release.settled",
        HoldLifted => "release.hold_lifted",
        Treated => "release.treated",
        Stowed => "release.stowed",
        LotRemoved => "release.lot_removed",
        Drafted => "certificate.drafted",
        CertificateFilled => "certificate.filled",
        DraftDropped => "certificate.draft_dropped",
        Certified => "certificate.certified",
        CertificateWithdrawn => "certificate.withdrawn",
        CertificateReplaced => "certificate.replaced",
        SprayRecorded => "supply.spray_recorded",
        RawReceived => "supply.raw_received",
        SupplyExceeded => "supply.exceeded",
        LotBuilt => "supply.lot_built",
        SourceShown => "supply.source_shown",
        EventsCaptured => "epcis.captured",
        PartyNamed => "epcis.party_named",
        QueryNamed => "epcis.query_named",
        QueryDropped => "epcis.query_dropped",
        Subscribed => "epcis.subscribed",
        Unsubscribed => "epcis.unsubscribed",
        Notified => "notification.notified",
        LotsProposed => "notification.lots_proposed",
        Attributed => "notification.attributed",
        CauseFound => "notification.cause_found",
        Replied => "notification.replied",
        FollowUpClosed => "notification.closed",
        Recurred => "notification.recurred",
        RiskInformed => "alert.informed",
        AlertProposed => "alert.proposed",
        AlertApproved => "alert.approved",
        AlertRefused => "alert.refused",
        AlertActivated => "alert.activated",
        AlertReviewed => "alert.reviewed",
        AlertEnded => "alert.ended",
        TableDrafted => "risk_table.drafted",
        TableTested => "risk_table.tested",
        TableTried => "risk_table.tried",
        TableApproved => "risk_table.approved",
        TableClosed => "risk_table.closed",
        RegimeMoved => "regime.moved",
        ModelRegistered => "risk_model.registered",
        ModelApproved => "risk_model.approved",
        ModelStoodDown => "risk_model.stood_down",
        ValueDeclared => "declaration.value_declared",
        MonitoringApproved => "monitoring.approved",
        MonitoringPlanned => "monitoring.planned",
        MonitoringDrawn => "monitoring.drawn",
        MonitoringReported => "monitoring.reported",
        TraceStarted => "traceback.started",
        TraceRun => "traceback.run",
        TraceEnded => "traceback.ended",
        DrillsDrawn => "traceback.drills_drawn",
        RecallOpened => "recall.opened",
        RecallStarted => "recall.started",
        ConsigneeTold => "recall.consignee_told",
        RecallAccounted => "recall.accounted",
        RecallBalanced => "recall.balanced",
        RecallChecked => "recall.checked",
        RecallClosed => "recall.closed",
        CorrectionOpened => "correction.opened",
        CorrectionPlanned => "correction.planned",
        CorrectionVerified => "correction.verified",
        SeriesOpened => "series.opened",
        SeriesApplied => "series.applied",
        SeriesCounted => "series.counted",
        SeriesEnded => "series.ended",
        DemandMade => "series.demand_made",
        DemandAnswered => "series.demand_answered",
        ExportSuspended => "series.export_suspended",
        ClassReviewOpened => "class_review.opened",
        ClassReviewed => "class_review.decided",
        ClassRestored => "class_review.restored",
    }
}
