//! Source scoring of a delivery network, so that an investigator sees which stations, deliveries and lots
//! can explain the cases observed.
//!
//! The definition is FoodChain-Lab's (BfR): a station, delivery or lot scores the summed weight of the
//! cases it can have contaminated, divided by the summed weight of all cases. A weight counts once
//! however many routes lead to it, so a score never exceeds 1 when all weights are positive.
mod dates;
mod network;
mod run;
pub mod tsv;

pub use dates::{DateRefused, DayRange};
pub use network::{Delivery, Network, NetworkRefused};
pub use run::{CrossContamination, Scores, Settings, Weights, score};
