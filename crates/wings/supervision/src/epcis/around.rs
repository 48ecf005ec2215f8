//! The events around lots: what went into them, and what became of all that, found step by step in the index, so that
//! a trace reads what belongs to it and never the whole repository.

use super::sql;
use kernel::{No, Result};
use std::collections::{BTreeMap, HashSet, VecDeque};
use store::{Row, Tx, vals};
use trace::epcis::ident::comparable;
use trace::epcis::index::{Field, term};
use trace::epcis::{self, Event, EventKind, Limits, Quantity};

/// Events that name one identifier, at most: a container used every day names no lot any more.
const MOST_OF_ONE: i64 = 2_000;

/// Events that belong together.
#[derive(Debug, Default)]
pub struct Around {
    /// Number, time of recording in milliseconds, and the event, in the order of capture.
    pub events: Vec<(i64, i64, Event)>,
    /// Whether there was more than was asked for.
    pub cut: bool,
}

/// Which way a walk goes.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Back,
    Forward,
}

impl Way {
    /// Fields under which an event can name a lot that the walk stands at.
    fn fields(self) -> &'static [Field] {
        match self {
            Way::Back => {
                &[Field::OutputEpc, Field::OutputClass, Field::Epc, Field::EpcClass, Field::ParentId]
            }
            Way::Forward => {
                &[Field::InputEpc, Field::InputClass, Field::Epc, Field::EpcClass, Field::ParentId]
            }
        }
    }
}

fn all<'a>(ids: &'a Option<Vec<String>>, classes: &'a Option<Vec<Quantity>>) -> impl Iterator<Item = String> {
    let ids = ids.iter().flatten().map(|id| comparable(id.trim()));
    let classes = classes.iter().flatten().filter_map(|q| q.epc_class.as_deref());
    ids.chain(classes.map(|id| comparable(id.trim())))
}

/// Where the walk goes on from an event that names `at`.
fn next(event: &Event, at: &str, way: Way) -> Vec<String> {
    match (&event.kind, way) {
        (EventKind::Transformation, Way::Back) => {
            all(&event.input_epc_list, &event.input_quantity_list).collect()
        }
        (EventKind::Transformation, Way::Forward) => {
            all(&event.output_epc_list, &event.output_quantity_list).collect()
        }
        (EventKind::Aggregation, _) => {
            let parent = event.parent_id.as_deref().map(|p| comparable(p.trim()));
            let unpacks = event.action.as_deref() == Some("DELETE");
            let at_parent = parent.as_deref() == Some(at);
            // Packing leads from contents to container, unpacking from container to contents.
            match (way == Way::Forward, unpacks, at_parent) {
                (true, false, false) | (false, true, false) => parent.into_iter().collect(),
                (true, true, true) | (false, false, true) => {
                    all(&event.child_epcs, &event.child_quantity_list).collect()
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// An event as it is kept, read again.
fn read(r: &Row) -> Result<(i64, i64, Event)> {
    let body: String = r.get(2)?;
    let text = format!(
        "{{\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"],\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"2000-01-01T00:00:00Z\",\"epcisBody\":{{\"eventList\":[{body}]}}}}"
    );
    let document = epcis::parse(text.as_bytes(), &Limits::default())
        .map_err(|p| No::fault(format!("a kept event cannot be read: {p:?}")))?;
    let event = document.events.into_iter().next().ok_or_else(|| No::fault("a kept event is empty"))?;
    Ok((r.get(0)?, r.get(1)?, event))
}

struct Walk {
    until: i64,
    most: usize,
    events: BTreeMap<i64, (i64, Event)>,
    cut: bool,
}

impl Walk {
    async fn keep(&mut self, tx: &mut Tx, term: Vec<u8>) -> Result<Vec<i64>> {
        let rows = tx.all(sql::NAMING, vals![term, self.until, MOST_OF_ONE]).await?;
        self.cut |= i64::try_from(rows.len()).is_ok_and(|n| n >= MOST_OF_ONE);
        let mut found = Vec::with_capacity(rows.len());
        for r in &rows {
            let seq: i64 = r.get(0)?;
            if self.events.contains_key(&seq) {
                found.push(seq);
            } else if self.events.len() < self.most {
                let (seq, recorded, event) = read(r)?;
                self.events.insert(seq, (recorded, event));
                found.push(seq);
            } else {
                self.cut = true;
            }
        }
        Ok(found)
    }

    /// Walks one way and gives every identifier that it came to.
    async fn walk(&mut self, tx: &mut Tx, starts: &[String], way: Way) -> Result<Vec<String>> {
        let mut seen: HashSet<String> = starts.iter().cloned().collect();
        let mut order: Vec<String> = starts.to_vec();
        let mut queue: VecDeque<String> = starts.iter().cloned().collect();
        let mut processes: HashSet<String> = HashSet::new();
        while let Some(at) = queue.pop_front() {
            let mut found = Vec::new();
            for field in way.fields() {
                found.extend(self.keep(tx, term(*field, &at)).await?);
            }
            // Events of one process tell its inputs and its outputs apart.
            let ids: Vec<String> = found
                .iter()
                .filter_map(|seq| self.events.get(seq)?.1.transformation_id.as_deref().map(str::trim))
                .map(comparable)
                .collect();
            for id in ids {
                if processes.insert(id.clone()) {
                    found.extend(self.keep(tx, term(Field::TransformationId, &id)).await?);
                }
            }
            for seq in found {
                let Some((_, event)) = self.events.get(&seq) else { continue };
                for lot in next(event, &at, way) {
                    if seen.insert(lot.clone()) {
                        order.push(lot.clone());
                        queue.push_back(lot);
                    }
                }
            }
        }
        Ok(order)
    }

    fn done(self) -> Around {
        let events = self.events.into_iter().map(|(seq, (recorded, event))| (seq, recorded, event));
        Around { events: events.collect(), cut: self.cut }
    }
}

/// The events around lots, captured up to a number: back to all that went into them, and from there forward to all
/// that came of it; at most `most`.
pub async fn around(tx: &mut Tx, lots: &[String], until: i64, most: usize) -> Result<Around> {
    let starts: Vec<String> = lots.iter().map(|l| comparable(l.trim())).collect();
    let mut walk = Walk { until, most, events: BTreeMap::new(), cut: false };
    let back = walk.walk(tx, &starts, Way::Back).await?;
    walk.walk(tx, &back, Way::Forward).await?;
    Ok(walk.done())
}

/// The events at a place within a time (milliseconds, end excluded), captured up to a number; at most `most`.
pub async fn at_place(
    tx: &mut Tx,
    place: &str,
    (from, to): (i64, i64),
    until: i64,
    most: usize,
) -> Result<Around> {
    let mut walk = Walk { until, most, events: BTreeMap::new(), cut: false };
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    for field in [Field::BizLocation, Field::ReadPoint] {
        let term = term(field, &comparable(place.trim()));
        let rows = tx.all(sql::AT_PLACE, vals![term, until, limit, from, to]).await?;
        walk.cut |= rows.len() >= most;
        for r in &rows {
            let (seq, recorded, event) = read(r)?;
            walk.events.insert(seq, (recorded, event));
        }
    }
    Ok(walk.done())
}
