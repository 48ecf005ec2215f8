//! Features of a declaration as of the day it was lodged: nothing that became known on that day or
//! later goes in.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use serde::{Deserialize, Serialize};

/// Hash of codes. They are given out by this module in order, so nobody outside can make them collide,
/// and a few dozen are looked up for each declaration.
#[derive(Clone, Copy, Default)]
pub(super) struct CodeHash(u64);

impl Hasher for CodeHash {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u32(u32::from(*b)));
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = (self.0.rotate_left(26) ^ u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        // The upper bits hold the mixture; the table reads the lower and the uppermost ones.
        self.0 ^ (self.0 >> 32)
    }
}

type ByCode<K, V> = HashMap<K, V, BuildHasherDefault<CodeHash>>;

/// What a declaration is described by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Names of the categories.
    pub categories: Vec<String>,
    /// Histories are kept by these categories or pairs of them (indices).
    pub keys: Vec<Vec<usize>>,
    /// The category that holds the commodity code, by whose peers prices are judged.
    pub commodity: usize,
}

/// A declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Identity.
    pub id: String,
    /// Day it was lodged, in days of any calendar that only moves forward.
    pub day: i64,
    /// Day of the year, 1 to 366.
    pub day_of_year: u16,
    /// One text for each category of the schema; empty when absent.
    pub categories: Vec<String>,
    /// Price, in one currency.
    pub price: f64,
    /// Net mass in kilograms.
    pub mass: f64,
    /// Duty rate in percent.
    pub duty_rate: f64,
    /// What is lost when a violation is missed, in the currency of the price.
    pub at_stake: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Past {
    violations: f64,
    known: f64,
    seen: f64,
    last_day: Option<i64>,
}

/// Mean and spread of a logarithm, updated one value at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Peers {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Peers {
    fn add(&mut self, x: f64) {
        if x.is_finite() {
            self.n += 1.0;
            let step = x - self.mean;
            self.mean += step / self.n;
            self.squares += step * (x - self.mean);
        }
    }

    /// Distance from the peers in standard deviations, drawn towards a spread of one when they are few.
    fn distance(&self, x: f64) -> f64 {
        if self.n < 2.0 || !x.is_finite() {
            return f64::NAN;
        }
        (x - self.mean) / ((self.squares + 1.0) / self.n).sqrt()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Event {
    Seen { codes: Vec<u32>, unit: f64, mass: f64, day: i64 },
    Known { codes: Vec<u32>, violation: bool },
}

/// Everything known from the past, and what becomes known later under its day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    schema: Schema,
    #[serde(serialize_with = "all_sorted")]
    codes: Vec<HashMap<String, u32>>,
    #[serde(with = "pasts")]
    pasts: Vec<ByCode<(u32, u32), Past>>,
    #[serde(serialize_with = "sorted")]
    unit_prices: ByCode<u32, Peers>,
    #[serde(serialize_with = "sorted")]
    masses: ByCode<u32, Peers>,
    violations: f64,
    known: f64,
    seen: f64,
    later: BTreeMap<i64, Vec<Event>>,
}

/// Maps in the order of their keys, so that the same history is stored as the same bytes.
fn sorted<K: Ord + Serialize, V: Serialize, H, S: serde::Serializer>(
    map: &HashMap<K, V, H>,
    s: S,
) -> Result<S::Ok, S::Error> {
    map.iter().collect::<BTreeMap<_, _>>().serialize(s)
}

fn all_sorted<S: serde::Serializer>(maps: &[HashMap<String, u32>], s: S) -> Result<S::Ok, S::Error> {
    maps.iter().map(|m| m.iter().collect::<BTreeMap<_, _>>()).collect::<Vec<_>>().serialize(s)
}

/// Histories as lists, since JSON has no pairs as keys.
mod pasts {
    use super::{ByCode, Past};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Maps = Vec<ByCode<(u32, u32), Past>>;

