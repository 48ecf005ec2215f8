//! What pages and commands read of brands.

use super::{Charter, PlannedTask, Positioning, Scores, sql};
use kernel::{BrandId, Date, GateId, No, OfficerId, Refusal, Result, Timestamp, UnitId, bi};
use serde::Serialize;
use store::{Row, Tx, vals};

/// A brand as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brand {
    /// Its row.
    pub id: BrandId,
    /// What was proposed.
    pub positioning: Positioning,
    /// `activity`, `proposed`, `returned`, `creating`, `stopped`, `passed`, `ruled` or `closed`.
    pub stage: String,
    /// Months of baseline when it was proposed.
    pub baseline_months: i64,
    /// Revision of its charter; 0 before the first.
    pub revision: i64,
    /// When the next gate is due.
    pub gate_due: Option<Timestamp>,
    /// When a passed brand is to be decided.
    pub decide_due: Option<Timestamp>,
    /// Whether it was prolonged.
    pub prolonged: bool,
    /// Whether its title was awarded.
    pub title: bool,
    /// Who proposed it.
    pub proposed_by: Option<OfficerId>,
    /// When.
    pub proposed_at: Timestamp,
    /// Why it was returned, closed or prolonged.
    pub reason: String,
    /// When its title is to be reviewed.
    pub title_review_on: Option<Date>,
    /// Its last day after it was prolonged at its end.
    pub prolonged_to: Option<Date>,
}

impl Brand {
    /// Its last day: at the end it passes, stops, or is prolonged once.
    pub fn ends_on(&self) -> Date {
        self.prolonged_to.unwrap_or(self.positioning.ends_on)
    }
}

fn row(r: &Row) -> Result<Brand> {
    let starts_on: Date = r.get(12)?;
    Ok(Brand {
        id: r.get(0)?,
        positioning: Positioning {
            code: r.get(1)?,
            unit: r.get(2)?,
            family: r.get(3)?,
            mechanism: r.get(4)?,
            name: bi(r.get::<String>(5)?, r.get::<String>(6)?),
            promise: r.get(7)?,
            problem: r.get(8)?,
            beneficiary: r.get(9)?,
            core_work: r.get(10)?,
            indicator: r.get(11)?,
            starts_on,
            ends_on: r.get(13)?,
        },
        stage: r.get(14)?,
        baseline_months: r.get(15)?,
        revision: r.get(16)?,
        gate_due: r.get(17)?,
        decide_due: r.get(18)?,
        prolonged: r.get(19)?,
        title: r.get(20)?,
        proposed_by: r.get(21)?,
        proposed_at: r.get(22)?,
        reason: r.get(23)?,
        title_review_on: r.get(24)?,
        prolonged_to: r.get(25)?,
    })
}

/// One brand.
pub async fn one(tx: &mut Tx, id: BrandId) -> Result<Brand> {
    let found = tx.opt(sql::ONE, vals![id]).await?;
    let r = found
        .ok_or_else(|| No::from(Refusal::new("brand.none", bi("没有这个品牌", "there is no such brand"))))?;
    row(&r)
}

/// One brand by its code.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Brand>> {
    tx.opt(sql::BY_CODE, vals![code]).await?.map(|r| row(&r)).transpose()
}

