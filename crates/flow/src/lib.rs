//! What joins the wings: the desk (one act, one transaction) and the wiring (what follows what).

mod bureau;
mod desk;
mod login;
mod wiring;
pub mod worker;

pub use bureau::found;
pub use desk::Desk;
pub use login::{OfficerLogin, PersonLogin, open_officer_login, open_person_login};
