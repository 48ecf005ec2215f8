//! How commands answer: text for people, JSON for programs; refusals on standard error.

use kernel::No;
use serde_json::{Value, json};

/// How to answer.
#[derive(Clone, Copy)]
pub struct Say {
    /// JSON instead of text.
    pub json: bool,
}

impl Say {
    /// Answers what was done.
    pub fn done(self, value: &Value, text: &str) {
        if self.json {
            println!("{value}");
        } else {
            println!("{text}");
        }
    }

    /// Says why it was not done.
    pub fn refusal(self, no: &No) {
        match (no, self.json) {
            (No::Refused(r), true) => eprintln!("{}", json!({ "refused": r })),
            (No::Fault(f), true) => eprintln!("{}", json!({ "fault": f.message, "retry": f.retry })),
            (no, false) => eprintln!("{no}"),
        }
    }
}
