//! What joins the wings: the desk (one act, one transaction) and the wiring (what follows what).

mod bureau;
pub mod clockwork;
mod desk;
mod epcis;
pub mod figures;
mod login;
pub mod lots;
pub mod webhook;
mod wiring;
mod work;
pub mod worker;

pub use bureau::found;
pub use desk::Desk;
pub use epcis::{CAPTURE_LIMITS, SMALL};
pub use login::{OfficerLogin, PersonLogin, open_officer_login, open_person_login};
pub use lots::Lots;
pub use work::Worker;
