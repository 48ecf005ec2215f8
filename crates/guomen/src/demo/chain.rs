//! The demonstration's farms and plants: the events that they sent of themselves, for the lots of the year that were
//! declared. Raw material comes from the farms filed for a plant; a delivery goes into more than one lot, so that
//! lots have sources in common. Now and then a proof is missing or a field was sprayed too late.

use super::{dice::Dice, season::Season};
use flow::Desk;
use kernel::{Actor, Date, Result, Timestamp};
use registry::trade;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Instant;
use supervision::{
    declaration,
    epcis::Behaviour,
    trail::compose::{self, Making, Raw},
};

/// The same seed gives the same chains.
const SEED: u64 = 2012;
/// Events of one document: one transaction.
const DOCUMENT: usize = 1_500;
/// Declarations read at a time.
const PAGE: i64 = 200;
/// Lots that one delivery goes into.
const SHARED: usize = 2;
/// Plots of a farm.
const PLOTS: usize = 60;
/// Deliveries in a thousand without a proof, and sprayed within the interval.
const FAULTY: i64 = 8;
const SPRAYS: [(&str, i64); 4] =
    [("chlorpyrifos", 21), ("imidacloprid", 14), ("abamectin", 7), ("azoxystrobin", 5)];

/// Plants with their farms, by filing number.
pub(super) type Places = HashMap<String, Vec<String>>;

/// A declared lot with its maker.
struct Declared {
    plant: String,
    lodged: Timestamp,
    no: String,
    hs: String,
    milli: i64,
    unit: String,
}

/// Sends the events, document by document, while the bureau is open.
pub(super) async fn grow(desk: Desk) {
    let begun = Instant::now();
    match send(&desk).await {
        Ok(events) => {
            println!(
                "demonstration: {events} events of farms and plants in {:.1} s",
                begun.elapsed().as_secs_f64()
            );
        }
        Err(no) => eprintln!("demonstration: farms and plants: {no}"),
    }
}

async fn send(desk: &Desk) -> Result<u64> {
    let (lots, farms) = declared(desk).await?;
    super::places::tell(desk, &farms).await?;
    let mut dice = Dice::new(SEED);
    let mut season = Season::new(desk.clock.now(), farms.keys());
    let (mut waiting, mut sent) = (Vec::new(), 0);
    let mut stores: HashMap<&str, Store> = HashMap::new();
    for lot in &lots {
        let Some(own) = farms.get(&lot.plant).filter(|f| !f.is_empty()) else { continue };
        let store = stores.entry(&lot.plant).or_default();
        let entered = season.enters(&lot.plant, lot.lodged);
        let made = store.make(lot, own, &mut dice, entered);
        if entered {
            season.take(made);
            continue;
        }
        waiting.extend(made.events());
        if waiting.len() >= DOCUMENT {
            sent += capture(desk, std::mem::take(&mut waiting)).await?;
        }
    }
    sent += capture(desk, waiting).await?;
    season.enter(desk).await?;
    Ok(sent)
}

/// A lot as it was made, with the deliveries that came for it.
pub(super) struct Made {
    /// Raw lots that came for it.
    pub(super) raws: Vec<Raw>,
    /// Its making.
    pub(super) making: Making,
    /// When.
    pub(super) at: Timestamp,
}

impl Made {
    /// As the plant's own program would have sent it.
    fn events(&self) -> Vec<Value> {
        let mut events = Vec::new();
        for raw in &self.raws {
            events.extend(compose::raw(raw, self.at));
            let Some(farm) = &raw.farm else { continue };
            for (what, day, interval) in &raw.sprays {
                events.push(compose::spray(farm, &raw.field, what, *interval, day, self.at));
            }
        }
        events.push(compose::making(&self.making, self.at));
        events
    }
}

async fn capture(desk: &Desk, events: Vec<Value>) -> Result<u64> {
    if events.is_empty() {
        return Ok(0);
    }
    let document = compose::document(&events, desk.clock.now());
    let done = desk.capture(&Actor::system(), Behaviour::Proceed, document.into_bytes().into()).await?;
    Ok(done.tally.captured)
}

