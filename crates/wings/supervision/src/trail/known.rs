//! What the record knows of names in events: what they are called, where they lie, and how they stand today. Names are
//! looked up together, so that a trace of hundreds of lots asks a few questions.

use super::{names, sql};
use kernel::{Bilingual, FarmId, Result, bi};
use serde_json::Value;
use std::collections::HashMap;
use store::{Row, Tx, Val};
use trace::epcis::ident::comparable;

/// Names of one question, as many as a statement takes.
const TOGETHER: usize = 16;

/// What is known of a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// What people call it.
    pub name: Option<Bilingual>,
    /// Its country, by code.
    pub country: Option<String>,
    /// How it stands today: the open outcome of a declared lot (a hold before all); `unproven` for raw material without
    /// its proof; the stage of a consignment; `filed` or `unfiled` of a farm or plant; `valid`, `withdrawn` or
    /// `replaced` of a certificate.
    pub state: Option<String>,
    /// Longitude and latitude in degrees.
    pub position: Option<(f64, f64)>,
    /// What goods it is.
    pub goods: Option<String>,
    /// What a farm may deliver in a month by its filing, in kilograms.
    pub maximum_kg: Option<i64>,
}

/// What is known of names; those of which nothing is known are left out.
pub async fn known(tx: &mut Tx, of: &[&str]) -> Result<HashMap<String, Known>> {
    let mut book = Book::default();
    for name in of {
        let known = book.known.entry((*name).to_owned()).or_default();
        if let Some((kind, parts)) = names::read(name) {
            at_first_sight(kind, &parts, known);
            let kinds = book.numbers.entry(kind.to_owned()).or_default();
            kinds.push((parts, (*name).to_owned()));
        }
    }
    book.lots(tx).await?;
    book.raw_lots(tx).await?;
    book.parties(tx).await?;
    book.papers(tx).await?;
    book.master_data(tx).await?;
    book.known.retain(|_, known| *known != Known::default());
    Ok(book.known)
}

/// The events of these hashes, as JSON.
pub async fn told_by(tx: &mut Tx, hashes: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Value>> {
    let mut found = HashMap::new();
    for row in together(tx, sql::TOLD_BY, hashes.iter().map(|h| Val::from(*h)).collect()).await? {
        let (key, body): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
        if let Ok(key) = <[u8; 32]>::try_from(key) {
            found.insert(key, serde_json::from_str(&body)?);
        }
    }
    Ok(found)
}

/// Asks for some values at a time.
async fn together(tx: &mut Tx, statement: &'static str, values: Vec<Val>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for some in values.chunks(TOGETHER) {
        let mut some = some.to_vec();
        if let Some(last) = some.last().cloned() {
            some.resize(TOGETHER, last);
        }
        rows.extend(tx.all(statement, some).await?);
    }
    Ok(rows)
}

/// What a name says by itself.
fn at_first_sight(kind: &str, parts: &[String], known: &mut Known) {
    let part = |at: usize| parts.get(at).filter(|text| !text.is_empty()).cloned();
    match kind {
        "farm" | "field" | "plant" | "operator" | "branch" | "unproven" => known.country = Some("CN".into()),
        "consignee" => {
            known.country = part(0);
            known.name = part(1).map(|name| bi(name.clone(), name));
        }
        "country" => known.country = part(0),
        // UN/LOCODE: the country is its first two letters.
        "port" => known.country = part(0).filter(|code| code.len() == 5).map(|code| code[..2].to_owned()),
        _ => {}
    }
}

#[derive(Default)]
struct Book {
    known: HashMap<String, Known>,
    /// Names by kind, with their parts.
    numbers: HashMap<String, Vec<(Vec<String>, String)>>,
}

impl Book {
    /// The last parts of all names of a kind.
    fn last_parts(&self, kind: &str) -> Vec<Val> {
        let of = self.numbers.get(kind).into_iter().flatten();
        let mut all: Vec<&String> = of.filter_map(|(parts, _)| parts.last()).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(Val::from).collect()
    }

    fn set(&mut self, name: &str, change: impl FnOnce(&mut Known)) {
        if let Some(known) = self.known.get_mut(name) {
            change(known);
        }
    }

