//! Telling: facts on from the last run become events.

use super::compose::{self, Consignment, Making, Raw};
use super::silent::no_event;
use super::sql;
use crate::certificate::Filled;
use crate::epcis::{self, Behaviour, Flaw};
use crate::supply;
use kernel::{
    Actor, CertificateId, DeclarationId, FarmId, LotId, ProductionId, RawLotId, Result, Supervision,
    Timestamp,
};
use serde_json::Value;
use std::collections::HashSet;
use store::{Tx, ledger, vals};
use trace::epcis::Limits;

/// The documents made here are small: facts of one run, a few events each.
const LIMITS: Limits = Limits { max_bytes: 256 << 20, max_depth: 64, max_events: 500_000 };

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Facts read.
    pub facts: i64,
    /// Events stored.
    pub events: u64,
    /// What was wrong with events that were made; nothing, unless a name in the registry cannot stand in an event.
    pub flaws: Vec<Flaw>,
}

/// Whether facts wait to be told: those of the trail's own captures alone are none.
pub async fn behind(tx: &mut Tx) -> Result<bool> {
    let (head, _) = ledger::head(tx).await?;
    let upto: i64 = tx.one(sql::UPTO, vals![]).await?.get(0)?;
    if upto + 1 < head {
        return Ok(true);
    }
    let rows = tx.all(sql::AFTER, vals![upto, 1]).await?;
    let kinds = rows.iter().map(|r| r.get(2)).collect::<Result<Vec<String>>>()?;
    Ok(kinds.iter().any(|kind| kind != "epcis.captured"))
}

/// Tells at most `most` facts on from where the last run ended.
pub async fn tell(tx: &mut Tx, most: i64) -> Result<Told> {
    let from: i64 = tx.one(sql::TOLD, vals![]).await?.get(0)?;
    let rows = tx.all(sql::AFTER, vals![from, most]).await?;
    let Some(last) = rows.last() else { return Ok(Told::default()) };
    let last: i64 = last.get(0)?;
    let mut teller = Teller { events: Vec::new(), ids: HashSet::new() };
    for r in &rows {
        let (kind, body): (String, String) = (r.get(2)?, r.get(3)?);
        if let Some(fact) = Supervision::decode(&kind, &body)? {
            teller.fact(tx, &fact, r.get(1)?).await?;
        }
    }
    let mut told = Told { facts: i64::try_from(rows.len()).unwrap_or(0), ..Told::default() };
    if !teller.events.is_empty() {
        keep(tx, &teller.events, &mut told).await?;
    }
    tx.exec(sql::TOLD_SET, vals![last]).await?;
    Ok(told)
}

async fn keep(tx: &mut Tx, events: &[Value], told: &mut Told) -> Result<()> {
    let document = compose::document(events, tx.now());
    let survey = epcis::survey(document.as_bytes(), &LIMITS, events.len());
    let by = Actor::system();
    let capture = epcis::open(tx, &by, Behaviour::Proceed, None).await?;
    let ready = survey.ready.unwrap_or_default();
    let mut tally = epcis::keep(tx, &by, capture, ready).await?;
    tally.events = survey.events;
    tally.rejected += survey.rejected;
    tally.errors.extend(survey.flaws);
    epcis::finish(tx, capture, &tally, tally.errors.is_empty()).await?;
    told.events = tally.captured;
    told.flaws = tally.errors;
    Ok(())
}

/// Events made so far, and the ids that they took.
struct Teller {
    events: Vec<Value>,
    ids: HashSet<String>,
}

