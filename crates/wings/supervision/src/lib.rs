//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod certificate;
pub mod competence;
pub mod declaration;
pub mod epcis;
pub mod inspection;
pub mod laboratory;
pub mod notification;
pub mod release;
pub mod supply;
pub mod targeting;
pub mod trail;
pub mod worklist;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        certificate::STATEMENTS,
        competence::STATEMENTS,
        declaration::STATEMENTS,
        epcis::STATEMENTS,
        inspection::STATEMENTS,
        laboratory::STATEMENTS,
        notification::STATEMENTS,
        release::STATEMENTS,
        supply::STATEMENTS,
        targeting::STATEMENTS,
        trail::STATEMENTS,
        worklist::STATEMENTS,
    ]
    .concat()
}
