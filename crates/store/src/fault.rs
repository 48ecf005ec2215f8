//! Database errors become refusals or faults in one place.

use kernel::{Fault, No, Refusal, bi};

/// Turns a database error into a reasoned refusal where the user can mend it, else into a fault.
pub(crate) fn from_sqlx(e: sqlx::Error, sql: &str) -> No {
    if let sqlx::Error::Database(db) = &e {
        if db.is_unique_violation() {
            return Refusal::new("store.duplicate", bi("该记录已存在", "this record exists already"))
                .missing(
                    db.constraint().unwrap_or("row"),
                    db.message(),
                    bi("请改用不同的编号，或打开已有记录", "use another number, or open the existing record"),
                )
                .remedy(bi("刷新页面后重试", "Reload the page and try again"))
                .into();
        }
        // SQLITE_BUSY, SQLITE_LOCKED, serialization failure, deadlock, too many connections
        let code = db.code().unwrap_or_default();
        let busy = ["5", "6", "261", "517", "40001", "40P01", "53300", "55P03"].contains(&code.as_ref());
        // The server is stopping or starting, or cut the line: admin_shutdown, crash_shutdown, cannot_connect_now.
        let busy = busy || ["57P01", "57P02", "57P03"].contains(&code.as_ref()) || code.starts_with("08");
        // SQLITE_FULL, SQLITE_IOERR_WRITE and disk_full
        if ["13", "778", "53100"].contains(&code.as_ref()) {
            return Fault { message: format!("disk full: {e}"), retry: true }.into();
        }
        return Fault { message: format!("{e} in {sql}"), retry: busy }.into();
    }
    let retry = matches!(e, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed);
    Fault { message: format!("{e} in {sql}"), retry }.into()
}
