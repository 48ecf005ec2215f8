//! The words that every room of the house shares: typed ids, time and chance as values,
//! refusals that cite a clause, faults that do not, and the closed list of facts.

mod actor;
mod fact;
mod id;
mod no;
mod quantity;
mod text;
mod time;

pub use actor::{Actor, Role, Scope};
pub use fact::{
    Envelope, Excellence, Fact, Identity, KINDS, Registry, Supervision, excellence, identity, registry,
    supervision,
};
pub use id::*;
pub use no::{Fault, Helper, Missing, No, Refusal, Result};
pub use quantity::{Quantity, UNIT_CODES, UnitCode};
pub use text::{Bilingual, bi};
pub use time::{Chance, Clock, Timestamp};

pub use jiff::civil::Date;
pub use rust_decimal::Decimal;
pub use uuid::Uuid;
