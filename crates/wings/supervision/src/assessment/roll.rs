//! The monthly roll (RC02, RC03): on the last day of a month, who is in post in a branch and whose assessment is valid,
//! and who inspects and was witnessed. It is counted by the clockwork from assessments and acts, and by nobody's word.

use super::sql;
use kernel::{Date, OfficerId, PostId, Result, Timestamp, UnitId, supervision::CompetenceCounted};
use registry::{people, rules as book};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, vals};

fn months_before(day: Date, months: i64) -> Timestamp {
    let months = i32::try_from(months).unwrap_or(0);
    Timestamp::start_of(day.checked_sub(jiff::Span::new().months(months)).unwrap_or(day))
}

/// The month that ended last: its name, its last day and the first day after it.
fn ended(today: Date) -> (String, Date, Date) {
    let first = Date::new(today.year(), today.month(), 1).unwrap_or(today);
    let last = first.yesterday().unwrap_or(first);
    (format!("{:04}-{:02}", last.year(), last.month()), last, first)
}

/// Branches whose roll of a month was not taken yet.
async fn uncounted(tx: &mut Tx, month: &str) -> Result<Vec<UnitId>> {
    let done: Vec<UnitId> =
        tx.all(sql::ROLLS_OF, vals![month]).await?.iter().map(|r| r.get(0)).collect::<Result<_>>()?;
    Ok(people::branches(tx).await?.into_iter().map(|u| u.id).filter(|u| !done.contains(u)).collect())
}

/// Whether a roll is to be taken, and the rules say how long an assessment is valid.
pub async fn roll_is_due(tx: &mut Tx) -> Result<bool> {
    let (month, last, _) = ended(tx.now().date());
    if uncounted(tx, &month).await?.is_empty() {
        return Ok(false);
    }
    let rules = book::rules(tx).await?;
    Ok(book::adopted(&rules, last).is_ok_and(|a| a.pack.number("assessment.validity_months").is_ok()))
}

/// Counts the month that ended last in every branch that was not counted yet; gives how many those were.
pub async fn count_month(tx: &mut Tx) -> Result<usize> {
    let (month, last, first) = ended(tx.now().date());
    let rules = book::rules(tx).await?;
    let validity = book::adopted(&rules, last)?.pack.number("assessment.validity_months")?.value;
    let branches = uncounted(tx, &month).await?;
    for unit in &branches {
        let fact = count(tx, *unit, &month, (last, Timestamp::start_of(first)), validity).await?;
        let now = tx.now();
        if tx.exec(sql::ROLL_TAKEN, vals![*unit, &month, now]).await? == 1 && fact.officers > 0 {
            tx.append(unit.subject(), None, Some(*unit), fact);
        }
    }
    Ok(branches.len())
}

async fn count(
    tx: &mut Tx,
    unit: UnitId,
    month: &str,
    (last, end): (Date, Timestamp),
    validity: i64,
) -> Result<CompetenceCounted> {
    let posts: BTreeMap<PostId, Vec<String>> =
        people::posts(tx).await?.into_iter().map(|p| (p.id, p.tasks)).collect();
    let mut roll: Vec<(OfficerId, PostId)> = Vec::new();
    for r in tx.all(sql::ROLL, vals![unit]).await? {
        roll.push((r.get(0)?, r.get(1)?));
    }
    let since = months_before(last, validity);
    let mut valid: BTreeSet<(OfficerId, String)> = BTreeSet::new();
    for r in tx.all(sql::VALID, vals![unit, since, end]).await? {
        valid.insert((r.get(0)?, r.get(1)?));
    }
    let needs = |post: &PostId| posts.get(post).map(Vec::as_slice).unwrap_or_default();
    let duty = |task: &str| task.split('/').next().unwrap_or_default().to_owned();
    let in_post = roll.iter().filter(|(_, post)| !needs(post).is_empty());
    let assessed =
        in_post.clone().filter(|(o, post)| needs(post).iter().all(|t| valid.contains(&(*o, duty(t)))));
    let year = months_before(last, 12);
    let ids =
        |rows: Vec<store::Row>| rows.iter().map(|r| r.get::<OfficerId>(0)).collect::<Result<BTreeSet<_>>>();
    let active = ids(tx.all(sql::ACTIVE, vals![unit, year, end]).await?)?;
    let seen = ids(tx.all(sql::WITNESSED_SINCE, vals![unit, year, end]).await?)?;
    let n = |n: usize| i64::try_from(n).unwrap_or(0);
    Ok(CompetenceCounted {
        unit,
        month: month.to_owned(),
        last_at: Timestamp(end.0 - 1),
        officers: n(in_post.count()),
        assessed: n(assessed.count()),
        active: n(active.len()),
        witnessed: n(active.intersection(&seen).count()),
    })
}
