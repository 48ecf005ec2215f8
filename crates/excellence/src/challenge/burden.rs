//! What brands cost in working time (PC10): an officer and a day are drawn from the record, and that day's minutes are
//! asked once. Nobody chooses whom to ask, and nobody draws again before the last one was answered.

use super::sql;
use crate::decide::{self, Decider};
use kernel::{
    Actor, BurdenSampleId, Date, No, OfficerId, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{BurdenDrawn, BurdenSampled},
};
use registry::people;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use store::{Row, Tx, ledger, vals};

/// Days back that a day is drawn from: long enough for choice, short enough to remember.
const DAYS: i32 = 28;
/// Facts of the record that are looked at.
const LOOK: i64 = 20_000;

/// A drawn sample of working time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// Its row.
    pub id: BurdenSampleId,
    /// Seed of the draw, hex.
    pub seed: String,
    /// The officer.
    pub officer: OfficerId,
    /// The officer's branch.
    pub unit: Option<UnitId>,
    /// The day.
    pub day: Date,
    /// Days of officers that were drawn from.
    pub candidates: i64,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// Minutes spent on forms for brands; none while it is open.
    pub forms: Option<i64>,
    /// Minutes worked.
    pub worked: Option<i64>,
}

fn row(r: &Row) -> Result<Sample> {
    Ok(Sample {
        id: r.get(0)?,
        seed: r.get(1)?,
        officer: r.get(2)?,
        unit: r.get(3)?,
        day: r.get(4)?,
        candidates: r.get(5)?,
        drawn_at: r.get(6)?,
        forms: r.get(7)?,
        worked: r.get(8)?,
    })
}

/// The sample that waits for its answer.
pub async fn open_sample(tx: &mut Tx) -> Result<Option<Sample>> {
    tx.opt(sql::SAMPLE_OPEN, vals![]).await?.map(|r| row(&r)).transpose()
}

/// Samples, newest first.
pub async fn samples(tx: &mut Tx, limit: i64) -> Result<Vec<Sample>> {
    tx.all(sql::SAMPLES, vals![limit]).await?.iter().map(row).collect()
}

/// Days of the last four weeks on which an officer of a branch left facts, in order.
async fn worked_days(tx: &mut Tx) -> Result<Vec<(OfficerId, Date)>> {
    let today = tx.now().date();
    let since = today.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(today);
    let (head, _) = ledger::head(tx).await?;
    let mut days: BTreeSet<(OfficerId, Date)> = BTreeSet::new();
    for r in tx.all(sql::ACTED, vals![head - LOOK]).await? {
        let (officer, at): (OfficerId, Timestamp) = (r.get(0)?, r.get(1)?);
        let day = at.date();
        if day >= since && day < today {
            days.insert((officer, day));
        }
    }
    let mut of_branches: BTreeSet<OfficerId> = BTreeSet::new();
    for officer in days.iter().map(|d| d.0).collect::<BTreeSet<_>>() {
        if people::officer(tx, officer).await?.is_some_and(|o| o.branch.is_some() && o.on_duty) {
            of_branches.insert(officer);
        }
    }
    Ok(days.into_iter().filter(|d| of_branches.contains(&d.0)).collect())
}

/// Which of so many a seed draws.
pub(super) fn pick(seed: &[u8; 32], of: usize) -> Option<usize> {
    let digest: [u8; 32] = Sha256::digest(seed).into();
    let mut head = [0; 8];
    head.copy_from_slice(&digest[..8]);
    let n = u64::try_from(of).ok().filter(|n| *n > 0)?;
    usize::try_from(u64::from_be_bytes(head) % n).ok()
}

/// Draws the officer and the day of the next sample from the record of the last four weeks.
pub async fn draw_burden(tx: &mut Tx, by: &Actor) -> Result<BurdenSampleId> {
    decide::by(by, Decider::Secretariat, bi("抽取工时样本", "draw a sample of working time"))?;
    let what = bi("现在不能抽取", "nothing can be drawn now");
    let no = Refusal::new("burden.draw", what);
    if let Some(open) = open_sample(tx).await? {
        let needed = bi("先登记上一份样本", "the last sample is answered first");
        return Err(no.missing("sample", open.day, needed).into());
    }
    let days = worked_days(tx).await?;
    let seed: [u8; 32] = tx.chance().bytes();
    let Some((officer, day)) = pick(&seed, days.len()).map(|n| days[n]) else {
        let needed = bi("近四周须有分支人员的工作记录", "officers of branches left no facts in four weeks");
        return Err(no.missing("record", 0, needed).into());
    };
    let unit = people::officer(tx, officer).await?.and_then(|o| o.branch);
    let (sample, now, seed) = (tx.id::<BurdenSampleId>(), tx.now(), hex::encode(seed));
    let candidates = i64::try_from(days.len()).unwrap_or(i64::MAX);
    tx.exec(sql::SAMPLE_ADD, vals![sample, &seed, officer, unit, day, candidates, by.officer, now]).await?;
    tx.append(officer.subject(), by.officer, unit, BurdenDrawn { sample, officer, day, seed, candidates });
    Ok(sample)
}

/// Notes what the drawn officer says of the drawn day: minutes that went into forms for brands, of minutes worked.
pub async fn note_burden(tx: &mut Tx, by: &Actor, id: BurdenSampleId, forms: i64, worked: i64) -> Result<()> {
    decide::by(by, Decider::Secretariat, bi("登记工时样本", "note a sample of working time"))?;
    let none = || No::from(Refusal::new("burden.none", bi("没有这份样本", "there is no such sample")));
    let s = row(&tx.opt(sql::SAMPLE, vals![id]).await?.ok_or_else(none)?)?;
    let mut no = Refusal::new("burden.sample", bi("工时样本有误", "the sample is wrong"));
    if worked <= 0 || worked > 24 * 60 {
        no = no.missing("worked", worked, bi("一天的工作分钟数", "minutes worked in a day"));
    }
    if forms < 0 || forms > worked {
        no = no.missing("forms", forms, bi("不超过工作分钟数", "no more than was worked"));
    }
    let now = tx.now();
    if no.missing.is_empty() && tx.exec(sql::SAMPLE_NOTED, vals![id, forms, worked, now]).await? == 0 {
        no = no.missing("sample", s.day, bi("已登记过", "it was noted already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let fact = BurdenSampled { officer: s.officer, forms, worked, sample: Some(id) };
    tx.append(s.officer.subject(), by.officer, s.unit, fact);
    Ok(())
}
