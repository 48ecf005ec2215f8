//! What several lots have in common, and what does not add up.

use super::found::{Explains, Passed, Source, Sources, Supplied};
use super::told::Trace;
use kernel::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use trace::genealogy::{
    self, Assumed, Case, EdgeId, EdgeKind, Month, NodeId, NodeKind, Ranked, Scratch, Step, Unit,
};

/// Common sources that are told.
const MOST_COMMON: usize = 200;
/// Possible sources that are told.
const MOST_SOURCES: usize = 20;
/// Minutes east of Greenwich of the months of filings.
const ZONE: i64 = 480;

impl Trace<'_> {
    pub(super) fn excess(&self) -> Vec<(String, i128, i128)> {
        let over = |node: &NodeId| {
            let balance = genealogy::balance(self.graph, &self.lens, *node, Unit::KILOGRAM, None);
            balance.excess().map(|_| (self.name(*node), balance.inflow.quantity, balance.outflow.quantity))
        };
        let made =
            |node: &&NodeId| matches!(self.graph.kind(**node), Some(NodeKind::Lot | NodeKind::Process));
        self.nodes.iter().filter(made).filter_map(over).collect()
    }

    /// What farms delivered, to this trace and to others, in the months in which the trace has harvests of theirs.
    pub(super) fn supplied(&self, links: &[EdgeId]) -> Vec<Supplied> {
        let mut months: BTreeMap<String, BTreeSet<Month>> = BTreeMap::new();
        let edges = links.iter().filter_map(|link| self.graph.edge(*link));
        for edge in edges.filter(|edge| edge.kind == EdgeKind::Origin) {
            let happened = self.graph.entry(edge.entry).map(|entry| entry.deed.happened);
            if let Some(month) = happened.and_then(month_of) {
                months.entry(self.name(edge.from)).or_default().insert(month);
            }
        }
        let mut supplied = Vec::new();
        for (farm, months) in months {
            let lens = &self.lens;
            let told =
                genealogy::monthly_supply(self.graph, lens, &farm, months, ZONE, Unit::KILOGRAM, i64::MAX);
            supplied.extend(told.into_iter().map(|(month, supply)| Supplied {
                farm: farm.clone(),
                month: format!("{:04}-{:02}", month.year, month.month),
                delivered: supply.begun.quantity.max(supply.sent.quantity),
                maximum: None,
            }));
        }
        supplied
    }

    pub(super) fn common(&self, scratch: &mut Scratch) -> Vec<(String, u32)> {
        if self.asked.len() < 2 {
            return Vec::new();
        }
        let sources = genealogy::common_sources(self.graph, &self.lens, &self.asked, scratch);
        let shared = sources.into_iter().filter(|(node, n)| *n > 1 && !self.asked.contains(node));
        shared.take(MOST_COMMON).map(|(node, n)| (self.name(node), n)).collect()
    }

    pub(super) fn sources(&self, scratch: &mut Scratch) -> Option<Sources> {
        if self.asked.len() < 2 {
            return None;
        }
        let cases: Vec<Case> = self.asked.iter().map(|node| Case { node: *node, weight: 1.0 }).collect();
        let begins = |node: NodeId| {
            let kind = self.graph.kind(node);
            matches!(kind, Some(NodeKind::Lot | NodeKind::Process | NodeKind::Origin))
                && !self.asked.contains(&node)
        };
        let assumed = Assumed { list: MOST_SOURCES, ..Assumed::default() };
        let ranking = genealogy::rank(self.graph, &self.lens, &cases, &assumed, begins, scratch).ok()?;
        let better = ranking.sources.iter().filter(|source| source.log_likelihood > ranking.no_source);
        Some(Sources {
            lots: self.asked.iter().map(|node| self.name(*node)).collect(),
            list: better.map(|source| self.source(source)).collect(),
            candidates: ranking.candidates,
            no_source: ranking.no_source,
            settled: ranking.settled,
        })
    }

    fn source(&self, ranked: &Ranked) -> Source {
        let explains = ranked.explains.iter();
        Source {
            name: self.name(ranked.node),
            kind: self.graph.kind(ranked.node).unwrap_or(NodeKind::Text),
            rank: ranked.rank,
            tied: ranked.tied,
            log_likelihood: ranked.log_likelihood,
            share: ranked.share,
            explains: explains
                .map(|(lot, chance, path)| Explains { lot: *lot, chance: *chance, path: self.path(path) })
                .collect(),
            without: ranked.without.clone(),
        }
    }

    /// The nodes of a path, each with what entered and left it.
    fn path(&self, path: &[Step]) -> Vec<Passed> {
        let balances = genealogy::path_balance(self.graph, &self.lens, path, Unit::KILOGRAM);
        let steps = std::iter::once(None).chain(path.iter().map(|step| step.link));
        balances
            .iter()
            .zip(steps)
            .map(|(balance, link)| Passed {
                name: self.name(balance.node),
                entry: link
                    .and_then(|link| self.graph.edge(link))
                    .and_then(|edge| Some(self.graph.entry(edge.entry)?.deed.identity)),
                entered: measured(&balance.inflow),
                left: measured(&balance.outflow),
            })
            .collect()
    }
}

/// The sum of a flow of which every quantity is known.
fn measured(flow: &genealogy::Flow) -> Option<i128> {
    (!flow.links.is_empty() && flow.unmeasured == 0).then_some(flow.quantity)
}

/// The calendar month of a moment, in the bureau's time.
fn month_of(at: i64) -> Option<Month> {
    let day = Timestamp(at.saturating_mul(1000)).date().to_string();
    Some(Month { year: day.get(..4)?.parse().ok()?, month: day.get(5..7)?.parse().ok()? })
}
