//! What stood behind a released lot, told at its release.

use super::sql;
use kernel::{
    FarmId, PlantId, ProductionId, Result, UnitId,
    supervision::{Settled, SourceShown},
};
use store::{Tx, vals};

/// Tells of a released lot of an export plant whether every raw lot in it has the supply proof of a registered farm,
/// and whether the balances of raw lot and farm hold. Other lots have no such source, and nothing is told of them.
/// What is entered after the release changes nothing: the release stood on what was on record.
pub async fn show_source(tx: &mut Tx, s: &Settled) -> Result<()> {
    let Some(r) = tx.opt(sql::SOURCE, vals![s.lot]).await? else { return Ok(()) };
    let (direction, plant, branch): (String, Option<PlantId>, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
    if direction != "export" || plant.is_none() {
        return Ok(());
    }
    let production: Option<ProductionId> = r.get(3)?;
    let (mut raw_lots, mut unproven, mut over) = (0, 0, 0);
    if let Some(production) = production {
        for r in tx.all(sql::PROOFS, vals![production]).await? {
            let (farm, proof_no): (Option<FarmId>, String) = (r.get(1)?, r.get(2)?);
            let (came, drawn, alerts): (i64, i64, i64) = (r.get(3)?, r.get(4)?, r.get(5)?);
            raw_lots += 1;
            unproven += u32::from(farm.is_none() || proof_no.trim().is_empty());
            over += u32::from(drawn > came || alerts > 0);
        }
    }
    let sound = raw_lots > 0 && unproven == 0 && over == 0;
    let fact = SourceShown {
        settlement: s.settlement,
        declaration: s.declaration,
        lot: s.lot,
        production,
        raw_lots,
        unproven,
        over,
        sound,
    };
    tx.append(s.lot.subject(), None, Some(branch), fact);
    Ok(())
}
