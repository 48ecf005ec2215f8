//! The learned score: point-in-time features, gradient-boosted trees, calibration, contributions and
//! the figures that tell what the score is worth.
//!
//! Everything is a function of the declarations in the order of their days: with the same seed the
//! same file gives the same model, and a stored model gives the same score for ever.

pub mod features;
pub mod forest;
pub mod kr;
pub mod metrics;
pub mod record;
pub mod rolling;
pub mod train;

pub use features::{Declaration, History, Schema};
pub use forest::Forest;
pub use train::{Model, Options, Scored, train};
