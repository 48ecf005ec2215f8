//! Risk engine: the selection draw, rate bands and decision tables behind every lane decision.
//!
//! Pure functions of their arguments: no input or output, no clock, no hidden state. Whoever
//! stores the arguments can replay the result bit for bit.

pub mod bands;
pub mod draw;
pub mod table;