/// Exported food lots by plant, oldest first, and the farms of each plant.
async fn declared(desk: &Desk) -> Result<(Vec<Declared>, Places)> {
    let (mut plants, mut farms) = (HashMap::new(), HashMap::new());
    let mut tx = desk.read().await?;
    for plant in trade::plants(&mut tx, "", 1000).await? {
        let own = trade::farms_of(&mut tx, plant.id).await?;
        farms.insert(plant.filing_no.clone(), own.into_iter().map(|f| f.filing_no).collect());
        plants.insert(plant.id, plant.filing_no);
    }
    let (mut lots, mut before) = (Vec::new(), None);
    loop {
        let page = declaration::list(&mut tx, &Actor::system(), before, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some((last.lodged_at, last.id));
        for d in &page {
            let Some(plant) = d.plant.and_then(|p| plants.get(&p)) else { continue };
            for lot in declaration::lots(&mut tx, d.id).await? {
                if lot.hs.as_str() < "25" {
                    lots.push(Declared {
                        plant: plant.clone(),
                        lodged: d.lodged_at,
                        no: lot.no,
                        hs: lot.hs,
                        milli: lot.quantity.milli,
                        unit: lot.quantity.unit.code().to_owned(),
                    });
                }
            }
        }
    }
    lots.reverse();
    Ok((lots, farms))
}

/// What lies at a plant: the present delivery of each farm, and how many lots it went into.
#[derive(Default)]
struct Store {
    deliveries: Vec<String>,
    used: usize,
    count: usize,
    /// Whether the plant enters what it makes, and no longer sends it.
    entered: bool,
}

impl Store {
    /// A lot, with its raw material when new has to come.
    fn make(&mut self, lot: &Declared, farms: &[String], dice: &mut Dice, entered: bool) -> Made {
        let at = Timestamp(lot.lodged.0 - 3 * Timestamp::DAY);
        let mut raws = Vec::new();
        // What was sent is not in the books that a plant begins to keep at the bureau.
        let begins = std::mem::replace(&mut self.entered, entered) != entered;
        if self.deliveries.is_empty() || self.used >= SHARED || begins {
            self.deliveries.clear();
            self.used = 0;
            for farm in farms {
                raws.push(self.deliver(lot, (farm, farms.len()), at, dice));
            }
        }
        self.used += 1;
        let share = lot.milli * 11 / 10 / i64::try_from(self.deliveries.len()).unwrap_or(1).max(1);
        let making = Making {
            no: lot.no.clone(),
            plant: lot.plant.clone(),
            hs: lot.hs.clone(),
            milli: lot.milli,
            unit: lot.unit.clone(),
            made_on: at.date().to_string(),
            inputs: self.deliveries.iter().map(|no| (no.clone(), share)).collect(),
        };
        Made { raws, making, at }
    }

    fn deliver(
        &mut self,
        lot: &Declared,
        (farm, farms): (&str, usize),
        made: Timestamp,
        dice: &mut Dice,
    ) -> Raw {
        self.count += 1;
        let no = format!("R{}-{:05}", made.date().strftime("%y%m"), self.count);
        let day = |before: i64| -> Date { Timestamp(made.0 - before * Timestamp::DAY).date() };
        let (what, interval) = *dice.pick(&SPRAYS);
        let waited = if dice.happens(FAULTY) { interval - 3 } else { interval + dice.between(1, 20) };
        let (harvested, sprayed) = (day(1), day(1 + waited));
        // A plot is harvested again when the sprayings of its last crop are long past.
        let field = format!("F{:02}", 1 + self.count / farms % PLOTS);
        let proven = !dice.happens(FAULTY);
        self.deliveries.push(no.clone());
        Raw {
            no,
            plant: lot.plant.clone(),
            farm: proven.then(|| farm.to_owned()),
            proof_no: format!("{farm}/{:05}", self.count),
            field,
            hs: lot.hs.clone(),
            milli: lot.milli * 3 / 2,
            harvested_on: harvested.to_string(),
            received_on: harvested.to_string(),
            sprays: vec![(what.to_owned(), sprayed.to_string(), interval)],
        }
    }
}
