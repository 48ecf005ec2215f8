//! What pages, API and the acts read of release.

use super::{
    DESK, Dossier, Ended, Evidence, LotFile, Mate, Outcome, Removal, Settlement, Stowage, rules, sql,
};
use crate::{declaration, targeting};
use kernel::{
    Actor, Bilingual, DeclarationId, LotId, No, OperatorId, Quantity, Result, Scope, SettlementId, Timestamp,
    UnitId, bi,
};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Row, Tx, ledger, vals};

fn settlement_row(r: &Row) -> Result<Settlement> {
    let (outcome, evidence): (String, String) = (r.get(4)?, r.get(7)?);
    let ended_at: Option<Timestamp> = r.get(12)?;
    let ended = match ended_at {
        Some(at) => Some(Ended { at, by: r.get(13)?, how: r.get(14)?, reason: r.get(15)? }),
        None => None,
    };
    Ok(Settlement {
        id: r.get(0)?,
        declaration: r.get(1)?,
        lot: r.get(2)?,
        origin: r.get(3)?,
        outcome: Outcome::parse(&outcome).ok_or_else(|| No::fault(format!("no outcome {outcome}")))?,
        reason: r.get(5)?,
        note: r.get(6)?,
        evidence: serde_json::from_str(&evidence)?,
        officer: r.get(8)?,
        authorisation: r.get(9)?,
        rule_version: r.get(10)?,
        at: r.get(11)?,
        ended,
    })
}

pub(super) async fn evidence(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Evidence>> {
    let rows = tx.all(sql::EVIDENCE, vals![id]).await?;
    rows.iter()
        .map(|r| {
            Ok(Evidence {
                source: r.get(0)?,
                kind: r.get(1)?,
                lot: r.get(2)?,
                what: r.get(3)?,
                verdict: r.get(4)?,
                at: r.get(5)?,
            })
        })
        .collect()
}

/// One settlement, if the actor may see it.
pub async fn settlement(tx: &mut Tx, by: &Actor, id: SettlementId) -> Result<Option<Settlement>> {
    let Some(r) = tx.opt(sql::ONE, vals![id]).await? else { return Ok(None) };
    let s = settlement_row(&r)?;
    Ok(declaration::one(tx, by, s.declaration).await?.map(|_| s))
}

async fn lots(tx: &mut Tx, id: DeclarationId) -> Result<Vec<LotFile>> {
    let mut settled: BTreeMap<LotId, Vec<Settlement>> = BTreeMap::new();
    for r in tx.all(sql::OF_DECLARATION, vals![id]).await? {
        let s = settlement_row(&r)?;
        settled.entry(s.lot).or_default().push(s);
    }
    let mut removed = BTreeMap::new();
    for r in tx.all(sql::REMOVALS, vals![id]).await? {
        let lot: LotId = r.get(0)?;
        let one = Removal {
            container: r.get(1)?,
            seal: r.get(2)?,
            note: r.get(3)?,
            officer: r.get(4)?,
            at: r.get(5)?,
        };
        removed.insert(lot, one);
    }
    let rows = tx.all(sql::LOTS, vals![id]).await?;
    rows.iter()
        .map(|r| {
            let lot: LotId = r.get(0)?;
            Ok(LotFile {
                id: lot,
                no: r.get(1)?,
                hs: r.get(2)?,
                name: r.get(3)?,
                quantity: Quantity { milli: r.get(4)?, unit: r.get(5)? },
                settlements: settled.remove(&lot).unwrap_or_default(),
                removed: removed.remove(&lot),
            })
        })
        .collect()
}

/// The container of a consignment and the seal on it now.
pub(super) async fn stowage(tx: &mut Tx, id: DeclarationId) -> Result<Option<Stowage>> {
    let Some(r) = tx.opt(sql::STOWED, vals![id]).await? else { return Ok(None) };
    let (container, mut seal, at): (String, String, Timestamp) = (r.get(0)?, r.get(1)?, r.get(2)?);
    if let Some(r) = tx.opt(sql::SEAL, vals![&container]).await?
        && r.get::<Timestamp>(1)? >= at
    {
        seal = r.get(0)?;
    }
    Ok(Some(Stowage { container, seal }))
}

/// How long a container number stands for one voyage: half a year.
const VOYAGE: i64 = 180 * Timestamp::DAY;

async fn failed_in(tx: &mut Tx, container: &str) -> Result<Vec<Mate>> {
    let since = Timestamp(tx.now().0 - VOYAGE);
    let mut failed = Vec::new();
    for r in tx.all(sql::IN_CONTAINER, vals![container, since]).await? {
        let (id, no): (DeclarationId, String) = (r.get(0)?, r.get(1)?);
        let evidence = evidence(tx, id).await?;
        for lot in lots(tx, id).await?.iter().filter(|l| l.removed.is_none()) {
            if !rules::open_failures(&evidence, lot.id, &lot.settlements).is_empty() {
                failed.push(Mate { no: no.clone(), lot_no: lot.no.clone() });
            }
        }
    }
    Ok(failed)
}

/// All that a release rests on, if the actor may see the declaration.
pub async fn dossier(tx: &mut Tx, by: &Actor, id: DeclarationId) -> Result<Option<Dossier>> {
    let Some(declaration) = declaration::one(tx, by, id).await? else { return Ok(None) };
    let decision = targeting::decision(tx, id).await?;
    let check_added_at = tx.opt(sql::CHECK_AT, vals![id]).await?.map(|r| r.get(0)).transpose()?;
    let evidence = evidence(tx, id).await?;
    let lots = lots(tx, id).await?;
    let stowage = stowage(tx, id).await?;
    let failed_in_container = match &stowage {
        Some(s) => failed_in(tx, &s.container).await?,
        None => vec![],
    };
    let last_fact_at = ledger::last_at(tx, &id.subject()).await?.unwrap_or(Timestamp(0));
    Ok(Some(Dossier {
        declaration,
        decision,
        check_added_at,
        evidence,
        lots,
        stowage,
        failed_in_container,
        last_fact_at,
    }))
}

/// Branch and operator that a list is narrowed to.
fn reach(by: &Actor) -> (Option<UnitId>, Option<OperatorId>) {
    match by.scope {
        Scope::Bureau => (None, None),
        Scope::Branch(b) => (Some(b), None),
        Scope::Operator(o) => (None, Some(o)),
    }
}

/// A consignment that waits for its release.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Its row.
    pub id: DeclarationId,
    /// Its number.
    pub no: String,
    /// Goods.
    pub goods: String,
    /// Market.
    pub market: String,
    /// Until when it is to be decided.
    pub due_at: Timestamp,
    /// `export` or `import`.
    pub direction: String,
}

