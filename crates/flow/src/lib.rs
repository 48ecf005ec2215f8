//! What joins the wings: the desk (one act, one transaction) and the wiring (what follows what).

mod bureau;
mod desk;
mod epcis;
mod wiring;
mod work;

pub use bureau::found;
pub use desk::Desk;
pub use epcis::{CAPTURE_LIMITS, SMALL};
pub use work::Worker;