impl Teller {
    async fn fact(&mut self, tx: &mut Tx, fact: &Supervision, at: Timestamp) -> Result<()> {
        match fact {
            Supervision::SprayRecorded(f) => {
                let farm: String = tx.one(sql::FARM_NO, vals![f.farm]).await?.get(0)?;
                self.events.push(compose::spray(
                    &farm,
                    &f.field,
                    &f.product,
                    f.interval_days,
                    &f.applied_on,
                    at,
                ));
            }
            Supervision::RawReceived(f) => {
                let raw = raw(tx, f.raw_lot).await?;
                self.events.extend(compose::raw(&raw, at));
            }
            Supervision::LotBuilt(f) => {
                let making = making(tx, f.production).await?;
                self.events.push(compose::making(&making, at));
            }
            Supervision::Lodged(f) => self.packing(tx, f.declaration, 1, at).await?,
            Supervision::Amended(f) => {
                let c = consignment(tx, f.declaration).await?;
                let (old, new) = (c.packing_id(f.revision - 1), c.packing_id(f.revision));
                self.error(tx, &old, "incorrect_data", Some(new), at).await?;
                self.packing(tx, f.declaration, f.revision, at).await?;
            }
            Supervision::Withdrawn(f) => {
                let c = consignment(tx, f.declaration).await?;
                self.error(tx, &c.packing_id(c.revision), "did_not_occur", None, at).await?;
            }
            Supervision::Settled(f) => self.outcome(tx, f.declaration, f.lot, &f.outcome, at).await?,
            Supervision::HoldLifted(f) => {
                self.available(tx, (f.declaration, f.lot), ("lifted", &f.reason), at).await?;
            }
            Supervision::Treated(f) => {
                self.available(tx, (f.declaration, f.lot), ("treated", &f.note), at).await?;
            }
            Supervision::LotRemoved(f) => {
                let c = consignment(tx, f.declaration).await?;
                if let Some((no, milli, unit)) = lot(tx, f.lot).await? {
                    let seal = (f.container.as_str(), f.seal.as_str());
                    self.events.push(compose::removed(&c, (&no, milli, &unit), seal, at));
                }
            }
            Supervision::Certified(f) => self.certified(tx, f.certificate, f.declaration, &f.no, at).await?,
            Supervision::CertificateWithdrawn(f) => {
                self.uncertified(tx, f.certificate, f.declaration, &f.reason, at).await?;
            }
            Supervision::CertificateReplaced(f) => {
                self.uncertified(tx, f.certificate, f.declaration, &f.reason, at).await?;
            }
            no_event!() => {}
        }
        Ok(())
    }

    /// What kept a lot from use is over.
    async fn available(
        &mut self,
        tx: &mut Tx,
        (id, of): (DeclarationId, LotId),
        (outcome, note): (&str, &str),
        at: Timestamp,
    ) -> Result<()> {
        let c = consignment(tx, id).await?;
        if let Some((no, milli, unit)) = lot(tx, of).await? {
            self.events.push(compose::available(&c, (&no, milli, &unit), outcome, note, at));
        }
        Ok(())
    }

    /// A certificate no longer holds: the consignment is taken off it.
    async fn uncertified(
        &mut self,
        tx: &mut Tx,
        certificate: CertificateId,
        id: DeclarationId,
        reason: &str,
        at: Timestamp,
    ) -> Result<()> {
        let c = consignment(tx, id).await?;
        let no: Option<String> = tx.one(sql::CERTIFICATE_NO, vals![certificate]).await?.get(0)?;
        if let Some(no) = no {
            self.events.push(compose::uncertified(&c, &no, reason, at));
        }
        Ok(())
    }

