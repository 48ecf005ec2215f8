//! Whether boxes cover a box: an exact search over the axes with a memory of what is known covered,
//! within a bounded amount of work.

use std::collections::HashSet;

use super::grid::Grid;

/// A box: for each axis the places of its domain.
pub(super) type Region = Vec<Vec<usize>>;

/// How a search ended.
pub(super) enum Cover {
    /// Every point is covered.
    Full,
    /// These boxes are not.
    Missing(Vec<Region>),
    /// The allowance of work was used up before an answer.
    Unknown,
}

/// Searches the space, or the box of one row, for points that none of some rows covers.
pub(super) struct Search<'a> {
    grid: &'a Grid,
    region: Region,
    /// For each row the first axis from which on it covers the whole region.
    full_from: Vec<usize>,
    known: HashSet<(usize, Vec<u64>)>,
    found: Vec<Region>,
    most: usize,
    work: u64,
}

impl<'a> Search<'a> {
    /// A search in the box of a row, or in the whole space; it stops at `most` missing boxes and
    /// after about `work` steps.
    pub(super) fn new(grid: &'a Grid, within: Option<usize>, rows: usize, most: usize, work: u64) -> Self {
        let axes = grid.axes.len();
        let region: Region = (0..axes)
            .map(|a| match within {
                Some(row) => grid.places(a, row),
                None => (0..grid.axes[a].domain.len()).collect(),
            })
            .collect();
        let full = |row: usize, a: usize| region[a].iter().all(|at| grid.axes[a].holds(row, *at));
        let full_from =
            (0..rows).map(|r| (0..axes).rev().take_while(|a| full(r, *a)).last().unwrap_or(axes)).collect();
        Self { grid, region, full_from, known: HashSet::new(), found: Vec::new(), most, work }
    }

    /// Runs the search with the given rows as cover.
    pub(super) fn run(mut self, cover: impl Iterator<Item = usize>) -> Cover {
        if self.region.iter().any(Vec::is_empty) {
            return Cover::Full;
        }
        let mut alive = vec![0u64; self.grid.words];
        cover.for_each(|r| alive[r / 64] |= 1 << (r % 64));
        self.descend(0, &alive, &mut Vec::new());
        match (self.found.is_empty(), self.work) {
            (false, _) => Cover::Missing(self.found),
            (true, 0) => Cover::Unknown,
            (true, _) => Cover::Full,
        }
    }

    /// Whether everything below this place is covered.
    fn descend(&mut self, axis: usize, alive: &[u64], path: &mut Region) -> bool {
        if alive.iter().all(|w| *w == 0) {
            let rest = self.region[axis..].iter().cloned();
            self.found.push(path.iter().cloned().chain(rest).collect());
            return false;
        }
        if axis == self.region.len() || self.any_full(axis, alive) {
            return true;
        }
        let key = (axis, alive.to_vec());
        if self.known.contains(&key) {
            return true;
        }
        let mut covered = true;
        for (rows, places) in self.branches(axis, alive) {
            if self.work == 0 || self.found.len() >= self.most {
                return false;
            }
            self.work -= 1;
            path.push(places);
            covered &= self.descend(axis + 1, &rows, path);
            path.pop();
        }
        if covered {
            self.known.insert(key);
        }
        covered
    }

    fn any_full(&self, axis: usize, alive: &[u64]) -> bool {
        alive.iter().enumerate().any(|(w, bits)| {
            let mut left = *bits;
            while left != 0 {
                let row = w * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if self.full_from[row] <= axis {
                    return true;
                }
            }
            false
        })
    }

    /// The places of an axis by the rows that stay alive there.
    fn branches(&mut self, axis: usize, alive: &[u64]) -> Vec<(Vec<u64>, Vec<usize>)> {
        let mut out: Vec<(Vec<u64>, Vec<usize>)> = Vec::new();
        let mut index: std::collections::HashMap<Vec<u64>, usize> = std::collections::HashMap::new();
        for at in &self.region[axis] {
            let rows: Vec<u64> =
                self.grid.axes[axis].rows(*at).iter().zip(alive).map(|(m, a)| m & a).collect();
            let slot = *index.entry(rows.clone()).or_insert_with(|| {
                out.push((rows, Vec::new()));
                out.len() - 1
            });
            out[slot].1.push(*at);
        }
        self.work = self.work.saturating_sub(self.region[axis].len() as u64 / 8);
        out
    }
}
