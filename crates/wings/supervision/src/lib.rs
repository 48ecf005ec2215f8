//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod alert;
pub mod certificate;
pub mod competence;
pub mod declaration;
pub mod epcis;
pub mod inspection;
pub mod laboratory;
pub mod monitoring;
pub mod notification;
pub mod regime;
pub mod release;
pub mod risk_table;
pub mod supply;
pub mod targeting;
pub mod trail;
pub mod watch;
pub mod what_if;
pub mod worklist;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        alert::STATEMENTS,
        certificate::STATEMENTS,
        competence::STATEMENTS,
        declaration::STATEMENTS,
        epcis::STATEMENTS,
        inspection::STATEMENTS,
        laboratory::STATEMENTS,
        monitoring::STATEMENTS,
        notification::STATEMENTS,
        regime::STATEMENTS,
        release::STATEMENTS,
        risk_table::STATEMENTS,
        supply::STATEMENTS,
        targeting::STATEMENTS,
        trail::STATEMENTS,
        watch::STATEMENTS,
        what_if::STATEMENTS,
        worklist::STATEMENTS,
    ]
    .concat()
}
