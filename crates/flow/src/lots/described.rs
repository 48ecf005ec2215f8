//! What the record knows of a trace beside the genealogy: names and countries, goods, papers, how things stand today.

use super::Found;
use kernel::{Bilingual, Result};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use store::Tx;
use supervision::trail::{self, Known};
use trace::genealogy::Station;

/// What is known of a trace.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// What is known of each name.
    pub known: HashMap<String, Known>,
    /// The events that told of it, by the SHA-256 of their hash.
    pub events: HashMap<[u8; 32], Value>,
}

impl Described {
    /// What is known of a whole trace.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn of(tx: &mut Tx, found: &Found) -> Result<Described> {
        let mut names: BTreeSet<&str> = found.items.iter().map(|i| i.name.as_str()).collect();
        let places = found.items.iter().map(|i| &i.place).chain(found.goods.iter().map(|g| &g.place));
        names.extend(places.flatten().map(String::as_str));
        let entries = found.items.iter().filter_map(|i| i.entry);
        let entries: BTreeSet<[u8; 32]> = entries.chain(found.goods.iter().map(|g| g.entry)).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let entries: Vec<[u8; 32]> = entries.into_iter().collect();
        Ok(Described { known: trail::known(tx, &names).await?, events: trail::told_by(tx, &entries).await? })
    }
}

/// A name in both languages as one text.
pub(super) fn both(name: &Bilingual) -> String {
    if name.zh == name.en { name.en.clone() } else { format!("{} {}", name.zh, name.en) }
}

/// Adds to what farms delivered what their filings allow.
///
/// # Errors
/// The database does not answer.
pub async fn add_filings(tx: &mut Tx, found: &mut Found) -> Result<()> {
    let farms: BTreeSet<String> = found.supplied.iter().map(|s| s.farm.clone()).collect();
    let farms: Vec<&str> = farms.iter().map(String::as_str).collect();
    let known = trail::known(tx, &farms).await?;
    for supplied in &mut found.supplied {
        let kilograms = known.get(&supplied.farm).and_then(|farm| farm.maximum_kg);
        supplied.maximum = kilograms.map(|kg| i128::from(kg) * 1000);
    }
    Ok(())
}

/// Stations as the files of other tools take them, by name.
///
/// # Errors
/// The database does not answer.
pub async fn stations_known(tx: &mut Tx, names: &[String]) -> Result<HashMap<String, Station>> {
    let of: Vec<&str> = names.iter().map(String::as_str).collect();
    let business = |name: &str| trail::names::read(name).map(|(kind, _)| kind.to_owned());
    let known = trail::known(tx, &of).await?;
    let station = |(name, known): (String, Known)| {
        let station = Station {
            name: known.name.as_ref().map(both),
            country: known.country,
            business: business(&name),
            position: known.position,
        };
        (name, station)
    };
    Ok(known.into_iter().map(station).collect())
}
