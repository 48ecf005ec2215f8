//! Double and multiple sampling (ISO 2859-1, tables 3-A to 4-C), written from knowledge of the standard.
//!
//! The structure is that of the single plans: each sample of a double plan is one preferred number smaller
//! than the single sample, each of the five samples of a multiple plan three smaller, and the acceptance and
//! rejection numbers depend on the single plan's acceptance number only. The numbers below were not compared
//! with the standard's text; the tests hold every plan's operating characteristic against that of the single
//! plan it stands for. Results carry [`Certainty::Unverified`].

use super::cells::{SIZES, single_size};
use super::{CodeLetter, PlanType, Severity, Stage};
use crate::Certainty;

/// Acceptance number that stands for "acceptance is not permitted at this stage".
const NOT_YET: i8 = -1;

type Numbers<const STAGES: usize> = [(i8, i8); STAGES];

/// Double plan by the single plan's acceptance number: (Ac, Re) after the first and the second sample.
const DOUBLE: [(u32, Numbers<2>); 16] = [
    (1, [(0, 2), (1, 2)]),
    (2, [(0, 3), (3, 4)]),
    (3, [(1, 3), (4, 5)]),
    (5, [(2, 5), (6, 7)]),
    (6, [(3, 6), (7, 8)]),
    (7, [(3, 6), (9, 10)]),
    (8, [(4, 7), (10, 11)]),
    (10, [(5, 9), (12, 13)]),
    (12, [(6, 10), (15, 16)]),
    (14, [(7, 11), (18, 19)]),
    (18, [(9, 14), (23, 24)]),
    (21, [(11, 16), (26, 27)]),
    (27, [(15, 20), (34, 35)]),
    (30, [(17, 22), (37, 38)]),
    (41, [(23, 29), (52, 53)]),
    (44, [(25, 31), (56, 57)]),
];

/// Multiple plan by the single plan's acceptance number: (Ac, Re) after each of the five samples.
const MULTIPLE: [(u32, Numbers<5>); 16] = [
    (1, [(NOT_YET, 2), (NOT_YET, 2), (0, 2), (0, 2), (1, 2)]),
    (2, [(NOT_YET, 2), (0, 3), (0, 3), (1, 3), (3, 4)]),
    (3, [(NOT_YET, 3), (0, 3), (1, 4), (2, 5), (4, 5)]),
    (5, [(NOT_YET, 4), (1, 5), (2, 6), (4, 7), (6, 7)]),
    (6, [(0, 4), (1, 6), (3, 7), (5, 8), (7, 8)]),
    (7, [(0, 4), (1, 6), (3, 8), (6, 9), (9, 10)]),
    (8, [(0, 4), (2, 7), (4, 9), (7, 10), (10, 11)]),
    (10, [(0, 5), (3, 8), (6, 10), (9, 12), (12, 13)]),
    (12, [(0, 6), (3, 9), (7, 12), (11, 15), (15, 16)]),
    (14, [(1, 7), (4, 10), (8, 13), (12, 17), (18, 19)]),
    (18, [(1, 8), (6, 12), (11, 17), (16, 22), (23, 24)]),
    (21, [(2, 9), (7, 14), (13, 19), (20, 25), (26, 27)]),
    (27, [(3, 10), (10, 17), (17, 24), (25, 31), (34, 35)]),
    (30, [(4, 12), (11, 19), (19, 27), (28, 34), (37, 38)]),
    (41, [(6, 15), (16, 25), (26, 36), (38, 46), (52, 53)]),
    (44, [(6, 16), (17, 27), (29, 39), (41, 49), (56, 57)]),
];

/// The stages for a single plan's letter and acceptance number, with the kind actually found: where there
/// is no multiple plan the double plan stands in, and none means that the single plan does.
pub(super) fn find(
    severity: Severity,
    letter: CodeLetter,
    single_ac: u32,
    wanted: PlanType,
) -> Option<(Vec<Stage>, PlanType, Certainty)> {
    if wanted == PlanType::Single || single_ac == 0 {
        return None;
    }
    let single_n = single_size(severity, letter)?;
    let place = SIZES.iter().position(|&size| size == single_n)?;
    let multiple = (wanted == PlanType::Multiple).then(|| place.checked_sub(3)).flatten();
    let (n, numbers, kind) = match multiple {
        Some(smaller) => (SIZES[smaller], numbers_of(&MULTIPLE, single_ac)?, PlanType::Multiple),
        None => (SIZES[place.checked_sub(1)?], numbers_of(&DOUBLE, single_ac)?, PlanType::Double),
    };
    let stages = numbers.iter().zip(1_u64..).map(|(&(ac, re), count)| Stage {
        n: u64::from(n),
        cumulative_n: u64::from(n) * count,
        ac: u32::try_from(ac).ok(),
        re: u32::from(re.unsigned_abs()),
    });
    Some((stages.collect(), kind, Certainty::Unverified))
}

fn numbers_of<const S: usize>(table: &[(u32, Numbers<S>)], single_ac: u32) -> Option<&[(i8, i8)]> {
    table.iter().find(|(ac, _)| *ac == single_ac).map(|(_, numbers)| &numbers[..])
}
