//! A refusal is not a fault. A refusal is the bureau's reasoned "no": it names the field or
//! act, the clause, what is missing, who could do it instead and what to do now. A fault is
//! ours, is logged, and shows nothing but an id.

use crate::{Bilingual, OfficerId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an act or a read gives back.
pub type Result<T, E = No> = std::result::Result<T, E>;

/// Why something did not happen.
#[derive(Debug)]
pub enum No {
    /// The bureau's reasoned refusal.
    Refused(Box<Refusal>),
    /// A failure of the machine or of the program.
    Fault(Fault),
}

/// A reasoned refusal, shown to the user in the user's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable reason code, such as `competence.no_authorisation`.
    pub code: String,
    /// What was refused and why.
    pub what: Bilingual,
    /// The legal clause that asks for it, when a law does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The field, its value and what it lacks, one row a gap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// Who could do it instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<Helper>,
    /// What to do now.
    pub remedy: Bilingual,
}

/// One gap: a field or a requirement, what was found there and what is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Field path such as `lines[0].quantity`, or a requirement's name.
    pub field: String,
    /// The value that was found, shortened.
    pub value: String,
    /// What is wrong and how to mend it.
    pub needed: Bilingual,
}

/// An officer who could do what was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// The officer.
    pub officer: OfficerId,
    /// Staff number and names, as the registry has them.
    pub name: Bilingual,
}

/// A failure of ours; the text goes to the log, the user sees an id.
#[derive(Debug)]
pub struct Fault {
    /// What failed, for the log.
    pub message: String,
    /// Whether the same request may succeed if it is sent again.
    pub retry: bool,
}

impl Refusal {
    /// A refusal with a stable code and a sentence in both languages.
    pub fn new(code: &str, what: Bilingual) -> Refusal {
        Refusal { code: code.into(), what, ..Refusal::default() }
    }

    /// Names the clause that asks for the refusal.
    #[must_use]
    pub fn clause(mut self, clause: &str) -> Refusal {
        self.clause = Some(clause.into());
        self
    }

    /// Adds a gap.
    #[must_use]
    pub fn missing(
        mut self,
        field: impl Into<String>,
        value: impl fmt::Display,
        needed: Bilingual,
    ) -> Refusal {
        let value: String = value.to_string().chars().take(120).collect();
        self.missing.push(Missing { field: field.into(), value, needed });
        self
    }

    /// Names who could do it instead.
    #[must_use]
    pub fn helpers(mut self, helpers: Vec<Helper>) -> Refusal {
        self.helpers = helpers;
        self
    }

    /// Says what to do now.
    #[must_use]
    pub fn remedy(mut self, remedy: Bilingual) -> Refusal {
        self.remedy = remedy;
        self
    }
}

impl Fault {
    /// A fault that will not go away by itself.
    pub fn new(message: impl fmt::Display) -> Fault {
        Fault { message: message.to_string(), retry: false }
    }
}

impl No {
    /// A fault as an error value.
    pub fn fault(message: impl fmt::Display) -> No {
        No::Fault(Fault::new(message))
    }

    /// The refusal, when it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            No::Refused(r) => Some(r),
            No::Fault(_) => None,
        }
    }
}

impl From<Refusal> for No {
    fn from(r: Refusal) -> No {
        No::Refused(Box::new(r))
    }
}

impl From<Fault> for No {
    fn from(f: Fault) -> No {
        No::Fault(f)
    }
}

impl From<serde_json::Error> for No {
    fn from(e: serde_json::Error) -> No {
        No::fault(e)
    }
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            No::Fault(fault) => write!(f, "fault: {}", fault.message),
            No::Refused(r) => {
                write!(f, "{}: {}", r.code, r.what.en)?;
                if let Some(clause) = &r.clause {
                    write!(f, " [{clause}]")?;
                }
                for m in &r.missing {
                    write!(f, "; {} = {:?}: {}", m.field, m.value, m.needed.en)?;
                }
                if !r.remedy.en.is_empty() {
                    write!(f, ". {}", r.remedy.en)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for No {}
