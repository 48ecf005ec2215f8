//! What a trace needs beside the genealogy: events in the order of capture, and how lots stand.

use super::{names, sql};
use kernel::{Actor, DeclarationId, Result};
use std::collections::HashMap;
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

/// How lots stand, by name: the open outcome of a declared lot (a hold before all), or `unproven` for raw material
/// without its proof. Names that are no lots of the record are left out.
pub async fn statuses(tx: &mut Tx, lots: &[&str]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in lots {
        let Some((kind, parts)) = names::read(name) else { continue };
        let [maker, no] = parts.as_slice() else { continue };
        match kind {
            "lot" => {
                let rows = tx.all(sql::OUTCOME, vals![no.as_str(), maker.as_str()]).await?;
                let outcomes = rows.iter().map(|r| r.get(0)).collect::<Result<Vec<String>>>()?;
                let held = outcomes.iter().find(|o| *o == "hold").or(outcomes.first());
                found.extend(held.map(|o| ((*name).to_owned(), o.clone())));
            }
            "raw" => {
                let proven: i64 =
                    tx.one(sql::RAW_PROVEN, vals![no.as_str(), maker.as_str()]).await?.get(0)?;
                // Raw material that only events tell of is judged by them.
                let known: i64 = i64::from(!tx.all(sql::RAW_PLANTS, vals![no.as_str()]).await?.is_empty());
                if known == 1 && proven == 0 {
                    found.push(((*name).to_owned(), "unproven".to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Longitude and latitude in degrees of the places whose master data tell both (CBV 2.0, 9.2), by name.
pub async fn positions(tx: &mut Tx) -> Result<HashMap<String, (f64, f64)>> {
    let mut halves: HashMap<String, (Option<f64>, Option<f64>)> = HashMap::new();
    for r in tx.all(sql::POSITIONS, vals![]).await? {
        let (element, name, value): (String, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let Ok(degrees) = value.trim().parse::<f64>() else { continue };
        let half = halves.entry(element).or_default();
        if name.ends_with("longitude") {
            half.0 = Some(degrees);
        } else {
            half.1 = Some(degrees);
        }
    }
    Ok(halves.into_iter().filter_map(|(element, (east, north))| Some((element, (east?, north?)))).collect())
}
