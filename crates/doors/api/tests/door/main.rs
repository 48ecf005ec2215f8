//! Stories of the door for programs, over its real router.

mod common;
mod epcis;
mod epcis_hostile;
mod frame;
mod indicators;
mod stream;
