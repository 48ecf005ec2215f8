//! What an alert does: at the instant at which it acts, at its end, and to consignments that were being lodged
//! meanwhile.

use super::{Alert, State, measure, read, sql};
use crate::{
    release::{self, Hold},
    targeting,
};
use kernel::{
    AlertId, DeclarationId, LotId, MIN_UUID, No, OfficerId, Result, Timestamp,
    supervision::{AlertActivated, AlertEnded},
};
use registry::rules as book;
use store::{Tx, vals};

/// Stages at which a consignment is pending.
const PENDING: [&str; 6] = ["lodged", "returned", "accepted", "inspecting", "testing", "deciding"];
/// Rows asked for at a time.
const BATCH: i64 = 200;
/// How long a lodging that began before an alert acted may take to become durable, in microseconds.
const LATE: i64 = 10 * 60 * 1_000_000;

/// What became of an alert that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It acts now, or it ended.
    Turned,
    /// It reached so many consignments that were being lodged when it began to act; none mostly.
    Caught(u32),
}

/// The name under which its lots are held.
pub fn origin(no: &str) -> String {
    format!("alert {no}")
}

#[derive(Clone, Copy, Default)]
struct Reach {
    pending: u32,
    selected: u32,
    held: u32,
}

/// An approved alert begins to act.
pub(super) async fn activate(tx: &mut Tx, id: AlertId) -> Result<()> {
    let now = tx.now();
    if tx.exec(sql::ACTIVATE, vals![id, now]).await? == 0 {
        return Ok(());
    }
    targeting::changed(tx).await?;
    let a = read::must(tx, id).await?;
    let reach = apply(tx, &a).await?;
    let rules = book::rules(tx).await?;
    let pack = rules.by_label(&a.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    let since = Timestamp(now.0 - pack.pack.number("alert.released_days")?.value * Timestamp::DAY);
    let released = tx.exec(sql::RELEASED_ADD, vals![id, since]).await?;
    let fact = AlertActivated {
        alert: id,
        pending: reach.pending,
        selected: reach.selected,
        held: reach.held,
        released: u32::try_from(released).unwrap_or(u32::MAX),
    };
    tx.append(id.subject(), None, None, fact);
    Ok(())
}

/// Bears on every pending consignment in scope that it has not reached yet.
async fn apply(tx: &mut Tx, a: &Alert) -> Result<Reach> {
    let mut reach = Reach::default();
    let measures = [measure(&a.no, &a.title, &a.measures)];
    let now = tx.now();
    for stage in PENDING {
        let mut after = (Timestamp(i64::MIN), DeclarationId::from(MIN_UUID));
        loop {
            let rows = tx.all(sql::PENDING, vals![a.id, stage, after.0, after.1, BATCH]).await?;
            for r in &rows {
                after = (r.get(0)?, r.get(1)?);
                let raised = targeting::raise(tx, after.1, &measures).await?;
                let selected = raised.is_some_and(|r| r.selected);
                let decision = raised.map(|r| r.decision);
                tx.exec(sql::EFFECT_ADD, vals![a.id, after.1, decision, selected, now]).await?;
                reach.pending += 1;
                reach.selected += u32::from(selected);
                if a.measures.hold {
                    reach.held += hold(tx, a, after.1).await?;
                }
            }
            if i64::try_from(rows.len()).is_ok_and(|n| n < BATCH) {
                break;
            }
        }
    }
    Ok(reach)
}

/// Holds the lots of a consignment that are in scope and not settled for good.
async fn hold(tx: &mut Tx, a: &Alert, declaration: DeclarationId) -> Result<u32> {
    let (origin, now) = (origin(&a.no), tx.now());
    let officer = a.approved.and_then(|p| p.0);
    let mut held = 0;
    for r in tx.all(sql::HOLDABLE, vals![a.id, declaration]).await? {
        let lot: LotId = r.get(0)?;
        let hold = Hold { lot, origin: &origin, reason: "alert", note: &a.title, officer };
        release::hold_from(tx, &hold).await?;
        held += u32::try_from(tx.exec(sql::LOT_ADD, vals![a.id, lot, declaration, "held", now]).await?)
            .unwrap_or(0);
    }
    Ok(held)
}

/// A new consignment in the scope of alerts that act: the effect is noted, and its lots are held where one asks.
pub async fn catch_up(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let Some(decision) = targeting::decision(tx, declaration).await? else { return Ok(()) };
    let now = tx.now();
    for m in decision.inputs.measures.iter().filter(|m| m.basis == "alert") {
        let Some(a) = read::by_no(tx, &m.source).await? else { continue };
        let selected = decision.outcome.selected && decision.outcome.basis == "alert";
        let row = vals![a.id, declaration, decision.id, selected, now];
        if tx.exec(sql::EFFECT_ADD, row).await? == 1 && m.hold {
            hold(tx, &a, declaration).await?;
        }
    }
    Ok(())
}

/// Ends an alert: its holds are let go.
pub(super) async fn end(
    tx: &mut Tx,
    a: &Alert,
    how: State,
    officer: Option<OfficerId>,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    let row = vals![a.id, a.state.code(), how.code(), now, officer, reason];
    if tx.exec(sql::END, row).await? == 0 {
        return Ok(());
    }
    targeting::changed(tx).await?;
    let origin = origin(&a.no);
    let (mut after, mut let_go) = (LotId::from(MIN_UUID), 0);
    loop {
        let rows = tx.all(sql::HELD, vals![a.id, after, BATCH]).await?;
        for r in &rows {
            after = r.get(0)?;
            let_go += u32::from(release::lift_from(tx, after, &origin, officer, reason).await?);
            tx.exec(sql::LET_GO, vals![a.id, after, now]).await?;
        }
        if i64::try_from(rows.len()).is_ok_and(|n| n < BATCH) {
            break;
        }
    }
    let fact = AlertEnded { alert: a.id, how: how.code().into(), reason: reason.into(), let_go };
    tx.append(a.id.subject(), officer, None, fact);
    Ok(())
}

/// The alerts for which the clock has struck: to begin, to end, and those that began a moment ago.
pub async fn due(tx: &mut Tx, limit: i64) -> Result<Vec<AlertId>> {
    let now = tx.now();
    let mut ids = Vec::new();
    for (sql, at) in
        [(sql::ENDING, now), (sql::STARTING, now), (sql::FRESH, Timestamp(now.0.saturating_sub(LATE)))]
    {
        for r in tx.all(sql, vals![at, limit]).await? {
            let id: AlertId = r.get(0)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}

/// Does what is due for one alert.
pub async fn run(tx: &mut Tx, id: AlertId) -> Result<Did> {
    let (a, now) = (read::must(tx, id).await?, tx.now());
    let live = matches!(a.state, State::Approved | State::Active);
    if live && a.ends_at.is_some_and(|end| end <= now) {
        end(tx, &a, State::Expired, None, "到期 / its date has come").await?;
        return Ok(Did::Turned);
    }
    match a.state {
        State::Approved if a.starts_at.is_some_and(|s| s <= now) => {
            activate(tx, id).await?;
            Ok(Did::Turned)
        }
        State::Active => Ok(Did::Caught(apply(tx, &a).await?.pending)),
        _ => Ok(Did::Caught(0)),
    }
}
