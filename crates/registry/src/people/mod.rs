//! The unit tree, posts, officers and their declared interests.
//!
//! A unit is the bureau, a branch or a section; `branch` of a unit or an officer is the branch
//! it belongs to, none for the bureau itself. An interest, once declared, is never deleted.

mod act;
mod read;
mod sql;

pub(crate) use act::entered;
pub use act::{declare_interest, define_post, open_unit, post_officer};
pub use read::{branches, interests, officer, officer_by_no, officers, officers_of, posts, unit, units};
pub use sql::STATEMENTS;

use kernel::{Bilingual, OfficerId, OperatorId, PostId, Timestamp, UnitId};

/// A unit of the bureau.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Unit {
    /// Its row.
    pub id: UnitId,
    /// Its code.
    pub code: String,
    /// `bureau`, `branch` or `section`.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// The unit above it.
    pub parent: Option<UnitId>,
    /// The branch it belongs to.
    pub branch: Option<UnitId>,
}

/// A post and the tasks that it needs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Post {
    /// Its row.
    pub id: PostId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// Task codes.
    pub tasks: Vec<String>,
}

/// An officer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Officer {
    /// Its row.
    pub id: OfficerId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: Bilingual,
    /// Own unit.
    pub unit: UnitId,
    /// The branch it belongs to; none for the bureau itself.
    pub branch: Option<UnitId>,
    /// Post.
    pub post: PostId,
    /// Whether the officer is on duty.
    pub on_duty: bool,
}

/// An interest that an officer declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Interest {
    /// In this operator.
    pub operator: OperatorId,
    /// The operator's code.
    pub code: String,
    /// The operator's name.
    pub name: Bilingual,
    /// What the relation is; none for whoever is not the officer.
    pub reason: Option<String>,
    /// When it was declared.
    pub declared_at: Timestamp,
}
