//! The single-sampling master tables of ISO 2859-1 (2-A normal, 2-B tightened, 2-C reduced) as a rule.
//!
//! Sample sizes and AQLs both run through preferred numbers, five to a decade, so that sample size times AQL
//! is constant along a diagonal: one letter down and one AQL to the left is the same acceptance number. The
//! table is therefore a function of `letter + AQL` and a few edges:
//!
//! - on the zero diagonal Ac is 0; to its left the arrow leads down to it;
//! - right of it lie two places (reduced: three) without a plan, with arrows away from them;
//! - then Ac runs through the severity's series; right of its end the arrow leads up;
//! - an arrow that would leave the table leads the other way;
//! - letters A to E carry two further numbers, because at AQLs above 10 they count nonconformities;
//! - reduced letters A and B share the sample of normal letter A and therefore its numbers.

use super::{Aql, CodeLetter, Severity};

/// Preferred sample sizes, letter A to S.
pub(super) const SIZES: [u32; 17] =
    [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150];

/// One place of a master table before arrows are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A plan: accept up to this number (rejection number one higher).
    Accept(u32),
    /// Use the next plan below, with a larger sample.
    Down,
    /// Use the next plan above, with a smaller sample.
    Up,
    /// Nothing is printed there (letter S outside its one plan).
    Blank,
}

const NORMAL: [u32; 10] = [1, 2, 3, 5, 7, 10, 14, 21, 30, 44];
const TIGHTENED: [u32; 9] = [1, 2, 3, 5, 8, 12, 18, 27, 41];
const REDUCED: [u32; 9] = [1, 2, 3, 5, 6, 8, 10, 14, 21];

/// Letters A to E may use the last two acceptance numbers of a series.
const LAST_LETTER_WITH_LONG_SERIES: usize = 4;

fn series(severity: Severity) -> &'static [u32] {
    match severity {
        Severity::Normal => &NORMAL,
        Severity::Tightened => &TIGHTENED,
        Severity::Reduced => &REDUCED,
    }
}

/// Sample size of a single plan, in units; none for letter S outside tightened inspection.
pub fn single_size(severity: Severity, letter: CodeLetter) -> Option<u32> {
    match (severity, letter) {
        (Severity::Tightened, _) => Some(SIZES[letter.index()]),
        (_, CodeLetter::S) => None,
        (Severity::Normal, _) => Some(SIZES[letter.index()]),
        // Reduced samples are two fifths of the normal ones: two letters smaller, never below A's.
        (Severity::Reduced, _) => Some(SIZES[letter.index().saturating_sub(2)]),
    }
}

/// The place of the master table for severity, letter and AQL, arrows not followed.
pub fn cell(severity: Severity, letter: CodeLetter, aql: Aql) -> Cell {
    let (row, column) = (letter.index(), aql.index());
    if letter == CodeLetter::S {
        let only = severity == Severity::Tightened && column == 2;
        return if only { Cell::Accept(1) } else { Cell::Blank };
    }
    if severity == Severity::Reduced && letter == CodeLetter::A {
        return cell(Severity::Normal, letter, aql);
    }
    let (zero_diagonal, gap): (usize, &[Cell]) = match severity {
        Severity::Normal => (14, &[Cell::Up, Cell::Down]),
        Severity::Tightened => (15, &[Cell::Down, Cell::Down]),
        Severity::Reduced => (14, &[Cell::Up, Cell::Down, Cell::Down]),
    };
    let Some(step) = (row + column).checked_sub(zero_diagonal) else { return Cell::Down };
    if step == 0 {
        return Cell::Accept(0);
    }
    if let Some(&arrow) = gap.get(step - 1) {
        let last_row = if severity == Severity::Tightened { 16 } else { 15 };
        let row_of_plan_below = row + gap.len() + 1 - step;
        return match arrow {
            Cell::Up if row == 0 => Cell::Down,
            Cell::Down if row_of_plan_below > last_row => Cell::Up,
            other => other,
        };
    }
    let place = step - 1 - gap.len();
    let shares_letter_a = severity == Severity::Reduced && letter == CodeLetter::B;
    let numbers = if shares_letter_a { &NORMAL } else { series(severity) };
    let long = row <= LAST_LETTER_WITH_LONG_SERIES;
    let length = if long { numbers.len() } else { numbers.len() - 2 };
    numbers[..length].get(place).map_or(Cell::Up, |&accept| Cell::Accept(accept))
}

/// Follows the arrows from a place to the plan it stands for: the letter it uses and its acceptance number.
/// None for the blank places of letter S.
pub fn resolve(severity: Severity, letter: CodeLetter, aql: Aql) -> Option<(CodeLetter, u32)> {
    let mut at = letter;
    // The table has 17 rows, and an arrow never turns back, so the walk ends within 17 steps.
    for _ in CodeLetter::ALL {
        match cell(severity, at, aql) {
            Cell::Accept(accept) => return Some((at, accept)),
            Cell::Down => at = *CodeLetter::ALL.get(at.index() + 1)?,
            Cell::Up => at = *CodeLetter::ALL.get(at.index().checked_sub(1)?)?,
            Cell::Blank => return None,
        }
    }
    None
}
