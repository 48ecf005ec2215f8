//! What a trace found, as doors show it.

use trace::genealogy::{EdgeKind, Finding, NodeKind, Quantity, Role};

/// One node of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// Steps from the lots asked about: below zero towards the sources.
    pub layer: i32,
    /// Where it came to be or was first seen.
    pub place: Option<String>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: Option<i64>,
    /// How much of it came to be or was first seen.
    pub quantity: Option<Quantity>,
    /// Which entry tells so, by the SHA-256 of its event hash.
    pub entry: Option<[u8; 32]>,
    /// Whether it was asked about.
    pub asked: bool,
}

/// One link of a trace, by the places of its ends among the items.
#[derive(Clone, Debug, PartialEq)]
pub struct Goods {
    /// Where goods came from.
    pub from: usize,
    /// Where they went.
    pub to: usize,
    /// What joined them.
    pub kind: EdgeKind,
    /// How much.
    pub quantity: Option<Quantity>,
    /// When it happened, in milliseconds since 1970-01-01 UTC.
    pub happened: i64,
    /// When it was recorded.
    pub recorded: i64,
    /// Where.
    pub place: Option<String>,
    /// The sender.
    pub sender: Option<String>,
    /// The receiver.
    pub receiver: Option<String>,
    /// The SHA-256 of the event hash that tells so.
    pub entry: [u8; 32],
    /// Its number among the links of that event.
    pub number: u32,
}

impl Goods {
    /// Its name, by which a question closes it.
    #[must_use]
    pub fn link_name(&self) -> String {
        format!("{}.{}", hex::encode(self.entry), self.number)
    }
}

/// Where a trace stops for want of records.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The lot or process.
    pub name: String,
    /// What is missing.
    pub finding: Finding,
    /// Place and period without the records there should be; known when gaps were asked for.
    pub gap: Option<(String, std::ops::Range<i64>)>,
}

/// A link that the view knows to hold no longer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// Where goods were said to come from.
    pub from: String,
    /// Where they were said to go.
    pub to: String,
    /// What was said to join them; a delisting is the end of a listing in a document.
    pub kind: EdgeKind,
    /// How much.
    pub quantity: Option<Quantity>,
    /// When it was said to happen, in milliseconds since 1970-01-01 UTC.
    pub happened: i64,
    /// When it was declared an error; none for what was taken off a document.
    pub declared: Option<i64>,
    /// The reason given for the error.
    pub reason: Option<String>,
    /// The SHA-256 of the event hash.
    pub entry: [u8; 32],
}

/// A step of the evidence for a source: a node that goods passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// The node.
    pub name: String,
    /// The event by which goods came here from the node before; none at the first.
    pub entry: Option<[u8; 32]>,
    /// What entered it in all, in thousandths of a kilogram; none when no quantity or not every quantity is known.
    pub entered: Option<i128>,
    /// What left it in all.
    pub left: Option<i128>,
}

/// How a possible source explains one of the lots asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Explains {
    /// The lot, by its number among [`Sources::lots`].
    pub lot: usize,
    /// The probability that what began at the source comes to the lot.
    pub chance: f64,
    /// One shortest way from the source to the lot.
    pub path: Vec<Passed>,
}

/// A possible source, which is a lead and no finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// Its rank from 1; sources that explain the lots equally well share one.
    pub rank: usize,
    /// Sources of that rank.
    pub tied: usize,
    /// Log-likelihood of the lots.
    pub log_likelihood: f64,
    /// Its share of the likelihood of all candidates.
    pub share: f64,
    /// The lots it can explain.
    pub explains: Vec<Explains>,
    /// Its rank when each lot in turn is left out.
    pub without: Vec<usize>,
}

/// Possible sources of several lots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// The lots they are to explain.
    pub lots: Vec<String>,
    /// The most likely ones, in order; none that explains less than chance does.
    pub list: Vec<Source>,
    /// Candidates that can explain at least one lot.
    pub candidates: usize,
    /// Log-likelihood when the lots have nothing to do with each other.
    pub no_source: f64,
    /// Whether every cycle settled; probabilities are lower bounds when not.
    pub settled: bool,
}

/// What a farm of the trace delivered in a calendar month, to whomever.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplied {
    /// The farm.
    pub farm: String,
    /// The month, such as `2026-04`.
    pub month: String,
    /// Thousandths of a kilogram.
    pub delivered: i128,
    /// The filed monthly maximum in thousandths of a kilogram, when the registry knows the farm.
    pub maximum: Option<i128>,
}

impl Supplied {
    /// By how much the filed maximum was exceeded.
    #[must_use]
    pub fn over(&self) -> Option<i128> {
        self.maximum.map(|maximum| self.delivered - maximum).filter(|over| *over > 0)
    }
}

/// What a trace found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What was reached, from the sources to the consignees.
    pub items: Vec<Item>,
    /// The links among them, in the order of time.
    pub goods: Vec<Goods>,
    /// Names asked about that the record does not know.
    pub unknown: Vec<String>,
    /// Links supposed closed, by the names of their ends.
    pub shut: Vec<(String, String)>,
    /// Where it stops.
    pub stops: Vec<Stop>,
    /// Every lot of the gaps: name, place of the gap among the stops' gaps, how it belongs to it.
    pub scope: Vec<(String, String, Role)>,
    /// Names that more left than entered, in thousandths of a kilogram: entered, left.
    pub excess: Vec<(String, i128, i128)>,
    /// What farms of the trace delivered month by month.
    pub supplied: Vec<Supplied>,
    /// What several lots have in common: the name, and how many of the lots it explains.
    pub common: Vec<(String, u32)>,
    /// Possible sources of several lots.
    pub sources: Option<Sources>,
    /// Links of what was reached that hold no longer.
    pub ended: Vec<Ended>,
}

impl Found {
    /// Lots reached, without those asked about.
    pub fn lots(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| i.kind == NodeKind::Lot && !i.asked)
    }
}
