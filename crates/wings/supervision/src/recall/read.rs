//! What pages and other rooms read of recalls.

use super::{Check, Line, Recall, State, sql};
use crate::certificate::{self, Standing};
use kernel::{
    LotId, No, NotificationId, OperatorId, PlantId, Quantity, RecallId, Refusal, Result, Timestamp, UnitCode,
    UnitId, bi,
};
use store::{Row, Tx, vals};

fn read(r: &Row) -> Result<Recall> {
    let state: String = r.get(9)?;
    Ok(Recall {
        id: r.get(0)?,
        no: r.get(1)?,
        notification: r.get(2)?,
        operator: r.get(3)?,
        plant: r.get(4)?,
        branch: r.get(5)?,
        class: r.get(6)?,
        hazard: r.get(7)?,
        reason: r.get(8)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        rule_version: r.get(10)?,
        opened_by: r.get(11)?,
        opened_at: r.get(12)?,
        start_due_at: r.get(13)?,
        started_at: r.get(14)?,
        plan: r.get(15)?,
        closed_at: r.get(16)?,
        summary: r.get(17)?,
    })
}

pub(super) fn unit(code: &str) -> Result<UnitCode> {
    UnitCode::parse(code).ok_or_else(|| No::fault(format!("no unit {code}")))
}

/// One recall.
pub async fn one(tx: &mut Tx, id: RecallId) -> Result<Option<Recall>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

pub(super) async fn must(tx: &mut Tx, id: RecallId) -> Result<Recall> {
    let none = || Refusal::new("recall.not_found", bi("没有这项召回", "there is no such recall"));
    one(tx, id).await?.ok_or_else(|| none().into())
}

/// Recalls in a state, the soonest due first, from the one after the key on.
pub async fn list(
    tx: &mut Tx,
    state: Option<State>,
    key: Option<(Timestamp, RecallId)>,
    limit: i64,
) -> Result<Vec<Recall>> {
    let limit = limit.clamp(1, 200);
    let rows = match state {
        Some(state) => {
            let (at, id) = key.unwrap_or((Timestamp(i64::MIN), RecallId::from(kernel::MIN_UUID)));
            tx.all(sql::AT, vals![state.code(), at, id, limit]).await?
        }
        None => {
            let (at, id) = key.unwrap_or((Timestamp(i64::MAX), RecallId::from(kernel::MAX_UUID)));
            tx.all(sql::NEWEST, vals![at, id, limit]).await?
        }
    };
    rows.iter().map(read).collect()
}

/// How many recalls are in a state; not counted beyond `most`.
pub async fn count(tx: &mut Tx, state: State, most: i64) -> Result<i64> {
    tx.one(sql::COUNT_AT, vals![state.code(), most]).await?.get(0)
}

/// The recalls of a notification, oldest first.
pub async fn of_notification(tx: &mut Tx, id: NotificationId) -> Result<Vec<Recall>> {
    tx.all(sql::OF_NOTIFICATION, vals![id]).await?.iter().map(read).collect()
}

/// Numbers of the recalls of a notification that are not closed.
pub async fn open_of(tx: &mut Tx, id: NotificationId) -> Result<Vec<String>> {
    let all = of_notification(tx, id).await?;
    Ok(all.into_iter().filter(|r| r.state != State::Closed).map(|r| r.no).collect())
}

/// The lines of a recall.
pub async fn lines(tx: &mut Tx, id: RecallId) -> Result<Vec<Line>> {
    let rows = tx.all(sql::LINES, vals![id]).await?;
    rows.iter()
        .map(|r| {
            let code: String = r.get(7)?;
            let (finals, holds): (i64, i64) = (r.get(9)?, r.get(10)?);
            Ok(Line {
                id: r.get(0)?,
                n: r.get(1)?,
                lot: r.get(2)?,
                lot_no: r.get(3)?,
                declaration: r.get(4)?,
                consignee: r.get(5)?,
                quantity: Quantity { milli: r.get(6)?, unit: unit(&code)? },
                held: r.get(8)?,
                settled: finals > 0 || holds == 0,
                told_at: r.get(11)?,
                accounted: r.get(12)?,
                estimated: r.get(13)?,
                effective: r.get(14)?,
            })
        })
        .collect()
}

/// The effectiveness checks of a recall, oldest first.
pub async fn checks(tx: &mut Tx, id: RecallId) -> Result<Vec<Check>> {
    let rows = tx.all(sql::CHECKS, vals![id]).await?;
    rows.iter()
        .map(|r| {
            Ok(Check {
                line: r.get(0)?,
                effective: r.get(1)?,
                finding: r.get(2)?,
                officer: r.get(3)?,
                at: r.get(4)?,
            })
        })
        .collect()
}

/// A lot as a recall would take it in.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Scoped {
    /// The lot.
    pub lot: LotId,
    /// Its number.
    pub lot_no: String,
    /// How much.
    pub quantity: Quantity,
    /// Its declaration, with its number.
    pub declaration: (kernel::DeclarationId, String),
    /// Whose it is.
    pub operator: OperatorId,
    /// The plant.
    pub plant: Option<PlantId>,
    /// The branch.
    pub branch: UnitId,
    /// Whether it has left: it is called back. Otherwise it is held.
    pub left: bool,
    /// Who has it, as far as its certificate says; else the market.
    pub consignee: String,
}

/// What a recall of these lots would take in: what has left and what is still here. Returned and destroyed lots are
/// not part of it, nor is what was withdrawn.
pub async fn preview(tx: &mut Tx, lots: &[LotId]) -> Result<Vec<Scoped>> {
    let mut all: Vec<Scoped> = Vec::new();
    for lot in lots {
        let Some(r) = tx.opt(sql::LOT, vals![*lot]).await? else { continue };
        let (stage, outcome): (String, Option<String>) = (r.get(7)?, r.get(8)?);
        let gone = stage == "withdrawn" || matches!(outcome.as_deref(), Some("return" | "destroy"));
        if gone || all.iter().any(|s| s.lot == *lot) {
            continue;
        }
        let (declaration, market): (kernel::DeclarationId, String) = (r.get(3)?, r.get(9)?);
        let left = outcome.is_some();
        let consignee =
            if left { consignee(tx, declaration).await?.unwrap_or(market) } else { String::new() };
        let code: String = r.get(2)?;
        all.push(Scoped {
            lot: *lot,
            lot_no: r.get(0)?,
            quantity: Quantity { milli: r.get(1)?, unit: unit(&code)? },
            declaration: (declaration, r.get(10)?),
            operator: r.get(4)?,
            plant: r.get(5)?,
            branch: r.get(6)?,
            left,
            consignee,
        });
    }
    Ok(all)
}

async fn consignee(tx: &mut Tx, declaration: kernel::DeclarationId) -> Result<Option<String>> {
    let signed = certificate::of_declaration(tx, declaration).await?;
    let named = signed.into_iter().filter(|c| c.standing == Standing::Valid).map(|c| c.filled.consignee);
    Ok(named.into_iter().find(|c| !c.trim().is_empty()))
}
