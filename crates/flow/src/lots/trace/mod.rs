//! A trace as doors show it: what was reached, layered from sources to consignees, with the record of every link,
//! where it stops, what does not add up, what several lots have in common, and files for other tools.

mod ask;
mod files;
mod found;
mod sources;
mod told;

pub use ask::{Part, Question, Way, names_link};
pub use files::{foodchain_lab, geo_json, stations, ways};
pub use found::{Ended, Explains, Found, Goods, Item, Passed, Source, Sources, Stop, Supplied};

use super::Lots;
use told::Trace;

/// Traces.
pub fn ask(lots: &Lots, question: &Question) -> Found {
    lots.with(|graph, scratch| Trace::walk(graph, scratch, question).told(question, scratch))
}