    pub(super) fn serialize<S: Serializer>(maps: &Maps, s: S) -> Result<S::Ok, S::Error> {
        let lists: Vec<Vec<(&(u32, u32), &Past)>> = maps
            .iter()
            .map(|m| {
                let mut list: Vec<_> = m.iter().collect();
                list.sort_by_key(|(k, _)| **k);
                list
            })
            .collect();
        lists.serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Maps, D::Error> {
        let lists: Vec<Vec<((u32, u32), Past)>> = Deserialize::deserialize(d)?;
        Ok(lists.into_iter().map(|l| l.into_iter().collect()).collect())
    }
}

/// Weight of the overall share in the share of one key, in cases.
const PRIOR: f64 = 10.0;

impl History {
    /// An empty history.
    pub fn new(schema: Schema) -> Self {
        Self {
            codes: vec![HashMap::new(); schema.categories.len()],
            pasts: vec![ByCode::default(); schema.keys.len()],
            schema,
            unit_prices: ByCode::default(),
            masses: ByCode::default(),
            violations: 0.0,
            known: 0.0,
            seen: 0.0,
            later: BTreeMap::new(),
        }
    }

    /// Names of the features in order.
    pub fn names(&self) -> Vec<String> {
        let s = &self.schema;
        let mut out: Vec<String> = s.categories.iter().map(|c| format!("code of {c}")).collect();
        let plain = [
            "log price",
            "log mass",
            "duty rate",
            "commodity",
            "heading",
            "chapter",
            "log unit price",
            "unit price against peers",
            "mass against peers",
            "day of year",
            "month",
        ];
        out.extend(plain.map(str::to_owned));
        for key in &s.keys {
            let name = key.iter().map(|c| s.categories[*c].as_str()).collect::<Vec<_>>().join(" × ");
            out.extend([
                format!("violations by {name}"),
                format!("frequency of {name}"),
                format!("days since {name}"),
            ]);
        }
        out
    }

    /// Features of a declaration from what was known before its day.
    pub fn features(&mut self, d: &Declaration) -> Vec<f64> {
        let codes = self.codes_of(d);
        self.features_of(d, &codes)
    }

    /// Features of a declaration, noting at once that it was lodged.
    pub fn lodge(&mut self, d: &Declaration) -> Vec<f64> {
        let codes = self.codes_of(d);
        let features = self.features_of(d, &codes);
        self.note(d, codes);
        features
    }

