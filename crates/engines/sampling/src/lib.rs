//! Acceptance sampling: which units of a lot to inspect, how many, and what the result permits to conclude.
//!
//! Values in, values with reasons out: no clock, no storage, no chance that is not derived from a seed.
//!
//! ```
//! use sampling::iso2859::{plan, Level, PlanType, Severity};
//! use sampling::{draw_units, Frame};
//!
//! let plan = plan(1_000, Level::II, "0.65".parse()?, Severity::Normal, PlanType::Single)?;
//! let single = plan.single().expect("a single plan was asked for");
//! assert_eq!((single.n, single.ac, single.re), (80, 1, 2));
//! let units = draw_units(b"declaration 2031-000017", &Frame::Count(1_000), single.n)?;
//! assert_eq!(units.len(), 80);
//! # Ok::<(), sampling::Error>(())
//! ```

mod certainty;
pub mod design;
pub mod draw;
mod error;
pub mod iso2859;
mod math;
pub mod oc;
pub mod outgoing;
pub mod variables;

pub use certainty::Certainty;
pub use draw::{Frame, Pallet, Place, UnitRef, draw_units};
pub use error::Error;
