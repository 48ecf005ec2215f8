//! Many declarations under an old and a new lane table: what would have moved, before the new one is
//! put in force.
//!
//! Each declaration keeps its recorded draw, so that a changed selection is the table's doing and not
//! chance's. A pure function; the work is shared out among threads and the result does not depend on
//! their number.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::compile::{Compiled, Scratch};
use super::feel::ast::Expr;
use super::json;
use super::value::Value;
use crate::draw::PPM;

/// Declarations as a table sees them.
#[derive(Clone, Debug, Default)]
pub struct Population {
    /// Names of the inputs.
    pub names: Vec<String>,
    /// Values by declaration, in the order of the names.
    pub rows: Vec<Vec<Value>>,
    /// Recorded draw of each declaration in parts per million; empty when there was none.
    pub draws: Vec<u32>,
}

/// Which outputs are compared.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// The output that names the lane; nothing for the whole result.
    pub lane: Option<String>,
    /// The output that holds the rate of selection as a share from 0 to 1; nothing when there is none.
    pub rate: Option<String>,
}

/// One way declarations went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// Lane under the old table.
    pub from: String,
    /// Lane under the new table.
    pub to: String,
    /// Declarations.
    pub count: usize,
    /// The first few, by place from 0.
    pub examples: Vec<usize>,
}

/// What came of a replay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replay {
    /// Declarations.
    pub declared: usize,
    /// Of these, declarations whose lane changed.
    pub moved: usize,
    /// All ways that were gone, unchanged ones included, the most frequent first.
    pub moves: Vec<Move>,
    /// Declarations without a lane, under the old and the new table.
    pub undecided: [usize; 2],
    /// Sum of rates: inspections to be expected, under the old and the new table.
    pub expected: [f64; 2],
    /// Inspected under the recorded draws, under the old and the new table.
    pub selected: [usize; 2],
    /// Selected by the new table only, and by the old table only.
    pub newly: [usize; 2],
}

const EXAMPLES: usize = 5;

/// Decides every declaration under both tables, on at most `threads` threads.
///
/// # Errors
/// In words, when a table asks for an input that is not there or that is no plain name, or rows and
/// draws do not fit.
pub fn replay(
    old: &Compiled,
    new: &Compiled,
    population: &Population,
    outputs: &Outputs,
    threads: usize,
) -> Result<Replay, String> {
    let p = population;
    if p.rows.iter().any(|r| r.len() != p.names.len())
        || !(p.draws.is_empty() || p.draws.len() == p.rows.len())
    {
        return Err("every declaration needs one value for each name, and a draw if any has one".to_owned());
    }
    let sides = [Side::new(old, p, outputs)?, Side::new(new, p, outputs)?];
    let threads = threads.clamp(1, 64);
    let size = p.rows.len().div_ceil(threads).max(1);
    let starts: Vec<usize> = (0..p.rows.len()).step_by(size).collect();
    let parts: Vec<Tally> = std::thread::scope(|scope| {
        let work = |from: usize| {
            let sides = &sides;
            scope.spawn(move || tally(sides, p, from..(from + size).min(p.rows.len())))
        };
        let handles: Vec<_> = starts.into_iter().map(work).collect();
        handles.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Result<_, _>>()
    })
    .map_err(|_| "a decision failed".to_owned())?;
    Ok(join(parts, p.rows.len()))
}

/// A table with the place of each of its inputs among the population's values.
struct Side<'a> {
    table: &'a Compiled,
    places: Vec<usize>,
    lane: Option<Arc<str>>,
    rate: Option<Arc<str>>,
}

impl<'a> Side<'a> {
    fn new(table: &'a Compiled, p: &Population, outputs: &Outputs) -> Result<Self, String> {
        let place = |c: &super::model::InputColumn| {
            let Expr::Name(n) = &*c.expression.expr else {
                return Err(format!("the input `{}` is not a plain name", c.expression.text));
            };
            let at = p.names.iter().position(|x| **x == **n);
            at.ok_or_else(|| format!("the declarations have no `{n}`"))
        };
        let places = table.table().inputs.iter().map(place).collect::<Result<_, _>>()?;
        let named = |o: &Option<String>| o.as_deref().map(Arc::from);
        Ok(Self { table, places, lane: named(&outputs.lane), rate: named(&outputs.rate) })
    }