/// Brands after a code, in its order.
pub async fn list(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Brand>> {
    tx.all(sql::AFTER, vals![after, limit]).await?.iter().map(row).collect()
}

/// Brands of a unit.
pub async fn of_unit(tx: &mut Tx, unit: UnitId) -> Result<Vec<Brand>> {
    tx.all(sql::OF_UNIT, vals![unit]).await?.iter().map(row).collect()
}

/// Brands that live: before the leading group, being created, passed or ruled.
pub(crate) async fn living(tx: &mut Tx) -> Result<Vec<Brand>> {
    tx.all(sql::LIVING, vals![]).await?.iter().map(row).collect()
}

/// Brands that passed and whose time to be decided is over: rule, prolong once, or close.
pub async fn undecided(tx: &mut Tx) -> Result<Vec<Brand>> {
    let now = tx.now();
    tx.all(sql::UNDECIDED, vals![now]).await?.iter().map(row).collect()
}

/// Brands whose gate is due.
pub(crate) async fn gates_due(tx: &mut Tx) -> Result<Vec<Brand>> {
    let now = tx.now();
    tx.all(sql::GATES_DUE, vals![now]).await?.iter().map(row).collect()
}

/// Brands that are past their last day and were neither passed nor stopped.
pub async fn ended(tx: &mut Tx) -> Result<Vec<Brand>> {
    let today = tx.now().date();
    tx.all(sql::ENDED, vals![today]).await?.iter().map(row).collect()
}

/// Brands whose title is to be kept or withdrawn.
pub async fn titles_due(tx: &mut Tx) -> Result<Vec<Brand>> {
    let today = tx.now().date();
    tx.all(sql::TITLES_DUE, vals![today]).await?.iter().map(row).collect()
}

/// Units that joined a brand as peers.
pub async fn peers_of(tx: &mut Tx, id: BrandId) -> Result<Vec<UnitId>> {
    tx.all(sql::PEERS, vals![id]).await?.iter().map(|r| r.get(0)).collect()
}

/// The charter in force: revision, text, hash, and since when.
pub async fn charter(tx: &mut Tx, id: BrandId) -> Result<Option<(i64, Charter, String, Timestamp)>> {
    let Some(r) = tx.opt(sql::CHARTER_LAST, vals![id]).await? else { return Ok(None) };
    let body: String = r.get(1)?;
    Ok(Some((r.get(0)?, serde_json::from_str(&body)?, r.get(2)?, r.get(3)?)))
}

/// A task and its report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Task {
    /// Number.
    pub no: i64,
    /// What was planned.
    pub planned: PlannedTask,
    /// When it was reported.
    pub reported_at: Option<Timestamp>,
    /// What was said.
    pub note: String,
    /// Facts that prove it.
    pub facts: Vec<i64>,
}

/// The tasks of a brand.
pub async fn tasks(tx: &mut Tx, id: BrandId) -> Result<Vec<Task>> {
    let read = |r: &Row| {
        let facts: String = r.get(5)?;
        Ok(Task {
            no: r.get(0)?,
            planned: PlannedTask { quarter: r.get(1)?, what: r.get(2)? },
            reported_at: r.get(3)?,
            note: r.get(4)?,
            facts: facts.split(',').filter_map(|f| f.parse().ok()).collect(),
        })
    };
    tx.all(sql::TASKS, vals![id]).await?.iter().map(read).collect()
}

/// A gate that was held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// Its row.
    pub id: GateId,
    /// Outcome.
    pub outcome: String,
    /// The three views.
    pub scores: Scores,
    /// The weighted score, thousandths.
    pub weighted_milli: i64,
    /// The effect as it was known then, JSON.
    pub effect: serde_json::Value,
    /// The guards as they were seen then, JSON.
    pub guards: serde_json::Value,
    /// Note.
    pub note: String,
    /// When it was due.
    pub due_at: Timestamp,
    /// When it was held.
    pub held_at: Timestamp,
    /// Rule version of the weights.
    pub rule_version: String,
    /// The independent team; empty in gates held before it was recorded.
    pub reviewers: Vec<OfficerId>,
}

impl Held {
    /// Whether chance alone may explain the effect: its interval crosses nought, or there was none.
    pub fn uncertain(&self) -> bool {
        let end = |n: usize| self.effect["interval"][n].as_f64();
        !end(0).zip(end(1)).is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// The gates of a brand, oldest first.
pub async fn gates(tx: &mut Tx, id: BrandId) -> Result<Vec<Held>> {
    let read = |r: &Row| {
        let (effect, guards): (String, String) = (r.get(6)?, r.get(7)?);
        let reviewers: String = r.get(12)?;
        Ok(Held {
            id: r.get(0)?,
            outcome: r.get(1)?,
            scores: Scores { own_milli: r.get(2)?, users_milli: r.get(3)?, superior_milli: r.get(4)? },
            weighted_milli: r.get(5)?,
            effect: serde_json::from_str(&effect)?,
            guards: serde_json::from_str(&guards)?,
            note: r.get(8)?,
            due_at: r.get(9)?,
            held_at: r.get(10)?,
            rule_version: r.get(11)?,
            reviewers: reviewers.split(',').filter_map(|o| o.parse().ok()).collect(),
        })
    };
    tx.all(sql::GATES, vals![id]).await?.iter().map(read).collect()
}
