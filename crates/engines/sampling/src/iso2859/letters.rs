//! Table 1 of ISO 2859-1: from lot size and inspection level to the sample size code letter.

use super::{CodeLetter, Level};
use crate::Error;

/// Upper bounds of the lot size classes; the last class is open. The first class starts at 2.
const UPPER: [u64; 14] = [8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000];

/// Letters by lot size class, one string per level.
fn column(level: Level) -> &'static [u8; 15] {
    match level {
        Level::S1 => b"AAAABBBBCCCCDDD",
        Level::S2 => b"AAABBBCCCDDDEEE",
        Level::S3 => b"AABBCCDDEEFFGGH",
        Level::S4 => b"AABCCDEEFGGHJJK",
        Level::I => b"AABCCDEFGHJKLMN",
        Level::II => b"ABCDEFGHJKLMNPQ",
        Level::III => b"BCDEFGHJKLMNPQR",
    }
}

/// Sample size code letter for a lot (ISO 2859-1, table 1). A lot of one unit takes the letter of the first
/// class; its plan is then inspection of that unit.
///
/// # Errors
/// [`Error::LotSize`] when the lot is empty.
///
/// ```
/// use sampling::iso2859::{code_letter, CodeLetter, Level};
/// assert_eq!(code_letter(1_000, Level::II)?, CodeLetter::J);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn code_letter(lot: u64, level: Level) -> Result<CodeLetter, Error> {
    if lot == 0 {
        return Err(Error::LotSize { given: lot });
    }
    let class = UPPER.iter().position(|&upper| lot <= upper).unwrap_or(UPPER.len());
    let letter = column(level)[class] as char;
    letter.to_string().parse()
}
