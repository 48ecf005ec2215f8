//! The database by its URL: SQLite with one writer and several readers, or PostgreSQL.

use crate::{Tx, fault::from_sqlx};
use kernel::{Chance, Clock, Envelope, No, Refusal, Result, bi};
use sqlx::{
    PgPool, SqlitePool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The one ordered set of migrations, the same text for both engines.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Which engine serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server by URL.
    Postgres,
}

#[derive(Clone)]
pub(crate) enum Pools {
    /// SQLite lets one write at a time: a pool of one queues writers fairly instead of failing them.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

type Cached = (i64, Arc<dyn Any + Send + Sync>);

/// An open database.
#[derive(Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    url: String,
    cache: Arc<Mutex<HashMap<TypeId, Cached>>>,
}

impl Db {
    /// Opens `sqlite://FILE` (created when absent) or `postgres://…`, and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Db> {
        let pools = match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => open_sqlite(path).await?,
            Some(("postgres" | "postgresql", _)) => open_postgres(url).await?,
            _ => {
                return Err(Refusal::new(
                    "store.url",
                    bi("数据库地址无法识别", "the database URL is not understood"),
                )
                .missing(
                    "db",
                    redact(url),
                    bi("写作 sqlite://文件 或 postgres://…", "write sqlite://FILE or postgres://…"),
                )
                .into());
            }
        };
        let run = match &pools {
            Pools::Sqlite { write, .. } => MIGRATIONS.run(write).await,
            Pools::Postgres(p) => MIGRATIONS.run(p).await,
        };
        run.map_err(|e| No::fault(format!("migrating {}: {e}", redact(url))))?;
        Ok(Db { pools, url: url.to_owned(), cache: Arc::default() })
    }

    /// Which engine serves.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The URL without its password.
    pub fn shown_url(&self) -> String {
        redact(&self.url)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Begins an act: all that it writes, and all its facts, become durable together or not at all.
    pub async fn begin(&self, clock: &Clock, chance: &Chance) -> Result<Tx> {
        Tx::begin(self, clock, chance).await
    }

    /// Begins a reading that sees one state of the database and can write nothing.
    pub async fn read(&self, clock: &Clock) -> Result<Tx> {
        Tx::begin_read(self, clock).await
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(p) => p.close().await,
        }
    }

    /// A value derived from slow-moving tables, kept while `version` stays the same.
    pub fn cached<T: Any + Send + Sync>(&self, version: i64) -> Option<Arc<T>> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, value) = cache.get(&TypeId::of::<T>())?;
        if *kept == version { value.clone().downcast().ok() } else { None }
    }

    /// Keeps a derived value for `cached`.
    pub fn cache<T: Any + Send + Sync>(&self, version: i64, value: Arc<T>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(TypeId::of::<T>(), (version, value));
    }

    /// Runs one statement outside any transaction (maintenance only).
    pub(crate) async fn run_bare(&self, sql: String) -> Result<()> {
        let text = sql.clone();
        match &self.pools {
            Pools::Sqlite { read, .. } => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(read).await.map(drop),
            Pools::Postgres(p) => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(p).await.map(drop),
        }
        .map_err(|e| from_sqlx(e, &text))
    }
}

/// Facts that a committed act appended, handed on for what follows later.
pub type Committed = Vec<Envelope>;

async fn open_sqlite(path: &str) -> Result<Pools> {
    let options = SqliteConnectOptions::from_str(&format!("sqlite://{path}"))
        .map_err(|e| No::fault(format!("sqlite://{path}: {e}")))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(400)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
        .pragma("mmap_size", "268435456");
    let cannot = |e: sqlx::Error| {
        No::from(
            Refusal::new("store.open", bi("数据库文件无法打开", "the database file cannot be opened"))
                .missing("db", path, bi(format!("{e}"), format!("{e}")))
                .remedy(bi("检查目录是否存在、是否可写", "Check that the folder exists and can be written")),
        )
    };
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone())
        .await;
    let write = write.map_err(cannot)?;
    let read = SqlitePoolOptions::new().max_connections(6).connect_with(options).await.map_err(cannot)?;
    Ok(Pools::Sqlite { write, read })
}

async fn open_postgres(url: &str) -> Result<Pools> {
    let cannot = |e: sqlx::Error| {
        No::from(
            Refusal::new("store.open", bi("数据库连接失败", "the database cannot be reached"))
                .missing("db", redact(url), bi(format!("{e}"), format!("{e}")))
                .remedy(bi(
                    "检查地址、账号和服务是否启动",
                    "Check the address, the account and that the server runs",
                )),
        )
    };
    let options = PgConnectOptions::from_str(url).map_err(cannot)?.statement_cache_capacity(400);
    let pool = PgPoolOptions::new().max_connections(12).acquire_timeout(Duration::from_secs(10));
    Ok(Pools::Postgres(pool.connect_with(options).await.map_err(cannot)?))
}

/// Hides the password of a URL.
fn redact(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}://{user}:***{}", &url[..scheme], &url[at..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_shown_url_hides_its_password() {
        assert_eq!(super::redact("postgres://u:secret@h:5432/db"), "postgres://u:***@h:5432/db");
        assert_eq!(super::redact("sqlite://guomen.db"), "sqlite://guomen.db");
    }
}
