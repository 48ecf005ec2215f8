//! The regulatory wing: the main line of a consignment, mechanism by mechanism.

pub mod accountability;
pub mod alert;
pub mod assessment;
pub mod certificate;
pub mod competence;
pub mod correction;
pub mod declaration;
pub mod epcis;
pub mod inspection;
pub mod laboratory;
pub mod monitoring;
pub mod notification;
pub mod recall;
pub mod regime;
pub mod release;
pub mod risk_table;
pub mod score;
pub mod series;
pub mod stream;
pub mod supply;
pub mod targeting;
pub mod traceback;
pub mod trail;
pub mod watch;
pub mod what_if;
pub mod worklist;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        accountability::STATEMENTS,
        assessment::STATEMENTS,
        alert::STATEMENTS,
        certificate::STATEMENTS,
        competence::STATEMENTS,
        correction::STATEMENTS,
        declaration::STATEMENTS,
        epcis::STATEMENTS,
        inspection::STATEMENTS,
        laboratory::STATEMENTS,
        monitoring::STATEMENTS,
        notification::STATEMENTS,
        regime::STATEMENTS,
        release::STATEMENTS,
        risk_table::STATEMENTS,
        score::STATEMENTS,
        targeting::STATEMENTS,
        watch::STATEMENTS,
        what_if::STATEMENTS,
        recall::STATEMENTS,
        series::STATEMENTS,
        stream::STATEMENTS,
        traceback::STATEMENTS,
        supply::STATEMENTS,
        trail::STATEMENTS,
        worklist::STATEMENTS,
    ]
    .concat()
}
