//! One test program for the whole engine: comparison tables, properties and state machines.

mod charts;
mod common;
mod design;
mod drawing;
mod master_tables;
mod oracles;
mod skip_lot;
mod staged;
mod switching;
mod variables;
