//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod competence;
pub mod declaration;
pub mod notification;
pub mod targeting;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [competence::STATEMENTS, declaration::STATEMENTS, notification::STATEMENTS, targeting::STATEMENTS]
        .concat()
}
