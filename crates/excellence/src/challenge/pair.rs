//! Learning pairs: a visit ends in an adoption plan with a date, and the plan is checked. What ends in nothing is not
//! counted as learning.

use super::{read, sql};
use crate::brand;
use crate::decide::{self, Decider};
use kernel::{
    Actor, ChallengeId, Date, LearningPairId, No, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{AdoptionChecked, LearningPaired, PairVisited},
};
use serde::Serialize;
use store::{Row, Tx, vals};

/// A pair as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Its row.
    pub id: LearningPairId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The unit that learns.
    pub learner: UnitId,
    /// The unit that shows.
    pub teacher: UnitId,
    /// When they were paired.
    pub paired_at: Timestamp,
    /// When they met.
    pub visited_at: Option<Timestamp>,
    /// What is adopted.
    pub plan: String,
    /// When it is checked.
    pub check_on: Option<Date>,
    /// Whether it was found done.
    pub adopted: Option<bool>,
}

impl Pair {
    /// Whether the visit is counted as learning.
    pub fn counted(&self) -> bool {
        self.check_on.is_some() && !self.plan.is_empty()
    }
}

fn row(r: &Row) -> Result<Pair> {
    Ok(Pair {
        id: r.get(0)?,
        challenge: r.get(1)?,
        learner: r.get(2)?,
        teacher: r.get(3)?,
        paired_at: r.get(4)?,
        visited_at: r.get(5)?,
        plan: r.get(6)?,
        check_on: r.get(7)?,
        adopted: r.get(8)?,
    })
}

/// The pairs of a challenge.
pub async fn pairs(tx: &mut Tx, id: ChallengeId) -> Result<Vec<Pair>> {
    tx.all(sql::PAIRS, vals![id]).await?.iter().map(row).collect()
}

async fn one(tx: &mut Tx, id: LearningPairId) -> Result<Pair> {
    let none =
        || No::from(Refusal::new("challenge.no_pair", bi("没有这对结对单位", "there is no such pair")));
    row(&tx.opt(sql::PAIR, vals![id]).await?.ok_or_else(none)?)
}

/// Pairs a unit with one that does better.
pub async fn pair(
    tx: &mut Tx,
    by: &Actor,
    id: ChallengeId,
    learner: UnitId,
    teacher: UnitId,
) -> Result<LearningPairId> {
    decide::by(by, Decider::Secretariat, bi("结对", "pair two units"))?;
    let c = read::one(tx, id).await?;
    let level = |u: UnitId| c.standings.iter().find(|s| s.unit == u).and_then(|s| s.value);
    let up = c.criteria.as_ref().is_none_or(|k| k.up);
    let better = level(teacher).zip(level(learner)).is_some_and(|(a, b)| if up { a > b } else { a < b });
    let mut no = Refusal::new("challenge.pair", bi("不能结对", "these units cannot be paired"));
    if !better {
        no = no.missing("teacher", teacher, bi("须为水平更高的单位", "a unit that does better"));
    }
    let (pair, now) = (tx.id::<LearningPairId>(), tx.now());
    if no.missing.is_empty() && tx.exec(sql::PAIR_ADD, vals![pair, id, learner, teacher, now]).await? == 0 {
        no = no.missing("learner", learner, bi("已结对", "it is paired already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    tx.append(
        pair.subject(),
        by.officer,
        Some(learner),
        LearningPaired { pair, challenge: id, learner, teacher },
    );
    Ok(pair)
}

/// The learning unit reports the visit. Without a plan and its date, the visit is noted and not counted as learning.
pub async fn visited(
    tx: &mut Tx,
    by: &Actor,
    id: LearningPairId,
    plan: &str,
    check_on: Option<Date>,
) -> Result<bool> {
    let p = one(tx, id).await?;
    decide::by(by, Decider::UnitHead(p.learner), bi("报告结对走访", "report a visit"))?;
    let today = tx.now().date();
    let (plan, check_on) = (plan.trim(), check_on.filter(|d| *d > today));
    let counted = !plan.is_empty() && check_on.is_some();
    let check_on = check_on.filter(|_| counted);
    let now = tx.now();
    if tx.exec(sql::VISITED, vals![id, now, plan, check_on]).await? == 0 {
        let what = bi("走访已报告", "the visit was reported already");
        return Err(Refusal::new("challenge.visit", what)
            .missing("pair", id, bi("以首次报告为准", "the first report stands"))
            .into());
    }
    let fact = PairVisited { pair: id, plan: plan.into(), check_on, counted };
    tx.append(id.subject(), by.officer, Some(p.learner), fact);
    Ok(counted)
}

/// The secretariat checks an adoption plan on its day or later, with the facts of the learning unit that prove it.
pub async fn check(tx: &mut Tx, by: &Actor, id: LearningPairId, adopted: bool, facts: &[i64]) -> Result<()> {
    decide::by(by, Decider::Secretariat, bi("核查采纳计划", "check an adoption plan"))?;
    let p = one(tx, id).await?;
    let mut no = Refusal::new("challenge.check", bi("不能核查", "this check cannot be noted"));
    let today = tx.now().date();
    match p.check_on {
        None => no = no.missing("plan", "", bi("没有采纳计划", "there is no adoption plan")),
        Some(day) if today < day => {
            no =
                no.missing("check_on", day, bi(format!("{day} 起核查"), format!("it is checked from {day}")));
        }
        Some(_) => {}
    }
    no = brand::not_own(tx, no, p.learner, facts).await?;
    if adopted && facts.is_empty() {
        no = no.missing("facts", "", bi("采纳须有记录证明", "adoption is proved by records"));
    }
    let list: Vec<String> = facts.iter().map(ToString::to_string).collect();
    let now = tx.now();
    if no.missing.is_empty() && tx.exec(sql::CHECKED, vals![id, now, adopted, list.join(",")]).await? == 0 {
        no = no.missing("pair", id, bi("已核查", "it was checked already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    tx.append(
        id.subject(),
        by.officer,
        Some(p.learner),
        AdoptionChecked { pair: id, adopted, facts: facts.to_vec() },
    );
    Ok(())
}
