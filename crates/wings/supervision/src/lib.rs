//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod declaration;
pub mod epcis;
pub mod targeting;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [declaration::STATEMENTS, targeting::STATEMENTS, epcis::STATEMENTS].concat()
}