    async fn lots(&mut self, tx: &mut Tx) -> Result<()> {
        let numbers = self.last_parts("lot");
        for row in together(tx, sql::OUTCOMES, numbers.clone()).await? {
            let (no, maker, outcome): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.set(&names::lot(&maker, &no), |known| {
                if known.state.is_none() || outcome == "hold" {
                    known.state = Some(outcome);
                }
            });
        }
        for row in together(tx, sql::LOT_GOODS, numbers.clone()).await? {
            let (no, maker, goods): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.set(&names::lot(&maker, &no), |known| {
                known.goods.get_or_insert(goods);
            });
        }
        for row in together(tx, sql::MADE_GOODS, numbers).await? {
            let (no, maker): (String, String) = (row.get(0)?, row.get(1)?);
            let goods = goods(row.get(2)?, row.get(3)?);
            self.set(&names::lot(&maker, &no), |known| {
                known.goods = known.goods.take().or(goods);
            });
        }
        Ok(())
    }

    async fn raw_lots(&mut self, tx: &mut Tx) -> Result<()> {
        for row in together(tx, sql::RAW_LOTS, self.last_parts("raw")).await? {
            let (no, plant, farm): (String, String, Option<FarmId>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let hs: String = row.get(3)?;
            let goods = goods(row.get(4)?, row.get(5)?).or(Some(format!("HS {hs}")));
            self.set(&names::raw(&plant, &no), |known| {
                known.state = farm.is_none().then(|| "unproven".to_owned());
                known.goods = goods;
            });
        }
        Ok(())
    }

    async fn parties(&mut self, tx: &mut Tx) -> Result<()> {
        for kind in ["farm", "plant"] {
            let of: Vec<String> =
                self.numbers.get(kind).into_iter().flatten().map(|(_, name)| name.clone()).collect();
            for name in of {
                self.set(&name, |known| known.state = Some("unfiled".to_owned()));
            }
        }
        for row in together(tx, sql::FARMS, self.last_parts("farm")).await? {
            let (no, zh, en): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let maximum: i64 = row.get(3)?;
            self.set(&names::farm(&no), |known| {
                (known.name, known.state) = (Some(bi(zh, en)), Some("filed".to_owned()));
                known.maximum_kg = Some(maximum);
            });
        }
        for row in together(tx, sql::PLANTS, self.last_parts("plant")).await? {
            let (no, zh, en): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.set(&names::plant(&no), |known| {
                (known.name, known.state) = (Some(bi(zh, en)), Some("filed".to_owned()));
            });
        }
        for row in together(tx, sql::OPERATORS, self.last_parts("operator")).await? {
            let (code, zh, en): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.set(&names::operator(&code), |known| known.name = Some(bi(zh, en)));
        }
        for row in together(tx, sql::BRANCHES, self.last_parts("branch")).await? {
            let (code, zh, en): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.set(&names::branch(&code), |known| known.name = Some(bi(zh, en)));
        }
        Ok(())
    }

    async fn papers(&mut self, tx: &mut Tx) -> Result<()> {
        for row in together(tx, sql::STAGES, self.last_parts("consignment")).await? {
            let (no, stage): (String, String) = (row.get(0)?, row.get(1)?);
            self.set(&names::consignment(&no), |known| known.state = Some(stage));
        }
        for row in together(tx, sql::CERTIFICATES, self.last_parts("certificate")).await? {
            let (no, ended): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            let state = ended.unwrap_or_else(|| "valid".to_owned());
            self.set(&names::certificate(&no), |known| known.state = Some(state));
        }
        Ok(())
    }

    /// What master data of events tell (CBV 2.0, 9.2), where the registry tells nothing.
    async fn master_data(&mut self, tx: &mut Tx) -> Result<()> {
        let elements: HashMap<String, String> =
            self.known.keys().map(|name| (comparable(name), name.clone())).collect();
        let mut asked: Vec<&String> = elements.keys().collect();
        asked.sort_unstable();
        let mut halves: HashMap<String, (Option<f64>, Option<f64>)> = HashMap::new();
        for row in together(tx, sql::ATTRIBUTES, asked.into_iter().map(Val::from).collect()).await? {
            let (element, attribute, value): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let Some(name) = elements.get(&element) else { continue };
            match attribute.rsplit(['#', ':']).next().unwrap_or_default() {
                "name" => self.set(name, |known| {
                    known.name.get_or_insert_with(|| bi(value.clone(), value));
                }),
                "countryCode" => self.set(name, |known| {
                    known.country.get_or_insert(value);
                }),
                "longitude" => halves.entry(name.clone()).or_default().0 = value.trim().parse().ok(),
                "latitude" => halves.entry(name.clone()).or_default().1 = value.trim().parse().ok(),
                _ => {}
            }
        }
        for (name, halves) in halves {
            if let (Some(east), Some(north)) = halves {
                self.set(&name, |known| known.position = Some((east, north)));
            }
        }
        Ok(())
    }
}

/// The name of goods in both languages.
fn goods(zh: Option<String>, en: Option<String>) -> Option<String> {
    Some(format!("{} {}", zh?, en?))
}
