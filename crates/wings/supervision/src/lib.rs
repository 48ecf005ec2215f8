//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod competence;
pub mod declaration;
pub mod targeting;
pub mod worklist;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [competence::STATEMENTS, declaration::STATEMENTS, targeting::STATEMENTS, worklist::STATEMENTS].concat()
}
