//! The gate's decisions, from values alone.

use super::{Authorisation, Task};
use kernel::Timestamp;

/// Whether an authorisation may be used at an instant: in its dates, not ended, and not an emergency
/// delegation where certificates are signed.
pub(super) fn usable(a: &Authorisation, duty: Task, at: Timestamp) -> bool {
    a.duty == duty
        && a.valid_from <= at
        && at < a.valid_to
        && a.ended.is_none()
        && !(a.emergency && duty == Task::Certify)
}

/// The HS codes that none of the usable authorisations covers.
pub(super) fn uncovered<'a>(held: &[&Authorisation], hs: &'a [String]) -> Vec<&'a str> {
    hs.iter()
        .map(String::as_str)
        .filter(|hs| !held.iter().any(|a| hs.starts_with(a.hs_prefix.as_str())))
        .collect()
}

/// Duties already done on the consignment that forbid this one to the same officer.
pub(super) fn incompatible(done: &[Task], duty: Task) -> Option<Task> {
    done.iter().copied().find(|d| d.group() != duty.group())
}
