//! What a login sees of the peers: the bureau all of them by name; a branch the first five and its own neighbours, and
//! of the others how the values lie. Nobody is pilloried.

use super::definition::{Definition, Direction};
use super::read::{Peer, Sheet};
use kernel::{Actor, Scope};
use std::collections::BTreeSet;

/// Places that every unit sees by name.
const TOP: usize = 5;

/// The codes of the units that are named to one of them: the first five where one way is better, and those beside it.
fn named<'p>(d: &Definition, peers: &'p [Peer], own: Option<&str>) -> BTreeSet<&'p str> {
    let mut ranked: Vec<(f64, &str)> =
        peers.iter().filter_map(|p| Some((p.figure.value?, p.unit.as_str()))).collect();
    let up = d.direction != Direction::Down;
    ranked.sort_by(|a, b| if up { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) }.then(a.1.cmp(b.1)));
    let mine = ranked.iter().position(|r| Some(r.1) == own);
    let top = if d.direction == Direction::Watch { 0 } else { TOP };
    let shown = |i: &usize| *i < top || mine.is_some_and(|m| i.abs_diff(m) <= 1);
    let mut all: BTreeSet<&str> = (0..ranked.len()).filter(shown).map(|i| ranked[i].1).collect();
    all.extend(peers.iter().map(|p| p.unit.as_str()).filter(|u| Some(*u) == own));
    all
}

impl Sheet {
    /// The sheet as a login sees it.
    #[must_use]
    pub fn seen_by(mut self, d: &Definition, by: &Actor) -> Sheet {
        if by.scope == Scope::Bureau {
            return self;
        }
        let Some(all) = &mut self.peers else { return self };
        let names: BTreeSet<String> =
            named(d, &all.peers, self.unit.as_deref()).into_iter().map(str::to_owned).collect();
        let (kept, others): (Vec<Peer>, Vec<Peer>) =
            std::mem::take(&mut all.peers).into_iter().partition(|p| names.contains(&p.unit));
        all.peers = kept;
        all.unnamed = others.iter().filter_map(|p| p.figure.value).collect();
        all.unnamed.sort_by(f64::total_cmp);
        if let Some(funnel) = &mut self.funnel {
            // Its number of cases would tell a unit as well as its name; the limits stay those of all.
            funnel.points.retain(|p| names.contains(&p.unit));
        }
        self
    }
}
