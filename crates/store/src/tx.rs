//! One transaction over either engine. It carries the instant and the chance of the act, and
//! holds the act's facts until commit, when the ledger numbers and chains them together.

use crate::{
    Db, Row, Val,
    db::{Committed, Pools},
    fault::{from_sqlite, from_sqlx},
    ledger,
    sqlite::Lent,
};
use kernel::{Chance, Clock, Envelope, Fact, FactId, No, OfficerId, Result, Timestamp, UnitId};
use sqlx::{
    AssertSqlSafe, Postgres, Transaction,
    postgres::{PgArguments, PgRow},
};
use std::{any::Any, sync::Arc};
use uuid::Uuid;

enum Inner {
    Sqlite(Lent),
    Pg(Transaction<'static, Postgres>),
}

/// An open transaction. Dropping it undoes everything.
pub struct Tx {
    inner: Inner,
    db: Db,
    now: Timestamp,
    chance: Chance,
    facts: Vec<Envelope>,
    kept: Option<Arc<dyn Any + Send + Sync>>,
}

type PgQuery<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

fn query<'q>(sql: &str, vals: Vec<Val>) -> PgQuery<'q> {
    vals.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |q, v| match v {
        Val::Int(x) => q.bind(x),
        Val::Text(x) => q.bind(x),
        Val::Uuid(x) => q.bind(x),
        Val::Bytes(x) => q.bind(x),
        Val::Bool(x) => q.bind(x),
    })
}

impl Tx {
    pub(crate) async fn begin(db: &Db, clock: &Clock, chance: &Chance) -> Result<Tx> {
        let inner = match &db.pools {
            Pools::Sqlite { write, .. } => Inner::Sqlite(write.begin().await?),
            Pools::Postgres(p) => Inner::Pg(p.begin().await.map_err(|e| from_sqlx(e, "begin"))?),
        };
        Ok(Tx {
            inner,
            db: db.clone(),
            now: clock.now(),
            chance: chance.clone(),
            facts: Vec::new(),
            kept: None,
        })
    }

    pub(crate) async fn begin_read(db: &Db, clock: &Clock) -> Result<Tx> {
        let inner = match &db.pools {
            Pools::Sqlite { read, .. } => Inner::Sqlite(read.begin().await?),
            Pools::Postgres(p) => {
                let begin = p.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
                Inner::Pg(begin.map_err(|e| from_sqlx(e, "begin"))?)
            }
        };
        // A reading draws no lots and makes no ids.
        let chance = Chance::seeded(0);
        Ok(Tx { inner, db: db.clone(), now: clock.now(), chance, facts: Vec::new(), kept: None })
    }

    /// The instant of this act.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Sets the instant of what follows in this transaction: bulk acts each keep their own time.
    pub fn set_now(&mut self, at: Timestamp) {
        self.now = at;
    }

    /// A new id, made at the instant of this act.
    pub fn id<T: From<Uuid>>(&self) -> T {
        T::from(self.chance.uuid(self.now))
    }

    /// The chance of this act.
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// The database that this transaction belongs to.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What this transaction read before and kept: the rules, asked for many times within an act.
    pub fn kept<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.kept.clone()?.downcast().ok()
    }

    /// Keeps what was read for [`Tx::kept`]; nothing when this transaction has just changed it.
    pub fn keep<T: Any + Send + Sync>(&mut self, value: Option<Arc<T>>) {
        self.kept = value.map(|v| v as Arc<dyn Any + Send + Sync>);
    }

    /// Runs a statement; gives the number of rows that it touched.
    pub async fn exec(&mut self, sql: &str, vals: Vec<Val>) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(c) => c.exec(sql, &vals).map_err(|e| from_sqlite(e, sql)),
            Inner::Pg(c) => {
                let done = query(sql, vals).execute(&mut **c).await;
                done.map(|d| d.rows_affected()).map_err(|e| from_sqlx(e, sql))
            }
        }
    }

    /// All rows of an answer; the statement bounds how many.
    pub async fn all(&mut self, sql: &str, vals: Vec<Val>) -> Result<Vec<Row>> {
        match &mut self.inner {
            Inner::Sqlite(c) => {
                let rows = c.rows(sql, &vals, usize::MAX).map_err(|e| from_sqlite(e, sql))?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Inner::Pg(c) => {
                let rows: Vec<PgRow> =
                    query(sql, vals).fetch_all(&mut **c).await.map_err(|e| from_sqlx(e, sql))?;
                Ok(rows.into_iter().map(Row::Pg).collect())
            }
        }
    }

    /// The first row of an answer, if any.
    pub async fn opt(&mut self, sql: &str, vals: Vec<Val>) -> Result<Option<Row>> {
        match &mut self.inner {
            Inner::Sqlite(c) => {
                Ok(c.rows(sql, &vals, 1).map_err(|e| from_sqlite(e, sql))?.pop().map(Row::Sqlite))
            }
            Inner::Pg(c) => {
                let row: Option<PgRow> =
                    query(sql, vals).fetch_optional(&mut **c).await.map_err(|e| from_sqlx(e, sql))?;
                Ok(row.map(Row::Pg))
            }
        }
    }

    /// The one row of an answer; none is a fault of the program.
    pub async fn one(&mut self, sql: &str, vals: Vec<Val>) -> Result<Row> {
        self.opt(sql, vals).await?.ok_or_else(|| No::fault(format!("no row from {sql}")))
    }

    /// Records a fact of this act; the ledger numbers it when the transaction commits.
    pub fn append(
        &mut self,
        subject: String,
        actor: Option<OfficerId>,
        unit: Option<UnitId>,
        fact: impl Into<Fact>,
    ) {
        let id = self.id::<FactId>();
        self.facts.push(Envelope { id, at: self.now, subject, actor, unit, fact: fact.into() });
    }

    /// The facts recorded so far.
    pub fn facts(&self) -> &[Envelope] {
        &self.facts
    }

    /// Appends the facts to the ledger and makes everything durable.
    pub async fn commit(mut self) -> Result<Committed> {
        let facts = std::mem::take(&mut self.facts);
        ledger::append(&mut self, &facts).await?;
        match self.inner {
            Inner::Sqlite(t) => t.commit().map_err(|e| from_sqlite(e, "commit"))?,
            Inner::Pg(t) => t.commit().await.map_err(|e| from_sqlx(e, "commit"))?,
        }
        Ok(facts)
    }

    /// Undoes everything.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            // Giving the connection back undoes.
            Inner::Sqlite(_) => Ok(()),
            Inner::Pg(t) => t.rollback().await.map_err(|e| from_sqlx(e, "rollback")),
        }
    }
}
