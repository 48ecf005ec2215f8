//! Drills: lots of the quarter before, drawn by the system, so that nobody chooses whose records are tried.

use super::{Start, Starts, act, sql};
use kernel::{Actor, Date, LotId, PlantId, Result, SettlementId, Timestamp, supervision::DrillsDrawn};
use registry::rules as book;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Tx, vals};

/// Lots read at a time.
const PAGE: i64 = 5_000;

/// The quarter of a day, with its first day and the first day of the one before.
pub fn quarter_of(day: Date) -> (String, Date, Date) {
    let q = (day.month() - 1) / 3;
    let first = Date::constant(day.year(), q * 3 + 1, 1);
    let before = if q == 0 {
        Date::constant(day.year() - 1, 10, 1)
    } else {
        Date::constant(day.year(), (q - 1) * 3 + 1, 1)
    };
    (format!("{}-Q{}", day.year(), q + 1), first, before)
}

/// Whether the drills of a quarter were drawn.
pub async fn drawn(tx: &mut Tx, quarter: &str) -> Result<bool> {
    Ok(tx.opt(sql::DRAWN, vals![quarter]).await?.is_some())
}

/// Draws the drills of the quarter that today is in, once: one lot of each of the plants whose lots draw lowest.
/// Gives how many were opened.
pub async fn draw(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let (quarter, first, before) = quarter_of(now.date());
    if drawn(tx, &quarter).await? {
        return Ok(0);
    }
    let seed: [u8; 32] = tx.chance().bytes();
    let rules = book::rules(tx).await?;
    let number = book::adopted(&rules, now.date())?.pack.number("traceback.drills_per_quarter")?.value;
    let mut lowest: BTreeMap<PlantId, ([u8; 32], LotId)> = BTreeMap::new();
    let mut among = 0_u64;
    let mut key = (Timestamp(Timestamp::start_of(before).0 - 1), SettlementId::from(kernel::MAX_UUID));
    let end = Timestamp::start_of(first);
    loop {
        let rows = tx.all(sql::RELEASED, vals![key.0, key.1, end, PAGE]).await?;
        let Some(last) = rows.last() else { break };
        key = (last.get(0)?, last.get(1)?);
        for r in &rows {
            let (lot, plant): (LotId, PlantId) = (r.get(2)?, r.get(3)?);
            let drawn = ticket(&seed, lot);
            among += 1;
            let kept = lowest.entry(plant).or_insert((drawn, lot));
            *kept = (*kept).min((drawn, lot));
        }
    }
    let hexed = hex::encode(seed);
    let opened = i64::try_from(lowest.len()).unwrap_or(i64::MAX).min(number);
    if tx.exec(sql::DRAW_ADD, vals![&quarter, &hexed, opened, now]).await? == 0 {
        return Ok(0);
    }
    let mut tickets: Vec<([u8; 32], LotId)> = lowest.into_values().collect();
    tickets.sort_unstable();
    let mut drills = 0;
    for (_, lot) in tickets.into_iter().take(usize::try_from(number).unwrap_or(0)) {
        let starts = Starts { lots: vec![lot], uris: Vec::new() };
        let from = Start { notification: None, starts, seed: Some(hexed.clone()) };
        act::start(tx, &Actor::system(), &from).await?;
        drills += 1;
    }
    tx.append(format!("drills/{quarter}"), None, None, DrillsDrawn { quarter, seed: hexed, among, drills });
    Ok(drills)
}

/// A lot's ticket: the lowest win.
fn ticket(seed: &[u8; 32], lot: LotId) -> [u8; 32] {
    Sha256::new_with_prefix(seed).chain_update(lot.0.as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_follows_the_one_before() {
        let (name, first, before) = quarter_of(Date::constant(2026, 2, 28));
        assert_eq!(
            (name.as_str(), first, before),
            ("2026-Q1", Date::constant(2026, 1, 1), Date::constant(2025, 10, 1))
        );
        assert_eq!(quarter_of(Date::constant(2026, 12, 31)).0, "2026-Q4");
    }
}
