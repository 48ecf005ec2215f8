//! The scorecard: for every unit, what the last closed period and the running one came to. It is written when a
//! fold has read everything there is, for the indicators whose cells moved and for all when a month begins, so that
//! a page reads a row and adds nothing up.

use super::catalogue::{Catalogue, Policy};
use super::definition::Definition;
use super::figure::{Figure, State, figure};
use super::period::{Window, first_day, month};
use super::read::Cells;
use super::sql;
use kernel::{Actor, No, Refusal, Result, Scope, Timestamp, bi};
use registry::people::{self, Unit};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, vals};
use uuid::Uuid;

/// The unit that stands for the whole bureau.
const WHOLE: Uuid = Uuid::nil();

/// A unit's figures of one indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Name of the last closed period.
    pub period: String,
    /// Its months.
    pub window: Window,
    /// Its figure.
    pub closed: Figure,
    /// The figure as it was frozen, where its months are.
    pub frozen: Figure,
    /// The twelve months in front of it.
    pub baseline: Figure,
    /// Name of the running period.
    pub running_period: String,
    /// Its figure so far.
    pub running: Figure,
}

impl Card {
    /// The card of a unit for which nothing was folded.
    fn empty(c: &Catalogue, d: &Definition, at: i32) -> Result<Card> {
        Card::of(c, d, &Cells::default(), None, at)
    }

    fn of(c: &Catalogue, d: &Definition, cells: &Cells, unit: Option<Uuid>, at: i32) -> Result<Card> {
        let (closed, running) = windows(d, at);
        let mine = |u: Uuid| unit.is_none_or(|own| own == u);
        let of = |w: Window, frozen: bool| -> Result<Figure> {
            Ok(figure(d, &c.policy, &cells.sums(w, mine, frozen)?))
        };
        Ok(Card {
            period: closed.name(d.period),
            window: closed,
            closed: of(closed, false)?,
            frozen: of(closed, true)?,
            baseline: of(closed.year_before(), false)?,
            running_period: running.name(d.period),
            running: of(running, false)?,
        })
    }

    /// Whether the closed period is still within its days of grace.
    pub fn open(&self, policy: &Policy, now: Timestamp) -> bool {
        now.0 < self.window.ends().0 + policy.close_after_days * Timestamp::DAY
    }
}

/// The last period that ended before a month, and the one that the month lies in.
fn windows(d: &Definition, at: i32) -> (Window, Window) {
    let running = Window::of(d, at);
    (running.back(d, 1), running)
}

impl Card {
    /// Says that the ledger has facts that its figures do not know yet.
    fn stale(&mut self, stale: bool) {
        if stale {
            self.closed.state = State::Stale;
            self.running.state = State::Stale;
        }
    }
}

/// Whether the ledger has facts that were not folded yet.
async fn is_behind(tx: &mut Tx) -> Result<bool> {
    let (folded, head) = super::read::folded(tx).await?;
    Ok(folded < head)
}

/// One line of a scorecard.
#[derive(Clone, Debug)]
pub struct Score<'c> {
    /// The indicator.
    pub definition: &'c Definition,
    /// The unit's card; that of nothing where nothing was folded, none where the indicator waits for facts.
    pub card: Option<Card>,
    /// Values of the peers in the same period that have enough cases.
    pub peers: Vec<f64>,
    /// Target in force, thousandths of the unit.
    pub target_milli: Option<i64>,
}

/// The scorecard of a unit (none for the whole bureau): every indicator, in the order of the catalogue.
pub async fn scores<'c>(tx: &mut Tx, c: &'c Catalogue, unit: Option<&Unit>) -> Result<Vec<Score<'c>>> {
    let at = month(tx.now().date());
    let own = unit.filter(|u| u.kind != "bureau");
    let mut mine = cards(tx, own.map_or(WHOLE, |u| u.id.0)).await?;
    let mut peers: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    if let Some(own) = own {
        let (_, group) = super::read::peers(tx, own).await?;
        for peer in group.into_iter().filter(|p| p.id != own.id) {
            for (id, card) in cards(tx, peer.id.0).await? {
                let told = card.closed.n >= c.policy.least_for_group;
                peers.entry(id).or_default().extend(card.closed.value.filter(|_| told));
            }
        }
    }
    let targets = targets(tx, at).await?;
    let behind = is_behind(tx).await?;
    let mut scores = Vec::new();
    for d in newest(c, at) {
        let mut card = match mine.remove(&d.id) {
            None if d.works() => Some(Card::empty(c, d, at)?),
            found => found.filter(|_| d.works()),
        };
        if let Some(card) = &mut card {
            card.stale(behind);
        }
        let target_milli = if d.watch_only { None } else { targets.get(&d.id).copied().or(d.target_milli) };
        let peers = peers.remove(&d.id).unwrap_or_default();
        scores.push(Score { definition: d, card, peers, target_milli });
    }
    Ok(scores)
}

