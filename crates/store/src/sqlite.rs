//! SQLite within the thread that asks. A statement takes a few microseconds; handing it to a thread of its own, and
//! waiting to be woken by it, would take several times as long.

use crate::{Val, fault::from_sqlite};
use kernel::{Fault, No, Result};
use rusqlite::{
    Connection, ErrorCode, ToSql,
    types::{ToSqlOutput, Value, ValueRef},
};
use sqlx::migrate::Migrator;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

/// How long an act waits until a connection is free.
const FREE_WITHIN: Duration = Duration::from_secs(30);
/// How long it waits until another program gives the write lock back.
const UNLOCKED_WITHIN: Duration = Duration::from_secs(10);
/// Between two tries for the write lock.
const AGAIN_AFTER: Duration = Duration::from_millis(3);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 1000;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Write,
    Read,
}

/// Connections to one file. SQLite lets one write at a time: a shelf with one connection queues writers fairly.
pub(crate) struct Shelf {
    path: String,
    purpose: Use,
    size: u32,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

/// A connection within a transaction; it goes back to its shelf when it is dropped, and what was not committed is undone.
pub(crate) struct Lent {
    // Behind a lock only so that it may be shared between threads; it is never waited for.
    connection: Option<Mutex<Connection>>,
    shelf: Arc<Shelf>,
    _permit: OwnedSemaphorePermit,
}

/// Opens a connection with the settings of the house: write-ahead log, every commit on the disk.
pub(crate) fn connect(path: &str, purpose: Use) -> rusqlite::Result<Connection> {
    let c = Connection::open(path)?;
    c.busy_timeout(UNLOCKED_WITHIN)?;
    c.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -65536;
         pragma temp_store = memory; pragma mmap_size = 268435456; pragma wal_autocheckpoint = 4000;",
    )?;
    if purpose == Use::Read {
        c.execute_batch("pragma query_only = on")?;
    }
    c.set_prepared_statement_cache_capacity(PREPARED);
    Ok(c)
}

/// Brings the schema up to date, in the table in which PostgreSQL's migrations are noted as well.
pub(crate) fn migrate(c: &mut Connection, migrations: &Migrator) -> Result<()> {
    let fault = |e: rusqlite::Error| No::fault(e);
    let tx = c.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fault)?;
    tx.execute_batch(
        "create table if not exists _sqlx_migrations (version bigint primary key, description text not null,
         installed_on timestamp not null default current_timestamp, success boolean not null,
         checksum blob not null, execution_time bigint not null)",
    )
    .map_err(fault)?;
    let done: Vec<(i64, Vec<u8>)> = tx
        .prepare("select version, checksum from _sqlx_migrations order by version")
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(fault)?;
    if let Some((version, _)) = done.iter().find(|(v, _)| !migrations.iter().any(|m| m.version == *v)) {
        return Err(No::fault(format!("the database knows migration {version}, this program does not")));
    }
    for m in migrations.iter() {
        match done.iter().find(|(v, _)| *v == m.version) {
            Some((_, sum)) if sum[..] == m.checksum[..] => {}
            Some(_) => return Err(No::fault(format!("migration {} was changed after it ran", m.version))),
            None => {
                tx.execute_batch(m.sql.as_str()).map_err(fault)?;
                let note =
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                            values (?1, ?2, true, ?3, 0)";
                tx.execute(note, (m.version, &*m.description, &*m.checksum)).map_err(fault)?;
            }
        }
    }
    tx.commit().map_err(fault)
}

/// A fault that passes: the same may be tried again.
fn passing(message: &str) -> No {
    Fault { message: message.into(), retry: true }.into()
}

