//! Gives each story a fresh database on both engines: a file for SQLite, and a database on a
//! private PostgreSQL cluster that all test processes of one target folder share.
//!
//! ```text
//! testkit::on_both! {
//!     async fn a_fact_is_kept(t: TestDb) {
//!         let tx = t.tx().await;
//!     }
//! }
//! ```
//! makes the tests `a_fact_is_kept::sqlite` and `a_fact_is_kept::postgres`.

mod cluster;

use kernel::{Chance, Clock, Date, Timestamp};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};
use std::{
    fmt::Display,
    ops::Deref,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};
pub use store::Engine;
use store::{Db, Tx};
use tempfile::TempDir;

/// A fresh, migrated database that goes away with this value, with a clock and a chance of its own.
pub struct TestDb {
    db: Db,
    url: String,
    folder: TempDir,
    /// Stands at 2026-11-24 09:00 at the bureau until the story moves it.
    pub clock: Clock,
    /// Seeded alike in every story.
    pub chance: Chance,
}

/// A write lock held by somebody else; dropping it lets the others go on.
pub struct Lock {
    _sqlite: Option<rusqlite::Connection>,
    _postgres: Option<PgConnection>,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    async fn open(url: String, folder: TempDir) -> TestDb {
        let db = Db::open(&url).await.unwrap_or_else(|e| panic!("opening {url}: {e}"));
        let day = Date::constant(2026, 11, 24);
        TestDb {
            db,
            url,
            folder,
            clock: Clock::simulated(Timestamp::at(day, 9, 0)),
            chance: Chance::seeded(20_261_124),
        }
    }

    /// The address, for `--db` and for a second `Db::open`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of this story alone.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The SQLite file; none on PostgreSQL.
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite://").map(PathBuf::from)
    }

    /// Begins an act.
    pub async fn tx(&self) -> Tx {
        self.db.begin(&self.clock, &self.chance).await.expect("an act begins")
    }

    /// Begins a reading.
    pub async fn reading(&self) -> Tx {
        self.db.read(&self.clock).await.expect("a reading begins")
    }

    /// Moves the clock on by so many microseconds.
    pub fn pass(&self, micros: i64) {
        self.clock.set(Timestamp(self.clock.now().0 + micros));
    }

    /// Prepares one statement without running it; the error is the engine's own words.
    pub async fn prepare(&self, sql: &str) -> Result<(), String> {
        match self.file() {
            Some(file) => {
                let c = rusqlite::Connection::open(file).map_err(|e| e.to_string())?;
                c.prepare(sql).map(drop).map_err(|e| e.to_string())
            }
            None => {
                let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
                let mut c = PgConnection::connect(&self.url).await.map_err(|e| e.to_string())?;
                (&mut c).prepare(sql).await.map(drop).map_err(|e| e.to_string())
            }
        }
    }

    /// Prepares every statement of a list such as `store::statements()` and panics with all that fail.
    pub async fn prepare_all(&self, statements: &[(&str, &str)]) {
        assert!(!statements.is_empty(), "an empty list of statements proves nothing");
        let mut failed = Vec::new();
        for (name, sql) in statements {
            if let Err(e) = self.prepare(sql).await {
                failed.push(format!("{name}: {e}\n    {sql}"));
            }
        }
        assert!(failed.is_empty(), "statements that do not prepare:\n{}", failed.join("\n"));
    }

    /// Cuts every connection to the database, as a restarted server or a broken line does; nothing to cut on SQLite.
    pub async fn cut_connections(&self) {
        let Some((server, name)) = self.url.rsplit_once('/').filter(|_| self.file().is_none()) else {
            return;
        };
        let mut c = PgConnection::connect(&format!("{server}/postgres")).await.expect("the cluster answers");
        let sql = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        c.execute(AssertSqlSafe(sql)).await.expect("the connections are cut");
    }

    /// Holds the write lock of the database until the value is dropped, as a stuck program would.
    pub async fn lock(&self) -> Lock {
        match self.file() {
            Some(file) => {
                let c = rusqlite::Connection::open(file).expect("the file opens");
                c.execute_batch("begin immediate").expect("the lock");
                Lock { _sqlite: Some(c), _postgres: None }
            }
            None => {
                let mut c = PgConnection::connect(&self.url).await.expect("the database answers");
                c.execute("begin; lock table ledger_head in access exclusive mode").await.expect("the lock");
                Lock { _sqlite: None, _postgres: Some(c) }
            }
        }
    }

    /// The address of a database that is not there yet: a file, or a new and empty PostgreSQL database.
    pub async fn empty_place(&self) -> String {
        match self.db.engine() {
            Engine::Sqlite => format!("sqlite://{}", self.folder.path().join("restored.db").display()),
            Engine::Postgres => new_database().await,
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if self.db.engine() == Engine::Postgres {
            drop_database(self.url.clone());
        }
    }
}

