//! The closed list of what can happen. Every fact is a struct in the file of its wing; the
//! ledger stores its kind and its body, and the wiring decides what follows it.

pub mod excellence;
pub mod identity;
pub mod registry;
pub mod supervision;

use crate::{FactId, OfficerId, Timestamp, UnitId};
use serde::Serialize;

/// Declares the facts of one wing: an enum with one struct a fact, its ledger kind and its JSON body.
macro_rules! facts {
    ($(#[$doc:meta])* $wing:ident { $($name:ident => $kind:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "each variant wraps the struct of the same name, documented there")]
        pub enum $wing { $($name($name)),+ }
        impl $wing {
            /// The kinds of this wing, as the ledger names them.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];
            /// The kind, as the ledger names it.
            pub fn kind(&self) -> &'static str { match self { $($wing::$name(_) => $kind),+ } }
            /// The body as compact JSON.
            pub fn body(&self) -> serde_json::Result<String> {
                match self { $($wing::$name(f) => serde_json::to_string(f)),+ }
            }
            /// Reads a stored fact; `None` when the kind belongs to another wing.
            pub fn decode(kind: &str, body: &str) -> serde_json::Result<Option<Self>> {
                match kind { $($kind => serde_json::from_str(body).map(|f| Some($wing::$name(f))),)+ _ => Ok(None) }
            }
        }
        $(impl From<$name> for crate::Fact { fn from(f: $name) -> Self { crate::Fact::$wing($wing::$name(f)) } })+
    };
}
pub(crate) use facts;

pub use self::excellence::Excellence;
pub use self::identity::Identity;
pub use self::registry::Registry;
pub use self::supervision::Supervision;

/// Anything that can happen in the bureau.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Accounts and tokens.
    Identity(Identity),
    /// Who and what exists, under which rules.
    Registry(Registry),
    /// The regulatory wing.
    Supervision(Supervision),
    /// Indicators, brands, practices and standing rules.
    Excellence(Excellence),
}

/// All kinds of facts, wing by wing.
pub const KINDS: &[&[&str]] = &[Identity::KINDS, Registry::KINDS, Supervision::KINDS, Excellence::KINDS];

impl Fact {
    /// The kind, as the ledger names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::Identity(f) => f.kind(),
            Fact::Registry(f) => f.kind(),
            Fact::Supervision(f) => f.kind(),
            Fact::Excellence(f) => f.kind(),
        }
    }

    /// The body as compact JSON: the exact bytes that the ledger hashes.
    pub fn body(&self) -> serde_json::Result<String> {
        match self {
            Fact::Identity(f) => f.body(),
            Fact::Registry(f) => f.body(),
            Fact::Supervision(f) => f.body(),
            Fact::Excellence(f) => f.body(),
        }
    }

    /// Reads a stored fact; `None` when this program does not know the kind.
    pub fn decode(kind: &str, body: &str) -> serde_json::Result<Option<Fact>> {
        if let Some(f) = Supervision::decode(kind, body)? {
            return Ok(Some(Fact::Supervision(f)));
        }
        if let Some(f) = Excellence::decode(kind, body)? {
            return Ok(Some(Fact::Excellence(f)));
        }
        if let Some(f) = Registry::decode(kind, body)? {
            return Ok(Some(Fact::Registry(f)));
        }
        Ok(Identity::decode(kind, body)?.map(Fact::Identity))
    }
}

/// A fact with who, where and about what; it gets its number when its transaction commits.
#[derive(Clone, Debug, Serialize)]
pub struct Envelope {
    /// Its own id.
    pub id: FactId,
    /// When it happened.
    pub at: Timestamp,
    /// What it is about, as `noun/id`.
    pub subject: String,
    /// The officer who acted; none for an operator's person or the clockwork.
    pub actor: Option<OfficerId>,
    /// The branch whose work it is.
    pub unit: Option<UnitId>,
    /// What happened.
    #[serde(skip)]
    pub fact: Fact,
}
