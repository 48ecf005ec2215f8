//! Finding what is in the registry by a few letters: of its code, of its name in either language, or the
//! pinyin initials of its Chinese name.
//!
//! Every act that enters a row writes, in the same transaction, the forms by which the row may be typed
//! ([`put`]). A search is a range in one index for each noun. Rows that were there before this index came
//! are entered by [`fill`], page by page.

mod act;
mod keys;
mod read;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{fill, put};
pub use keys::{NAME_CHARS, forms, typed};
pub use read::search;
pub use sql::STATEMENTS;

use kernel::Bilingual;
use uuid::Uuid;

/// What can be found, as its ledger noun.
pub const NOUNS: [&str; 6] = ["operator", "plant", "farm", "officer", "product", "unit"];

/// Something found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its ledger noun.
    pub noun: String,
    /// Its row.
    pub id: Uuid,
    /// Its code, filing number, staff number or HS code.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
}
