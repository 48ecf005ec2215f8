//! What is doubtful about a table before it is used: gaps, overlaps, rows that never count, each
//! with the rows by number and an example. Exact where every cell is constant; said so where not.

use serde_json::{Map, Value as Json};

use super::cover::{Cover, Region, Search};
use super::feel::builtins::is_builtin;
use super::feel::eval::{Machine, Scope};
use super::grid::Grid;
use super::hit;
use super::json;
use super::model::{Aggregation, HitPolicy, Model, Table};
use super::types;
use super::value::Value;

const GAP_LIMIT: usize = 20;
const KIND_LIMIT: usize = 200;
const COVER_WORK: u64 = 200_000;
const PAIR_WORK: usize = 20_000_000;

/// The kinds of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Inputs for which no row holds.
    Gap,
    /// Two rows that hold at once although the policy or their sameness makes that doubtful.
    Overlap,
    /// A row that never makes the result, since others go before it wherever it holds.
    Shadowed,
    /// Two rows that hold at once and give different outputs where they must not.
    Contradictory,
    /// A row that no allowed input can meet.
    Unreachable,
    /// An output that is missing from the list its priority is read from.
    Unlisted,
    /// Something that could not be decided.
    NotChecked,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// The table decides, though perhaps not as it was meant.
    Warning,
    /// For some inputs the table cannot decide, or not by its own policy.
    Error,
}

/// One finding about one table.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// How grave it is: rows that contradict each other, rows that overlap where one at most may hold,
    /// and outputs that the policy cannot rank are errors.
    pub gravity: Gravity,
    /// The decision or knowledge model the table belongs to.
    pub decision: String,
    /// The rows concerned, from 1.
    pub rows: Vec<usize>,
    /// An example by input expression, where there is one.
    pub example: Option<Map<String, Json>>,
    /// The finding in Chinese.
    pub zh: String,
    /// The finding in English.
    pub en: String,
}

/// Checks every table of a model.
pub fn check(model: &Model) -> Vec<Finding> {
    let tables = model.tables();
    tables.into_iter().flat_map(|(owner, table)| check_table(model, owner, table)).collect()
}

/// Checks one table; the model gives the types of its inputs.
pub fn check_table(model: &Model, owner: &str, table: &Table) -> Vec<Finding> {
    let grid = Grid::new(model, table);
    let rows = table.rules.len();
    let outputs = (0..rows).map(|r| output(table, r)).collect();
    let mut c = Checker { grid, table, owner, outputs, rows, findings: Vec::new(), dead: vec![false; rows] };
    c.unreachable();
    c.open_rows();
    c.gaps();
    c.pairs();
    c.shadowed();
    c.unlisted();
    c.findings
}

struct Checker<'a> {
    grid: Grid,
    table: &'a Table,
    owner: &'a str,
    outputs: Vec<Option<Value>>,
    rows: usize,
    findings: Vec<Finding>,
    dead: Vec<bool>,
}

fn output(table: &Table, row: usize) -> Option<Value> {
    let closed = table.rules[row].outputs.iter().all(|l| l.expr.is_closed(&is_builtin));
    closed.then(|| hit::row_output(&Machine::bare(), table, row, &Scope::root(0, Vec::new())))
}

