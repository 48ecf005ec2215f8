//! The genealogy of lots as a graph: who went into whom, as far as the record told at any moment.
mod balance;
mod graph;
mod reach;

pub use balance::{Balance, Flow, Supply, balance, path_balance, supply};
pub use graph::{Edge, EdgeId, EdgeKind, Full, Graph, NodeId};
pub use reach::{Direction, Lens, Scratch, common_sources, evidence_path, reach};
