//! Asking for lists and work lists.

use super::{Filter, Listed, Queue, sql};
use crate::declaration::{self, Stage};
use kernel::{Actor, DeclarationId, Result, Scope, Timestamp, bi};
use store::{Row, Tx, vals};

/// Most rows of one page.
const MOST: i64 = 1000;

fn listed(r: &Row) -> Result<Listed> {
    Ok(Listed {
        declaration: declaration::read(r)?,
        operator: bi(r.get::<String>(18)?, r.get::<String>(19)?),
        suspended_since: r.get(20)?,
    })
}

/// Declarations within reach that meet the filter, newest first, from the one before the key on.
pub async fn find(
    tx: &mut Tx,
    by: &Actor,
    filter: &Filter,
    before: Option<(Timestamp, DeclarationId)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut f = filter.clone();
    match by.scope {
        Scope::Bureau => {}
        Scope::Branch(own) if f.branch.is_some_and(|b| b != own) => return Ok(Vec::new()),
        Scope::Branch(own) => f.branch = Some(own),
        Scope::Operator(own) if f.operator.is_some_and(|o| o != own) => return Ok(Vec::new()),
        Scope::Operator(own) => {
            f.operator = Some(own);
            // Asking by lane would tell a party what it is not shown.
            f.lane = String::new();
        }
    }
    if !f.no.is_empty() {
        return by_no(tx, by, &f).await;
    }
    let statement = narrowest(&f);
    let end = f.to.map_or(Timestamp(i64::MAX), |d| Timestamp::start_of(d.tomorrow().unwrap_or(d)));
    let last = DeclarationId::from(kernel::MAX_UUID);
    let (at, id) = match before {
        Some((_, id)) if statement == sql::LIST_PRODUCT => (end, id),
        Some((at, id)) if at < end => (at, id),
        _ => (end, last),
    };
    // Nothing was lodged at `end` itself: it is the first instant of the day after.
    let (at, id) = if before.is_none() && f.to.is_some() && statement != sql::LIST_PRODUCT {
        (Timestamp(at.0 - 1), last)
    } else {
        (at, id)
    };
    let from = f.from.map_or(Timestamp(i64::MIN), Timestamp::start_of);
    let row = vals![
        at,
        id,
        limit.clamp(1, MOST),
        from,
        f.stage.map_or("", Stage::code),
        &f.lane,
        f.branch,
        f.operator,
        &f.market,
        &f.product,
        &f.lot
    ];
    tx.all(statement, row).await?.iter().map(listed).collect()
}

/// The statement along the index that leaves the fewest rows to look at.
fn narrowest(f: &Filter) -> &'static str {
    if !f.lot.is_empty() {
        sql::LIST_LOT
    } else if f.operator.is_some() {
        sql::LIST_OPERATOR
    } else if !f.product.is_empty() {
        sql::LIST_PRODUCT
    } else if f.branch.is_some() && f.stage.is_some() {
        sql::LIST_BRANCH_STAGE
    } else if f.stage.is_some() {
        sql::LIST_STAGE
    } else if f.branch.is_some() {
        sql::LIST_BRANCH
    } else if !f.market.is_empty() {
        sql::LIST_MARKET
    } else if !f.lane.is_empty() {
        sql::LIST_LANE
    } else {
        sql::LIST
    }
}

/// A number names one declaration; with other filters beside it, it is shown when it meets them all.
async fn by_no(tx: &mut Tx, by: &Actor, f: &Filter) -> Result<Vec<Listed>> {
    let Some(d) = declaration::by_no(tx, by, f.no.trim()).await? else { return Ok(Vec::new()) };
    let at = (Timestamp(d.lodged_at.0 + 1), DeclarationId::from(kernel::MAX_UUID));
    let rest = Filter { no: String::new(), operator: Some(d.operator), branch: f.branch, ..f.clone() };
    let same_operator = f.operator.is_none_or(|o| o == d.operator);
    let near = if same_operator { Box::pin(find(tx, by, &rest, Some(at), 50)).await? } else { Vec::new() };
    Ok(near.into_iter().filter(|l| l.declaration.id == d.id).collect())
}

/// What waits in a queue within reach, the soonest due first, after a key.
pub async fn due(
    tx: &mut Tx,
    by: &Actor,
    queue: Queue,
    after: Option<(Timestamp, DeclarationId)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), DeclarationId::from(kernel::MIN_UUID)));
    let mut row = vals![at, id, limit.clamp(1, MOST)];
    let statement = match (queue, by.scope) {
        (Queue::At(stage), scope) => {
            row.push(stage.code().into());
            match scope {
                Scope::Bureau => sql::DUE,
                Scope::Branch(own) => {
                    row.push(own.into());
                    sql::DUE_BRANCH
                }
                Scope::Operator(own) => {
                    row.push(own.into());
                    sql::DUE_OPERATOR
                }
            }
        }
        (Queue::ToSign, Scope::Bureau) => sql::SIGN,
        (Queue::ToSign, Scope::Branch(own)) => {
            row.push(own.into());
            sql::SIGN_BRANCH
        }
        (Queue::ToSign, Scope::Operator(_)) => return Ok(Vec::new()),
    };
    tx.all(statement, row).await?.iter().map(listed).collect()
}

/// How many wait in a queue within reach; not counted beyond `most`.
pub async fn count(tx: &mut Tx, by: &Actor, queue: Queue, most: i64) -> Result<i64> {
    let row = match queue {
        Queue::At(stage) => {
            let mut row = vals![stage.code(), most];
            let statement = match by.scope {
                Scope::Bureau => sql::COUNT,
                Scope::Branch(own) => {
                    row.push(own.into());
                    sql::COUNT_BRANCH
                }
                Scope::Operator(own) => {
                    row.push(own.into());
                    sql::COUNT_OPERATOR
                }
            };
            tx.one(statement, row).await?
        }
        Queue::ToSign => match by.scope {
            Scope::Bureau => tx.one(sql::COUNT_SIGN, vals![most]).await?,
            Scope::Branch(own) => tx.one(sql::COUNT_SIGN_BRANCH, vals![most, own]).await?,
            Scope::Operator(_) => return Ok(0),
        },
    };
    row.get(0)
}
