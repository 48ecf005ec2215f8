//! What makes units comparable: how much they handle, which goods, and with how many people. Read from the cells of
//! the ledger's own count of declarations and from the roll; never from a name.

use super::{Peer, rules, sql};
use crate::brand;
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells};
use kernel::{Actor, Result, UnitId};
use registry::people;
use store::{Tx, vals};

/// Declarations lodged, by HS chapter.
const LODGED: &str = "SI03";

/// Volume, goods and staff of units in the twelve months before a month, in the order of the units.
pub async fn comparable(tx: &mut Tx, c: &Catalogue, units: &[UnitId], at: i32) -> Result<Vec<Peer>> {
    let w = Window { first: at - 12, last: at - 1 };
    let cells = Cells::read(tx, c, LODGED, w.first, w.last).await?;
    let mut peers = Vec::with_capacity(units.len());
    for unit in units {
        let staff: i64 = tx.one(sql::STAFF, vals![*unit]).await?.get(0)?;
        let goods = cells.groups(w, *unit);
        peers.push(Peer { unit: *unit, volume: goods.values().sum(), staff, goods });
    }
    Ok(peers)
}

/// Puts every branch into its fair group, so that figures, funnels and effects compare like with like; gives the
/// groups. They stand until the secretariat changes them, whatever the units are called meanwhile.
pub async fn adopt_groups(tx: &mut Tx, c: &Catalogue, by: &Actor) -> Result<Vec<Vec<UnitId>>> {
    let units: Vec<UnitId> = people::branches(tx).await?.into_iter().map(|u| u.id).collect();
    let at = month(tx.now().date());
    let groups = rules::fair_groups(&comparable(tx, c, &units, at).await?);
    let today = tx.now().date();
    for (n, group) in (1..).zip(&groups) {
        for unit in group {
            let name = format!("{}-{:02} · {n}", today.year(), today.month());
            brand::set_peer_group(tx, by, *unit, &name).await?;
        }
    }
    Ok(groups)
}
