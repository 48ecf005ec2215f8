//! The balance between comparable units (均衡度): how far the best of a group is from the last, once each half-year.
//!
//! A unit's composite score is the mean of what it reached of each target of the bureau, capped at a hundred points,
//! over the indicators that told something of it in the half-year. Within a group of peers the gap is the 90th minus
//! the 10th percentile; the widest gap of the bureau is recorded, with the height of its top, so that a gap closed
//! from the top is seen. A group of fewer than three scored units has no gap, and a half-year without one records none.

mod act;
mod rules;
mod sql;

pub use act::{is_due, measure};
pub use rules::{Gap, gap, reached};
pub use sql::STATEMENTS;
