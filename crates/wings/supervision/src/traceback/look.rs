//! One look at the record: events and the bureau's own lots, from inputs alone, so that it can be taken again.

use super::{Broken, Consignment, Delivery, Found, Gap, Inputs, Upstream, sql};
use crate::epcis;
use kernel::{LotId, No, OperatorId, Quantity, Result, UnitCode};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{Row, Tx, vals};
use trace::epcis::Event;
use trace::genealogy::{
    Direction, EdgeKind, Expected, Finding, Frontier, Graph, Lens, NodeId, NodeKind, Scratch, capture,
    frontier, key_of, reach,
};

const DAY: i64 = 86_400_000;
/// Places of which the operator is asked for.
const MOST_PLACES: usize = 200;

/// The genealogy that is built from the events of one look.
struct Look {
    graph: Graph,
    makers: BTreeSet<String>,
    seen: HashSet<i64>,
    cut: bool,
}

fn full(e: impl std::fmt::Display) -> No {
    No::fault(format!("the genealogy of a trace: {e}"))
}

impl Look {
    fn take(&mut self, found: epcis::Around) {
        self.cut |= found.cut;
        for (seq, recorded, event) in found.events {
            if !self.seen.insert(seq) {
                continue;
            }
            if let Some(place) = made_at(&event) {
                self.makers.insert(key_of(place));
            }
            // An event of a type of the sender's own, or without a time that can be read, tells nothing of lots.
            let _ = capture(&mut self.graph, &event, recorded);
        }
    }

    fn expected(&mut self, inputs: &Inputs) -> Result<Expected> {
        let mut gaps = Vec::new();
        for g in &inputs.gaps {
            let place = self.graph.intern(NodeKind::Place, &key_of(&g.place)).map_err(full)?;
            gaps.push(trace::genealogy::Gap { place, period: g.from..g.to });
        }
        let makers = self.makers.iter().filter_map(|m| self.graph.find(NodeKind::Place, m));
        Ok(Expected {
            inputs_at: makers.collect(),
            gaps,
            widest: inputs.widest_days * DAY,
            lying: inputs.lying_days * DAY,
        })
    }

    fn key(&self, node: NodeId) -> String {
        self.graph.key(node).unwrap_or_default().to_owned()
    }

    fn gap(&self, g: &trace::genealogy::Gap) -> Gap {
        Gap { place: self.key(g.place), from: g.period.start, to: g.period.end }
    }

    fn lots(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        nodes.into_iter().filter(|n| self.graph.kind(*n) == Some(NodeKind::Lot)).collect()
    }
}

/// The place at which an event made lots from lots.
fn made_at(event: &Event) -> Option<&str> {
    let makes = event.kind == trace::epcis::EventKind::Transformation;
    let at = event.biz_location.as_ref().or(event.read_point.as_ref()).filter(|_| makes)?;
    at.id.as_deref()
}

fn code(finding: Finding) -> &'static str {
    match finding {
        Finding::ProcessWithoutInputs => "process_without_inputs",
        Finding::LotWithoutInputs => "lot_without_inputs",
        Finding::LotWithoutOrigin => "lot_without_origin",
        Finding::WithinKnownGap => "within_known_gap",
    }
}

/// Takes the look.
pub(super) async fn look(tx: &mut Tx, inputs: &Inputs) -> Result<Found> {
    let mut own = Own::default();
    own.starts(tx, inputs).await?;
    let mut look =
        Look { graph: Graph::default(), makers: BTreeSet::new(), seen: HashSet::new(), cut: false };
    let keys: Vec<String> = own.keys.iter().cloned().collect();
    look.take(epcis::around(tx, &keys, inputs.until, inputs.most).await?);
    for g in &inputs.gaps {
        let from = g.from - inputs.lying_days * DAY;
        look.take(epcis::at_place(tx, &g.place, (from, g.to), inputs.until, inputs.most).await?);
    }
    let starts: Vec<NodeId> =
        keys.iter().filter_map(|k| look.graph.find(NodeKind::Lot, &key_of(k))).collect();
    let mut stops = stopping(&mut look, inputs, &starts)?;
    // What happened at the place of a break is looked at too: its lots are in scope.
    let around: Vec<Gap> = stops.gaps.iter().map(|g| look.gap(g)).collect();
    for g in around {
        let from = g.from - inputs.lying_days * DAY;
        look.take(epcis::at_place(tx, &g.place, (from, g.to), inputs.until, inputs.most).await?);
    }
    stops = stopping(&mut look, inputs, &starts)?;
    let mut found = told(&look, &starts, &stops);
    for key in keys.iter().filter(|k| look.graph.find(NodeKind::Lot, &key_of(k)).is_none()) {
        not_recorded(&mut found, key);
    }
    for no in &own.unmarked {
        not_recorded(&mut found, no);
    }
    own.parties(tx, &look).await?;
    found.consignments = own.consignments(tx, inputs, &found).await?;
    Ok(found)
}

