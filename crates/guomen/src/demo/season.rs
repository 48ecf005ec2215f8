//! A season as some plants enter it at the bureau: the sprayings of the farms, the raw lots with their supply proofs, and
//! the production lots, through the acts. Most plants send events of their own; these few keep their books here, so that
//! the pages of supply show a season. Here and there a proof is missing or a harvest came too early, and is held.

use super::chain::Made;
use flow::Desk;
use kernel::{Actor, Quantity, Result, Timestamp, UnitCode};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use store::Tx;
use supervision::supply::{self, ProductionEntry, RawEntry, SprayEntry};
use supervision::trail::compose::Raw;

/// Plants that enter what they make.
const PLANTS: usize = 6;
/// Days before the present on which they began to.
const DAYS: i64 = 75;
/// Lots entered in one transaction: short enough that no visitor waits behind it.
const LOTS: usize = 12;
/// Between two transactions, for visitors who write.
const PAUSE: Duration = Duration::from_millis(20);

/// What the plants of the season made.
pub(super) struct Season {
    plants: BTreeSet<String>,
    since: Timestamp,
    made: Vec<Made>,
}

impl Season {
    /// The season of the first plants by their numbers.
    pub(super) fn new<'a>(now: Timestamp, plants: impl Iterator<Item = &'a String>) -> Season {
        let all: BTreeSet<String> = plants.cloned().collect();
        let since = Timestamp(now.0 - DAYS * Timestamp::DAY);
        Season { plants: all.into_iter().take(PLANTS).collect(), since, made: Vec::new() }
    }

    /// Whether a plant entered a lot that was declared then.
    pub(super) fn enters(&self, plant: &str, lodged: Timestamp) -> bool {
        lodged >= self.since && self.plants.contains(plant)
    }

    /// A lot of the season.
    pub(super) fn take(&mut self, made: Made) {
        self.made.push(made);
    }

    /// Enters the season, some lots at a time.
    pub(super) async fn enter(self, desk: &Desk) -> Result<()> {
        let (begun, mut done) = (Instant::now(), Entered::default());
        for lots in self.made.chunks(LOTS) {
            let mut tx = desk.begin().await?;
            for made in lots {
                done.lot(&mut tx, made).await?;
            }
            desk.finish(tx).await?;
            tokio::time::sleep(PAUSE).await;
        }
        println!(
            "demonstration: {} sprayings, {} raw lots, {} production lots entered in {:.1} s",
            done.sprays,
            done.raws,
            done.lots,
            begun.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

/// How much was entered.
#[derive(Default)]
struct Entered {
    sprays: usize,
    raws: usize,
    lots: usize,
}

fn kilograms(milli: i64) -> Result<String> {
    let unit = UnitCode::parse("KGM").ok_or_else(|| kernel::No::fault("no kilogram"))?;
    Ok(Quantity { milli, unit }.number())
}

impl Entered {
    async fn lot(&mut self, tx: &mut Tx, made: &Made) -> Result<()> {
        for raw in &made.raws {
            self.raw(tx, raw).await?;
        }
        let making = &made.making;
        let mut inputs = Vec::with_capacity(making.inputs.len());
        for (no, milli) in &making.inputs {
            inputs.push((no.clone(), kilograms(*milli)?));
        }
        let entry = ProductionEntry {
            plant: making.plant.clone(),
            no: making.no.clone(),
            hs: making.hs.clone(),
            kilograms: kilograms(making.milli)?,
            made_on: making.made_on.clone(),
            inputs,
        };
        supply::build(tx, &Actor::system(), &entry).await?;
        self.lots += 1;
        Ok(())
    }

    /// What was sprayed, then what came. A harvest that came too early was known to have when it was entered.
    async fn raw(&mut self, tx: &mut Tx, raw: &Raw) -> Result<()> {
        let by = Actor::system();
        if let Some(farm) = &raw.farm {
            for (product, applied_on, interval_days) in &raw.sprays {
                let entry = SprayEntry {
                    farm: farm.clone(),
                    field: raw.field.clone(),
                    product: product.clone(),
                    interval_days: *interval_days,
                    applied_on: applied_on.clone(),
                };
                supply::record_spray(tx, &by, &entry).await?;
                self.sprays += 1;
            }
        }
        let entry = RawEntry {
            plant: raw.plant.clone(),
            no: raw.no.clone(),
            farm: raw.farm.clone().unwrap_or_default(),
            proof_no: if raw.farm.is_some() { raw.proof_no.clone() } else { String::new() },
            field: raw.field.clone(),
            hs: raw.hs.clone(),
            kilograms: kilograms(raw.milli)?,
            harvested_on: raw.harvested_on.clone(),
            received_on: raw.received_on.clone(),
            known_early: true,
        };
        supply::receive(tx, &by, &entry).await?;
        self.raws += 1;
        Ok(())
    }
}
