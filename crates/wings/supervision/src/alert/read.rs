//! Reading alerts.

use super::{Alert, Ended, Live, Measures, State, measure, sql};
use kernel::{Actor, AlertId, DeclarationId, LotId, No, Refusal, Result, Scope, Timestamp, UnitId, bi};
use serde::Serialize;
use store::{Row, Tx, vals};

fn row(r: &Row) -> Result<Alert> {
    let state: String = r.get(2)?;
    let tests: String = r.get(20)?;
    let rate: i64 = r.get(18)?;
    let done = |by: usize, at: usize| -> Result<_> {
        let at: Option<Timestamp> = r.get(at)?;
        let by = r.get(by)?;
        Ok(at.map(|at| (by, at)))
    };
    let ended: Option<Timestamp> = r.get(32)?;
    let ended = match ended {
        Some(at) => Some(Ended { at, by: r.get(33)?, how: r.get(34)?, reason: r.get(35)? }),
        None => None,
    };
    Ok(Alert {
        id: r.get(0)?,
        no: r.get(1)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        title: r.get(3)?,
        hazard: r.get(4)?,
        source: r.get(5)?,
        information: r.get(6)?,
        notification: r.get(7)?,
        scope: super::Scope {
            direction: r.get(8)?,
            hs: r.get(9)?,
            operator: r.get(10)?,
            plant: r.get(11)?,
            market: r.get(12)?,
        },
        severity: r.get(13)?,
        likelihood: r.get(14)?,
        level: r.get(15)?,
        evidence: r.get(16)?,
        measures: Measures {
            lane: r.get(17)?,
            rate_ppm: u64::try_from(rate).map_err(No::fault)?,
            hold: r.get(19)?,
            tests: serde_json::from_str(&tests)?,
        },
        rule_version: r.get(21)?,
        informed: (r.get(22)?, r.get(23)?),
        proposed: done(24, 25)?,
        approved: done(26, 27)?,
        starts_at: r.get(28)?,
        active_at: r.get(29)?,
        ends_at: r.get(30)?,
        review_at: r.get(31)?,
        ended,
    })
}

/// One alert.
pub async fn one(tx: &mut Tx, id: AlertId) -> Result<Option<Alert>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| row(&r)).transpose()
}

/// One alert by its number.
pub async fn by_no(tx: &mut Tx, no: &str) -> Result<Option<Alert>> {
    tx.opt(sql::BY_NO, vals![no]).await?.map(|r| row(&r)).transpose()
}

/// The alert, or the refusal that says there is none.
pub(super) async fn must(tx: &mut Tx, id: AlertId) -> Result<Alert> {
    one(tx, id)
        .await?
        .ok_or_else(|| Refusal::new("alert.not_found", bi("没有这份预警", "there is no such alert")).into())
}

/// A page of cases and alerts in front of a key, the newest first; of one state or of all.
pub async fn list(
    tx: &mut Tx,
    state: Option<State>,
    before: Option<(Timestamp, AlertId)>,
    limit: i64,
) -> Result<Vec<Alert>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), AlertId::from(kernel::MAX_UUID)));
    let rows = match state {
        Some(state) => tx.all(sql::LIST_IN, vals![at, id, limit, state.code()]).await?,
        None => tx.all(sql::LIST, vals![at, id, limit]).await?,
    };
    rows.iter().map(row).collect()
}

/// How many cases there are in each state.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(State, i64)>> {
    let mut out = Vec::new();
    for r in tx.all(sql::COUNTS, vals![]).await? {
        let state: String = r.get(0)?;
        out.extend(State::parse(&state).map(|s| r.get(1).map(|n| (s, n))).transpose()?);
    }
    Ok(out)
}

/// Alerts that are approved and not ended, for targeting.
pub async fn live(tx: &mut Tx) -> Result<Vec<Live>> {
    let mut out = Vec::new();
    for r in tx.all(sql::LIVE, vals![]).await? {
        let a = row(&r)?;
        let starts_at = a.starts_at.ok_or_else(|| No::fault("an approved alert has its first instant"))?;
        let measure = measure(&a.no, &a.title, &a.measures);
        out.push(Live { id: a.id, scope: a.scope, measure, starts_at, ends_at: a.ends_at });
    }
    Ok(out)
}

/// The alerts that bore on a consignment.
pub async fn of_declaration(tx: &mut Tx, declaration: DeclarationId) -> Result<Vec<Alert>> {
    tx.all(sql::OF_DECLARATION, vals![declaration]).await?.iter().map(row).collect()
}

/// A consignment that an alert reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// What it carries.
    pub goods: String,
    /// Where it stands.
    pub stage: String,
    /// Its lane now.
    pub lane: String,
    /// Whether the alert selected it.
    pub selected: bool,
    /// When it was reached.
    pub at: Timestamp,
}

/// The branch beyond which an actor does not see consignments.
fn reach(by: &Actor) -> Option<UnitId> {
    match by.scope {
        Scope::Branch(own) => Some(own),
        Scope::Bureau | Scope::Operator(_) => None,
    }
}

/// Consignments that an alert reached, after a key, as far as the officer reaches; with the number of all and how many of
/// them it selected.
pub async fn effects(
    tx: &mut Tx,
    by: &Actor,
    id: AlertId,
    after: DeclarationId,
    limit: i64,
) -> Result<(Vec<Effect>, i64, i64)> {
    let counts = tx.one(sql::EFFECT_COUNTS, vals![id]).await?;
    let mut out = Vec::new();
    for r in tx.all(sql::EFFECTS, vals![id, after, limit, reach(by)]).await? {
        out.push(Effect {
            declaration: r.get(0)?,
            no: r.get(1)?,
            goods: r.get(2)?,
            stage: r.get(3)?,
            lane: r.get(4)?,
            selected: r.get(5)?,
            at: r.get(6)?,
        });
    }
    Ok((out, counts.get(0)?, counts.get(1)?))
}

/// A lot that an alert holds, let go, or found released.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// The lot.
    pub lot: LotId,
    /// Its number.
    pub lot_no: String,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// HS code.
    pub hs: String,
    /// What the goods are called.
    pub name: String,
    /// The country abroad.
    pub market: String,
    /// When it was held, let go or released.
    pub at: Timestamp,
}

/// The lots of an alert of one kind (`held`, `let_go`, `released`) after a key, as far as the officer reaches, and how many
/// there are of each kind.
pub async fn lots(
    tx: &mut Tx,
    by: &Actor,
    id: AlertId,
    how: &str,
    after: LotId,
    limit: i64,
) -> Result<(Vec<Listed>, Vec<(String, i64)>)> {
    let mut counts = Vec::new();
    for r in tx.all(sql::LOT_COUNTS, vals![id]).await? {
        counts.push((r.get(0)?, r.get(1)?));
    }
    let mut out = Vec::new();
    for r in tx.all(sql::LOTS, vals![id, how, after, limit, reach(by)]).await? {
        out.push(Listed {
            lot: r.get(0)?,
            lot_no: r.get(1)?,
            declaration: r.get(2)?,
            no: r.get(3)?,
            hs: r.get(4)?,
            name: r.get(5)?,
            market: r.get(6)?,
            at: r.get(8)?,
        });
    }
    Ok((out, counts))
}
