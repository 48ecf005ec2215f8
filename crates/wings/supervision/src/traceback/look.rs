//! One look at the record: the genealogy and the bureau's own lots, from inputs alone, so that it can be taken again.

use super::{Answer, Broken, Consignment, Found, Genealogy, Inputs, Question, Upstream, sql};
use crate::epcis;
use crate::trail::names;
use kernel::{LotId, No, OperatorId, Quantity, Result, UnitCode};
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Tx, vals};
use trace::genealogy::key_of;

/// Takes the look; gives what was found, and the inputs with how far the genealogy had come.
pub(super) async fn look(tx: &mut Tx, inputs: &Inputs, genealogy: &dyn Genealogy) -> Result<(Found, Inputs)> {
    let mut own = Own::default();
    own.starts(tx, inputs).await?;
    let question = Question {
        keys: own.keys.iter().chain(own.told.keys()).cloned().collect(),
        gaps: inputs.gaps.clone(),
        entries: inputs.entries,
        most: inputs.most,
        widest_days: inputs.widest_days,
        lying_days: inputs.lying_days,
    };
    let Answer { mut found, unknown, places, until, entries } = genealogy.ask(&question);
    for key in &unknown {
        // A lot that no event names is told by its number.
        not_recorded(&mut found, own.told.remove(key).as_ref().unwrap_or(key));
    }
    own.keys.extend(std::mem::take(&mut own.told).into_keys());
    for place in &places {
        own.operators.extend(epcis::operator_of(tx, place).await?);
    }
    found.consignments = own.consignments(tx, inputs, &found).await?;
    let until = if inputs.entries.is_some() { inputs.until } else { until };
    Ok((found, Inputs { until, entries: Some(entries), ..inputs.clone() }))
}

fn not_recorded(found: &mut Found, key: &str) {
    found.upstream.push(Upstream { key: key.into(), known: false, origins: Vec::new() });
    found.breaks.push(Broken { key: key.into(), finding: "not_recorded".into(), gap: None });
}

/// What the bureau itself knows of lots.
#[derive(Default)]
struct Own {
    /// Names under which events of others tell of the lots.
    keys: BTreeSet<String>,
    /// The bureau's own names of lots that no other event names, with their numbers.
    told: BTreeMap<String, String>,
    numbers: BTreeSet<String>,
    operators: BTreeSet<OperatorId>,
    starts: BTreeSet<LotId>,
}

impl Own {
    async fn starts(&mut self, tx: &mut Tx, inputs: &Inputs) -> Result<()> {
        self.keys.extend(inputs.starts.uris.iter().map(|u| key_of(u.trim())));
        for lot in &inputs.starts.lots {
            let Some(r) = tx.opt(sql::LOT, vals![*lot]).await? else { continue };
            let no: String = r.get(1)?;
            self.starts.insert(*lot);
            self.operators.insert(r.get(7)?);
            let marks = tx.all(sql::MARKS_OF, vals![*lot, inputs.as_of]).await?;
            for m in &marks {
                self.keys.insert(m.get(0)?);
            }
            if marks.is_empty() && inputs.starts.uris.is_empty() {
                self.told.insert(names::lot(&r.get::<String>(10)?, &no), no.clone());
            }
            self.numbers.insert(no);
        }
        Ok(())
    }

    async fn consignments(&self, tx: &mut Tx, inputs: &Inputs, found: &Found) -> Result<Vec<Consignment>> {
        let mut all: BTreeMap<LotId, Consignment> = BTreeMap::new();
        for lot in &self.starts {
            for r in tx.all(sql::LOT, vals![*lot]).await? {
                add(&mut all, &r, "start")?;
            }
        }
        let numbers: Vec<(&String, &str)> = self.numbers.iter().map(|n| (n, "same_number")).collect();
        for (number, how) in numbers {
            self.by_number(tx, inputs, (number, how), &mut all).await?;
        }
        let keys =
            self.keys.iter().map(|k| (k, "start")).chain(found.downstream.iter().map(|k| (k, "downstream")));
        for (key, how) in keys.chain(found.gap_lots.iter().map(|k| (k, "gap"))) {
            for r in tx.all(sql::MARKED, vals![key, inputs.as_of]).await? {
                add(&mut all, &r, how)?;
            }
            if let Some(("lot", parts)) = names::read(key)
                && let [maker, number] = parts.as_slice()
            {
                for r in tx.all(sql::MADE_BY, vals![number, maker, inputs.as_of]).await? {
                    add(&mut all, &r, how)?;
                }
            } else if let Some((_, number)) = key.rsplit_once("/10/") {
                let number = number.split(['/', '?']).next().unwrap_or_default().to_owned();
                self.by_number(tx, inputs, (&number, how), &mut all).await?;
            }
        }
        Ok(all.into_values().collect())
    }

    async fn by_number(
        &self,
        tx: &mut Tx,
        inputs: &Inputs,
        (number, how): (&str, &str),
        all: &mut BTreeMap<LotId, Consignment>,
    ) -> Result<()> {
        for operator in &self.operators {
            for r in tx.all(sql::NUMBERED, vals![number, *operator, inputs.as_of]).await? {
                add(all, &r, how)?;
            }
        }
        Ok(())
    }
}

/// The first way in which a lot belongs counts.
fn add(all: &mut BTreeMap<LotId, Consignment>, r: &Row, how: &str) -> Result<()> {
    let (lot, code): (LotId, String) = (r.get(0)?, r.get(6)?);
    let unit = UnitCode::parse(&code).ok_or_else(|| No::fault(format!("no unit {code}")))?;
    let consignment = Consignment {
        lot,
        lot_no: r.get(1)?,
        declaration: r.get(2)?,
        no: r.get(3)?,
        market: r.get(4)?,
        quantity: Quantity { milli: r.get(5)?, unit },
        how: how.into(),
    };
    all.entry(lot).or_insert(consignment);
    Ok(())
}
