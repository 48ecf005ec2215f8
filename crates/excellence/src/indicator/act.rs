//! The driver of the fold.
//!
//! The state that is stored after a fold depends on the ledger and on the catalogue alone, never on how the
//! facts were cut into batches: a rebuild from nothing gives the same bytes.

use super::card;
use super::case::{Case, add_spread, decode_grants, encode_grants, encode_spread};
use super::catalogue::Catalogue;
use super::fold::{CaseKey, CellKey, Change, Fold, Line};
use super::sql;
use kernel::{Result, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Tx, ledger, vals};
use uuid::Uuid;

/// Facts read at a time.
const PAGE: i64 = 4096;
/// Cases that are kept in memory before they are stored and forgotten.
const MOST_CASES: usize = 100_000;

/// What a fold did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Folded {
    /// Facts read.
    pub facts: i64,
    /// The last number read.
    pub upto: i64,
    /// Whether the catalogue had changed, so that all was folded anew.
    pub anew: bool,
    /// Whether nothing is left to read.
    pub done: bool,
}

/// A row of the ledger; its texts stay where the row keeps them.
pub(crate) struct Read<'r> {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) kind: &'r str,
    pub(crate) subject: &'r str,
    actor: Option<Uuid>,
    unit: Option<Uuid>,
    body: &'r str,
}

impl Read<'_> {
    pub(crate) fn of(r: &Row) -> Result<Read<'_>> {
        Ok(Read {
            seq: r.get(0)?,
            at: r.get(1)?,
            kind: r.text(2)?,
            subject: r.text(3)?,
            actor: r.get(4)?,
            unit: r.get(5)?,
            body: r.text(6)?,
        })
    }

    pub(crate) fn line(&self) -> Line<'_> {
        Line {
            seq: self.seq,
            at: self.at,
            kind: self.kind,
            subject: self.subject,
            actor: self.actor.map_or(0, |u| u.as_u128()),
            unit: self.unit.map_or(0, |u| u.as_u128()),
            body: self.body,
        }
    }
}

/// The last month that is closed at an instant: its figures are frozen so many days after its end.
pub(crate) fn closed_month(catalogue: &Catalogue, at: i64) -> i32 {
    super::months::month_of(at - catalogue.policy.close_after_days * Timestamp::DAY) - 1
}

/// Folds at most about `most` facts that were not folded yet; when none is left, brings the scorecard up to date.
pub async fn fold(tx: &mut Tx, catalogue: &Catalogue, most: i64) -> Result<Folded> {
    let r = tx.one(sql::CURSOR_TAKE, vals![]).await?;
    let (mut seq, mut closed): (i64, i64) = (r.get(0)?, r.get(1)?);
    let known: String = r.get(2)?;
    let anew = known != catalogue.fingerprint;
    if anew {
        tx.exec(sql::FORGET_CELLS, vals![]).await?;
        tx.exec(sql::FORGET_CASES, vals![]).await?;
        tx.exec(sql::FRESH_FORGET, vals![]).await?;
        (seq, closed) = (0, 0);
    }
    let (head, _) = ledger::head(tx).await?;
    let from = seq;
    let mut fold = Fold::new(&catalogue.plan);
    load_grants(tx, &mut fold).await?;
    // From nothing, no case can be stored yet.
    let mut stored = seq > 0;
    while seq < head && seq - from < most {
        let rows = tx.all(sql::AFTER, vals![seq, PAGE]).await?;
        let page: Vec<Read<'_>> = rows.iter().map(Read::of).collect::<Result<_>>()?;
        let Some(last) = page.last() else { break };
        seq = last.seq;
        if stored {
            load_cases(tx, catalogue, &mut fold, &page).await?;
        }
        for read in &page {
            let now_closed = i64::from(closed_month(catalogue, read.at));
            if now_closed > closed {
                store_cells(tx, catalogue, &mut fold, closed).await?;
                tx.exec(sql::FREEZE, vals![now_closed]).await?;
                closed = now_closed;
            }
            fold.take(&read.line());
        }
        if fold.cases.len() > MOST_CASES {
            store_cases(tx, catalogue, &mut fold).await?;
            stored = true;
        }
    }
    store_cells(tx, catalogue, &mut fold, closed).await?;
    store_cases(tx, catalogue, &mut fold).await?;
    store_grants(tx, &mut fold).await?;
    if seq > from || anew {
        tx.exec(sql::CURSOR_SET, vals![seq, closed, &catalogue.fingerprint]).await?;
    }
    let done = seq >= head;
    if done {
        card::write(tx, catalogue).await?;
    }
    Ok(Folded { facts: seq - from, upto: seq, anew, done })
}

/// The stored name of a case's space: its key, and its month when the case counts once in each period.
pub(crate) fn space_name(catalogue: &Catalogue, key: &CaseKey) -> String {
    let space = &catalogue.plan.spaces[usize::from(key.space)];
    let name = space.key.as_deref().unwrap_or_default();
    match space.each {
        None => name.to_owned(),
        Some(every) => format!("{name}/{every:?}/{}", key.month),
    }
}

async fn load_grants(tx: &mut Tx, fold: &mut Fold<'_>) -> Result<()> {
    for r in tx.all(sql::GRANTS, vals![]).await? {
        let (officer, bytes): (Uuid, Vec<u8>) = (r.get(0)?, r.get(1)?);
        fold.grants.insert(officer.as_u128(), decode_grants(&bytes)?);
    }
    Ok(())
}