    fn features_of(&mut self, d: &Declaration, codes: &[u32]) -> Vec<f64> {
        self.catch_up(d.day);
        let mut out: Vec<f64> = codes.iter().map(|c| f64::from(*c)).collect();
        let hs =
            d.categories.get(self.schema.commodity).and_then(|h| h.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let (unit, mass) = logs(d);
        let commodity = codes.get(self.schema.commodity).copied().unwrap_or(0);
        let distance =
            |peers: &ByCode<u32, Peers>, x| peers.get(&commodity).map_or(f64::NAN, |p| p.distance(x));
        out.extend([
            d.price.max(0.0).ln_1p(),
            mass,
            d.duty_rate,
            hs,
            (hs / 100.0).floor(),
            (hs / 10_000.0).floor(),
            unit,
            distance(&self.unit_prices, unit),
            distance(&self.masses, mass),
            f64::from(d.day_of_year),
            (f64::from(d.day_of_year) / 30.5).floor(),
        ]);
        let overall = (self.violations + 2.0) / (self.known + PRIOR);
        for (key, pasts) in self.schema.keys.iter().zip(&self.pasts) {
            let past = pasts.get(&pair(key, codes)).copied().unwrap_or_default();
            out.push((past.violations + PRIOR * overall) / (past.known + PRIOR));
            // A share and not a count: counts grow for ever, and trees cannot know what lies beyond
            // the greatest they were grown on.
            out.push(((past.seen + 1.0) / (self.seen + 1.0)).ln());
            out.push(past.last_day.map_or(f64::NAN, |l| (d.day - l) as f64));
        }
        out
    }

    /// Notes that a declaration was lodged; it counts from the next day on.
    pub fn observe(&mut self, d: &Declaration) {
        let codes = self.codes_of(d);
        self.note(d, codes);
    }

    fn note(&mut self, d: &Declaration, codes: Vec<u32>) {
        let (unit, mass) = logs(d);
        self.later.entry(d.day).or_default().push(Event::Seen { codes, unit, mass, day: d.day });
    }

    /// Notes what a check found; it counts from the day after it became known.
    pub fn learn(&mut self, d: &Declaration, violation: bool, known_on: i64) {
        let codes = self.codes_of(d);
        self.later.entry(known_on).or_default().push(Event::Known { codes, violation });
    }

    fn catch_up(&mut self, day: i64) {
        while let Some(entry) = self.later.first_entry() {
            if *entry.key() >= day {
                return;
            }
            for event in entry.remove() {
                self.apply(event);
            }
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Seen { codes, unit, mass, day } => {
                self.seen += 1.0;
                let commodity = codes.get(self.schema.commodity).copied().unwrap_or(0);
                self.unit_prices.entry(commodity).or_default().add(unit);
                self.masses.entry(commodity).or_default().add(mass);
                for (key, pasts) in self.schema.keys.iter().zip(&mut self.pasts) {
                    let past = pasts.entry(pair(key, &codes)).or_default();
                    past.seen += 1.0;
                    past.last_day = Some(past.last_day.map_or(day, |l| l.max(day)));
                }
            }
            Event::Known { codes, violation } => {
                let one = f64::from(u8::from(violation));
                self.violations += one;
                self.known += 1.0;
                for (key, pasts) in self.schema.keys.iter().zip(&mut self.pasts) {
                    let past = pasts.entry(pair(key, &codes)).or_default();
                    past.violations += one;
                    past.known += 1.0;
                }
            }
        }
    }

    /// Codes by order of first appearance.
    fn codes_of(&mut self, d: &Declaration) -> Vec<u32> {
        let texts = d.categories.iter().map(String::as_str).chain(std::iter::repeat(""));
        self.codes
            .iter_mut()
            .zip(texts)
            .map(|(map, text)| {
                if let Some(c) = map.get(text) {
                    return *c;
                }
                let next = u32::try_from(map.len() + 1).unwrap_or(u32::MAX);
                map.insert(text.to_owned(), next);
                next
            })
            .collect()
    }
}

fn pair(key: &[usize], codes: &[u32]) -> (u32, u32) {
    let code = |i: usize| key.get(i).and_then(|c| codes.get(*c)).copied().unwrap_or(0);
    (code(0), code(1))
}

/// Logarithms of unit price and mass.
fn logs(d: &Declaration) -> (f64, f64) {
    let mass = d.mass.max(0.0).ln_1p();
    (d.price.max(0.0).ln_1p() - d.mass.max(0.01).ln(), mass)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration(day: i64, origin: &str) -> Declaration {
        let categories = vec!["030617".to_owned(), origin.to_owned()];
        Declaration {
            id: String::new(),
            day,
            day_of_year: 1,
            categories,
            price: 100.0,
            mass: 10.0,
            duty_rate: 5.0,
            at_stake: 5.0,
        }
    }

    #[test]
    fn a_declaration_sees_only_earlier_days() {
        let schema =
            Schema { categories: vec!["hs".into(), "origin".into()], keys: vec![vec![1]], commodity: 0 };
        let mut h = History::new(schema);
        let at = |h: &mut History, day| {
            let f = h.features(&declaration(day, "EC"));
            (f[f.len() - 3], f[f.len() - 2])
        };
        // Frequency of one more than nothing among one more than nothing seen.
        assert_eq!(at(&mut h, 1), (0.2, 0.0));
        h.observe(&declaration(1, "CN"));
        h.observe(&declaration(1, "EC"));
        h.learn(&declaration(1, "EC"), true, 3);
        assert_eq!(at(&mut h, 1), (0.2, 0.0));
        let frequency = (2.0f64 / 3.0).ln();
        assert_eq!(at(&mut h, 2), (0.2, frequency));
        assert_eq!(at(&mut h, 3), (0.2, frequency));
        assert!(at(&mut h, 4).0 > 0.3);
        let stored = serde_json::to_string(&h).expect("json");
        assert_eq!(serde_json::from_str::<History>(&stored).expect("history"), h);
    }
}
