//! The drawing of a trace: columns of nodes from the sources at the left to the consignees at the right, with the
//! links between them. It is a picture of a table that stands beside it; who sees no picture reads the table.
use maud::{Markup, html};

use super::bits::Tone;
use super::format::count;
use super::lang::{Lang, t, t_args};
use super::mark::{Sign, shape};

/// Width of a node, and of the way to the next column.
const WIDE: usize = 204;
const GAP: usize = 52;
/// Height of a node, and of a row.
const HIGH: usize = 40;
const ROW: usize = 52;
/// Above the first row.
const TOP: usize = 40;

/// A node.
#[derive(Debug, Clone, Default)]
pub struct LineageNode {
    /// Its number.
    pub title: String,
    /// What it is and when.
    pub note: String,
    /// Its whole name and state, for a pointer that rests on it and for readers.
    pub told: String,
    /// Where it leads.
    pub href: String,
    /// How it stands.
    pub tone: Tone,
    /// The sign of that.
    pub sign: Sign,
    /// Whether it was asked about.
    pub asked: bool,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct LineageColumn {
    /// Its days.
    pub head: String,
    /// Its nodes.
    pub nodes: Vec<LineageNode>,
    /// Nodes that are not drawn.
    pub hidden: usize,
    /// Where they are drawn.
    pub open: Option<String>,
}

/// A drawing.
#[derive(Debug, Clone, Default)]
pub struct Lineage<'a> {
    /// Language.
    pub lang: Lang,
    /// What is drawn, in a sentence.
    pub label: &'a str,
    /// Columns from the sources on.
    pub columns: Vec<LineageColumn>,
    /// Links by column and row of their ends.
    pub links: Vec<((usize, usize), (usize, usize))>,
}

fn x(column: usize) -> usize {
    column * (WIDE + GAP)
}

fn y(row: usize) -> usize {
    TOP + row * ROW
}

fn short(text: &str, most: usize) -> String {
    // A Chinese letter is as wide as two Latin ones.
    let mut width = 0;
    let fits = |c: &char| {
        width += if c.is_ascii() { 1 } else { 2 };
        width <= most
    };
    let kept: String = text.chars().take_while(fits).collect();
    if kept.len() == text.len() { kept } else { format!("{kept}…") }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Go => "go",
        Tone::Wait => "wait",
        Tone::Stop => "stop",
        Tone::Quiet => "quiet",
        Tone::Loud => "loud",
    }
}

fn path(((from, from_row), (to, to_row)): &((usize, usize), (usize, usize))) -> String {
    let (ax, ay) = (x(*from) + WIDE, y(*from_row) + HIGH / 2);
    let (bx, by) = (x(*to), y(*to_row) + HIGH / 2);
    if to > from {
        let bend = (bx - ax) / 2;
        return format!("M{ax} {ay} C{} {ay} {} {by} {bx} {by}", ax + bend, bx - bend);
    }
    // Within a column, or against the order: around the right side.
    let out = ax + GAP / 2;
    format!("M{ax} {ay} C{out} {ay} {out} {by} {} {by}", x(*to) + WIDE)
}

/// Draws it. The buttons appear where scripts run; without them the picture scrolls.
pub fn lineage(l: &Lineage<'_>) -> Markup {
    let rows = l.columns.iter().map(|c| c.nodes.len() + usize::from(c.hidden > 0)).max().unwrap_or(0);
    let (wide, high) = (x(l.columns.len()).saturating_sub(GAP).max(WIDE), y(rows) + 4);
    let lang = l.lang;
    html! {
        figure class="lineage" data-lineage {
            div class="lineage-tools needs-js" {
                button type="button" class="button second" data-zoom="in" aria-label=(t(lang, "zoom-in")) { "＋" }
                button type="button" class="button second" data-zoom="out" aria-label=(t(lang, "zoom-out")) { "－" }
                button type="button" class="button second" data-zoom="all" { (t(lang, "zoom-all")) }
            }
            div class="lineage-sheet" role="region" aria-label=(l.label) tabindex="0" {
                svg width=(wide) height=(high) viewBox=(format!("0 0 {wide} {high}")) role="group" aria-label=(l.label) {
                    @for link in &l.links { path class="link" d=(path(link)) {} }
                    @for (at, column) in l.columns.iter().enumerate() {
                        text class="head" x=(x(at)) y="16" { (column.head) }
                        @for (row, node) in column.nodes.iter().enumerate() { (drawn(node, x(at), y(row))) }
                        @if column.hidden > 0 { (hidden(lang, column, x(at), y(column.nodes.len()))) }
                    }
                }
            }
        }
    }
}

/// How many nodes of a column are not drawn, leading to all of them.
fn hidden(lang: Lang, column: &LineageColumn, left: usize, top: usize) -> Markup {
    let told = html! {
        text class="more" x=(left) y=(top + 16) {
            (t_args(lang, "lineage-more", &[("n", count(column.hidden as u64).into())]))
        }
    };
    match &column.open {
        Some(href) => html! { a class="open" href=(href) { (told) } },
        None => told,
    }
}

fn drawn(node: &LineageNode, left: usize, top: usize) -> Markup {
    let class = format!("node {}{}", tone(node.tone), if node.asked { " asked" } else { "" });
    html! {
        a href=(node.href) class=(class) {
            title { (node.told) }
            rect x=(left) y=(top) width=(WIDE) height=(HIGH) rx="2" {}
            g class="sign" transform=(format!("translate({} {})", left + 8, top + 14)) { (shape(node.sign)) }
            text class="name" x=(left + 28) y=(top + 17) { (short(&node.title, 20)) }
            text class="note" x=(left + 28) y=(top + 32) { (short(&node.note, 25)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_cut_and_say_so() {
        assert_eq!(short("20110412-B", 19), "20110412-B");
        assert_eq!(short("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 19), "ABCDEFGHIJKLMNOPQRS…");
        assert_eq!(short("冷冻菠菜批号甲乙丙丁", 8), "冷冻菠菜…");
    }

    #[test]
    fn what_is_not_drawn_is_told() {
        let column = LineageColumn { head: "1".into(), hidden: 7, ..LineageColumn::default() };
        let columns = vec![LineageColumn { open: Some("/trace?open=-1".into()), ..column }];
        let drawn = lineage(&Lineage { lang: Lang::En, label: "trace", columns, ..Lineage::default() });
        assert!(drawn.0.contains('7') && drawn.0.contains("href=\"/trace?open=-1\""), "{}", drawn.0);
    }
}