    async fn packing(&mut self, tx: &mut Tx, id: DeclarationId, revision: i64, at: Timestamp) -> Result<()> {
        let c = consignment(tx, id).await?;
        // Lots that were amended since are told with that amendment; the event of this revision would repeat them.
        if c.revision != revision {
            return Ok(());
        }
        let mut lots: Vec<(String, i64, String)> = Vec::new();
        for r in tx.all(sql::LOTS, vals![id]).await? {
            let (no, milli, unit): (String, i64, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
            match lots.iter_mut().find(|l| l.0 == no && l.2 == unit) {
                Some(known) => known.1 += milli,
                None => lots.push((no, milli, unit)),
            }
        }
        if !lots.is_empty() {
            self.ids.insert(c.packing_id(revision));
            self.events.push(compose::packing(&c, revision, &lots, at));
        }
        Ok(())
    }

    /// Declares an event an error, whether it is in the repository or was made in this run.
    async fn error(
        &mut self,
        tx: &mut Tx,
        id: &str,
        reason: &str,
        instead: Option<String>,
        at: Timestamp,
    ) -> Result<()> {
        let kept = epcis::event(tx, &Actor::system(), id).await?;
        let body = match kept.first() {
            Some(kept) => Some(kept.body.clone()),
            None => self.events.iter().find(|e| e["eventID"] == id).map(Value::to_string),
        };
        self.events.extend(body.and_then(|body| compose::in_error(&body, reason, instead, at)));
        Ok(())
    }

    async fn outcome(
        &mut self,
        tx: &mut Tx,
        id: DeclarationId,
        of: LotId,
        outcome: &str,
        at: Timestamp,
    ) -> Result<()> {
        let c = consignment(tx, id).await?;
        if let Some((no, milli, unit)) = lot(tx, of).await? {
            self.events.push(compose::outcome(&c, (&no, milli, &unit), outcome, at));
        }
        Ok(())
    }

    async fn certified(
        &mut self,
        tx: &mut Tx,
        certificate: CertificateId,
        id: DeclarationId,
        no: &str,
        at: Timestamp,
    ) -> Result<()> {
        let c = consignment(tx, id).await?;
        self.events.push(compose::certified(&c, no, at));
        let departure = compose::departure_id(&c);
        let gone = !self.ids.insert(departure.clone())
            || !epcis::event(tx, &Actor::system(), &departure).await?.is_empty();
        if c.export && !gone {
            let filled: String = tx.one(sql::CONSIGNEE, vals![certificate]).await?.get(0)?;
            let filled: Filled = serde_json::from_str(&filled)?;
            self.events.push(compose::departure(&c, filled.consignee.trim(), at));
        }
        Ok(())
    }
}

async fn consignment(tx: &mut Tx, id: DeclarationId) -> Result<Consignment> {
    let r = tx.one(sql::CONSIGNMENT, vals![id]).await?;
    let direction: String = r.get(1)?;
    Ok(Consignment {
        no: r.get(0)?,
        export: direction == "export",
        operator: r.get(2)?,
        plant: r.get(3)?,
        market: r.get(4)?,
        port: r.get(5)?,
        branch: r.get(6)?,
        revision: r.get(7)?,
    })
}

/// Number, thousandths and unit of a declared lot; none when an amendment took it away since.
async fn lot(tx: &mut Tx, id: LotId) -> Result<Option<(String, i64, String)>> {
    let row = tx.opt(sql::LOT, vals![id]).await?;
    row.map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).transpose()
}

async fn raw(tx: &mut Tx, id: RawLotId) -> Result<Raw> {
    let r = tx.one(sql::RAW, vals![id]).await?;
    let (field, harvested_on): (String, String) = (r.get(4)?, r.get(7)?);
    let farm_id: Option<FarmId> = r.get(9)?;
    let sprays = match farm_id {
        Some(farm) => supply::sprays(tx, farm, &field, &harvested_on).await?,
        None => Vec::new(),
    };
    // What was sprayed after the harvest says nothing of it.
    let before = sprays.into_iter().filter(|s| s.applied_on <= harvested_on);
    Ok(Raw {
        no: r.get(0)?,
        plant: r.get(1)?,
        farm: r.get(2)?,
        proof_no: r.get(3)?,
        sprays: before.map(|s| (s.product, s.applied_on, s.interval_days)).collect(),
        field,
        hs: r.get(5)?,
        milli: r.get(6)?,
        harvested_on,
        received_on: r.get(8)?,
    })
}

async fn making(tx: &mut Tx, id: ProductionId) -> Result<Making> {
    let r = tx.one(sql::PRODUCTION, vals![id]).await?;
    let rows = tx.all(sql::INPUTS, vals![id]).await?;
    let inputs = rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect::<Result<Vec<_>>>()?;
    Ok(Making {
        no: r.get(0)?,
        plant: r.get(1)?,
        hs: r.get(2)?,
        milli: r.get(3)?,
        unit: r.get(4)?,
        made_on: r.get(5)?,
        inputs,
    })
}
