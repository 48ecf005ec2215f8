//! The duties of the main line, as values and as types that a gate can ask for.

use kernel::{Bilingual, bi};
use serde::{Deserialize, Serialize};

/// A duty that needs an authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Accepting a declaration.
    Accept,
    /// Inspecting goods.
    Inspect,
    /// Taking samples.
    Sample,
    /// Testing in the laboratory.
    Test,
    /// Releasing, holding, disposing.
    Release,
    /// Signing certificates.
    Certify,
}

/// The posts that the law keeps apart (进出口商品检验法 art. 30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Accepting declarations (受理报检).
    Acceptance,
    /// Inspecting, sampling and testing (检验).
    Examination,
    /// Certifying and releasing (出证放行).
    Release,
}

impl Task {
    /// Every duty.
    pub const ALL: [Task; 6] =
        [Task::Accept, Task::Inspect, Task::Sample, Task::Test, Task::Release, Task::Certify];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Task::Accept => "accept",
            Task::Inspect => "inspect",
            Task::Sample => "sample",
            Task::Test => "test",
            Task::Release => "release",
            Task::Certify => "certify",
        }
    }

    /// The duty of a code.
    pub fn parse(code: &str) -> Option<Task> {
        Task::ALL.into_iter().find(|t| t.code() == code)
    }

    /// The duty's name.
    pub fn name(self) -> Bilingual {
        match self {
            Task::Accept => bi("受理报检", "accepting declarations"),
            Task::Inspect => bi("现场检验检疫", "inspection"),
            Task::Sample => bi("抽样", "sampling"),
            Task::Test => bi("实验室检测", "laboratory testing"),
            Task::Release => bi("放行处置", "release and disposal"),
            Task::Certify => bi("签证", "certification"),
        }
    }

    /// Which of the posts kept apart it belongs to.
    pub fn group(self) -> Group {
        match self {
            Task::Accept => Group::Acceptance,
            Task::Inspect | Task::Sample | Task::Test => Group::Examination,
            Task::Release | Task::Certify => Group::Release,
        }
    }
}

/// A duty as a type: what a verb asks for in its signature.
pub trait Duty: Send + Sync + 'static {
    /// The duty.
    const TASK: Task;
}

macro_rules! duties {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Duty for $name { const TASK: Task = Task::$name; }
    )+};
}

duties! {
    /// Accepting a declaration.
    Accept,
    /// Inspecting goods.
    Inspect,
    /// Taking samples.
    Sample,
    /// Testing in the laboratory.
    Test,
    /// Releasing, holding, disposing.
    Release,
    /// Signing certificates.
    Certify
}
