//! The question of a trace as its address says it, and the form that asks it.
use flow::lots::{Part, Question, Way};
use kernel::{Date, Timestamp};
use maud::{Markup, html};

use crate::look::{self, Choice, Field, FieldKind, Lang, field, t};
use crate::route::with_query;

/// Lots of one question.
const MOST_LOTS: usize = 50;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// As they were typed.
    pub(super) lots: Vec<String>,
    way: String,
    as_of: String,
    crossing: bool,
    /// Names supposed closed.
    pub(super) closed: Vec<String>,
    /// Whether more is drawn.
    pub(super) wide: bool,
    /// Steps of which all is drawn.
    pub(super) open: Vec<i32>,
}

impl Asked {
    pub(super) fn read(pairs: &[(String, String)]) -> Asked {
        let one =
            |name: &str| pairs.iter().rev().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim()).to_owned();
        let all = |name: &'static str| pairs.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.as_str());
        let lots = all("lot").flat_map(|v| v.split(['\n', ',', '，', ';', '；'])).map(str::trim);
        let mut kept: Vec<String> = Vec::new();
        for lot in lots.filter(|l| !l.is_empty() && l.len() <= 300) {
            if kept.len() < MOST_LOTS && !kept.iter().any(|k| k == lot) {
                kept.push(lot.to_owned());
            }
        }
        Asked {
            lots: kept,
            way: one("way"),
            as_of: one("as_of"),
            crossing: !one("cross").is_empty(),
            closed: all("close").filter(|v| !v.is_empty()).take(MOST_LOTS).map(str::to_owned).collect(),
            wide: !one("wide").is_empty(),
            open: all("open").filter_map(|v| v.parse().ok()).take(MOST_LOTS).collect(),
        }
    }

    pub(super) fn question(&self, lots: Vec<String>) -> Question {
        let way = match self.way.as_str() {
            "back" => Way::Back,
            "forward" => Way::Forward,
            _ => Way::Both,
        };
        let day: Option<Date> = self.as_of.parse().ok();
        let end = day.and_then(|d| d.tomorrow().ok()).map(|d| Timestamp::start_of(d).0 / 1000 - 1);
        Question {
            lots,
            way,
            as_of: end,
            closed: self.closed.clone(),
            crossing: self.crossing,
            with: Part::ALL.to_vec(),
        }
    }

    /// The same question at a path, with more pairs.
    pub(super) fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(&str, String)> = self.lots.iter().map(|l| ("lot", l.clone())).collect();
        pairs.extend([("way", self.way.clone()), ("as_of", self.as_of.clone())]);
        pairs.extend(self.closed.iter().map(|c| ("close", c.clone())));
        if self.crossing {
            pairs.push(("cross", "1".into()));
        }
        pairs.extend(more.iter().map(|(k, v)| (*k, (*v).to_owned())));
        with_query(path, &pairs)
    }

    /// The day whose record is shown, as it was typed; empty for the present.
    pub(super) fn day(&self) -> &str {
        &self.as_of
    }

    /// The same with all of one more step drawn.
    pub(super) fn opened(&self, layer: i32) -> String {
        let mut open = self.open.clone();
        open.push(layer);
        let open: Vec<String> = open.iter().map(ToString::to_string).collect();
        let mut more: Vec<(&str, &str)> = open.iter().map(|layer| ("open", layer.as_str())).collect();
        if self.wide {
            more.push(("wide", "1"));
        }
        self.address("/trace", &more)
    }

    /// The same about these lots instead.
    pub(super) fn about(&self, lots: Vec<String>) -> String {
        Asked { lots, ..self.clone() }.address("/trace", &[])
    }

    /// The same without what is supposed closed.
    pub(super) fn reopened(&self) -> String {
        Asked { closed: Vec::new(), ..self.clone() }.address("/trace", &[])
    }

    pub(super) fn form(&self, lang: Lang) -> Markup {
        let words = ["trace-lots", "trace-lots-hint", "trace-way", "trace-as-of", "trace-cross", "trace-run"];
        let [lots, hint, way, as_of, cross, run] = words.map(|k| t(lang, k));
        let ways = ["both", "back", "forward"].map(|w| (w, t(lang, &format!("trace-{w}"))));
        let ways = ways.each_ref().map(|(value, label)| Choice { value, label, hint: "" });
        let typed = self.lots.join("\n");
        let chosen = if self.way.is_empty() { "both" } else { &self.way };
        html! {
            form class="stack" method="get" action="/trace" {
                (field(&Field { lang, name: "lot", label: &lots, hint: &hint, value: &typed, kind: FieldKind::Lines(3), required: true, ..Field::default() }))
                (field(&Field { lang, name: "way", label: &way, value: chosen, kind: FieldKind::Select(&ways), ..Field::default() }))
                (field(&Field { lang, name: "as_of", label: &as_of, value: &self.as_of, kind: FieldKind::Date, ..Field::default() }))
                (field(&Field { lang, name: "cross", label: &cross, value: if self.crossing { "1" } else { "" }, kind: FieldKind::Check, ..Field::default() }))
                (look::button_row(false, look::button(&run)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_reads_back_from_its_address() {
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let asked = Asked::read(&pairs(&[
            ("lot", "A\r\nB，C"),
            ("lot", "A"),
            ("close", "urn:guomen:farm:1"),
            ("way", "back"),
        ]));
        assert_eq!(asked.lots, ["A", "B", "C"]);
        let address = asked.address("/trace", &[("wide", "1")]);
        assert_eq!(address, "/trace?lot=A&lot=B&lot=C&way=back&close=urn%3Aguomen%3Afarm%3A1&wide=1");
        assert_eq!(asked.question(vec![]).way, Way::Back);
        assert_eq!(
            asked.opened(-2),
            "/trace?lot=A&lot=B&lot=C&way=back&close=urn%3Aguomen%3Afarm%3A1&open=-2"
        );
        assert_eq!(asked.about(vec!["B".into()]), "/trace?lot=B&way=back&close=urn%3Aguomen%3Afarm%3A1");
    }
}