async fn load_cases(
    tx: &mut Tx,
    catalogue: &Catalogue,
    fold: &mut Fold<'_>,
    page: &[Read<'_>],
) -> Result<()> {
    let mut keys = Vec::new();
    for read in page {
        fold.cases_of(&read.line(), &mut keys);
    }
    keys.sort_unstable();
    keys.dedup();
    let mut by_space: BTreeMap<(u16, i32), Vec<CaseKey>> = BTreeMap::new();
    for k in keys {
        by_space.entry((k.space, k.month)).or_default().push(k);
    }
    for ((space, month), keys) in by_space {
        for chunk in keys.chunks(sql::KEYS) {
            let mut values = vals![space_name(catalogue, &chunk[0])];
            values.extend(chunk.iter().map(|k| store::Val::from(Uuid::from_u128(k.key))));
            for r in tx.all(&sql::cases(chunk.len()), values).await? {
                let (key, bytes): (Uuid, Vec<u8>) = (r.get(0)?, r.get(1)?);
                let case = Case::decode(&bytes, &mut fold.texts)?;
                fold.cases.insert(CaseKey { space, month, key: key.as_u128() }, case);
            }
        }
    }
    Ok(())
}

async fn store_cases(tx: &mut Tx, catalogue: &Catalogue, fold: &mut Fold<'_>) -> Result<()> {
    let cases = std::mem::take(&mut fold.cases);
    let mut dirty: Vec<(CaseKey, Case)> = cases.into_iter().filter(|(_, c)| c.dirty).collect();
    dirty.sort_unstable_by_key(|(k, _)| *k);
    for chunk in dirty.chunks(sql::KEYS) {
        let mut values = Vec::with_capacity(chunk.len() * 3);
        for (k, case) in chunk {
            values.extend(vals![space_name(catalogue, k), Uuid::from_u128(k.key), case.encode(&fold.texts)]);
        }
        tx.exec(&sql::store_cases(chunk.len()), values).await?;
    }
    Ok(())
}

async fn store_grants(tx: &mut Tx, fold: &mut Fold<'_>) -> Result<()> {
    let mut officers = std::mem::take(&mut fold.changed_officers);
    officers.sort_unstable();
    officers.dedup();
    for o in officers {
        let bytes = encode_grants(fold.grants.get(&o).map_or(&[], Vec::as_slice));
        tx.exec(&sql::store_cases(1), vals!["grants", Uuid::from_u128(o), bytes]).await?;
    }
    Ok(())
}

async fn store_cells(tx: &mut Tx, catalogue: &Catalogue, fold: &mut Fold<'_>, closed: i64) -> Result<()> {
    let changes = std::mem::take(&mut fold.changes);
    let of = |key: &CellKey| catalogue.plan.ready[usize::from(key.ready)].id.as_str();
    card::moved(tx, &changes.keys().map(of).collect::<BTreeSet<&str>>()).await?;
    for (key, change) in changes {
        store_cell(tx, catalogue, fold, closed, key, change).await?;
    }
    Ok(())
}

async fn store_cell(
    tx: &mut Tx,
    catalogue: &Catalogue,
    fold: &Fold<'_>,
    closed: i64,
    key: CellKey,
    mut c: Change,
) -> Result<()> {
    let r = &catalogue.plan.ready[usize::from(key.ready)];
    let (unit, group) = (Uuid::from_u128(key.unit), fold.texts.text(key.group));
    let row = vals![&r.id, r.version, key.month, unit, group];
    if let Some(old) = tx.opt(sql::CELL, row).await? {
        c.num += old.get::<i64>(0)?;
        c.den += old.get::<i64>(1)?;
        c.weight += old.get::<i64>(2)?;
        let bytes: Vec<u8> = old.get(3)?;
        add_spread(&bytes, &mut c.spread)?;
    }
    let late = i64::from(key.month) <= closed;
    let spread = encode_spread(&c.spread);
    let nothing: Vec<u8> = Vec::new();
    let row = vals![&r.id, r.version, key.month, unit, group, c.num, c.den, c.weight, spread, late, nothing];
    tx.exec(sql::CELL_SET, row).await.map(drop)
}

/// Everything that the fold stored, as one text: two ledgers alike give the same bytes.
pub async fn dump(tx: &mut Tx) -> Result<String> {
    use std::fmt::Write;
    let mut out = String::new();
    for r in tx.all(sql::ALL_CELLS, vals![]).await? {
        let id: String = r.get(0)?;
        let numbers: Vec<i64> =
            [1, 2, 5, 6, 7, 10, 11, 12].iter().map(|i| r.get(*i)).collect::<Result<_>>()?;
        let (unit, group): (Uuid, String) = (r.get(3)?, r.get(4)?);
        let (spread, frozen): (Vec<u8>, bool) = (r.get(8)?, r.get(9)?);
        let f_spread: Vec<u8> = r.get(13)?;
        let (spread, f_spread) = (hex::encode(spread), hex::encode(f_spread));
        let _ = writeln!(out, "{id} {numbers:?} {unit} {group} {spread} {frozen} {f_spread}");
    }
    for r in tx.all(sql::ALL_CASES, vals![]).await? {
        let (space, key, state): (String, Uuid, Vec<u8>) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let _ = writeln!(out, "{space} {key} {}", hex::encode(state));
    }
    Ok(out)
}

/// Forgets everything that was folded; the next fold starts from the first fact.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    tx.exec(sql::FORGET_CELLS, vals![]).await?;
    tx.exec(sql::FORGET_CASES, vals![]).await?;
    tx.exec(sql::FRESH_FORGET, vals![]).await?;
    tx.exec(sql::CURSOR_SET, vals![0_i64, 0_i64, ""]).await?;
    Ok(())
}