    /// Lane and rate of a result.
    fn read(&self, value: &Value) -> (Value, f64) {
        let part = |name: &Arc<str>| match value {
            Value::Context(c) => c.get(name).cloned().unwrap_or(Value::Null),
            other => other.clone(),
        };
        let lane = self.lane.as_ref().map_or_else(|| value.clone(), part);
        let rate = match self.rate.as_ref().map(part) {
            Some(Value::Number(n)) => rust_decimal::prelude::ToPrimitive::to_f64(&n).unwrap_or(0.0),
            _ => 0.0,
        };
        (lane, rate.clamp(0.0, 1.0))
    }
}

#[derive(Default)]
struct Tally {
    moves: BTreeMap<(String, String), (usize, Vec<usize>)>,
    undecided: [usize; 2],
    /// Sums of rates in parts per million, so that the order of summing cannot matter.
    expected: [u64; 2],
    selected: [usize; 2],
    newly: [usize; 2],
}

/// The names of lanes met so far, so that a text is made once for each and not for each declaration.
#[derive(Default)]
struct Names(Vec<(Value, String)>);

impl Names {
    fn of(&mut self, lane: Value) -> usize {
        let same = |(v, _): &(Value, String)| *v == lane || (v.is_null() && lane.is_null());
        self.0.iter().position(same).unwrap_or_else(|| {
            let text = match json::to_json(&lane) {
                serde_json::Value::String(s) => s,
                other => other.to_string(),
            };
            self.0.push((lane, text));
            self.0.len() - 1
        })
    }
}

fn tally(sides: &[Side<'_>; 2], p: &Population, range: std::ops::Range<usize>) -> Tally {
    let mut out = Tally::default();
    let mut names = Names::default();
    let mut scratch = Scratch::default();
    let mut inputs: Vec<Value> = Vec::new();
    let mut counts: BTreeMap<(usize, usize), (usize, Vec<usize>)> = BTreeMap::new();
    for at in range {
        let mut lanes = [0usize; 2];
        let mut chosen = [false; 2];
        for (k, side) in sides.iter().enumerate() {
            inputs.clear();
            inputs.extend(side.places.iter().map(|i| p.rows[at][*i].clone()));
            let value = side.table.decide(&inputs, &mut scratch);
            let (lane, rate) = side.read(&value);
            out.undecided[k] += usize::from(lane.is_null());
            let rate = (rate * PPM as f64).round() as u64;
            out.expected[k] += rate;
            chosen[k] = p.draws.get(at).is_some_and(|d| u64::from(*d) < rate);
            out.selected[k] += usize::from(chosen[k]);
            lanes[k] = names.of(lane);
        }
        out.newly[0] += usize::from(chosen[1] && !chosen[0]);
        out.newly[1] += usize::from(chosen[0] && !chosen[1]);
        let entry = counts.entry((lanes[0], lanes[1])).or_default();
        entry.0 += 1;
        if entry.1.len() < EXAMPLES {
            entry.1.push(at);
        }
    }
    let name = |i: usize| names.0[i].1.clone();
    for ((a, b), (n, examples)) in counts {
        let entry = out.moves.entry((name(a), name(b))).or_default();
        entry.0 += n;
        entry.1.extend(examples);
    }
    out
}

fn join(parts: Vec<Tally>, declared: usize) -> Replay {
    let mut all = Tally::default();
    for part in parts {
        for (way, (n, examples)) in part.moves {
            let entry = all.moves.entry(way).or_default();
            entry.0 += n;
            entry.1.extend(examples);
        }
        for k in 0..2 {
            all.undecided[k] += part.undecided[k];
            all.expected[k] += part.expected[k];
            all.selected[k] += part.selected[k];
            all.newly[k] += part.newly[k];
        }
    }
    let way = |((from, to), (count, mut examples)): ((String, String), (usize, Vec<usize>))| {
        examples.sort_unstable();
        examples.truncate(EXAMPLES);
        Move { from, to, count, examples }
    };
    let mut moves: Vec<Move> = all.moves.into_iter().map(way).collect();
    moves.sort_by_key(|m| std::cmp::Reverse(m.count));
    Replay {
        declared,
        moved: moves.iter().filter(|m| m.from != m.to).map(|m| m.count).sum(),
        moves,
        undecided: all.undecided,
        expected: all.expected.map(|e| e as f64 / PPM as f64),
        selected: all.selected,
        newly: all.newly,
    }
}
