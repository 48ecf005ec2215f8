//! Contact between processes at one place, found as a walk needs it and never spelled out pair by pair.
use std::collections::HashMap;

use super::lens::{Crossing, Lens};
use super::log::Reader;
use super::reach::Direction;
use super::types::{EdgeKind, NONE, NodeId, NodeKind};

/// The processes of one place in the order in which a walk comes upon them.
#[derive(Debug, Clone, Default)]
struct Bench {
    /// The bound at which each process joins, the process, and its other end; sorted by the bound.
    joins: Vec<(i64, u32, i64)>,
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

/// When and where a process ran, at the places at which contact counts.
pub(super) fn crossed(reader: Reader<'_>, lens: &Lens, process: u32) -> Vec<(u32, i64, i64)> {
    let counts = |place: u32| match &lens.crossing {
        Crossing::Off => false,
        Crossing::Everywhere => true,
        Crossing::Places(places) => places.contains(&NodeId(place)),
    };
    if reader.kind(process) != NodeKind::Process {
        return Vec::new();
    }
    runs(reader, lens, process).into_iter().filter(|(place, _, _)| counts(*place)).collect()
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
    let mut joins: Vec<(i64, u32, i64)> = Vec::with_capacity(processes.len());
    for process in processes {
        for (_, first, last) in runs(reader, lens, process).into_iter().filter(|run| run.0 == place) {
            // Forward a process joins when it ended late enough, back when it began early enough.
            let (bound, other) = if way == Direction::Forward { (last, first) } else { (first, last) };
            joins.push((bound, process, other));
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
        for (place, first, last) in crossed(reader, lens, process) {
            let moment = if way == Direction::Forward { first } else { last };
            met.extend(self.joined(reader, lens, way, place, moment).into_iter().map(|(other, _)| other));
        }
        met
    }

    /// Processes of a place that ended at a moment or later (back: began then or earlier) and that this walk has
    /// not had yet, each with when it began (back: ended).
    pub(super) fn joined(
        &mut self,
        reader: Reader<'_>,
        lens: &Lens,
        way: Direction,
        place: u32,
        moment: i64,
    ) -> Vec<(u32, i64)> {
        let bench = self.benches.entry(place).or_insert_with(|| bench(reader, lens, way, place));
        let joins = |bound: i64| if way == Direction::Forward { bound >= moment } else { bound <= moment };
        let first = bench.taken;
        let more = bench.joins[first..].iter().take_while(|(bound, _, _)| joins(*bound)).count();
        bench.taken += more;
        bench.joins[first..first + more].iter().map(|(_, process, other)| (*process, *other)).collect()
    }
}
