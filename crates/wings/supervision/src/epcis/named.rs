//! Queries with a name: views on the events, each its owner's own.

use super::{Named, owner, owner_key, sql};
use kernel::{
    Actor, Refusal, Result, bi,
    supervision::{QueryDropped, QueryNamed},
};
use store::{Row, Tx, vals};

/// Longest name of a query.
const LONGEST_NAME: usize = 100;

fn subject(name: &str) -> String {
    format!("query/{name}")
}

fn row(r: &Row) -> Result<Named> {
    Ok(Named { name: r.get(0)?, definition: r.get(1)?, created_at: r.get(2)? })
}

/// Gives a query a name. `definition` is its JSON, read and checked before.
pub async fn name_query(tx: &mut Tx, by: &Actor, name: &str, definition: &str) -> Result<()> {
    let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(good) {
        let needed = bi("1 至 100 个字母、数字或 . _ -", "1 to 100 letters, digits or . _ -");
        let what = bi("查询名称不能用", "this name of a query cannot be used");
        return Err(Refusal::new("epcis.query_validation", what).missing("name", name, needed).into());
    }
    if name == "SimpleEventQuery" || named(tx, by, name).await?.is_some() {
        let what = bi("已有同名的查询", "a query of this name exists already");
        let needed = bi("换一个名称，或先删除原查询", "choose another name, or drop that query first");
        return Err(Refusal::new("query.duplicate", what).missing("name", name, needed).into());
    }
    tx.exec(sql::QUERY_ADD, vals![owner_key(by), name, definition, tx.now()]).await?;
    let fact = QueryNamed { name: name.into(), operator: owner(by) };
    tx.append(subject(name), by.officer, by.unit, fact);
    Ok(())
}

/// Drops a query and its subscriptions; a socket that stands on it ends at its next look.
pub async fn drop_query(tx: &mut Tx, by: &Actor, name: &str) -> Result<()> {
    if tx.exec(sql::QUERY_DROP, vals![owner_key(by), name]).await? == 0 {
        return Err(unknown(name).into());
    }
    super::subscription::end_all(tx, by, name).await?;
    let fact = QueryDropped { name: name.into(), operator: owner(by) };
    tx.append(subject(name), by.officer, by.unit, fact);
    Ok(())
}

pub(super) fn unknown(name: &str) -> Refusal {
    let what = bi("没有这个名称的查询", "there is no query of this name");
    Refusal::new("query.not_found", what).missing(
        "queryName",
        name,
        bi("见 /epcis/queries", "see /epcis/queries"),
    )
}

/// One of the actor's own queries.
pub async fn named(tx: &mut Tx, by: &Actor, name: &str) -> Result<Option<Named>> {
    tx.opt(sql::QUERY, vals![owner_key(by), name]).await?.map(|r| row(&r)).transpose()
}

/// The actor's own queries after a name, in its order.
pub async fn queries(tx: &mut Tx, by: &Actor, after: &str, limit: i64) -> Result<Vec<Named>> {
    tx.all(sql::QUERIES, vals![owner_key(by), after, limit.clamp(1, 1000)]).await?.iter().map(row).collect()
}
