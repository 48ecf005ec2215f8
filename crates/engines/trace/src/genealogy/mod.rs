//! The genealogy of lots as a graph: who went into whom, as far as the record told at any moment.
mod balance;
mod cross;
mod frontier;
mod graph;
mod hitting;
mod ingest;
mod layout;
mod lens;
mod pack;
mod paths;
mod quantity;
mod rank;
mod reach;
mod types;

pub use balance::{Balance, Flow, Month, Supply, balance, monthly_supply, path_balance, supply};
pub use frontier::{Break, Expected, Finding, Frontier, Gap, Role, frontier};
pub use graph::{Graph, Recorded};
pub use ingest::{Captured, NotCaptured, capture, identity_of, key_of};
pub use layout::CannotOpen;
pub use lens::{Crossing, Lens};
pub use paths::{Bounds, Hops, More, Paths, paths};
pub use hitting::{Hits, Walker};
pub use rank::{Assumed, Case, RankRefused, Ranked, Ranking, rank};
pub use reach::{Direction, Scratch, Step, common_sources, evidence_path, reach};
pub use types::{
    Deed, Edge, EdgeId, EdgeKind, Entry, EntryId, Full, Link, NodeId, NodeKind, Quantity, Unit,
};
