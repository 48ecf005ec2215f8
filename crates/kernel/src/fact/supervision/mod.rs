//! Facts of the regulatory wing, one file a group of mechanisms.

mod competence;
mod declaration;
mod examination;
mod release;

pub use competence::{ActRefused, AuthorisationEnded, Authorised};
pub use declaration::{
    Accepted, Amended, CheckAdded, ClockResumed, ClockSuspended, Lodged, NoticeAnswered, NoticeGiven,
    Targeted, Withdrawn,
};
pub use examination::{
    Appointed, CustodyPassed, ResultRecorded, Sampled, TaskOpened, TeamAssigned, TestRequested, TestResulted,
};
pub use release::{
    CertificateFilled, CertificateReplaced, CertificateWithdrawn, Certified, DraftDropped, Drafted,
    HoldLifted, LotRemoved, Settled, Stowed, Treated,
};

use crate::fact::facts;

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
        ClockSuspended => "declaration.clock_suspended",
        ClockResumed => "declaration.clock_resumed",
        Targeted => "targeting.targeted",
        CheckAdded => "targeting.check_added",
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
        Treated => "release.treated",
        Stowed => "release.stowed",
        LotRemoved => "release.lot_removed",
        Drafted => "certificate.drafted",
        CertificateFilled => "certificate.filled",
        DraftDropped => "certificate.draft_dropped",
        Certified => "certificate.certified",
        CertificateWithdrawn => "certificate.withdrawn",
        CertificateReplaced => "certificate.replaced",
    }
}