/// The line of one indicator for a unit (none for the whole bureau).
pub async fn score<'c>(tx: &mut Tx, c: &'c Catalogue, id: &str, unit: Option<&Unit>) -> Result<Score<'c>> {
    let at = month(tx.now().date());
    let d = c.on(id, first_day(at))?;
    let own = unit.filter(|u| u.kind != "bureau");
    let group: BTreeSet<Uuid> = match own {
        Some(own) => super::read::peers(tx, own).await?.1.into_iter().map(|u| u.id.0).collect(),
        None => BTreeSet::new(),
    };
    let mine = own.map_or(WHOLE, |u| u.id.0);
    let (mut card, mut peers) = (None, Vec::new());
    if d.works() {
        for r in tx.all(sql::CARDS_OF, vals![id]).await? {
            let (unit, body): (Uuid, String) = (r.get(0)?, r.get(1)?);
            if unit == mine {
                card = Some(serde_json::from_str(&body)?);
            } else if group.contains(&unit) {
                let other: Card = serde_json::from_str(&body)?;
                peers.extend(other.closed.value.filter(|_| other.closed.n >= c.policy.least_for_group));
            }
        }
        if card.is_none() {
            card = Some(Card::empty(c, d, at)?);
        }
    }
    if let Some(card) = &mut card {
        card.stale(is_behind(tx).await?);
    }
    let target_milli = super::target::target(tx, d, windows(d, at).0).await?;
    Ok(Score { definition: d, card, peers, target_milli })
}

/// The unit whose figures are asked for (none for the whole bureau). A branch sees its own figures, and those of its
/// peers only beside them; the bureau sees all.
pub async fn unit_within(tx: &mut Tx, by: &Actor, code: &str) -> Result<Option<Unit>> {
    match by.scope {
        Scope::Bureau if code.is_empty() => Ok(None),
        Scope::Bureau => Ok(Some(super::read::unit(tx, code).await?).filter(|u| u.kind != "bureau")),
        Scope::Branch(own) => {
            let unit = people::unit(tx, own).await?.ok_or_else(|| No::fault("a login of no branch"))?;
            if code.is_empty() || code == unit.code {
                return Ok(Some(unit));
            }
            let remedy = bi(
                "同类单位的数值见本单位指标页的对比",
                "The values of your peers stand beside your own on the page of the indicator",
            );
            Err(Refusal::new(
                "access.scope",
                bi("只能查看本单位的指标", "only your own unit's figures open here"),
            )
            .missing("unit", code, bi("本单位代码", "the code of your own unit"))
            .remedy(remedy)
            .into())
        }
        Scope::Operator(_) => {
            let what = bi("指标供检验检疫人员使用", "the figures are for officers");
            Err(Refusal::new("access.scope", what).into())
        }
    }
}

/// The version of every definition in force in a month.
fn newest(c: &Catalogue, at: i32) -> Vec<&Definition> {
    let mut ids: Vec<&str> = c.definitions.iter().map(|d| d.id.as_str()).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| c.on(id, first_day(at)).ok()).collect()
}

async fn cards(tx: &mut Tx, unit: Uuid) -> Result<BTreeMap<String, Card>> {
    let mut found = BTreeMap::new();
    for r in tx.all(sql::CARDS, vals![unit]).await? {
        let body: String = r.get(1)?;
        found.insert(r.get(0)?, serde_json::from_str(&body)?);
    }
    Ok(found)
}

async fn targets(tx: &mut Tx, at: i32) -> Result<BTreeMap<String, i64>> {
    let rows = tx.all(sql::TARGETS, vals![first_day(at)]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Notes that the cells of these indicators moved.
pub(super) async fn moved(tx: &mut Tx, ids: &BTreeSet<&str>) -> Result<()> {
    for id in ids {
        tx.exec(sql::STALE, vals![*id]).await?;
    }
    Ok(())
}

/// The working indicators whose cards are out of date.
async fn out_of_date<'c>(tx: &mut Tx, c: &'c Catalogue, at: i32) -> Result<Vec<&'c Definition>> {
    let mut fresh: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for r in tx.all(sql::FRESH, vals![]).await? {
        fresh.insert(r.get(0)?, (r.get(1)?, r.get(2)?));
    }
    let stale = |d: &&Definition| d.works() && fresh.get(&d.id) != Some(&(d.version, i64::from(at)));
    Ok(newest(c, at).into_iter().filter(stale).collect())
}

/// Whether there is something to fold, or a card to write.
pub async fn is_due(tx: &mut Tx, c: &Catalogue) -> Result<bool> {
    let r = tx.one(sql::CURSOR, vals![]).await?;
    let (seq, known): (i64, String) = (r.get(0)?, r.get(2)?);
    let (head, _) = store::ledger::head(tx).await?;
    let at = month(tx.now().date());
    Ok(seq < head || known != c.fingerprint || !out_of_date(tx, c, at).await?.is_empty())
}

/// Writes the cards that are out of date.
pub(super) async fn write(tx: &mut Tx, c: &Catalogue) -> Result<()> {
    let at = month(tx.now().date());
    for d in out_of_date(tx, c, at).await? {
        let (closed, running) = windows(d, at);
        let first = closed.year_before().first.min(running.first);
        let cells = Cells::read(tx, c, &d.id, first, running.last).await?;
        tx.exec(sql::CARDS_DROP, vals![&d.id]).await?;
        for unit in cells.units().into_iter().chain([WHOLE]) {
            let own = Some(unit).filter(|u| *u != WHOLE);
            let body = serde_json::to_string(&Card::of(c, d, &cells, own, at)?)?;
            tx.exec(sql::CARD_ADD, vals![unit, &d.id, body]).await?;
        }
        tx.exec(sql::FRESH_SET, vals![&d.id, d.version, i64::from(at)]).await?;
    }
    Ok(())
}
