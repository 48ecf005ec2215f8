//! What of brands, practices and standing rules waits for whom: the work lists of the leading group, the secretariat and
//! the heads of units.

use super::{Brand, grade, read};
use crate::decide::Decider;
use crate::{practice, standing_rule};
use kernel::{Actor, BrandId, Date, Result, Scope, Timestamp, UnitId};
use serde::Serialize;
use store::Tx;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Due {
    /// What is to be done: `ended`, `undecided`, `rule`, `title`, `help`, `gate`, `regrade`, `answer`, `unanswered`
    /// or `verify`.
    pub what: &'static str,
    /// The brand; none for grades and plans of help.
    pub brand: Option<BrandId>,
    /// Its code, or the mechanism of a grade.
    pub code: String,
    /// The unit that it is about.
    pub unit: UnitId,
    /// When it was to be done.
    pub due_at: Timestamp,
}

fn of(what: &'static str, b: &Brand, due_at: Timestamp) -> Due {
    let p = &b.positioning;
    Due { what, brand: Some(b.id), code: p.code.clone(), unit: p.unit, due_at }
}

/// The end of a day.
fn end(day: Date) -> Timestamp {
    Timestamp::start_of(day.tomorrow().unwrap_or(day))
}

/// What waits for a login, the soonest due first.
pub async fn due(tx: &mut Tx, by: &Actor) -> Result<Vec<Due>> {
    let mut all = Vec::new();
    let leads = Decider::LeadingGroup.is(by);
    let keeps = Decider::Secretariat.is(by);
    if leads || keeps {
        shared(tx, &mut all).await?;
    }
    if leads {
        of_leaders(tx, &mut all).await?;
    }
    if keeps {
        of_secretariat(tx, &mut all).await?;
    }
    if let Scope::Branch(own) = by.scope
        && Decider::UnitHead(own).is(by)
    {
        for (o, brand, _) in practice::open_of(tx, own).await? {
            let b = read::one(tx, brand).await?;
            all.push(Due { unit: own, ..of("answer", &b, o.due_at) });
        }
    }
    all.sort_by(|a, b| (a.due_at, &a.code, a.what).cmp(&(b.due_at, &b.code, b.what)));
    Ok(all)
}

/// What the secretariat brings before the leading group: brands at their end, and rules to keep or withdraw.
async fn shared(tx: &mut Tx, all: &mut Vec<Due>) -> Result<()> {
    for b in read::ended(tx).await? {
        all.push(of("ended", &b, end(b.ends_on())));
    }
    for r in standing_rule::review_due(tx).await? {
        let b = read::one(tx, r.brand).await?;
        let gone = standing_rule::measured(tx, r.id).await?.filter(|m| m.1 == Some(false)).map(|m| m.0);
        let review = r.review_on.map(Timestamp::start_of);
        let due_at = [gone, review].into_iter().flatten().min().unwrap_or(b.proposed_at);
        all.push(of("rule", &b, due_at));
    }
    Ok(())
}

async fn of_leaders(tx: &mut Tx, all: &mut Vec<Due>) -> Result<()> {
    for b in read::undecided(tx).await? {
        all.push(of("undecided", &b, b.decide_due.unwrap_or(b.proposed_at)));
    }
    for b in read::titles_due(tx).await? {
        all.push(of("title", &b, b.title_review_on.map_or(b.proposed_at, Timestamp::start_of)));
    }
    for (unit, code, _, due_at) in grade::unhelped(tx).await? {
        all.push(Due { what: "help", brand: None, code, unit, due_at });
    }
    Ok(())
}

async fn of_secretariat(tx: &mut Tx, all: &mut Vec<Due>) -> Result<()> {
    for b in read::gates_due(tx).await? {
        all.push(of("gate", &b, b.gate_due.unwrap_or(b.proposed_at)));
    }
    for (unit, code, _, day) in grade::regrades_due(tx).await? {
        all.push(Due { what: "regrade", brand: None, code, unit, due_at: Timestamp::start_of(day) });
    }
    for (o, brand, _) in practice::overdue(tx).await? {
        let b = read::one(tx, brand).await?;
        all.push(Due { unit: o.unit, ..of("unanswered", &b, o.due_at) });
    }
    for (o, brand, offered_at) in practice::unseen(tx).await? {
        let b = read::one(tx, brand).await?;
        // LC03 asks after ninety days what operates.
        let due_at = Timestamp(offered_at.0 + 90 * Timestamp::DAY);
        all.push(Due { unit: o.unit, ..of("verify", &b, due_at) });
    }
    Ok(())
}
