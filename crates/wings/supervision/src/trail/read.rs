//! What a trace needs beside the genealogy: events in the order of capture, and which lots bear a number.

use super::{names, sql};
use kernel::{Actor, DeclarationId, Result};
use store::{Tx, vals};

/// A consignment that a lot number was declared in.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// The consignment.
    pub declaration: DeclarationId,
    /// Number of its declaration.
    pub no: String,
    /// Market.
    pub market: String,
    /// Where it stands, by code.
    pub stage: String,
    /// Name of the lot in events.
    pub lot: String,
}

/// Events captured after a number, oldest first: number, record time in milliseconds, JSON.
pub async fn captured_after(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<(i64, i64, String)>> {
    let rows = tx.all(sql::CAPTURED, vals![after, most]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).collect()
}

/// The key of a captured event, by its number.
pub async fn captured_key(tx: &mut Tx, seq: i64) -> Result<Option<Vec<u8>>> {
    tx.opt(sql::CAPTURED_KEY, vals![seq]).await?.map(|r| r.get(0)).transpose()
}

/// What bears a number: names of lots in events, and the consignments that declared it, as far as the actor sees them.
pub async fn holders(tx: &mut Tx, by: &Actor, no: &str) -> Result<(Vec<String>, Vec<Declared>)> {
    let (mut lots, mut declared) = (Vec::new(), Vec::new());
    for r in tx.all(sql::DECLARED, vals![no]).await? {
        let maker: String = r.get(7)?;
        let lot = names::lot(&maker, no);
        if by.reaches(r.get(5)?, r.get(6)?) {
            let (declaration, no) = (r.get(1)?, r.get(2)?);
            declared.push(Declared {
                declaration,
                no,
                market: r.get(3)?,
                stage: r.get(4)?,
                lot: lot.clone(),
            });
        }
        lots.push(lot);
    }
    for r in tx.all(sql::MADE_PLANTS, vals![no]).await? {
        lots.push(names::lot(&r.get::<String>(0)?, no));
    }
    for r in tx.all(sql::RAW_PLANTS, vals![no]).await? {
        lots.push(names::raw(&r.get::<String>(0)?, no));
    }
    lots.sort_unstable();
    lots.dedup();
    Ok((lots, declared))
}
