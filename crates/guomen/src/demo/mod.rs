//! The demonstration: a made-up bureau with a year behind it, and a day that goes on. Everything in it was done
//! through the very acts that officers use, on a simulated clock, so that nothing is in it that could not happen.

mod abroad;
mod abroad_events;
mod alerts;
mod bench;
mod brand_ideas;
mod brands;
mod cast;
mod chain;
mod dice;
mod gate;
mod hours;
mod logins;
mod places;
mod play;
mod quay;
mod season;
mod year;

pub(crate) use year::{live, open};
