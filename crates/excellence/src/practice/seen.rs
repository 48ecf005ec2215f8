//! An adopted practice is seen operating, step by step, by somebody who is not of the unit that adopted it.

use super::{act, sql};
use crate::decide::{self, Decider};
use kernel::{Actor, OfferId, OfficerId, Refusal, Result, Timestamp, bi, excellence::PracticeVerified};
use registry::people;
use serde::Serialize;
use store::{Row, Tx, vals};

/// A check of an adopter on the spot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// When.
    pub at: Timestamp,
    /// Whether the practice was seen operating.
    pub operating: bool,
    /// Numbers of the steps that were seen at work, from 1.
    pub seen: Vec<usize>,
    /// What was found.
    pub note: String,
    /// Who went there.
    pub checked_by: Option<OfficerId>,
}

/// The checks of an adopter, oldest first.
pub async fn checks(tx: &mut Tx, offer: OfferId) -> Result<Vec<Check>> {
    let read = |r: &Row| {
        let seen: String = r.get(2)?;
        Ok(Check {
            at: r.get(0)?,
            operating: r.get(1)?,
            seen: seen.split(',').filter_map(|n| n.parse().ok()).collect(),
            note: r.get(3)?,
            checked_by: r.get(4)?,
        })
    };
    tx.all(sql::CHECKS, vals![offer]).await?.iter().map(read).collect()
}

/// Notes which steps of the package were seen at work in a unit that adopted it. It operates when all are, or, where
/// the unit adapted the practice, when what takes the place of the others is said. Gives whether it operates.
pub async fn verify(tx: &mut Tx, by: &Actor, id: OfferId, seen: &[usize], note: &str) -> Result<bool> {
    decide::by(by, Decider::Secretariat, bi("核实典型经验运行", "see a practice at work"))?;
    let o = act::offer_one(tx, id).await?;
    let p = act::one(tx, o.practice).await?;
    let steps = p.body["package"]["steps"].as_array().map_or(0, Vec::len);
    let mut no = Refusal::new("practice.verify", bi("不能核实", "this cannot be noted"));
    if !o.adopted() {
        let needed = bi("只核实已采纳的单位", "only a unit that adopted it is visited");
        no = no.missing("answer", o.answer.as_deref().unwrap_or_default(), needed);
    }
    let officer = match by.officer {
        Some(id) => people::officer(tx, id).await?,
        None => None,
    };
    if officer.is_none_or(|x| x.unit == o.unit || x.branch == Some(o.unit)) {
        let needed = bi("由采纳单位以外的人员核实", "somebody of another unit than the adopter sees it");
        no = no.missing("officer", &by.name.zh, needed);
    }
    for n in seen.iter().filter(|n| **n == 0 || **n > steps) {
        let needed = bi(format!("步骤为 1 至 {steps}"), format!("the steps are 1 to {steps}"));
        no = no.missing("seen", n, needed);
    }
    let mut seen: Vec<usize> = seen.to_vec();
    seen.sort_unstable();
    seen.dedup();
    let (all, note) = (seen.len() == steps, note.trim());
    if !all && note.is_empty() {
        let needed = bi("未见全部步骤时，须写明所见", "where a step was not seen, say what was found");
        no = no.missing("note", "", needed);
    }
    if checks(tx, id).await?.iter().any(|c| c.operating) {
        no = no.missing("offer", id, bi("已核实运行", "it was seen operating already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let operating = all || (o.answer.as_deref() == Some("adapt") && !seen.is_empty());
    let list: Vec<String> = seen.iter().map(ToString::to_string).collect();
    let now = tx.now();
    tx.exec(sql::CHECK_ADD, vals![id, now, operating, list.join(","), note, by.officer]).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let fact = PracticeVerified {
        offer: id,
        practice: o.practice,
        unit: o.unit,
        operating,
        seen: count(seen.len()),
        steps: count(steps),
    };
    tx.append(id.subject(), by.officer, Some(o.unit), fact);
    Ok(operating)
}
