//! What joins the wings: the desk (one act, one transaction) and the wiring (what follows what).

mod bureau;
pub mod clockwork;
mod desk;
mod wiring;

pub use bureau::found;
pub use desk::Desk;
