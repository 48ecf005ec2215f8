//! The trail: the main line and the supply of plants, told as visibility events (EPCIS 2.0), so that one trace runs
//! from the field to the consignee.
//!
//! The ledger is read on from where the last run ended; a fact becomes events (a harvest, an arrival, a making, a
//! packing, an inspection, a certificate, a departure), and events and place are committed together: nothing is told
//! twice and nothing is left out, wherever a run breaks off. Acts themselves tell nothing, so they stay as fast as
//! they are. What an amendment or a withdrawal makes untrue is declared an error in the event that told it.

mod act;
pub mod compose;
mod known;
pub mod names;
mod read;
mod silent;
mod sql;

pub use act::{Told, behind, tell};
pub use known::{Known, known, told_by};
pub use read::{Declared, captured_after, captured_key, holders};
pub use sql::STATEMENTS;
