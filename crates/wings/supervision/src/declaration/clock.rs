//! The clocks of a declaration: counted in working days of the official calendar, under the pinned rules.
//!
//! Two clocks use the same due date in turn: the notice period until acceptance, the promised time of release
//! after it. Laboratory and expert time is shown, but stands outside the commitment: while a suspension is open
//! the clock stands, and when the last one ends the due date moves by the working days that it stood.

use super::{Declaration, Stage, sql};
use kernel::{
    Bilingual, Date, DeclarationId, No, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{ClockResumed, ClockSuspended},
};
use registry::rules::{self as book, Calendar, Pack, Parameter, Rules};
use store::{Tx, vals};
use uuid::Uuid;

/// Why a promised clock may lawfully stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Samples are in the laboratory.
    Laboratory,
    /// Experts review.
    Expert,
}

impl Standing {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Laboratory => "laboratory",
            Standing::Expert => "expert",
        }
    }

    /// What stops the clock.
    pub fn name(self) -> Bilingual {
        match self {
            Standing::Laboratory => bi("实验室检测时间", "laboratory time"),
            Standing::Expert => bi("专家评审时间", "expert review time"),
        }
    }
}

/// A time in which the clock stands or stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspension {
    /// `laboratory` or `expert`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// From when.
    pub since: Timestamp,
    /// Until when; none while it stands.
    pub until: Option<Timestamp>,
}

/// A clock as pages show it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The last moment, the end of a working day.
    pub due_at: Timestamp,
    /// Working days left; negative when over.
    pub left: i64,
    /// Working days in all.
    pub total: i64,
    /// The number behind it.
    pub rule: Parameter,
    /// The pinned version that says it.
    pub version: String,
    /// Since when and why it stands.
    pub suspended: Option<Suspension>,
    /// While it stands for the laboratory: by when the tests should be done.
    pub tests_due_at: Option<Timestamp>,
}

/// The pack that a matter was begun under; one that is not kept any more gives way to the one in force.
pub fn pinned<'a>(rules: &'a Rules, label: &str, today: Date) -> Result<&'a Pack> {
    Ok(match rules.by_label(label) {
        Some(a) => &a.pack,
        None => &book::adopted(rules, today)?.pack,
    })
}

/// Working days from `now` to the end of the clock; negative when it is over.
pub fn left(calendar: &Calendar, due_at: Timestamp, now: Timestamp) -> i64 {
    let last = Timestamp(due_at.0 - 1).date();
    if now < due_at { calendar.between(now.date(), last) } else { -calendar.between(last, now.date()).max(1) }
}

/// The number that a stage's clock is counted by; none where nothing is due.
fn rule_of(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Lodged => Some("notice.working_days"),
        Stage::Returned => Some("answer.working_days"),
        Stage::Accepted | Stage::Inspecting | Stage::Testing | Stage::Deciding => {
            Some("release.working_days")
        }
        Stage::Released | Stage::Certified | Stage::Disposed | Stage::Withdrawn => None,
    }
}

/// The clock that runs for a declaration now.
pub async fn reading(tx: &mut Tx, d: &Declaration) -> Result<Option<Reading>> {
    let Some(key) = rule_of(d.stage) else { return Ok(None) };
    let suspended = suspensions(tx, d.id).await?.into_iter().rfind(|s| s.until.is_none());
    let rules = book::rules(tx).await?;
    of(&rules, d, key, suspended, tx.now()).map(Some)
}

/// As [`reading`], for a row of a list that knows only since when the clock stands.
pub async fn brief(tx: &mut Tx, d: &Declaration, since: Option<Timestamp>) -> Result<Option<Reading>> {
    let Some(key) = rule_of(d.stage) else { return Ok(None) };
    let suspended =
        since.map(|since| Suspension { kind: String::new(), reason: String::new(), since, until: None });
    let rules = book::rules(tx).await?;
    of(&rules, d, key, suspended, tx.now()).map(Some)
}

fn of(
    rules: &Rules,
    d: &Declaration,
    key: &str,
    suspended: Option<Suspension>,
    now: Timestamp,
) -> Result<Reading> {
    let pack = pinned(rules, &d.rule_version, now.date())?;
    let rule = pack.number(key)?.clone();
    let tests_due_at = match &suspended {
        Some(s) if d.stage == Stage::Testing => {
            let days = pack.number("laboratory.working_days")?.value;
            Some(rules.calendar.end_of(s.since.date(), days))
        }
        _ => None,
    };
    // A clock that stands shows what was left when it stopped.
    let at = suspended.as_ref().map_or(now, |s| s.since);
    Ok(Reading {
        due_at: d.due_at,
        left: left(&rules.calendar, d.due_at, at),
        total: rule.value,
        rule,
        version: d.rule_version.clone(),
        suspended,
        tests_due_at,
    })
}

