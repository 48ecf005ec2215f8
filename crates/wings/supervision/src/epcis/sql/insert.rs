//! Many rows in one statement. The sizes are few, so that both engines keep the statements prepared.

use kernel::Result;
use std::fmt::Write;
use store::{Tx, Val};

/// Rows of one statement, the greatest first. With four columns the greatest stays well below both engines' limits.
const SIZES: [usize; 4] = [256, 64, 8, 1];

/// A table that takes many rows.
pub(in crate::epcis) struct Target {
    /// The beginning of the statement.
    pub(in crate::epcis) head: &'static str,
    /// Its columns.
    pub(in crate::epcis) columns: usize,
}

pub(in crate::epcis) const EVENT: Target = Target {
    head: "insert into epcis_event (seq, key, hash, capture, kind, event_time, record_time, body) values ",
    columns: 8,
};
pub(in crate::epcis) const TERM: Target =
    Target { head: "insert into epcis_term (term, event_time, event) values ", columns: 3 };
pub(in crate::epcis) const MEASURE: Target =
    Target { head: "insert into epcis_measure (measure, value, event_time, event) values ", columns: 4 };

/// Inserts rows whose values lie one after another.
pub(in crate::epcis) async fn rows(tx: &mut Tx, target: &Target, values: Vec<Val>) -> Result<()> {
    let mut left = values.len() / target.columns;
    let mut values = values.into_iter();
    for size in SIZES {
        if left < size {
            continue;
        }
        let sql = statement(target, size);
        while left >= size {
            tx.exec(&sql, values.by_ref().take(size * target.columns).collect()).await?;
            left -= size;
        }
    }
    Ok(())
}

fn statement(target: &Target, size: usize) -> String {
    let mut sql = String::with_capacity(target.head.len() + size * target.columns * 7);
    sql.push_str(target.head);
    for row in 0..size {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..target.columns {
            let comma = if column == 0 { "" } else { "," };
            let _ = write!(sql, "{comma}${}", row * target.columns + column + 1);
        }
        sql.push(')');
    }
    sql
}

/// A statement with a list of as many values as it has room for; a shorter list is filled up with its first value.
pub(in crate::epcis) fn in_list(head: &str, tail: &str, mut values: Vec<Val>) -> (String, Vec<Val>) {
    let room = [1, 8, 64, 512].into_iter().find(|n| *n >= values.len()).unwrap_or(values.len());
    if let Some(first) = values.first().cloned() {
        values.resize(room, first);
    }
    let mut sql = format!("{head} in (");
    for n in 1..=values.len() {
        let _ = write!(sql, "{}${n}", if n == 1 { "" } else { "," });
    }
    let _ = write!(sql, "){tail}");
    (sql, values)
}

/// Which of these events are known, by which capture.
pub(in crate::epcis) fn known(keys: Vec<Val>) -> (String, Vec<Val>) {
    in_list("select key, capture from epcis_event where key", "", keys)
}

/// Hashes of the events that carry these ids.
pub(in crate::epcis) fn holders(ids: Vec<Val>) -> (String, Vec<Val>) {
    let head = "select t.term, e.hash from epcis_term t join epcis_event e on e.seq = t.event where t.term";
    in_list(head, "", ids)
}
