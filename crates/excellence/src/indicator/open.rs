//! A figure opens to its facts: the numbers in the ledger of everything that was counted, page by page.

use super::act::{Read, space_name};
use super::case::{Case, decode_grants};
use super::catalogue::Catalogue;
use super::definition::Definition;
use super::fold::{CaseKey, Contribution, Fold};
use super::formula::{self, Of};
use super::period::Window;
use super::sql;
use kernel::{No, Result, Timestamp, UnitId};
use serde::Serialize;
use store::{Tx, Val, ledger, vals};
use uuid::Uuid;

/// How long before its period a fact may lie that names a later moment, such as a due date.
const AHEAD: i64 = 400 * Timestamp::DAY;
/// Facts looked at in one reading.
const SCAN: i64 = 1000;

/// A case that was counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opened {
    /// The fact that put the case into the period; the page goes on after it.
    pub seq: i64,
    /// Its kind.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// When it happened.
    pub at: Timestamp,
    /// Counted in the numerator.
    pub numerator: i64,
    /// Counted in the denominator.
    pub denominator: i64,
    /// Its value, for medians.
    pub value: Option<i64>,
    /// Its group.
    pub group: String,
    /// Every fact that the case rests on.
    pub facts: Vec<i64>,
}

/// The cases of a figure after fact `after`, at most `limit`, and where the next page begins.
pub async fn facts(
    tx: &mut Tx,
    c: &Catalogue,
    d: &Definition,
    unit: Option<UnitId>,
    w: Window,
    after: i64,
    limit: usize,
) -> Result<(Vec<Opened>, Option<i64>)> {
    let formula = d.formula().map_err(|e| No::fault(e.0))?;
    let Some(n) = c.plan.ready.iter().position(|r| r.id == d.id && r.version == d.version) else {
        return Ok((Vec::new(), None));
    };
    let mut kinds: Vec<&str> = Vec::new();
    for (name, selector) in &formula.marks {
        if formula.when.as_ref().is_none_or(|t| t.mark == *name) {
            kinds.extend(selector.kinds.iter().map(String::as_str));
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    let ahead = formula.shift != 0 || formula.when.as_ref().is_some_and(|t| t.of != Of::At);
    let from = first_at(tx, w.begins().0 - if ahead { AHEAD } else { 0 }).await?;
    let end = first_at(tx, w.ends().0).await?;
    let mut at = after.max(from - 1);
    let mut found = Vec::new();
    let mut grants = Vec::new();
    for r in tx.all(sql::GRANTS, vals![]).await? {
        let (officer, bytes): (Uuid, Vec<u8>) = (r.get(0)?, r.get(1)?);
        grants.push((officer.as_u128(), decode_grants(&bytes)?));
    }
    loop {
        let mut values = vals![at, end, SCAN];
        values.extend(kinds.iter().map(|k| Val::from(*k)));
        let rows = tx.all(&sql::facts(kinds.len()), values).await?;
        let page: Vec<Read<'_>> = rows.iter().map(Read::of).collect::<Result<_>>()?;
        for read in &page {
            if found.len() == limit {
                return Ok((found, Some(at)));
            }
            at = read.seq;
            let mut fold = Fold::new(&c.plan);
            fold.grants.extend(grants.iter().cloned());
            if let Some(o) = open(tx, c, &mut fold, n, read, (unit, w)).await? {
                found.push(o);
            }
        }
        if page.len() < usize::try_from(SCAN).unwrap_or(usize::MAX) {
            return Ok((found, None));
        }
    }
}

async fn open(
    tx: &mut Tx,
    c: &Catalogue,
    fold: &mut Fold<'_>,
    n: usize,
    read: &Read<'_>,
    (unit, w): (Option<UnitId>, Window),
) -> Result<Option<Opened>> {
    let mut keys = Vec::new();
    fold.cases_of(&read.line(), &mut keys);
    let ready = &c.plan.ready[n];
    let keyed = c.plan.spaces[usize::from(ready.space)].key.is_some();
    let case = if keyed {
        let Some(key) = keys.into_iter().find(|k| k.space == ready.space) else { return Ok(None) };
        stored(tx, c, fold, key).await?
    } else {
        fold.alone(&read.line(), ready.space)
    };
    let number = u16::try_from(n).map_err(No::fault)?;
    let Some(Contribution { cell, num, den, value, .. }) = fold.contribution(number, &case) else {
        return Ok(None);
    };
    let own = case.marks.iter().any(|m| m.seq == read.seq && ready.when.is_none_or(|t| t.mark == m.number));
    let here = (w.first..=w.last).contains(&cell.month) && unit.is_none_or(|u| u.0.as_u128() == cell.unit);
    if !own || !here {
        return Ok(None);
    }
    let of_this = case.marks.iter().filter(|m| ready.marks.contains(&m.number));
    let mut facts: Vec<i64> = of_this.map(|m| m.seq).collect();
    facts.sort_unstable();
    facts.dedup();
    Ok(Some(Opened {
        seq: read.seq,
        kind: read.kind.to_owned(),
        subject: read.subject.to_owned(),
        at: Timestamp(read.at),
        numerator: num,
        denominator: den,
        value,
        group: fold.texts.text(cell.group).to_owned(),
        facts,
    }))
}

async fn stored(tx: &mut Tx, c: &Catalogue, fold: &mut Fold<'_>, key: CaseKey) -> Result<Case> {
    let row = vals![space_name(c, &key), Uuid::from_u128(key.key)];
    match tx.opt(sql::CASE, row).await? {
        Some(r) => {
            let bytes: Vec<u8> = r.get(0)?;
            Case::decode(&bytes, &mut fold.texts)
        }
        None => Ok(Case::default()),
    }
}

/// The number of the first fact at or after an instant; one past the last when there is none.
async fn first_at(tx: &mut Tx, at: i64) -> Result<i64> {
    let (mut low, mut high) = (1, ledger::head(tx).await?.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let there: i64 = tx.one(sql::AT_OF, vals![middle]).await?.get(0)?;
        if there < at {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// The name of a mark's kinds, for people who want to know which facts a formula reads.
pub fn kinds(d: &Definition) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for selector in d.mark.values() {
        if let Ok(s) = formula::selector(selector) {
            kinds.extend(s.kinds);
        }
    }
    kinds.sort();
    kinds.dedup();
    kinds
}