impl Checker<'_> {
    fn add(&mut self, kind: FindingKind, rows: &[usize], region: Option<&Region>, zh: String, en: String) {
        if self.findings.iter().filter(|f| f.kind == kind).count() >= KIND_LIMIT {
            return;
        }
        let example = region.map(|r| {
            let axes = self.grid.axes.iter().zip(r);
            axes.map(|(a, places)| (a.title.clone(), json::to_json(&a.sample(places[0])))).collect()
        });
        let rows = rows.iter().map(|r| r + 1).collect();
        let gravity = match (kind, self.table.policy) {
            (FindingKind::Contradictory, _) | (FindingKind::Overlap, HitPolicy::Unique) => Gravity::Error,
            (FindingKind::Unlisted, HitPolicy::Priority | HitPolicy::OutputOrder) => Gravity::Error,
            _ => Gravity::Warning,
        };
        self.findings.push(Finding { kind, gravity, decision: self.owner.to_owned(), rows, example, zh, en });
    }

    /// A box in words, without the axes it does not restrict.
    fn words(&self, region: &Region) -> String {
        let parts = self.grid.axes.iter().zip(region).map(|(a, p)| (a, a.describe(p)));
        let parts: Vec<String> =
            parts.filter(|(_, d)| d != "-").map(|(a, d)| format!("{}: {d}", a.title)).collect();
        if parts.is_empty() { "-".to_owned() } else { parts.join("; ") }
    }

    fn unreachable(&mut self) {
        for r in 0..self.rows {
            let blocked = (0..self.grid.axes.len()).find(|a| self.grid.places(*a, r).is_empty());
            if let Some(a) = blocked {
                self.dead[r] = true;
                let title = self.grid.axes[a].title.clone();
                let zh = format!("第 {} 行永不命中：“{title}”没有允许的取值满足该行", r + 1);
                let en = format!("row {} can never hold: no allowed value of `{title}` meets it", r + 1);
                self.add(FindingKind::Unreachable, &[r], None, zh, en);
            }
        }
    }

    fn open_rows(&mut self) {
        let open: Vec<usize> = (0..self.rows).filter(|r| self.grid.open[*r]).collect();
        if !open.is_empty() {
            let zh = "这些行的条件取决于其他数据，未检查其重叠与遮蔽；查找空缺时视为可能命中".to_owned();
            let en = "these rows depend upon other data: not checked for overlap and shadowing, and taken as possibly \
                      holding in the search for gaps";
            self.add(FindingKind::NotChecked, &open, None, zh, en.to_owned());
        }
    }

    /// Gaps matter where the result without a row is null.
    fn gaps(&mut self) {
        let collects = self.table.policy == HitPolicy::Collect
            && matches!(self.table.aggregation, None | Some(Aggregation::Count));
        if collects || self.table.outputs.iter().any(|o| o.default.is_some()) {
            return;
        }
        let rows: Vec<usize> = (0..self.rows).filter(|r| !self.dead[*r]).collect();
        match Search::new(&self.grid, None, self.rows, GAP_LIMIT, COVER_WORK).run(rows.into_iter()) {
            Cover::Full => {}
            Cover::Missing(regions) => {
                for region in regions {
                    let words = self.words(&region);
                    let (zh, en) =
                        (format!("空缺：没有规则覆盖 {words}"), format!("gap: no row covers {words}"));
                    self.add(FindingKind::Gap, &[], Some(&region), zh, en);
                }
            }
            Cover::Unknown => self.unknown(&[], "空缺", "gaps"),
        }
    }

    fn unknown(&mut self, rows: &[usize], zh: &str, en: &str) {
        let zh = format!("表过于复杂，未能查完{zh}");
        self.add(
            FindingKind::NotChecked,
            rows,
            None,
            zh,
            format!("too complex to finish the search for {en}"),
        );
    }

    /// The common box of two rows.
    fn common(&self, a: usize, b: usize) -> Option<Region> {
        let axes = self.grid.axes.iter();
        let places = axes
            .map(|x| (0..x.domain.len()).filter(|p| x.holds(a, *p) && x.holds(b, *p)).collect::<Vec<_>>());
        let region: Region = places.collect();
        region.iter().all(|p| !p.is_empty()).then_some(region)
    }

    fn same_box(&self, a: usize, b: usize) -> bool {
        self.grid.axes.iter().all(|x| (0..x.domain.len()).all(|p| x.holds(a, p) == x.holds(b, p)))
    }

    fn pairs(&mut self) {
        let each: usize = self.grid.axes.iter().map(|a| a.domain.len()).sum::<usize>().max(1);
        let pairs = self.rows * self.rows.saturating_sub(1) / 2;
        if pairs.saturating_mul(each) > PAIR_WORK {
            self.unknown(&[], "重叠", "overlaps");
            return;
        }
        for a in 0..self.rows {
            for b in a + 1..self.rows {
                let skip = [a, b].iter().any(|r| self.grid.open[*r] || self.dead[*r]);
                if !skip && let Some(region) = self.common(a, b) {
                    self.pair(a, b, &region);
                }
            }
        }
    }

    fn pair(&mut self, a: usize, b: usize, region: &Region) {
        let words = self.words(region);
        let alike = self.outputs_alike(a, b);
        let (x, y) = (a + 1, b + 1);
        match (self.table.policy, alike) {
            (HitPolicy::Unique | HitPolicy::Any, Some(false)) => {
                let zh = format!("第 {x}、{y} 行矛盾：同时命中 {words}，输出不同");
                let en = format!(
                    "rows {x} and {y} contradict each other: both hold for {words} with different outputs"
                );
                self.add(FindingKind::Contradictory, &[a, b], Some(region), zh, en);
            }
            (HitPolicy::Unique, _) => {
                let zh = format!("第 {x}、{y} 行重叠：同时命中 {words}");
                let en = format!("rows {x} and {y} overlap: both hold for {words}");
                self.add(FindingKind::Overlap, &[a, b], Some(region), zh, en);
            }
            (HitPolicy::Any, None) => {
                let zh = format!("第 {x}、{y} 行同时命中 {words}，输出可能不同");
                let en = format!("rows {x} and {y} both hold for {words} and their outputs may differ");
                self.add(FindingKind::Overlap, &[a, b], Some(region), zh, en);
            }
            (HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect, Some(true))
                if self.same_box(a, b) =>
            {
                let zh = format!("第 {x}、{y} 行重复：条件与输出均相同");
                let en = format!("rows {x} and {y} are the same in conditions and outputs");
                self.add(FindingKind::Overlap, &[a, b], Some(region), zh, en);
            }
            _ => {}
        }
    }

    /// Whether two rows give the same output; unknown when it depends on data and is written differently.
    fn outputs_alike(&self, a: usize, b: usize) -> Option<bool> {
        let texts = |r: usize| self.table.rules[r].outputs.iter().map(|l| l.text.as_str());
        match (&self.outputs[a], &self.outputs[b]) {
            (Some(x), Some(y)) => Some(x == y),
            _ if texts(a).eq(texts(b)) => Some(true),
            _ => None,
        }
    }

    /// Rows that others go before wherever they hold.
    fn shadowed(&mut self) {
        let ranks: Vec<Option<Vec<usize>>> = match self.table.policy {
            HitPolicy::Priority => {
                self.outputs.iter().map(|o| o.as_ref().map(|v| hit::rank(self.table, v))).collect()
            }
            _ => vec![None; self.rows],
        };
        for r in 0..self.rows {
            if self.dead[r] || self.grid.open[r] {
                continue;
            }
            let before = |s: &usize| match self.table.policy {
                HitPolicy::First => *s < r,
                HitPolicy::Unique => *s != r,
                HitPolicy::Any => *s < r && self.outputs_alike(*s, r) == Some(true),
                HitPolicy::Priority => match (&ranks[*s], &ranks[r]) {
                    (Some(a), Some(b)) => a < b || (a == b && *s < r),
                    _ => false,
                },
                _ => false,
            };
            let sure = |s: &usize| !self.grid.open[*s] && !self.dead[*s];
            let cover: Vec<usize> =
                (0..self.rows).filter(|s| before(s) && sure(s) && self.common(*s, r).is_some()).collect();
            if cover.is_empty() {
                continue;
            }
            match Search::new(&self.grid, Some(r), self.rows, 1, COVER_WORK / 10).run(cover.iter().copied()) {
                Cover::Full => self.tell_shadowed(r, &cover),
                Cover::Missing(_) => {}
                Cover::Unknown => self.unknown(&[r], "遮蔽", "shadowing"),
            }
        }
    }

    fn tell_shadowed(&mut self, r: usize, cover: &[usize]) {
        let list = cover.iter().map(|s| (s + 1).to_string()).collect::<Vec<_>>().join(", ");
        let (zh, en) = match self.table.policy {
            HitPolicy::Unique => (
                format!("第 {} 行从不单独命中：其范围已被第 {list} 行占满", r + 1),
                format!("row {} never holds alone: rows {list} take up all of it", r + 1),
            ),
            _ => (
                format!("第 {} 行被遮蔽：第 {list} 行总是先于它", r + 1),
                format!("row {} is shadowed: rows {list} always go before it", r + 1),
            ),
        };
        let rows: Vec<usize> = std::iter::once(r).chain(cover.iter().copied()).collect();
        self.add(FindingKind::Shadowed, &rows, None, zh, en);
    }

    /// Outputs that are not in the list of output values.
    fn unlisted(&mut self) {
        let ordered = matches!(self.table.policy, HitPolicy::Priority | HitPolicy::OutputOrder);
        if ordered && self.table.outputs.iter().all(|o| o.values.is_none()) {
            let zh = "该命中策略需要输出值清单，但没有任何输出列给出".to_owned();
            let en = "the hit policy ranks by output values, but no output column lists any".to_owned();
            self.add(FindingKind::Unlisted, &[], None, zh, en);
        }
        for r in 0..self.rows {
            let Some(output) = self.outputs[r].clone() else { continue };
            for (i, column) in self.table.outputs.iter().enumerate() {
                let Some(cell) = &column.values else { continue };
                let name = self.table.output_name(i);
                let v = match &output {
                    Value::Context(c) if self.table.outputs.len() > 1 => {
                        c.get(&name).cloned().unwrap_or(Value::Null)
                    }
                    v => v.clone(),
                };
                if !v.is_null() && !types::allowed(&cell.tests, &v) {
                    let shown = v.source();
                    let zh = format!("第 {} 行的输出 {shown} 不在“{name}”的输出值清单内", r + 1);
                    let en = format!(
                        "the output {shown} of row {} is not among the output values of `{name}`",
                        r + 1
                    );
                    self.add(FindingKind::Unlisted, &[r], None, zh, en);
                }
            }
        }
    }
}
