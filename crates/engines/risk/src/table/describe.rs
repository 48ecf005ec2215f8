//! Sets of classes in the words of a cell: points, ranges, and "anything else" for strings.

use super::classes::{Classes, value_of};
use super::value::{Kind, Value};

/// Writes the given classes (ascending) as unary tests.
pub(super) fn classes(classes: &Classes, set: &[usize]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while i < set.len() {
        let Some(kind) = classes.kind(set[i]) else {
            out.push("null".to_owned());
            i += 1;
            continue;
        };
        let end = classes.range(kind).end;
        let mut j = i;
        while j + 1 < set.len() && set[j + 1] == next_filled(classes, set[j], end) {
            j += 1;
        }
        run(classes, kind, set[i], set[j], &mut out);
        i = j + 1;
    }
    let others = out.iter().filter(|t| *t == OTHER).count();
    if others > 1 {
        let first = out.iter().position(|t| t == OTHER).unwrap_or(0);
        let mut at = 0;
        out.retain(|t| {
            at += 1;
            t != OTHER || at == first + 1
        });
    }
    out.join(", ")
}

const OTHER: &str = "其他/other";

/// The next class that holds a value, since nothing lies between some points.
fn next_filled(classes: &Classes, at: usize, end: usize) -> usize {
    (at + 1..end).find(|c| classes.samples[*c].is_some()).unwrap_or(end)
}

fn run(classes: &Classes, kind: Kind, first: usize, last: usize, out: &mut Vec<String>) {
    let start = classes.start(kind);
    let (a, b) = (first - start, last - start);
    let point = |k: usize| {
        let v = classes.points(kind).get(k).and_then(|key| value_of(kind, key));
        v.as_ref().map_or_else(String::new, Value::source)
    };
    if kind == Kind::Text {
        // Strings between two listed ones are "other" to a reader.
        for c in a..=b {
            out.push(if c % 2 == 1 { point(c / 2) } else { OTHER.to_owned() });
        }
        return;
    }
    if a == b && a % 2 == 1 {
        out.push(point(a / 2));
        return;
    }
    // A segment reaches from the point below it to the point above it, neither included.
    let low = if a % 2 == 1 { Some((a / 2, true)) } else { (a / 2).checked_sub(1).map(|k| (k, false)) };
    let high = if b % 2 == 1 { Some((b / 2, true)) } else { Some((b / 2, false)) };
    let high = high.filter(|(k, _)| *k < classes.points(kind).len());
    out.push(match (low, high) {
        (None, None) => "-".to_owned(),
        (Some((k, closed)), None) => format!("{} {}", if closed { ">=" } else { ">" }, point(k)),
        (None, Some((k, closed))) => format!("{} {}", if closed { "<=" } else { "<" }, point(k)),
        (Some((l, lc)), Some((h, hc))) => {
            let (open, close) = (if lc { '[' } else { '(' }, if hc { ']' } else { ')' });
            format!("{open}{}..{}{close}", point(l), point(h))
        }
    });
}
