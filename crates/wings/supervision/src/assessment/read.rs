//! What pages read of assessments, and what a post needs.

use super::{Asked, Assessment, Bank, sql};
use crate::competence::{self, Task};
use kernel::{Actor, AssessmentId, Bilingual, No, OfficerId, Refusal, Result, Timestamp, bi};
use registry::people;
use serde::Serialize;
use store::{Row, Tx, vals};

fn list(text: &str) -> Vec<String> {
    text.split(',').filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

fn row(r: &Row) -> Result<Assessment> {
    let duty: String = r.get(2)?;
    let (began, due): (Option<Timestamp>, Option<Timestamp>) = (r.get(9)?, r.get(10)?);
    Ok(Assessment {
        id: r.get(0)?,
        officer: r.get(1)?,
        duty: Task::parse(&duty).ok_or_else(|| No::fault(format!("no duty {duty}")))?,
        hs_prefix: r.get(3)?,
        bank: r.get(4)?,
        seed: r.get(5)?,
        assessor: r.get(6)?,
        lessons: list(&r.get::<String>(7)?),
        opened_at: r.get(8)?,
        theory_began: began.zip(due),
        theory_milli: r.get(11)?,
        witness_milli: r.get(12)?,
        critical_failed: list(&r.get::<String>(13)?),
        records_sound: r.get(14)?,
        outcome: r.get(15)?,
        retest_on: r.get(16)?,
        authorisation: r.get(17)?,
        rule_version: r.get(18)?,
    })
}

/// One assessment.
pub async fn one(tx: &mut Tx, id: AssessmentId) -> Result<Assessment> {
    let none =
        || No::from(Refusal::new("assessment.not_found", bi("没有这次考核", "there is no such assessment")));
    row(&tx.opt(sql::ONE, vals![id]).await?.ok_or_else(none)?)
}

/// Assessments of an officer, newest first.
pub async fn of_officer(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Assessment>> {
    tx.all(sql::OF_OFFICER, vals![officer]).await?.iter().map(row).collect()
}

/// Assessments that wait for a person, as candidate or as assessor.
pub async fn open_of(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Assessment>> {
    tx.all(sql::OPEN_OF, vals![officer]).await?.iter().map(row).collect()
}

/// The paper of an assessment, for the candidate who has begun and for nobody else before it is handed in.
pub async fn paper(tx: &mut Tx, by: &Actor, id: AssessmentId) -> Result<Vec<Asked>> {
    let a = one(tx, id).await?;
    let sits = by.officer == Some(a.officer) && a.theory_began.is_some();
    if !sits && a.theory_milli.is_none() {
        return Ok(Vec::new());
    }
    Ok(Bank::of_version(tx, a.bank).await?.draw(a.duty, a.seed, &a.lessons))
}

/// A task that a post needs, on goods of an HS prefix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// Duty.
    pub duty: Task,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// Until when an authorisation covers it; none when none does.
    pub held_until: Option<Timestamp>,
}

/// What an officer's post needs, and what of it is held. A post names tasks as `sample`, or `sample/0710` for goods.
pub async fn needs(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Need>> {
    let Some(o) = people::officer(tx, officer).await? else { return Ok(Vec::new()) };
    let posts = people::posts(tx).await?;
    let Some(post) = posts.into_iter().find(|p| p.id == o.post) else { return Ok(Vec::new()) };
    let held = competence::of_officer(tx, officer).await?;
    let now = tx.now();
    let mut needs = Vec::new();
    for task in &post.tasks {
        let (code, hs_prefix) = task.split_once('/').unwrap_or((task, ""));
        let Some(duty) = Task::parse(code) else { continue };
        let covers = |a: &&competence::Authorisation| {
            a.duty == duty
                && a.ended.is_none()
                && a.valid_from <= now
                && now < a.valid_to
                && hs_prefix.starts_with(&a.hs_prefix)
        };
        let held_until = held.iter().filter(covers).map(|a| a.valid_to).max();
        needs.push(Need { duty, hs_prefix: hs_prefix.to_owned(), held_until });
    }
    Ok(needs)
}

/// Why a fact is no record of an officer's work: there is none, or somebody else acted; none when it is.
pub(super) async fn not_of(tx: &mut Tx, officer: OfficerId, seq: i64) -> Result<Option<Bilingual>> {
    let Some(r) = tx.opt(sql::FACT, vals![seq]).await? else {
        return Ok(Some(bi("账本中没有这一条", "the ledger has no such fact")));
    };
    let whose: Option<OfficerId> = r.get(0)?;
    if whose == Some(officer) {
        return Ok(None);
    }
    let other = match whose {
        Some(id) => people::officer(tx, id).await?.map(|o| o.name),
        None => Some(bi("系统", "the system")),
    };
    let other = other.unwrap_or_else(|| bi("他人", "somebody else"));
    Ok(Some(bi(
        format!("第 {seq} 条是{}所为，须为应考人本人的记录", other.zh),
        format!("fact {seq} is an act of {}: it must be the candidate's own", other.en),
    )))
}
