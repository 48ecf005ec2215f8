//! The statement of a query for events. One condition leads: its index gives candidates in the order of the results,
//! and the others are looked up in their own indexes, event by event; so a page costs what it shows, not what the
//! repository holds. The text depends on the kinds of conditions only; every value is bound.

use std::fmt::Write;
use store::Val;
use trace::epcis::TermSpan;

/// Exact terms of the leading condition that are merged in order; more of them are sorted.
const MERGED: usize = 16;

/// One condition; all must hold.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::epcis) enum Condition {
    /// The event has one of these terms.
    Terms {
        /// How few events share such a term, 0 for the fewest.
        rank: u8,
        /// The terms.
        any: Vec<TermSpan>,
        /// Events that satisfy it without a term.
        events: Vec<i64>,
    },
    /// The event has a number in this range.
    Between {
        /// What is measured.
        measure: Vec<u8>,
        /// From.
        low: i64,
        /// To, included.
        high: i64,
    },
}

/// What is sought, in which order, from where on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::epcis) struct Search {
    pub(in crate::epcis) conditions: Vec<Condition>,
    /// Event times, the end excluded.
    pub(in crate::epcis) times: (Option<i64>, Option<i64>),
    /// Numbers of events: greater than the first, not greater than the second.
    pub(in crate::epcis) numbers: (Option<i64>, Option<i64>),
    /// In the order of capture; else in that of event times.
    pub(in crate::epcis) by_number: bool,
    pub(in crate::epcis) descending: bool,
    /// The last event of the page before.
    pub(in crate::epcis) after: Option<(i64, i64)>,
    pub(in crate::epcis) rows: i64,
}

/// What leads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lead {
    Condition(usize),
    Time,
    Number,
}

struct Text {
    sql: String,
    vals: Vec<Val>,
}

impl Text {
    fn bind(&mut self, value: impl Into<Val>) -> String {
        self.vals.push(value.into());
        format!("${}", self.vals.len())
    }

    fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }
}

/// The events of a page.
pub(in crate::epcis) fn events(search: &Search) -> (String, Vec<Val>) {
    let mut text = Text { sql: String::with_capacity(1024), vals: Vec::new() };
    text.push("select e.seq, e.event_time, e.record_time, e.body from (");
    candidates(search, &mut text);
    text.push(") m join epcis_event e on e.seq = m.seq order by ");
    text.push(&order(search, "e.event_time", "e.seq"));
    (text.sql, text.vals)
}

/// How many events there are, as far as the search counts.
pub(in crate::epcis) fn count(search: &Search) -> (String, Vec<Val>) {
    let mut text = Text { sql: String::with_capacity(1024), vals: Vec::new() };
    text.push("select count(*) from (");
    candidates(search, &mut text);
    text.push(") m");
    (text.sql, text.vals)
}

fn order(search: &Search, at: &str, seq: &str) -> String {
    let way = if search.descending { " desc" } else { "" };
    if search.by_number { format!("{seq}{way}") } else { format!("{at}{way}, {seq}{way}") }
}

/// The least frequent condition leads when it is selective; else what gives the order of the results.
fn lead(search: &Search) -> Lead {
    let mut best: Option<(u8, usize, &[TermSpan])> = None;
    for (i, condition) in search.conditions.iter().enumerate() {
        if let Condition::Terms { rank, any, .. } = condition
            && best.is_none_or(|(least, _, _)| *rank < least)
        {
            best = Some((*rank, i, any));
        }
    }
    match best {
        Some((rank, i, _)) if rank <= 4 => Lead::Condition(i),
        _ if search.by_number => Lead::Number,
        // A range of numbers is what a reader asks for who comes back for what is new.
        _ if search.numbers.0.is_some() => Lead::Number,
        Some((_, i, any)) if any.len() <= MERGED && any.iter().all(is_exact) => Lead::Condition(i),
        Some(_) => Lead::Time,
        None if search.conditions.is_empty() => Lead::Time,
        None => Lead::Condition(0),
    }
}

fn is_exact(span: &TermSpan) -> bool {
    matches!(span, TermSpan::Exact(_))
}

