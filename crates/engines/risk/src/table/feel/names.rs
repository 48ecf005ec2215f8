//! Names in scope while an expression is read: FEEL allows spaces and signs in them, so only the
//! scope tells `Profit - Loss` the name from the difference (DMN 1.3, 10.3.1.4 and 10.3.1.5).

use std::collections::HashMap;
use std::sync::Arc;

/// The runs and signs of a name, with the name itself.
type Entry = (Vec<String>, Arc<str>);

/// A set of known names, matched longest first and with free white space.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_head: HashMap<String, Vec<Entry>>,
}

impl Names {
    /// Adds a name.
    pub fn add(&mut self, name: &str) {
        let tokens = tokens(name);
        let Some(head) = tokens.first() else { return };
        let list = self.by_head.entry(head.clone()).or_default();
        if list.iter().any(|(t, _)| *t == tokens) {
            return;
        }
        list.push((tokens, Arc::from(normal(name))));
        // Longest first, so that the first that matches is the one to take.
        list.sort_by_key(|(t, _)| std::cmp::Reverse(t.len()));
    }

    /// Adds every name of another set.
    pub fn extend(&mut self, other: &Names) {
        for (_, name) in other.by_head.values().flatten() {
            self.add(name);
        }
    }

    /// The longest known name at the start of the text, with the bytes it takes.
    pub fn longest(&self, text: &str) -> Option<(Arc<str>, usize)> {
        let head = run(text)?;
        let list = self.by_head.get(&text[..head])?;
        list.iter().find_map(|(tokens, name)| matched(tokens, text).map(|len| (name.clone(), len)))
    }
}

/// A name with its white space brought to single blanks.
pub fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character may stand inside a run of a name.
pub fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Bytes of the run of name characters at the start of the text; a run does not begin with a digit.
pub fn run(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if !is_part(first) || first.is_ascii_digit() {
        return None;
    }
    Some(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}

fn tokens(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = name.trim_start();
    while let Some(c) = rest.chars().next() {
        let end = if is_part(c) { rest.find(|c| !is_part(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        out.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    out
}

fn matched(tokens: &[String], text: &str) -> Option<usize> {
    let mut rest = text;
    for token in tokens {
        rest = rest.trim_start();
        let after = rest.strip_prefix(token.as_str())?;
        let runs_on =
            token.chars().next_back().is_some_and(is_part) && after.chars().next().is_some_and(is_part);
        if runs_on {
            return None;
        }
        rest = after;
    }
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_wins() {
        let mut names = Names::default();
        for n in ["Profit", "Profit - Loss", "in range"] {
            names.add(n);
        }
        assert_eq!(names.longest("Profit-Loss + 1"), Some((Arc::from("Profit - Loss"), 11)));
        assert_eq!(names.longest("Profit-Losses"), Some((Arc::from("Profit"), 6)));
        assert_eq!(names.longest("in   range]"), Some((Arc::from("in range"), 10)));
        assert_eq!(names.longest("inside"), None);
    }
}
