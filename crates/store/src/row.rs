//! A row of an answer, read by column position, the same on both engines.

use kernel::{Date, Decimal, No, Result, Timestamp, UnitCode};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

/// One row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
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
}

macro_rules! native {
    ($($t:ty),+) => {$(
        impl FromCol for $t {
            fn from_col(row: &Row, at: usize) -> Result<Self> {
                match row { Row::Sqlite(r) => r.try_get(at), Row::Pg(r) => r.try_get(at) }
                    .map_err(|e| No::fault(format!("column {at}: {e}")))
            }
        }
        impl FromCol for Option<$t> {
            fn from_col(row: &Row, at: usize) -> Result<Self> {
                match row { Row::Sqlite(r) => r.try_get(at), Row::Pg(r) => r.try_get(at) }
                    .map_err(|e| No::fault(format!("column {at}: {e}")))
            }
        }
    )+};
}

native!(i64, String, Uuid, Vec<u8>, bool);

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
