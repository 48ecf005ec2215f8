//! Holding what has not left yet: the lots that a notification may be about, and what is out of the gate already.

use super::{Deed, act, act::needs_text, act::note, sql};
use crate::release;
use kernel::{
    Actor, Bilingual, DeclarationId, LotId, No, NotificationId, Quantity, Refusal, Result, UnitCode, bi,
};
use serde::Serialize;
use store::{Row, Tx, vals};

/// The name under which lots are held here.
const ORIGIN: &str = "notification";
/// Lots of one order.
const MOST: usize = 200;

/// A lot as a hold would find it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reach {
    /// The lot.
    pub lot: LotId,
    /// Its number.
    pub lot_no: String,
    /// How much.
    pub quantity: Quantity,
    /// What the goods are called.
    pub goods: String,
    /// Its declaration.
    pub declaration: DeclarationId,
    /// Number of the declaration.
    pub declaration_no: String,
    /// Where the declaration stands, as its code.
    pub stage: String,
    /// Market.
    pub market: String,
    /// Whose goods they are.
    pub operator: Bilingual,
    /// Its final outcome, when it has one: it cannot be held any more, only traced and recalled.
    pub gone: Option<String>,
    /// Whether it is held for a notification already.
    pub held: bool,
}

fn read(r: &Row) -> Result<Reach> {
    let code: String = r.get(3)?;
    let unit = UnitCode::parse(&code).ok_or_else(|| No::fault(format!("no unit {code}")))?;
    let stage: String = r.get(6)?;
    let withdrawn = (stage == "withdrawn").then(|| stage.clone());
    Ok(Reach {
        lot: r.get(0)?,
        lot_no: r.get(1)?,
        quantity: Quantity { milli: r.get(2)?, unit },
        goods: r.get(11)?,
        declaration: r.get(4)?,
        declaration_no: r.get(5)?,
        stage,
        market: r.get(7)?,
        operator: bi(r.get::<String>(9)?, r.get::<String>(10)?),
        gone: r.get::<Option<String>>(12)?.or(withdrawn),
        held: r.get::<i64>(13)? > 0,
    })
}

/// What a hold of these lots would stop, and what is out of the gate already; unknown lots are passed over.
pub async fn reach(tx: &mut Tx, lots: &[LotId]) -> Result<Vec<Reach>> {
    let mut all = Vec::with_capacity(lots.len());
    for lot in lots.iter().take(MOST) {
        all.extend(tx.opt(sql::LOT_STANDS, vals![*lot]).await?.map(|r| read(&r)).transpose()?);
    }
    Ok(all)
}

/// Holds lots for a notification, whatever their stage; those with a final outcome are left and given back.
pub async fn hold(tx: &mut Tx, by: &Actor, id: NotificationId, lots: &[LotId]) -> Result<Vec<Reach>> {
    let n = act::must(tx, id).await?;
    if lots.is_empty() || lots.len() > MOST {
        let needed = bi("1 至 200 批", "1 to 200 lots");
        let what = bi("没有选定批次", "no lots were chosen");
        return Err(Refusal::new("notification.lots", what).missing("lots", lots.len(), needed).into());
    }
    let (gone, stays): (Vec<_>, Vec<_>) = reach(tx, lots).await?.into_iter().partition(|r| r.gone.is_some());
    let now = tx.now();
    for r in &stays {
        let hold =
            release::Hold { lot: r.lot, origin: ORIGIN, reason: ORIGIN, note: &n.no, officer: by.officer };
        release::hold_from(tx, &hold).await?;
        tx.exec(sql::HOLD_ADD, vals![id, r.lot, now]).await?;
    }
    if !stays.is_empty() {
        note(tx, by, id, &Deed::Held { lots: stays.iter().map(|r| r.lot).collect() }).await?;
    }
    Ok(gone)
}

/// Lets the lots go that are held for a notification; one that another notification holds too stays held.
pub async fn free(
    tx: &mut Tx,
    by: &Actor,
    id: NotificationId,
    lots: &[LotId],
    reason: &str,
) -> Result<usize> {
    act::must(tx, id).await?;
    needs_text("reason", reason)?;
    let mut freed = Vec::new();
    for lot in lots {
        if tx.exec(sql::HOLD_DROP, vals![id, *lot]).await? == 0 {
            continue;
        }
        if tx.one(sql::HELD_BY_OTHERS, vals![*lot, id]).await?.get::<i64>(0)? == 0 {
            release::lift_from(tx, *lot, ORIGIN, by.officer, reason).await?;
        }
        freed.push(*lot);
    }
    if !freed.is_empty() {
        note(tx, by, id, &Deed::Freed { lots: freed.clone(), reason: reason.trim().into() }).await?;
    }
    Ok(freed.len())
}

/// The lots that are held for a notification.
pub async fn held(tx: &mut Tx, id: NotificationId) -> Result<Vec<LotId>> {
    tx.all(sql::HOLDS, vals![id]).await?.iter().map(|r| r.get(0)).collect()
}