/// The suspensions of a declaration, newest first.
pub async fn suspensions(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Suspension>> {
    let rows = tx.all(sql::SUSPENSIONS, vals![id]).await?;
    rows.iter()
        .map(|r| Ok(Suspension { kind: r.get(0)?, reason: r.get(1)?, since: r.get(2)?, until: r.get(3)? }))
        .collect()
}

/// Stops the promised clock; asked again while it stands for the same cause, it changes nothing.
/// Only the promised time of release can stand, never the notice period of the law.
pub async fn suspend_clock(tx: &mut Tx, id: DeclarationId, kind: Standing, reason: &str) -> Result<()> {
    let (branch, stage, due_at, since) = stands(tx, id).await?;
    if rule_of(stage) != Some("release.working_days") || reason.trim().is_empty() {
        let what = bi("不能中止时限", "the clock cannot be suspended");
        let needed = bi(
            "受理后、办结前方可中止，并须写明事由",
            "only after acceptance and before the decision, with a reason",
        );
        return Err(Refusal::new("declaration.suspend", what).missing("stage", stage.code(), needed).into());
    }
    let open = suspensions(tx, id).await?;
    if open.iter().any(|s| s.until.is_none() && s.kind == kind.code()) {
        return Ok(());
    }
    let now = tx.now();
    let row = tx.id::<Uuid>();
    tx.exec(sql::SUSPENSION_ADD, vals![row, id, kind.code(), reason, now]).await?;
    tx.exec(sql::SET_SUSPENDED, vals![id, since.unwrap_or(now), due_at]).await?;
    let fact = ClockSuspended { declaration: id, kind: kind.code().into(), reason: reason.into() };
    tx.append(id.subject(), None, Some(branch), fact);
    Ok(())
}

/// Lets the clock run again, unless it stands for another cause too; asked when it runs, it changes nothing.
pub async fn resume_clock(tx: &mut Tx, id: DeclarationId, kind: Standing) -> Result<()> {
    let (branch, _, due_at, since) = stands(tx, id).await?;
    let now = tx.now();
    if tx.exec(sql::SUSPENSION_END, vals![id, kind.code(), now]).await? == 0 {
        return Ok(());
    }
    let still = suspensions(tx, id).await?.iter().any(|s| s.until.is_none());
    let (mut days, mut due) = (0, due_at);
    if let (false, Some(since)) = (still, since) {
        let rules = book::rules(tx).await?;
        days = rules.calendar.between(since.date(), now.date());
        due = rules.calendar.end_of(Timestamp(due_at.0 - 1).date(), days);
        tx.exec(sql::SET_SUSPENDED, vals![id, None::<Timestamp>, due]).await?;
    }
    let fact = ClockResumed { declaration: id, kind: kind.code().into(), working_days: days, due_at: due };
    tx.append(id.subject(), None, Some(branch), fact);
    Ok(())
}

async fn stands(tx: &mut Tx, id: DeclarationId) -> Result<(UnitId, Stage, Timestamp, Option<Timestamp>)> {
    let r = tx.one(sql::STANDS, vals![id]).await?;
    let code: String = r.get(1)?;
    let stage = Stage::parse(&code).ok_or_else(|| No::fault(format!("no stage {code}")))?;
    Ok((r.get(0)?, stage, r.get(2)?, r.get(3)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn m9_2_days_left_are_working_days_and_the_last_day_is_today() {
        // Friday 25 September 2026 is a holiday; the others of the week before National Day are worked.
        let mut c = Calendar::default();
        for d in ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"] {
            c.exceptions.insert(day(d), false);
        }
        c.exceptions.insert(day("2026-10-10"), true);
        let due = c.end_of(day("2026-09-30"), 5);
        assert_eq!(due.date(), day("2026-10-14"), "8, 9, 10, 12 and 13 October");
        assert_eq!(left(&c, due, Timestamp::at(day("2026-09-30"), 9, 0)), 5);
        assert_eq!(left(&c, due, Timestamp::at(day("2026-10-13"), 16, 50)), 0);
        assert_eq!(left(&c, due, Timestamp::at(day("2026-10-14"), 0, 0)), -1);
        assert_eq!(left(&c, due, Timestamp::at(day("2026-10-15"), 9, 0)), -2);
    }
}