fn candidates(search: &Search, text: &mut Text) {
    let lead = lead(search);
    match lead {
        Lead::Condition(i) => match &search.conditions[i] {
            Condition::Terms { any, events, .. } => {
                let parted: Vec<&[TermSpan]> =
                    if (1..=MERGED).contains(&any.len()) { any.chunks(1).collect() } else { vec![&any[..]] };
                text.push("select u.at, u.seq from (");
                for (n, spans) in parted.iter().enumerate() {
                    text.push(if n == 0 {
                        "select x.at, x.seq from ("
                    } else {
                        " union select x.at, x.seq from ("
                    });
                    branch(search, i, spans, text);
                    text.push(") x");
                }
                if !events.is_empty() {
                    text.push(" union select x.at, x.seq from (");
                    text.push("select t.event_time as at, t.seq as seq from epcis_event t where ");
                    numbered(text, "t.seq", events);
                    rest(search, Some(i), text, "t.event_time", "t.seq");
                    text.push(") x");
                }
                text.push(") u order by ");
                text.push(&order(search, "u.at", "u.seq"));
            }
            Condition::Between { measure, low, high } => {
                text.push("select distinct t.event_time as at, t.event as seq from epcis_measure t where ");
                between(text, "t", measure, *low, *high);
                rest(search, Some(i), text, "t.event_time", "t.event");
            }
        },
        Lead::Time | Lead::Number => {
            text.push("select t.event_time as at, t.seq as seq from epcis_event t where t.seq > 0");
            rest(search, None, text, "t.event_time", "t.seq");
        }
    }
    if matches!(lead, Lead::Condition(i) if matches!(search.conditions[i], Condition::Terms { .. })) {
        let rows = text.bind(search.rows);
        let _ = write!(text.sql, " limit {rows}");
    }
}

/// Candidates of some terms of the leading condition.
fn branch(search: &Search, i: usize, spans: &[TermSpan], text: &mut Text) {
    let distinct = if spans.len() > 1 || !spans.iter().all(is_exact) { "distinct " } else { "" };
    let _ = write!(text.sql, "select {distinct}t.event_time as at, t.event as seq from epcis_term t where (");
    any_of(text, "t", spans);
    text.push(")");
    rest(search, Some(i), text, "t.event_time", "t.event");
}

/// Bounds, the place where the last page ended, all other conditions, order and number of rows.
fn rest(search: &Search, lead: Option<usize>, text: &mut Text, at: &str, seq: &str) {
    let (from, until) = search.times;
    let (above, upto) = search.numbers;
    for (column, sign, bound) in [(at, ">=", from), (at, "<", until), (seq, ">", above), (seq, "<=", upto)] {
        if let Some(bound) = bound {
            let bound = text.bind(bound);
            let _ = write!(text.sql, " and {column} {sign} {bound}");
        }
    }
    if let Some((last_at, last_seq)) = search.after {
        let sign = if search.descending { "<" } else { ">" };
        let last_seq = text.bind(last_seq);
        if search.by_number {
            let _ = write!(text.sql, " and {seq} {sign} {last_seq}");
        } else {
            let last_at = text.bind(last_at);
            let _ = write!(
                text.sql,
                " and {at} {sign}= {last_at} and ({at} {sign} {last_at} or {seq} {sign} {last_seq})"
            );
        }
    }
    for (i, condition) in search.conditions.iter().enumerate() {
        if Some(i) != lead {
            text.push(" and ");
            probe(condition, text, at, seq);
        }
    }
    let _ = write!(text.sql, " order by {}", order(search, "at", "seq"));
    let rows = text.bind(search.rows);
    let _ = write!(text.sql, " limit {rows}");
}

/// Whether a candidate satisfies another condition, by that condition's own index.
fn probe(condition: &Condition, text: &mut Text, at: &str, seq: &str) {
    match condition {
        Condition::Between { measure, low, high } => {
            let _ = write!(text.sql, "exists (select 1 from epcis_measure p where p.event = {seq} and ");
            between(text, "p", measure, *low, *high);
            text.push(")");
        }
        Condition::Terms { any, events, .. } => {
            let (exact, open): (Vec<TermSpan>, Vec<TermSpan>) = any.iter().cloned().partition(is_exact);
            text.push("(");
            if !exact.is_empty() || open.is_empty() {
                let _ = write!(
                    text.sql,
                    "exists (select 1 from epcis_term p where p.event_time = {at} and p.event = {seq} and "
                );
                any_of(text, "p", &exact);
                text.push(")");
            }
            for (n, span) in open.iter().enumerate() {
                let or = if n == 0 && exact.is_empty() { "" } else { " or " };
                let _ = write!(text.sql, "{or}{seq} in (select p.event from epcis_term p where ");
                any_of(text, "p", std::slice::from_ref(span));
                text.push(")");
            }
            if !events.is_empty() {
                text.push(" or ");
                numbered(text, seq, events);
            }
            text.push(")");
        }
    }
}

fn numbered(text: &mut Text, seq: &str, events: &[i64]) {
    let events: Vec<String> = events.iter().map(|e| text.bind(*e)).collect();
    let _ = write!(text.sql, "{seq} in ({})", events.join(","));
}

fn between(text: &mut Text, table: &str, measure: &[u8], low: i64, high: i64) {
    let (measure, low, high) = (text.bind(measure.to_vec()), text.bind(low), text.bind(high));
    let _ = write!(text.sql, "{table}.measure = {measure} and {table}.value between {low} and {high}");
}

