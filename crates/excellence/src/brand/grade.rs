//! Peer groups, grades of units, and help for those that lag.

use super::act::reasoned;
use super::{number, sql};
use crate::decide::{self, Decider};
use crate::indicator::{PEER_OF, PEER_SET};
use kernel::{
    Actor, Date, HelpPlanId, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{HelpPlanned, PeerGroupSet, UnitGraded},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Tx, vals};

/// Grades, from the best.
const GRADES: [&str; 4] = ["good", "fair", "average", "poor"];

/// A grade of a unit in a mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// The unit.
    pub unit: UnitId,
    /// Mechanism.
    pub mechanism: String,
    /// `good`, `fair`, `average` or `poor`.
    pub grade: String,
    /// What proves it.
    pub evidence: String,
    /// What the unit says to it.
    pub view: String,
}

/// A plan to help a unit that lags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelpPlan {
    /// The unit that is helped.
    pub unit: UnitId,
    /// The unit that helps.
    pub helper: UnitId,
    /// Mechanism.
    pub mechanism: String,
    /// Why it lags.
    pub causes: String,
    /// What is done.
    pub actions: String,
    /// When it is graded again.
    pub regrade_on: Date,
    /// What the unit says to it.
    pub unit_view: String,
}

/// Puts a unit into a group of comparable units.
pub async fn set_peer_group(tx: &mut Tx, by: &Actor, unit: UnitId, group: &str) -> Result<()> {
    decide::by(by, Decider::Secretariat, bi("划分同类单位", "set groups of peers"))?;
    let group = reasoned(group)?;
    let same = tx.opt(PEER_OF, vals![unit]).await?.map(|r| r.get::<String>(0)).transpose()?;
    if same.as_deref() == Some(group.as_str()) {
        return Ok(());
    }
    let now = tx.now();
    tx.exec(PEER_SET, vals![unit, &group, now]).await?;
    tx.append(unit.subject(), by.officer, Some(unit), PeerGroupSet { unit, group });
    Ok(())
}

/// Grades a unit. A grade stands on evidence, and the unit's own view is kept beside it.
pub async fn grade(tx: &mut Tx, by: &Actor, g: &Grade) -> Result<()> {
    decide::by(by, Decider::Secretariat, bi("评定等级", "grade a unit"))?;
    let mut no = Refusal::new("brand.grade", bi("不能评定", "this grade cannot be given"));
    if !GRADES.contains(&g.grade.as_str()) {
        no = no.missing("grade", &g.grade, bi("good、fair、average 或 poor", "good, fair, average or poor"));
    }
    if g.evidence.trim().is_empty() {
        no = no.missing("evidence", "", bi("评级须有依据", "a grade needs its evidence"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let last = tx.opt(sql::GRADE_LAST, vals![g.unit, &g.mechanism]).await?;
    let before = last.map(|r| r.get::<String>(0)).transpose()?;
    let now = tx.now();
    let row = vals![g.unit, &g.mechanism, &g.grade, &g.evidence, &g.view, now];
    tx.exec(sql::GRADE_ADD, row).await?;
    let (mechanism, grade, evidence) = (g.mechanism.clone(), g.grade.clone(), g.evidence.clone());
    let fact = UnitGraded { unit: g.unit, mechanism, grade, before, evidence };
    tx.append(g.unit.subject(), by.officer, Some(g.unit), fact);
    Ok(())
}

/// Sets a help plan: helper, causes, actions and the day of the next grade, all of them.
pub async fn help(tx: &mut Tx, by: &Actor, p: &HelpPlan) -> Result<HelpPlanId> {
    decide::by(by, Decider::LeadingGroup, bi("确定帮扶计划", "set a help plan"))?;
    let (days, _) = number(tx, "help.regrade_days").await?;
    let today = tx.now().date();
    let latest = today.checked_add(jiff::Span::new().days(days)).unwrap_or(today);
    let mut no = Refusal::new("brand.help", bi("帮扶计划不完整", "the help plan is incomplete"));
    if p.helper == p.unit {
        no = no.missing("helper", p.helper, bi("由另一单位帮扶", "another unit helps"));
    }
    for (field, text) in [("causes", &p.causes), ("actions", &p.actions)] {
        if text.trim().is_empty() {
            no = no.missing(field, "", bi("须写明", "it must be said"));
        }
    }
    if p.regrade_on <= today || p.regrade_on > latest {
        let needed = bi(format!("须在 {latest} 前再评"), format!("graded again by {latest}"));
        no = no.missing("regrade_on", p.regrade_on, needed);
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let id = tx.id::<HelpPlanId>();
    let now = tx.now();
    let row =
        vals![id, p.unit, p.helper, &p.mechanism, &p.causes, &p.actions, p.regrade_on, &p.unit_view, now];
    tx.exec(sql::PLAN_ADD, row).await?;
    let fact = HelpPlanned {
        plan: id,
        unit: p.unit,
        helper: p.helper,
        mechanism: p.mechanism.clone(),
        regrade_on: p.regrade_on,
    };
    tx.append(p.unit.subject(), by.officer, Some(p.unit), fact);
    Ok(id)
}

/// The last grade of every unit in every mechanism: unit, mechanism, grade, since when.
pub async fn grades(tx: &mut Tx) -> Result<Vec<(UnitId, String, String, Timestamp)>> {
    let mut last: BTreeMap<(UnitId, String), (String, Timestamp)> = BTreeMap::new();
    for r in tx.all(sql::GRADES, vals![]).await? {
        last.insert((r.get(0)?, r.get(1)?), (r.get(2)?, r.get(3)?));
    }
    Ok(last.into_iter().map(|((unit, mechanism), (grade, at))| (unit, mechanism, grade, at)).collect())
}

/// Units that are graded poor and have no help plan since: unit, mechanism, since when, and until when it is due.
pub async fn unhelped(tx: &mut Tx) -> Result<Vec<(UnitId, String, Timestamp, Timestamp)>> {
    let (days, _) = number(tx, "help.plan_days").await?;
    let mut found = Vec::new();
    for (unit, mechanism, grade, at) in grades(tx).await? {
        if grade == "poor" && tx.opt(sql::PLAN_SINCE, vals![unit, &mechanism, at]).await?.is_none() {
            found.push((unit, mechanism, at, Timestamp(at.0 + days * Timestamp::DAY)));
        }
    }
    Ok(found)
}

/// Plans of help whose day of another grade has come: unit, mechanism, since when, and the day.
pub async fn regrades_due(tx: &mut Tx) -> Result<Vec<(UnitId, String, Timestamp, Date)>> {
    let today = tx.now().date();
    let rows = tx.all(sql::REGRADES_DUE, vals![today]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).collect()
}
