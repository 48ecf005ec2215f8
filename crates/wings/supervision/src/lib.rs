//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod certificate;
pub mod competence;
pub mod correction;
pub mod declaration;
pub mod epcis;
pub mod inspection;
pub mod laboratory;
pub mod notification;
pub mod recall;
pub mod release;
pub mod series;
pub mod targeting;
pub mod traceback;
pub mod worklist;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        certificate::STATEMENTS,
        competence::STATEMENTS,
        correction::STATEMENTS,
        declaration::STATEMENTS,
        epcis::STATEMENTS,
        inspection::STATEMENTS,
        laboratory::STATEMENTS,
        notification::STATEMENTS,
        recall::STATEMENTS,
        release::STATEMENTS,
        series::STATEMENTS,
        targeting::STATEMENTS,
        traceback::STATEMENTS,
        worklist::STATEMENTS,
    ]
    .concat()
}
