//! Contact between processes at one place, found as a walk needs it and never spelled out pair by pair.
use std::collections::HashMap;

use super::lens::{Crossing, Lens};
use super::log::Reader;
use super::reach::Direction;
use super::types::{EdgeKind, NONE, NodeId, NodeKind};

/// The processes of one place in the order in which a walk comes upon them.
#[derive(Debug, Clone, Default)]
struct Bench {
    /// The bound at which each process joins, and the process; sorted by the bound.
    joins: Vec<(i64, u32)>,
    taken: usize,
}

/// What a walk has learnt of the places it passed.
#[derive(Debug, Clone, Default)]
pub(super) struct Contacts {
    benches: HashMap<u32, Bench>,
}

/// When and where a process ran, by the entries seen: place, first and last moment, one for each place.
fn runs(reader: Reader<'_>, lens: &Lens, process: u32) -> Vec<(u32, i64, i64)> {
    let mut runs: Vec<(u32, i64, i64)> = Vec::new();
    for way in [Direction::Back, Direction::Forward] {
        for hop in reader.hops(way, process).filter(|hop| lens.sees(reader, hop.edge())) {
            let edge = reader.edge(hop.edge());
            if edge.kind() != EdgeKind::Transformation {
                continue;
            }
            let row = reader.entry_row(edge.entry);
            match runs.iter_mut().find(|(place, _, _)| *place == row.place) {
                Some((_, first, last)) => {
                    *first = row.happened.min(*first);
                    *last = row.happened.max(*last);
                }
                None if row.place != NONE => runs.push((row.place, row.happened, row.happened)),
                None => {}
            }
        }
    }
    runs
}

/// The processes at a place, each with the place's first and last moment of it.
fn bench(reader: Reader<'_>, lens: &Lens, way: Direction, place: u32) -> Bench {
    let mut processes: Vec<u32> = Vec::new();
    for entry in reader.at_place(place) {
        let row = reader.entry_row(entry);
        for edge in row.first..row.first + row.count {
            let edge = reader.edge(edge);
            if edge.kind() == EdgeKind::Transformation {
                let ends = [edge.from, edge.to].into_iter();
                processes.extend(ends.filter(|end| reader.kind(*end) == NodeKind::Process));
            }
        }
    }
    processes.sort_unstable();
    processes.dedup();
    let mut joins: Vec<(i64, u32)> = Vec::with_capacity(processes.len());
    for process in processes {
        for (_, first, last) in runs(reader, lens, process).into_iter().filter(|run| run.0 == place) {
            // Forward a process joins when it ended late enough, back when it began early enough.
            joins.push((if way == Direction::Forward { last } else { first }, process));
        }
    }
    joins.sort_unstable();
    if way == Direction::Forward {
        joins.reverse();
    }
    Bench { joins, taken: 0 }
}

impl Contacts {
    /// Forgets the places: the next walk may see another part of the record.
    pub(super) fn start(&mut self) {
        self.benches.clear();
    }

    /// Processes that a process met at its places and that this walk has not had yet.
    pub(super) fn met(&mut self, reader: Reader<'_>, lens: &Lens, way: Direction, process: u32) -> Vec<u32> {
        let mut met = Vec::new();
        if reader.kind(process) != NodeKind::Process {
            return met;
        }
        for (place, first, last) in runs(reader, lens, process) {
            let crossed = match &lens.crossing {
                Crossing::Off => false,
                Crossing::Everywhere => true,
                Crossing::Places(places) => places.contains(&NodeId(place)),
            };
            if !crossed {
                continue;
            }
            let bench = self.benches.entry(place).or_insert_with(|| bench(reader, lens, way, place));
            let joins = |bound: i64| match way {
                Direction::Forward => bound >= first,
                Direction::Back => bound <= last,
            };
            while let Some(&(_, other)) = bench.joins.get(bench.taken).filter(|(bound, _)| joins(*bound)) {
                bench.taken += 1;
                met.push(other);
            }
        }
        met
    }
}