impl Shelf {
    /// A shelf of up to `size` connections; the first is opened by the caller.
    pub(crate) fn new(path: &str, purpose: Use, size: u32, first: Option<Connection>) -> Arc<Shelf> {
        let permits = Arc::new(Semaphore::new(size as usize));
        Arc::new(Shelf {
            path: path.to_owned(),
            purpose,
            size,
            idle: Mutex::new(first.into_iter().collect()),
            permits,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends a connection that is within a transaction.
    ///
    /// # Errors
    /// A fault to try again when none is free in time, or when another program keeps the write lock.
    pub(crate) async fn begin(self: &Arc<Shelf>) -> Result<Lent> {
        let permit = timeout(FREE_WITHIN, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| passing("no connection became free in time"))?
            .map_err(|_| passing("the database is closed"))?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(c) => c,
            None => connect(&self.path, self.purpose).map_err(|e| from_sqlite(e, "open"))?,
        };
        let mut lent =
            Lent { connection: Some(Mutex::new(connection)), shelf: self.clone(), _permit: permit };
        match self.purpose {
            Use::Read => lent.exec("BEGIN", &[]).map_err(|e| from_sqlite(e, "begin"))?,
            Use::Write => lent.lock().await?,
        };
        Ok(lent)
    }

    /// Waits until every connection is back, and closes them.
    pub(crate) async fn close(&self) {
        let all = self.permits.acquire_many(self.size).await;
        self.idle().clear();
        self.permits.close();
        drop(all);
    }
}

impl Lent {
    fn connection(&mut self) -> rusqlite::Result<&mut Connection> {
        let held = self.connection.as_mut().ok_or(rusqlite::Error::InvalidQuery)?;
        Ok(held.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the write lock at once, for a reader that turns writer later could only fail. Another program may hold it:
    /// then this act waits, and the thread goes on with others.
    async fn lock(&mut self) -> Result<u64> {
        let at_once = |c: &mut Connection| c.busy_timeout(Duration::ZERO);
        self.connection().and_then(at_once).map_err(|e| from_sqlite(e, "begin"))?;
        let tries = async {
            loop {
                match self.exec("BEGIN IMMEDIATE", &[]) {
                    Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                        sleep(AGAIN_AFTER).await;
                    }
                    begun => return begun.map_err(|e| from_sqlite(e, "begin")),
                }
            }
        };
        let waited = timeout(UNLOCKED_WITHIN, tries).await;
        waited.map_err(|_| passing("database is locked"))?
    }

    /// Runs a statement; gives the number of rows that it touched.
    pub(crate) fn exec(&mut self, sql: &str, vals: &[Val]) -> rusqlite::Result<u64> {
        let c = self.connection()?;
        let mut statement = bound(c, sql, vals)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        drop(statement);
        Ok(c.changes())
    }

    /// The rows of an answer, at most `most`.
    pub(crate) fn rows(
        &mut self,
        sql: &str,
        vals: &[Val],
        most: usize,
    ) -> rusqlite::Result<Vec<Box<[Value]>>> {
        let c = self.connection()?;
        let mut statement = bound(c, sql, vals)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut out = Vec::new();
        while out.len() < most {
            let Some(row) = rows.next()? else { break };
            out.push((0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<Box<[Value]>>>()?);
        }
        Ok(out)
    }

    /// Ends the transaction. A commit waits for the disk, and meanwhile another thread takes over what this one would do.
    pub(crate) fn commit(mut self) -> rusqlite::Result<()> {
        let many = Handle::try_current().is_ok_and(|h| h.runtime_flavor() == RuntimeFlavor::MultiThread);
        let mut commit = || self.exec("COMMIT", &[]).map(drop);
        if many { tokio::task::block_in_place(commit) } else { commit() }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(held) = self.connection.take() else { return };
        let connection = held.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A connection that cannot undo is not lent again.
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            self.shelf.idle().push(connection);
        }
    }
}

/// A statement with its values. `$1` is a name to SQLite, `?1` the number that is meant.
fn bound<'c>(c: &'c Connection, sql: &str, vals: &[Val]) -> rusqlite::Result<rusqlite::CachedStatement<'c>> {
    let mut statement =
        if vals.is_empty() { c.prepare_cached(sql)? } else { c.prepare_cached(&sql.replace('$', "?"))? };
    for (n, value) in (1..).zip(vals) {
        statement.raw_bind_parameter(n, value)?;
    }
    Ok(statement)
}

impl ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Val::Int(x) => x.map_or(ValueRef::Null, ValueRef::Integer),
            Val::Text(x) => x.as_ref().map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes())),
            Val::Uuid(x) => x.as_ref().map_or(ValueRef::Null, |u| ValueRef::Blob(u.as_bytes())),
            Val::Bytes(x) => x.as_ref().map_or(ValueRef::Null, |b| ValueRef::Blob(b)),
            Val::Bool(x) => x.map_or(ValueRef::Null, |b| ValueRef::Integer(b.into())),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}
