//! Risk engine: the selection draw, rate bands and decision tables behind every lane decision, the
//! learned score, and what tells whether all of it works: estimates, drift, watch lists.
//!
//! Pure functions of their arguments: no input or output, no clock, no hidden state. Whoever
//! stores the arguments can replay the result bit for bit.

pub mod assess;
pub mod bands;
pub mod draw;
pub mod drift;
pub mod estimate;
pub mod explore;
pub mod score;
pub mod table;
pub mod watch;