/// A fresh SQLite database in a folder of its own.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("guomen.db").display());
    TestDb::open(url, folder).await
}

/// A fresh PostgreSQL database on the shared private cluster.
pub async fn postgres() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    TestDb::open(new_database().await, folder).await
}

/// Creates an empty database with a name that no other process uses, and gives its address.
async fn new_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = cluster::address();
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut c = PgConnection::connect(&format!("{server}/postgres")).await.expect("the cluster answers");
    // Process numbers come round again: a leftover of an earlier process is nobody's.
    for sql in [
        format!("drop database if exists {name} with (force)"),
        format!("create database {name} template template0"),
    ] {
        c.execute(AssertSqlSafe(sql)).await.expect("the cluster makes a database");
    }
    format!("{server}/{name}")
}

/// Drops a database from a thread of its own, for the story's runtime may be ending.
fn drop_database(url: String) {
    let work = move || -> Option<()> {
        let (server, name) = url.rsplit_once('/')?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        runtime.block_on(async {
            let mut c = PgConnection::connect(&format!("{server}/postgres")).await.ok()?;
            c.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await.ok()?;
            Some(())
        })
    };
    if std::thread::spawn(work).join().ok().flatten().is_none() {
        eprintln!("a test database was left behind; stopping the test cluster removes it");
    }
}

/// What a story may end with.
pub trait Outcome {
    /// Panics with the reason when the story failed.
    fn settle(self);
}

impl Outcome for () {
    fn settle(self) {}
}

impl<E: Display> Outcome for Result<(), E> {
    fn settle(self) {
        if let Err(e) = self {
            panic!("{e}");
        }
    }
}

/// Runs a story on one engine.
pub fn run<F, Fut>(engine: Engine, story: F)
where
    F: FnOnce(TestDb) -> Fut,
    Fut: Future<Output: Outcome>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let db = match engine {
            Engine::Sqlite => sqlite().await,
            Engine::Postgres => postgres().await,
        };
        story(db).await.settle();
    });
}

/// Makes of each `async fn name(t: TestDb) { … }` the tests `name::sqlite` and `name::postgres`.
/// A story may return nothing or a `Result<(), E>`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($($arg:tt)+) $(-> $out:ty)? $body:block)+) => {$(
        $(#[$meta])* async fn $name($($arg)+) $(-> $out)? $body
        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, super::$name);
            }
            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, super::$name);
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;

    on_both! {
        async fn each_story_starts_empty(t: TestDb) -> kernel::Result<()> {
            let mut tx = t.tx().await;
            assert_eq!(store::ledger::head(&mut tx).await?.0, 0);
            let unit = tx.id::<kernel::UnitId>();
            let fact = kernel::registry::UnitOpened { unit, code: "A".into(), kind: "bureau".into(), parent: None };
            tx.append(unit.subject(), None, None, fact);
            tx.commit().await?;
            let other = if t.file().is_some() { sqlite().await } else { postgres().await };
            assert_ne!(other.url(), t.url());
            assert_eq!(store::ledger::head(&mut other.reading().await).await?.0, 0);
            Ok(())
        }
    }

    #[test]
    #[should_panic(expected = "no such statement")]
    fn a_story_that_gives_an_error_fails() {
        run(Engine::Sqlite, async |_t: TestDb| Err::<(), _>("no such statement"));
    }

    #[test]
    #[should_panic(expected = "do not prepare")]
    fn a_statement_that_does_not_prepare_fails_its_story() {
        run(Engine::Sqlite, async |t: TestDb| t.prepare_all(&[("BAD", "select x from nowhere")]).await);
    }
}
