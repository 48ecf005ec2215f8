//! The gate's decisions, from values alone.

use super::{Authorisation, Task};
use kernel::{OfficerId, Timestamp, UnitId};
use std::collections::{BTreeMap, BTreeSet};

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

/// An authorisation in force, as far as its holder may be missed.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    /// The holder's branch; none for the bureau itself, whose officers serve every branch.
    pub(super) branch: Option<UnitId>,
    /// Duty.
    pub(super) duty: Task,
    /// Goods.
    pub(super) hs_prefix: String,
    /// The holder.
    pub(super) officer: OfficerId,
}

/// Duties on goods that a single officer of a branch may do, bureau officers counted everywhere. Goods are the HS
/// prefixes for which anyone there is authorised; an authorisation for all goods covers each of them.
pub(super) fn single_handed(
    held: &[InForce],
    branches: &[Option<UnitId>],
) -> Vec<(Option<UnitId>, Task, String, OfficerId)> {
    let mut out = Vec::new();
    for branch in branches {
        let mut by_duty: BTreeMap<Task, Vec<&InForce>> = BTreeMap::new();
        for h in held.iter().filter(|h| h.branch == *branch || h.branch.is_none()) {
            by_duty.entry(h.duty).or_default().push(h);
        }
        for (duty, held) in by_duty {
            let prefixes: BTreeSet<&str> = held.iter().map(|h| h.hs_prefix.as_str()).collect();
            for prefix in prefixes {
                let able: BTreeSet<OfficerId> = held
                    .iter()
                    .filter(|h| prefix.starts_with(h.hs_prefix.as_str()))
                    .map(|h| h.officer)
                    .collect();
                if let (Some(only), 1) = (able.first(), able.len()) {
                    out.push((*branch, duty, prefix.to_owned(), *only));
                }
            }
        }
    }
    out
}