fn not_recorded(found: &mut Found, key: &str) {
    found.upstream.push(Upstream { key: key.into(), known: false, origins: Vec::new() });
    found.breaks.push(Broken { key: key.into(), finding: "not_recorded".into(), gap: None });
}

fn stopping(look: &mut Look, inputs: &Inputs, starts: &[NodeId]) -> Result<Frontier> {
    let expected = look.expected(inputs)?;
    Ok(frontier(&look.graph, &Lens::default(), starts, &expected, &mut Scratch::default()))
}

/// What the genealogy tells.
fn told(look: &Look, starts: &[NodeId], stops: &Frontier) -> Found {
    let (lens, mut scratch) = (Lens::default(), Scratch::default());
    let back = look.lots(reach(&look.graph, &lens, Direction::Back, starts, &mut scratch).to_vec());
    let forward = look.lots(reach(&look.graph, &lens, Direction::Forward, &back, &mut scratch).to_vec());
    let mut unknown: HashSet<NodeId> = stops.breaks.iter().map(|b| b.node).collect();
    let behind: HashSet<NodeId> = back.iter().copied().collect();
    let ahead: HashSet<NodeId> =
        forward.iter().chain(starts).copied().filter(|n| !behind.contains(n) || starts.contains(n)).collect();
    let mut deliveries = Vec::new();
    for edge in edges(&look.graph) {
        match edge.kind {
            // What a broken process made is not known either.
            EdgeKind::Transformation if unknown.contains(&edge.from) => {
                unknown.insert(edge.to);
            }
            EdgeKind::Shipment if ahead.contains(&edge.from) => {
                let quantity = edge.quantity.map(|q| (q.amount, q.unit.code().to_owned()));
                deliveries.push(Delivery { key: look.key(edge.from), to: look.key(edge.to), quantity });
            }
            _ => {}
        }
    }
    let mut origins: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
    for (lot, origin) in &stops.origins {
        origins.entry(*lot).or_default().insert(look.key(*origin));
    }
    let upstream = back.iter().map(|n| Upstream {
        key: look.key(*n),
        known: !unknown.contains(n),
        origins: origins.get(n).into_iter().flatten().cloned().collect(),
    });
    let breaks = stops.breaks.iter().map(|b| Broken {
        key: look.key(b.node),
        finding: code(b.finding).into(),
        gap: b.gap.and_then(|g| stops.gaps.get(g)).map(|g| look.gap(g)),
    });
    let keys = |nodes: Vec<NodeId>| -> Vec<String> {
        nodes.into_iter().map(|n| look.key(n)).collect::<BTreeSet<_>>().into_iter().collect()
    };
    Found {
        upstream: upstream.collect(),
        farms: origins.into_values().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
        breaks: breaks.collect(),
        gap_lots: keys(stops.scope.iter().map(|(lot, _, _)| *lot).collect()),
        downstream: keys(forward.into_iter().filter(|n| !behind.contains(n)).collect()),
        consignments: Vec::new(),
        deliveries,
        events: look.seen.len(),
        cut: look.cut,
    }
}

/// Links that are not withdrawn.
fn edges(graph: &Graph) -> impl Iterator<Item = trace::genealogy::Edge> {
    let count = u32::try_from(graph.edge_count()).unwrap_or(u32::MAX);
    let valid = |e: &trace::genealogy::Edge| graph.entry(e.entry).is_some_and(|x| x.withdrawn.is_none());
    (0..count).filter_map(|n| graph.edge(trace::genealogy::EdgeId(n))).filter(valid)
}

/// What the bureau itself knows of lots.
#[derive(Default)]
struct Own {
    keys: BTreeSet<String>,
    /// Lots that no event names, by their number.
    unmarked: Vec<String>,
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
                self.unmarked.push(no.clone());
            }
            self.numbers.insert(no);
        }
        Ok(())
    }

    /// The operators of the places that events name.
    async fn parties(&mut self, tx: &mut Tx, look: &Look) -> Result<()> {
        let nodes = u32::try_from(look.graph.node_count()).unwrap_or(u32::MAX);
        let places = (0..nodes).map(NodeId).filter(|n| look.graph.kind(*n) == Some(NodeKind::Place));
        for place in places.take(MOST_PLACES) {
            self.operators.extend(epcis::operator_of(tx, &look.key(place)).await?);
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
            if let Some((_, number)) = key.rsplit_once("/10/") {
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
