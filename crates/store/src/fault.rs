//! Database errors become refusals or faults in one place.

use kernel::{Fault, No, Refusal, bi};
use rusqlite::ErrorCode;

fn duplicate(constraint: &str, message: &str) -> No {
    Refusal::new("store.duplicate", bi("该记录已存在", "this record exists already"))
        .missing(
            constraint,
            message,
            bi("请改用不同的编号，或打开已有记录", "use another number, or open the existing record"),
        )
        .remedy(bi("刷新页面后重试", "Reload the page and try again"))
        .into()
}

fn fault(message: String, retry: bool) -> No {
    Fault { message, retry }.into()
}

/// Turns an error of SQLite into a reasoned refusal where the user can mend it, else into a fault.
pub(crate) fn from_sqlite(e: rusqlite::Error, sql: &str) -> No {
    let code = e.sqlite_error().map(|s| (s.code, s.extended_code));
    match code {
        // SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE
        Some((ErrorCode::ConstraintViolation, 1555 | 2067)) => duplicate("row", &e.to_string()),
        Some((ErrorCode::DiskFull, _)) => fault(format!("disk full: {e}"), true),
        // SQLITE_IOERR_WRITE
        Some((ErrorCode::SystemIoFailure, 778)) => fault(format!("disk full: {e}"), true),
        Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => {
            fault(format!("{e} in {sql}"), true)
        }
        _ => fault(format!("{e} in {sql}"), false),
    }
}

/// Turns an error of PostgreSQL into a reasoned refusal where the user can mend it, else into a fault.
pub(crate) fn from_sqlx(e: sqlx::Error, sql: &str) -> No {
    let sqlx::Error::Database(db) = &e else {
        let retry = matches!(e, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed);
        return fault(format!("{e} in {sql}"), retry);
    };
    if db.is_unique_violation() {
        return duplicate(db.constraint().unwrap_or("row"), db.message());
    }
    let code = db.code().unwrap_or_default();
    match code.as_ref() {
        "53100" => fault(format!("disk full: {e}"), true),
        // Serialization failure, deadlock, too many connections, lock not available; and the server is stopping or
        // starting, or cut the line: admin_shutdown, crash_shutdown, cannot_connect_now.
        "40001" | "40P01" | "53300" | "55P03" | "57P01" | "57P02" | "57P03" => {
            fault(format!("{e} in {sql}"), true)
        }
        code => fault(format!("{e} in {sql}"), code.starts_with("08")),
    }
}
