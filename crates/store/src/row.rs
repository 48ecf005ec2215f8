//! A row of an answer, read by column position, the same on both engines.

use kernel::{Date, Decimal, No, Result, Timestamp, UnitCode};
use rusqlite::types::Value;
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

/// One row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite: its cells.
    Sqlite(Box<[Value]>),
    /// From PostgreSQL.
    Pg(PgRow),
}

/// What can be read from a column.
pub trait FromCol: Sized {
    /// Reads column `at`, counted from 0.
    fn from_col(row: &Row, at: usize) -> Result<Self>;
}

impl Row {
    /// Reads column `at`, counted from 0. A wrong type or position is a fault of the program.
    pub fn get<T: FromCol>(&self, at: usize) -> Result<T> {
        T::from_col(self, at)
    }

    /// The text of column `at` where the row keeps it, for readers of many rows.
    pub fn text(&self, at: usize) -> Result<&str> {
        match self {
            Row::Sqlite(cells) => match cells.get(at) {
                Some(Value::Text(t)) => Ok(t),
                _ => Err(No::fault(format!("column {at}: there is no text"))),
            },
            Row::Pg(r) => r.try_get(at).map_err(|e| No::fault(format!("column {at}: {e}"))),
        }
    }
}

/// A cell of SQLite, which keeps the type of a value with the value.
fn cell<T>(cells: &[Value], at: usize, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
    match cells.get(at) {
        None => Err(No::fault(format!("column {at}: there are {}", cells.len()))),
        Some(Value::Null) => Ok(None),
        Some(v) => read(v)
            .map(Some)
            .ok_or_else(|| No::fault(format!("column {at}: a value of type {}", v.data_type()))),
    }
}

macro_rules! native {
    ($($t:ty => $read:expr;)+) => {$(
        impl FromCol for Option<$t> {
            fn from_col(row: &Row, at: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(cells) => cell(cells, at, $read),
                    Row::Pg(r) => r.try_get(at).map_err(|e| No::fault(format!("column {at}: {e}"))),
                }
            }
        }
        impl FromCol for $t {
            fn from_col(row: &Row, at: usize) -> Result<Self> {
                Option::<$t>::from_col(row, at)?.ok_or_else(|| No::fault(format!("column {at}: is null")))
            }
        }
    )+};
}

native! {
    i64 => |v| if let Value::Integer(n) = v { Some(*n) } else { None };
    bool => |v| if let Value::Integer(n) = v { Some(*n != 0) } else { None };
    String => |v| if let Value::Text(t) = v { Some(t.clone()) } else { None };
    Uuid => |v| if let Value::Blob(b) = v { Uuid::from_slice(b).ok() } else { None };
    Vec<u8> => |v| if let Value::Blob(b) = v { Some(b.clone()) } else { None };
}

fn text<T>(row: &Row, at: usize, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(s) = Option::<String>::from_col(row, at)? else { return Ok(None) };
    read(&s).map(Some).ok_or_else(|| No::fault(format!("column {at}: unreadable value {s:?}")))
}

macro_rules! through_text {
    ($($t:ty => $read:expr;)+) => {$(
        impl FromCol for Option<$t> {
            fn from_col(row: &Row, at: usize) -> Result<Self> { text(row, at, $read) }
        }
        impl FromCol for $t {
            fn from_col(row: &Row, at: usize) -> Result<Self> {
                text(row, at, $read)?.ok_or_else(|| No::fault(format!("column {at}: is null")))
            }
        }
    )+};
}

through_text! {
    Decimal => |s| s.parse().ok();
    Date => |s| s.parse().ok();
    UnitCode => UnitCode::parse;
}

impl FromCol for Timestamp {
    fn from_col(row: &Row, at: usize) -> Result<Self> {
        i64::from_col(row, at).map(Timestamp)
    }
}

impl FromCol for Option<Timestamp> {
    fn from_col(row: &Row, at: usize) -> Result<Self> {
        Ok(Option::<i64>::from_col(row, at)?.map(Timestamp))
    }
}
