//! What follows what, as one exhaustive match: a new fact does not compile until someone
//! decides what follows it. `Now` runs inside the transaction of the fact.

use kernel::{
    DeclarationId, Excellence, Fact, Identity, NotificationId, ProductionId, Registry, StandingRuleId,
    Supervision,
    supervision::{ResultRecorded, Sampled, Settled, TestResulted},
};

/// What follows a fact within its own transaction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Now {
    /// Nothing.
    Nothing,
    /// Declared lots that a flawed production lot stands behind are held.
    HoldProduction(ProductionId),
    /// The lane of the declaration is decided.
    Target(DeclarationId),
    /// The change that a standing rule carries is adopted into the rule pack.
    Enact(StandingRuleId),
    /// What a withdrawn rule had changed is put back into the rule pack.
    Repeal(StandingRuleId),
    /// The lane is decided again, because an amendment changed what it depends on.
    Retarget(DeclarationId),
    /// An accepted consignment goes its way: released by rule, to inspection, or past it.
    Route(DeclarationId),
    /// The record of an inspection becomes evidence for the release.
    NoteRecord(ResultRecorded),
    /// A test result becomes evidence for the release.
    NoteResult(TestResulted),
    /// A sample taken from a lot that the monitoring plan drew is the plan's.
    NoteSampled(Sampled),
    /// The source of a released lot is told; and when its consignment is settled, the certificates are drafted, if it
    /// is an export and was released, and it counts in the series that it is under.
    Settle(Settled),
    /// A check was added, for this reason: what was inspected or passed is inspected again.
    InspectAgain(DeclarationId, String),
    /// The live inspection of a withdrawn consignment ends.
    CancelInspection(DeclarationId),
    /// The lots that a notification may be about are looked for.
    ProposeLots(NotificationId),
    /// A running series of intensified control may ask for the consignment to be inspected.
    Intensify(DeclarationId),
    /// Control of the goods that a notification was attributed to is intensified, a case is opened at the risk desk,
    /// and the classes of their operators are to be reviewed.
    Tighten(NotificationId),
    /// The plant is asked for its correction, for this cause.
    AskCorrection(NotificationId, String),
    /// A correction holds: intensified control may end.
    StepDown(NotificationId),
}

/// What follows a fact.
pub(crate) fn now(fact: &Fact) -> Now {
    match fact {
        Fact::Identity(f) => after_identity(f),
        Fact::Registry(f) => after_registry(f),
        Fact::Supervision(f) => after_supervision(f),
        Fact::Excellence(f) => after_excellence(f),
    }
}

fn after_identity(fact: &Identity) -> Now {
    match fact {
        Identity::AccountOpened(_)
        | Identity::AccessSet(_)
        | Identity::PasswordChanged(_)
        | Identity::AccountClosed(_)
        | Identity::TokenIssued(_)
        | Identity::TokenRevoked(_) => Now::Nothing,
    }
}

fn after_registry(fact: &Registry) -> Now {
    match fact {
        Registry::UnitOpened(_)
        | Registry::PostDefined(_)
        | Registry::OfficerPosted(_)
        | Registry::InterestDeclared(_)
        | Registry::OperatorListed(_)
        | Registry::ClassChanged(_)
        | Registry::PlantFiled(_)
        | Registry::FarmFiled(_)
        | Registry::ProductListed(_)
        | Registry::RiskChanged(_)
        | Registry::RulePackAdopted(_) => Now::Nothing,
    }
}

/// Facts of events, traces, recalls, corrections, intensified control, alerts and the risk desk that nothing follows, as a pattern of their own:
/// they are told, and the match stays exhaustive.
macro_rules! told_only {
    () => {
        Supervision::TraceStarted(_)
            | Supervision::TraceRun(_)
            | Supervision::EventsCaptured(_)
            | Supervision::PartyNamed(_)
            | Supervision::QueryNamed(_)
            | Supervision::QueryDropped(_)
            | Supervision::Subscribed(_)
            | Supervision::Unsubscribed(_)
            | Supervision::TraceEnded(_)
            | Supervision::DrillsDrawn(_)
            | Supervision::RecallOpened(_)
            | Supervision::RecallStarted(_)
            | Supervision::ConsigneeTold(_)
            | Supervision::RecallAccounted(_)
            | Supervision::RecallBalanced(_)
            | Supervision::RecallChecked(_)
            | Supervision::RecallClosed(_)
            | Supervision::CorrectionOpened(_)
            | Supervision::CorrectionPlanned(_)
            | Supervision::CorrectionVerified(_)
            | Supervision::SeriesOpened(_)
            | Supervision::SeriesApplied(_)
            | Supervision::SeriesCounted(_)
            | Supervision::SeriesEnded(_)
            | Supervision::DemandMade(_)
            | Supervision::DemandAnswered(_)
            | Supervision::ExportSuspended(_)
            | Supervision::ClassReviewOpened(_)
            | Supervision::ClassReviewed(_)
            | Supervision::ClassRestored(_)
            | Supervision::RiskInformed(_)
            | Supervision::AlertProposed(_)
            | Supervision::AlertApproved(_)
            | Supervision::AlertRefused(_)
            | Supervision::AlertActivated(_)
            | Supervision::AlertReviewed(_)
            | Supervision::AlertEnded(_)
            | Supervision::TableDrafted(_)
            | Supervision::TableTested(_)
            | Supervision::TableTried(_)
            | Supervision::TableApproved(_)
            | Supervision::TableClosed(_)
            | Supervision::RegimeMoved(_)
            | Supervision::ModelRegistered(_)
            | Supervision::ModelApproved(_)
            | Supervision::ModelStoodDown(_)
            | Supervision::ValueDeclared(_)
            | Supervision::MonitoringApproved(_)
            | Supervision::MonitoringPlanned(_)
            | Supervision::MonitoringDrawn(_)
            | Supervision::MonitoringReported(_)
    };
}

