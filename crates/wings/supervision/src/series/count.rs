//! What a series does by itself: selects consignments, counts them, makes its demand, and ends.

use super::{Series, act, read, rules, sql};
use crate::{correction, release, targeting};
use kernel::{
    DeclarationId, LotId, NotificationId, OperatorId, PlantId, Result, SeriesId,
    supervision::{DemandMade, SeriesApplied, SeriesCounted, SeriesEnded},
};
use registry::rules as book;
use store::{Tx, vals};
use uuid::Uuid;

/// Selects a consignment when a running series fits it; holds its lots while the export is suspended.
pub async fn apply(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let (operator, plant): (OperatorId, Option<PlantId>) = (r.get(0)?, r.get(1)?);
    let (market, direction): (String, String) = (r.get(2)?, r.get(3)?);
    let Some(plant) = plant.filter(|_| direction == "export") else { return Ok(()) };
    let fitting = tx.all(sql::FITTING, vals![operator, &market, plant]).await?;
    if fitting.is_empty() {
        return Ok(());
    }
    let mut headings = Vec::new();
    for r in tx.all(sql::HEADINGS, vals![declaration]).await? {
        headings.push(rules::heading(&r.get::<String>(0)?));
    }
    for s in fitting.iter().map(read::read).collect::<Result<Vec<_>>>()? {
        if !headings.contains(&s.heading) {
            continue;
        }
        let now = tx.now();
        if tx.exec(sql::CONSIGN, vals![s.id, declaration, now]).await? == 0 {
            continue;
        }
        let reason = format!("加严：{} / intensified control: {}", s.hazard, s.hazard);
        targeting::select_by_rule(tx, declaration, &reason).await?;
        if s.suspended_at.is_some() {
            for l in tx.all(sql::LOTS, vals![declaration]).await? {
                act::hold(tx, &s, l.get::<LotId>(0)?).await?;
            }
        }
        let fact = SeriesApplied { series: s.id, declaration, suspended: s.suspended_at.is_some() };
        tx.append(s.id.subject(), None, Some(s.branch), fact);
    }
    Ok(())
}

/// Counts a consignment whose lots all have their outcome: clean when everything was released and nothing failed.
pub async fn count(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let under = read::of_declaration(tx, declaration).await?;
    if under.is_empty() {
        return Ok(());
    }
    let Some(d) = release::dossier(tx, &kernel::Actor::system(), declaration).await? else { return Ok(()) };
    let failed = d.evidence.iter().any(|e| e.verdict == "fail");
    let released =
        |l: &release::LotFile| release::state(l).is_some_and(|s| s.outcome == release::Outcome::Release);
    let clean = !failed && d.lots.iter().all(released);
    for s in under {
        add(tx, &s, declaration.into(), clean).await?;
    }
    Ok(())
}

/// Counts one consignment or notification, once.
pub(super) async fn add(tx: &mut Tx, s: &Series, source: Uuid, clean: bool) -> Result<()> {
    let now = tx.now();
    if tx.exec(sql::COUNT_ADD, vals![s.id, source, clean, now]).await? == 0 {
        return Ok(());
    }
    let book = book::rules(tx).await?;
    let pack = &book.pinned(&s.rule_version)?.pack;
    let stop_at = pack.number("series.failures_to_stop")?.value;
    let c = rules::after(s.clean, s.failures, s.needed, stop_at, clean);
    tx.exec(sql::SET_COUNT, vals![s.id, c.clean, c.failures]).await?;
    let fact = SeriesCounted { series: s.id, clean, run: c.clean, failures: c.failures };
    tx.append(s.id.subject(), None, Some(s.branch), fact);
    if c.stop && s.demanded.is_none() {
        let days = pack.number("series.demand_working_days")?.value;
        let due_at = book.calendar.end_of(now.date(), days);
        tx.exec(sql::DEMAND, vals![s.id, now, due_at]).await?;
        let fact = DemandMade { series: s.id, failures: c.failures, due_at };
        tx.append(s.id.subject(), None, Some(s.branch), fact);
    }
    if c.enough { end_when_over(tx, s.id).await } else { Ok(()) }
}

/// A correction was verified: the series of its notification end when they were clean long enough.
pub async fn step_down(tx: &mut Tx, notification: NotificationId) -> Result<()> {
    for s in read::of_notification(tx, notification).await? {
        end_when_over(tx, s.id).await?;
    }
    Ok(())
}

/// Ends a series when nothing stands against it: the clean run is whole, every cause is found and corrected, the
/// demand is answered, and the export is not suspended.
pub(super) async fn end_when_over(tx: &mut Tx, id: SeriesId) -> Result<()> {
    let s = read::must(tx, id).await?;
    let answered = s.demanded.is_none() || s.answered_at.is_some();
    if s.ended_at.is_some() || s.clean < s.needed || !answered || s.suspended_at.is_some() {
        return Ok(());
    }
    if tx.one(sql::UNEXPLAINED, vals![s.notification, id]).await?.get::<i64>(0)? > 0 {
        return Ok(());
    }
    let mut behind = vec![s.notification];
    for r in tx.all(sql::SOURCES, vals![id]).await? {
        behind.push(NotificationId::from(r.get::<Uuid>(0)?));
    }
    for notification in behind {
        if !correction::open_of(tx, notification).await?.is_empty() {
            return Ok(());
        }
    }
    let now = tx.now();
    tx.exec(sql::END, vals![id, now]).await?;
    tx.append(id.subject(), None, Some(s.branch), SeriesEnded { series: id, run: s.clean });
    Ok(())
}
