//! What pages read of challenges.

use super::{Criteria, RedLine, Standing, TieRule, rules, sql, terms};
use kernel::{Actor, Bilingual, ChallengeId, Date, No, Refusal, Result, Scope, Timestamp, UnitId, bi};
use serde::Serialize;
use std::collections::BTreeSet;
use store::{Row, Tx, vals};

/// A challenge as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Challenge {
    /// Its row.
    pub id: ChallengeId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// Indicator.
    pub indicator: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// How a tie is broken.
    pub tie_rule: TieRule,
    /// What bars a unit from the award.
    pub red_lines: Vec<RedLine>,
    /// `waiting` (for the leading group), `proposed`, `published`, `scored` or `awarded`.
    pub stage: String,
    /// Other contests of its quarter when it was proposed.
    pub others: i64,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The frozen criteria.
    pub criteria: Option<Criteria>,
    /// Their hash, hex.
    pub sha256: String,
    /// When they were published.
    pub published_at: Option<Timestamp>,
    /// Standings, once scored.
    pub standings: Vec<Standing>,
    /// The unit that it was awarded to.
    pub awarded: Option<UnitId>,
}

fn row(r: &Row) -> Result<Challenge> {
    let (criteria, standings): (String, String) = (r.get(12)?, r.get(15)?);
    Ok(Challenge {
        id: r.get(0)?,
        code: r.get(1)?,
        name: bi(r.get::<String>(2)?, r.get::<String>(3)?),
        indicator: r.get(4)?,
        starts_on: r.get(5)?,
        ends_on: r.get(6)?,
        tie_rule: TieRule::from(r.get::<String>(7)?),
        red_lines: terms::read(r.text(8)?),
        stage: r.get(9)?,
        others: r.get(10)?,
        proposed_at: r.get(11)?,
        criteria: if criteria.is_empty() { None } else { Some(serde_json::from_str(&criteria)?) },
        sha256: r.get(13)?,
        published_at: r.get(14)?,
        standings: if standings.is_empty() { Vec::new() } else { serde_json::from_str(&standings)? },
        awarded: r.get(17)?,
    })
}

/// One challenge.
pub async fn one(tx: &mut Tx, id: ChallengeId) -> Result<Challenge> {
    let none =
        || No::from(Refusal::new("challenge.not_found", bi("没有这项活动", "there is no such challenge")));
    row(&tx.opt(sql::ONE, vals![id]).await?.ok_or_else(none)?)
}

/// Challenges, newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Challenge>> {
    tx.all(sql::LIST, vals![limit]).await?.iter().map(row).collect()
}

/// The standings that a login sees: the bureau all, a branch the first five and its neighbours.
pub fn seen_by(c: &Challenge, by: &Actor) -> Vec<Standing> {
    match by.scope {
        Scope::Bureau => c.standings.clone(),
        Scope::Branch(own) => rules::visible(&c.standings, Some(own)),
        Scope::Operator(_) => Vec::new(),
    }
}

/// The units that are named to a login, in criteria, objections and pairs as in the ranks; none for all of them.
pub fn named_to(c: &Challenge, by: &Actor) -> Option<BTreeSet<UnitId>> {
    let own = match by.scope {
        Scope::Bureau => return None,
        Scope::Branch(own) => Some(own),
        Scope::Operator(_) => None,
    };
    Some(seen_by(c, by).into_iter().map(|s| s.unit).chain(own).collect())
}

/// An objection and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Objection {
    /// The unit.
    pub unit: UnitId,
    /// What it says.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was found right; none while it is open.
    pub upheld: Option<bool>,
    /// Why.
    pub answer: String,
}

/// The objections to a challenge's scores.
pub async fn objections(tx: &mut Tx, id: ChallengeId) -> Result<Vec<Objection>> {
    let read = |r: &Row| {
        Ok(Objection {
            unit: r.get(0)?,
            text: r.get(1)?,
            at: r.get(2)?,
            upheld: r.get(3)?,
            answer: r.get(4)?,
        })
    };
    tx.all(sql::OBJECTIONS, vals![id]).await?.iter().map(read).collect()
}
