//! Accountability (把关责任): a decision is judged by a panel on the evidence of its day, never by what came out later.
//!
//! opened (a notification, a reconsideration, a re-inspection asks for it) → found: *correct on evidence*, *error of
//! procedure*, *error of judgement* or *system fault*. Only the panel's finding enters the indicator of wrong decisions
//! (RC04); what calls for a review enters nothing. A finding of an error carries a lesson for a topic of the question
//! bank, and the next assessment of that duty asks one question more on it. Invariants: a decision is reviewed once;
//! nobody who decided sits on the panel; the dossier ends with the moment of the decision.

mod act;
mod read;
mod sql;

pub use act::{Finding, find, open};
pub use read::{Dossier, Evidence, Override, Review, dossier, list, of_declaration, one};
pub use sql::STATEMENTS;

/// What a panel may find.
pub const FINDINGS: [&str; 4] =
    ["correct_on_evidence", "error_of_procedure", "error_of_judgement", "system_fault"];
