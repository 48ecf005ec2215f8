//! The histories, brought up to date a whole day at a time.

use super::{cases, sql};
use kernel::{No, Result, Timestamp};
use risk::score::record::{Case, Memory, Past};
use std::collections::BTreeMap;
use store::{Row, Tx, vals};

/// What a day adds: the consignments lodged on it, and those whose inspection was recorded on it with what it found.
pub(super) struct Day {
    pub(super) lodged: Vec<(kernel::DeclarationId, Case)>,
    pub(super) known: Vec<(kernel::DeclarationId, Case, bool)>,
}

/// Reads a day.
pub(super) async fn read(tx: &mut Tx, from: Timestamp) -> Result<Day> {
    let to = Timestamp(from.0 + Timestamp::DAY);
    let lodged = tx.all(sql::LODGED, vals![from, to]).await?;
    let lodged = lodged.iter().map(cases::case).collect::<Result<Vec<_>>>()?;
    let mut known: BTreeMap<kernel::DeclarationId, (Case, bool)> = BTreeMap::new();
    for r in tx.all(sql::KNOWN, vals![from, to]).await? {
        let (id, case) = cases::case(&r)?;
        let failed = r.get::<i64>(14)? > 0;
        known.entry(id).and_modify(|k| k.1 |= failed).or_insert((case, failed));
    }
    Ok(Day { lodged, known: known.into_iter().map(|(id, (case, failed))| (id, case, failed)).collect() })
}

impl Day {
    /// Adds the day to histories.
    pub(super) fn add_to(&self, memory: &mut Memory) {
        for (_, case) in &self.lodged {
            case.lodged(memory);
        }
        for (_, case, violation) in &self.known {
            case.known(*violation, memory);
        }
    }
}

/// The day on which the first declaration was lodged.
pub(super) async fn first(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let at: Option<Timestamp> = tx.opt(sql::FIRST_DAY, vals![]).await?.map(|r| r.get(0)).transpose()?;
    Ok(at.map(|at| Timestamp::start_of(at.date())))
}

/// Adds the next day that has passed to the histories; false when none is left. It is one small transaction, so that
/// nobody waits behind it.
pub(super) async fn fold(tx: &mut Tx) -> Result<bool> {
    let today = Timestamp::start_of(tx.now().date());
    let until: Option<Timestamp> = tx.opt(sql::UNTIL, vals![]).await?.map(|r| r.get(0)).transpose()?;
    let from = match until {
        Some(at) => at,
        None => match first(tx).await? {
            Some(at) => at,
            None => return Ok(false),
        },
    };
    if from >= today {
        return Ok(false);
    }
    let mut memory = Memory::new();
    read(tx, from).await?.add_to(&mut memory);
    // In the order of keys, so that two programs that add at once never wait for each other crosswise.
    let ordered: BTreeMap<String, Past> = memory.into_iter().collect();
    for (key, p) in ordered {
        let row = vals![
            key,
            p.seen,
            p.known,
            p.violations,
            p.last_day,
            p.mass.0,
            p.mass.1,
            p.mass.2,
            p.unit.0,
            p.unit.1,
            p.unit.2
        ];
        tx.exec(sql::PAST_ADD, row).await?;
    }
    tx.exec(sql::SET_UNTIL, vals![Timestamp(from.0 + Timestamp::DAY)]).await?;
    Ok(true)
}

fn past(r: &Row) -> Result<(String, Past)> {
    let past = Past {
        seen: r.get(1)?,
        known: r.get(2)?,
        violations: r.get(3)?,
        last_day: r.get(4)?,
        mass: (r.get(5)?, r.get(6)?, r.get(7)?),
        unit: (r.get(8)?, r.get(9)?, r.get(10)?),
    };
    Ok((r.get(0)?, past))
}

/// What the histories know under the keys of a consignment.
pub(super) async fn of(tx: &mut Tx, case: &Case) -> Result<Memory> {
    let keys = case.keys();
    if keys.len() != 14 {
        return Err(No::fault("the statement reads another number of keys"));
    }
    let keys = keys.into_iter().map(store::Val::from).collect();
    tx.all(sql::PAST, keys).await?.iter().map(past).collect()
}