/// Consignments that wait for their release, the soonest due first; officers only.
pub async fn waiting(
    tx: &mut Tx,
    by: &Actor,
    after: Option<(Timestamp, DeclarationId)>,
    limit: i64,
) -> Result<Vec<Waiting>> {
    let (branch, operator) = reach(by);
    if operator.is_some() {
        return Ok(vec![]);
    }
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), DeclarationId::from(uuid::Uuid::nil())));
    let rows = tx.all(sql::WAITING, vals![branch, at, id, limit.clamp(1, 200)]).await?;
    rows.iter()
        .map(|r| {
            Ok(Waiting {
                id: r.get(0)?,
                no: r.get(1)?,
                goods: r.get(2)?,
                market: r.get(3)?,
                due_at: r.get(4)?,
                direction: r.get(5)?,
            })
        })
        .collect()
}

/// A lot on hold.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// The settlement.
    pub id: SettlementId,
    /// Since when.
    pub at: Timestamp,
    /// `desk`, or the room that holds it.
    pub origin: String,
    /// Reason code.
    pub reason: String,
    /// In words.
    pub note: String,
    /// Lot number.
    pub lot_no: String,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// Goods.
    pub goods: String,
}

/// Lots on hold, the newest hold first.
pub async fn holds(
    tx: &mut Tx,
    by: &Actor,
    before: Option<(Timestamp, SettlementId)>,
    limit: i64,
) -> Result<Vec<Held>> {
    let (branch, operator) = reach(by);
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), SettlementId::from(kernel::MAX_UUID)));
    let rows = tx.all(sql::HOLDS, vals![branch, operator, at, id, limit.clamp(1, 200)]).await?;
    rows.iter()
        .map(|r| {
            Ok(Held {
                id: r.get(0)?,
                at: r.get(1)?,
                origin: r.get(2)?,
                reason: r.get(3)?,
                note: r.get(4)?,
                lot_no: r.get(5)?,
                declaration: r.get(6)?,
                no: r.get(7)?,
                goods: r.get(8)?,
            })
        })
        .collect()
}

/// Which released lots are sought.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Leading digits of the HS code; empty for all.
    pub hs: String,
    /// Market; empty for all.
    pub market: String,
    /// Code of the operator; empty for all.
    pub operator: String,
    /// Released since.
    pub since: Option<Timestamp>,
}

/// A released lot.
#[derive(Clone, Debug, Serialize)]
pub struct Released {
    /// The settlement.
    pub settlement: SettlementId,
    /// When.
    pub at: Timestamp,
    /// The lot.
    pub lot: LotId,
    /// Lot number.
    pub lot_no: String,
    /// HS code.
    pub hs: String,
    /// Goods.
    pub name: String,
    /// How much.
    pub quantity: Quantity,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// Market.
    pub market: String,
    /// Operator.
    pub operator: Bilingual,
}

/// Released lots, the newest release first: what an alert of today lists for action after release.
pub async fn released(
    tx: &mut Tx,
    by: &Actor,
    sought: &Sought,
    before: Option<(Timestamp, SettlementId)>,
    limit: i64,
) -> Result<Vec<Released>> {
    let (branch, operator) = reach(by);
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), SettlementId::from(kernel::MAX_UUID)));
    let hs: String = sought.hs.chars().filter(char::is_ascii_digit).collect();
    let since = sought.since.unwrap_or(Timestamp(0));
    let row = vals![
        branch,
        operator,
        format!("{hs}%"),
        &sought.market,
        &sought.operator,
        since,
        at,
        id,
        limit.clamp(1, 200)
    ];
    let rows = tx.all(sql::RELEASED, row).await?;
    rows.iter()
        .map(|r| {
            Ok(Released {
                settlement: r.get(0)?,
                at: r.get(1)?,
                lot: r.get(2)?,
                lot_no: r.get(3)?,
                hs: r.get(4)?,
                name: r.get(5)?,
                quantity: Quantity { milli: r.get(6)?, unit: r.get(7)? },
                declaration: r.get(8)?,
                no: r.get(9)?,
                market: r.get(10)?,
                operator: bi(r.get::<String>(11)?, r.get::<String>(12)?),
            })
        })
        .collect()
}

/// Whether the desk itself holds the settlement.
pub(super) fn of_desk(s: &Settlement) -> bool {
    s.origin == DESK
}
