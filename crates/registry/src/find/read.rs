//! Searching: one range of one index for each noun.

use super::{Hit, keys, sql};
use kernel::{Result, bi};
use store::{Tx, vals};
use uuid::Uuid;

/// Entries read for one answer: a name may be met several times, by several of its forms.
const READ: i64 = 60;

/// The rows of a noun that a few letters name, in the order of the forms that matched.
pub async fn search(tx: &mut Tx, noun: &str, letters: &str, most: usize) -> Result<Vec<Hit>> {
    let from = keys::typed(letters).into_bytes();
    let Some(to) = after(&from) else { return Ok(Vec::new()) };
    let mut hits: Vec<Hit> = Vec::new();
    for r in tx.all(sql::SEARCH, vals![noun, from, to, READ]).await? {
        let id: Uuid = r.get(0)?;
        if hits.len() < most && hits.iter().all(|h| h.id != id) {
            let name = bi(r.get::<String>(2)?, r.get::<String>(3)?);
            hits.push(Hit { noun: noun.to_owned(), id, code: r.get(1)?, name });
        }
    }
    Ok(hits)
}

/// The first bytes behind all that begin so; none for nothing typed. No byte of UTF-8 is 255.
fn after(begin: &[u8]) -> Option<Vec<u8>> {
    let (last, rest) = begin.split_last()?;
    Some([rest, &[last + 1]].concat())
}
