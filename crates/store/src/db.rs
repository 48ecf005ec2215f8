//! The database by its URL: SQLite with one writer and several readers, or PostgreSQL.

use crate::{
    Tx,
    sqlite::{self, Shelf, Use},
};
use kernel::{Chance, Clock, Envelope, No, Refusal, Result, bi};
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
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
    Sqlite { write: Arc<Shelf>, read: Arc<Shelf> },
    Postgres(PgPool),
}

/// Readings of one SQLite file at the same time.
const READERS: u32 = 6;

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
            Some(("sqlite", path)) if !path.is_empty() => open_sqlite(path)?,
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
        if let Pools::Postgres(p) = &pools {
            let run = MIGRATIONS.run(p).await;
            run.map_err(|e| No::fault(format!("migrating {}: {e}", redact(url))))?;
        }
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
}

/// Facts that a committed act appended, handed on for what follows later.
pub type Committed = Vec<Envelope>;

fn open_sqlite(path: &str) -> Result<Pools> {
    let cannot = |e: rusqlite::Error| {
        No::from(
            Refusal::new("store.open", bi("数据库文件无法打开", "the database file cannot be opened"))
                .missing("db", path, bi(format!("{e}"), format!("{e}")))
                .remedy(bi("检查目录是否存在、是否可写", "Check that the folder exists and can be written")),
        )
    };
    let mut first = sqlite::connect(path, Use::Write).map_err(cannot)?;
    sqlite::migrate(&mut first, &MIGRATIONS)?;
    Ok(Pools::Sqlite {
        write: Shelf::new(path, Use::Write, 1, Some(first)),
        read: Shelf::new(path, Use::Read, READERS, None),
    })
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