fn after_supervision(fact: &Supervision) -> Now {
    match fact {
        Supervision::Lodged(f) => Now::Target(f.declaration),
        Supervision::LotBuilt(f) => Now::HoldProduction(f.production),
        Supervision::SprayRecorded(_)
        | Supervision::RawReceived(_)
        | Supervision::SupplyExceeded(_)
        | Supervision::SourceShown(_)
        | Supervision::Recurred(_) => Now::Nothing,
        Supervision::Amended(f) if f.lane => Now::Retarget(f.declaration),
        Supervision::Accepted(f) => Now::Route(f.declaration),
        Supervision::ResultRecorded(f) => Now::NoteRecord(f.clone()),
        Supervision::TestResulted(f) => Now::NoteResult(f.clone()),
        Supervision::Sampled(f) => Now::NoteSampled(f.clone()),
        Supervision::Settled(f) => Now::Settle(f.clone()),
        Supervision::CheckAdded(f) => Now::InspectAgain(f.declaration, f.reason.clone()),
        Supervision::Withdrawn(f) => Now::CancelInspection(f.declaration),
        Supervision::Notified(f) if f.own => Now::ProposeLots(f.notification),
        Supervision::Notified(_) => Now::Nothing,
        Supervision::Targeted(f) => Now::Intensify(f.declaration),
        Supervision::Attributed(f) if f.attributed => Now::Tighten(f.notification),
        Supervision::CauseFound(f) => Now::AskCorrection(f.notification, f.category.clone()),
        Supervision::CorrectionVerified(f) if f.passed => Now::StepDown(f.notification),
        Supervision::Authorised(_)
        | Supervision::AuthorisationEnded(_)
        | Supervision::ActRefused(_)
        | Supervision::CompetenceCounted(_)
        | Supervision::AssessmentOpened(_)
        | Supervision::TheoryMarked(_)
        | Supervision::TaskWitnessed(_)
        | Supervision::RecordsReviewed(_)
        | Supervision::AssessmentDecided(_)
        | Supervision::DecisionReviewOpened(_)
        | Supervision::DecisionFound(_)
        | Supervision::Amended(_)
        | Supervision::NoticeGiven(_)
        | Supervision::NoticeAnswered(_)
        | Supervision::ClockSuspended(_)
        | Supervision::ClockResumed(_)
        | Supervision::TaskOpened(_)
        | Supervision::TeamAssigned(_)
        | Supervision::Appointed(_)
        | Supervision::LotCounted(_)
        | Supervision::GoodsOpened(_)
        | Supervision::CustomsResulted(_)
        | Supervision::RecordWritten(_)
        | Supervision::RecordObjected(_)
        | Supervision::StreamMoved(_)
        | Supervision::CustodyPassed(_)
        | Supervision::TestRequested(_)
        | Supervision::HoldLifted(_)
        | Supervision::Treated(_)
        | Supervision::Stowed(_)
        | Supervision::LotRemoved(_)
        | Supervision::Drafted(_)
        | Supervision::DraftDropped(_)
        | Supervision::CertificateFilled(_)
        | Supervision::Certified(_)
        | Supervision::CertificateWithdrawn(_)
        | Supervision::CertificateReplaced(_)
        | Supervision::LotsProposed(_)
        | Supervision::Attributed(_)
        | Supervision::Replied(_)
        | Supervision::FollowUpClosed(_) => Now::Nothing,
        told_only!() => Now::Nothing,
    }
}

fn after_excellence(fact: &Excellence) -> Now {
    match fact {
        Excellence::RuleDecided(f) => Now::Enact(f.rule),
        Excellence::RuleWithdrawn(f) => Now::Repeal(f.rule),
        Excellence::TargetSet(_)
        | Excellence::PeerGroupSet(_)
        | Excellence::BrandProposed(_)
        | Excellence::ActivityNoted(_)
        | Excellence::BrandReturned(_)
        | Excellence::PeerJoined(_)
        | Excellence::CharterFrozen(_)
        | Excellence::TaskReported(_)
        | Excellence::GateHeld(_)
        | Excellence::BrandProlonged(_)
        | Excellence::BrandClosed(_)
        | Excellence::TitleAwarded(_)
        | Excellence::TitleKept(_)
        | Excellence::TitleWithdrawn(_)
        | Excellence::UnitGraded(_)
        | Excellence::HelpPlanned(_)
        | Excellence::EndorsementRefused(_)
        | Excellence::PracticePackaged(_)
        | Excellence::PracticeOffered(_)
        | Excellence::OfferAnswered(_)
        | Excellence::RuleDrafted(_)
        | Excellence::RuleReviewed(_)
        | Excellence::RuleEnacted(_)
        | Excellence::RuleMeasured(_)
        | Excellence::RuleKept(_)
        | Excellence::RuleRepealed(_)
        | Excellence::PracticeVerified(_)
        | Excellence::BurdenDrawn(_)
        | Excellence::EffectMeasured(_)
        | Excellence::ChallengeProposed(_)
        | Excellence::ChallengeApproved(_)
        | Excellence::CriteriaPublished(_)
        | Excellence::ChallengeTaken(_)
        | Excellence::ChallengeScored(_)
        | Excellence::ParticipationCounted(_)
        | Excellence::ChallengeObjected(_)
        | Excellence::ObjectionAnswered(_)
        | Excellence::ChallengeAwarded(_)
        | Excellence::LearningPaired(_)
        | Excellence::PairVisited(_)
        | Excellence::AdoptionChecked(_)
        | Excellence::BurdenSampled(_)
        | Excellence::BalanceMeasured(_) => Now::Nothing,
    }
}