/// A term of these; of none at all there is no such event.
fn any_of(text: &mut Text, table: &str, spans: &[TermSpan]) {
    let mut parts = Vec::new();
    let exact: Vec<String> = spans
        .iter()
        .filter_map(|s| match s {
            TermSpan::Exact(term) => Some(text.bind(term.clone())),
            TermSpan::Prefix(_) => None,
        })
        .collect();
    if !exact.is_empty() {
        parts.push(match &exact[..] {
            [one] => format!("{table}.term = {one}"),
            many => format!("{table}.term in ({})", many.join(",")),
        });
    }
    for span in spans {
        if let TermSpan::Prefix(start) = span {
            let (from, until) = (text.bind(start.clone()), text.bind(end_of(start)));
            parts.push(format!("({table}.term >= {from} and {table}.term < {until})"));
        }
    }
    text.push(if parts.is_empty() { "1 = 0" } else { "" });
    text.push(&parts.join(" or "));
}

/// The first term behind all that begin so.
pub(in crate::epcis) fn end_of(start: &[u8]) -> Vec<u8> {
    let mut end = start.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

/// The next term of a field that stands in an event with one of the given terms.
pub(in crate::epcis) fn next_word(after: &[u8], until: &[u8], seen_by: &[TermSpan]) -> (String, Vec<Val>) {
    let mut text = Text { sql: String::new(), vals: Vec::new() };
    let (after, until) = (text.bind(after.to_vec()), text.bind(until.to_vec()));
    let _ =
        write!(text.sql, "select t.term from epcis_term t where t.term > {after} and t.term < {until} and ");
    let seen = Condition::Terms { rank: 0, any: seen_by.to_vec(), events: Vec::new() };
    probe(&seen, &mut text, "t.event_time", "t.event");
    text.push(" order by t.term limit 1");
    (text.sql, text.vals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::TestDb;

    fn terms(rank: u8, any: &[&str]) -> Condition {
        let span = |t: &&str| match t.strip_suffix('*') {
            Some(start) => TermSpan::Prefix(start.as_bytes().to_vec()),
            None => TermSpan::Exact(t.as_bytes().to_vec()),
        };
        Condition::Terms { rank, any: any.iter().map(span).collect(), events: Vec::new() }
    }

    /// Every shape of search: each kind of condition leading and looked up, in both orders, with every bound.
    fn shapes() -> Vec<Search> {
        let between = || Condition::Between { measure: b"q".to_vec(), low: 1, high: 9 };
        let many: Vec<String> = (0..40).map(|n| format!("e{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let conditions = [
            vec![],
            vec![terms(1, &["ea"])],
            vec![terms(1, &["ea", "eb*"]), terms(7, &["sx", "sy"])],
            vec![terms(7, &["sx"]), terms(7, &["dx"]), between()],
            vec![terms(1, &many), terms(3, &["E*"])],
            vec![between()],
            vec![between(), between()],
            vec![terms(5, &["C1", "Pgln:1"])],
            vec![
                Condition::Terms { rank: 0, any: vec![TermSpan::Exact(b"iu".to_vec())], events: vec![4, 5] },
                between(),
            ],
        ];
        let mut shapes = Vec::new();
        for conditions in conditions {
            for (by_number, descending) in [(false, false), (false, true), (true, true)] {
                for (numbers, after) in [((None, None), None), ((Some(5), Some(90)), Some((7, 7)))] {
                    shapes.push(Search {
                        conditions: conditions.clone(),
                        times: (after.map(|(at, _)| at), after.map(|(at, _)| at + 100)),
                        numbers,
                        by_number,
                        descending,
                        after,
                        rows: 31,
                    });
                }
            }
        }
        shapes
    }

    testkit::on_both! {
        async fn every_shape_of_search_prepares(t: TestDb) {
            for search in shapes() {
                for (statement, _) in [events(&search), count(&search)] {
                    if let Err(e) = t.prepare(&statement).await {
                        panic!("{e}\n{statement}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_parameter_is_answered_from_an_index_and_none_by_looking_through_a_table() {
        testkit::run(testkit::Engine::Sqlite, async |t: TestDb| {
            let mut tx = t.reading().await;
            for search in shapes() {
                let (statement, vals) = events(&search);
                let plan = tx.all(&format!("explain query plan {statement}"), vals).await.expect("a plan");
                for step in plan {
                    let step: String = step.get(3).expect("a text");
                    let table =
                        step.starts_with("SCAN") && ["t", "p", "e"].iter().any(|t| step[4..].trim() == *t);
                    assert!(!table, "{step}\n{statement}");
                }
            }
        });
    }
}
