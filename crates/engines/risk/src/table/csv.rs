//! Decision tables as CSV, for officers who keep them in a spreadsheet.
//!
//! The layout, in UTF-8 with commas and the usual quoting:
//!
//! ```text
//! policy,FIRST,Lane          policy (add SUM, COUNT, MIN or MAX after COLLECT), name of the decision
//! role,in,in,out,note        in, out or note for each column after the first
//! name,score,origin,lane,    input expression, output name, note title
//! label,Score,Origin,Lane,   heading (may be left out)
//! type,number,string,string, type (may be left out)
//! values,,"""CN"",""US""",,  input or output values (may be left out)
//! default,,,"""DOC""",       default outputs (may be left out)
//! 1,>= 80,-,"""LAB""",why    rows: any identity, then cells as in DMN
//! ```
//!
//! Cells hold S-FEEL, so strings carry their own quotation marks. An empty input cell means `-`.

use std::sync::Arc;

use super::dmn::{aggregation, aggregation_name, policy, policy_name};
use super::feel::ast::Expr;
use super::feel::names::{Names, normal};
use super::feel::parse::{self, SyntaxError};
use super::model::{
    Cell, Decision, InputColumn, InputData, Literal, Logic, Model, OutputColumn, Requirement, Rule, Table,
};
use super::problem::Problem;
use super::value::Value;

const ROW_LIMIT: usize = 20_000;
const SIZE_LIMIT: usize = 16 << 20;

/// Reads a table; the result is a model with one decision and the input data its columns name.
///
/// # Errors
/// Everything found wrong, each with its line.
pub fn read(text: &str) -> Result<Model, Vec<Problem>> {
    let mut r = Reading::default();
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > SIZE_LIMIT {
        return Err(vec![Problem::new("", "文件过大", "the file is too large")]);
    }
    let mut lines = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        match record {
            Ok(record) => lines.push(record.iter().map(|f| f.trim().to_owned()).collect::<Vec<_>>()),
            Err(e) => return Err(vec![Problem::new("", "CSV 有误", format!("broken CSV: {e}"))]),
        }
    }
    let model = r.model(&lines);
    match (model, r.problems.is_empty()) {
        (Some(model), true) => Ok(model),
        _ => Err(r.problems),
    }
}

#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
    names: Names,
}

/// The head of the file: one line for each keyword, without the keyword.
struct Head<'a> {
    lines: Vec<(&'a str, &'a [String])>,
}

impl Head<'_> {
    fn cell(&self, keyword: &str, column: usize) -> Option<&str> {
        let line = self.lines.iter().find(|(k, _)| *k == keyword)?;
        line.1.get(column).map(String::as_str).filter(|t| !t.is_empty())
    }
}

impl Reading {
    fn report(&mut self, place: &str, zh: &str, en: &str) {
        self.problems.push(Problem::new(place, zh, en));
    }

    fn model(&mut self, lines: &[Vec<String>]) -> Option<Model> {
        const KEYWORDS: [&str; 7] = ["policy", "role", "name", "label", "type", "values", "default"];
        let is_head = |l: &&Vec<String>| l.first().is_some_and(|k| KEYWORDS.contains(&&**k));
        let split = lines.iter().take_while(is_head).count();
        let head = Head { lines: lines[..split].iter().map(|l| (&*l[0], &l[1..])).collect() };
        let Some(roles) = head.lines.iter().find(|(k, _)| *k == "role").map(|(_, r)| *r) else {
            self.report("role", "缺少 role 行", "the line `role` is missing");
            return None;
        };
        let columns = |role: &str| (0..roles.len()).filter(|c| roles[*c] == role).collect::<Vec<usize>>();
        let (ins, outs, notes) = (columns("in"), columns("out"), columns("note"));
        let unknown = roles.iter().any(|r| !["in", "out", "note", ""].contains(&&**r));
        if unknown || outs.is_empty() || lines.len() - split > ROW_LIMIT {
            self.report(
                "role",
                "列的角色有误或行数过多",
                "a role is not in, out or note, or there are too many rows",
            );
            return None;
        }
        ins.iter().filter_map(|c| head.cell("name", *c)).for_each(|n| self.names.add(n));
        let table = self.table(&head, &ins, &outs, &notes, &lines[split..])?;
        let name = head.cell("policy", 1).filter(|n| aggregation(n).is_none()).or(head.cell("policy", 2));
        Some(assemble(table, normal(name.unwrap_or("Decision"))))
    }

    fn table(
        &mut self,
        head: &Head<'_>,
        ins: &[usize],
        outs: &[usize],
        notes: &[usize],
        rows: &[Vec<String>],
    ) -> Option<Table> {
        let Some(policy) = head.cell("policy", 0).and_then(policy) else {
            self.report("policy", "未知的命中策略", "the hit policy is missing or unknown");
            return None;
        };
        let aggregation = head.cell("policy", 1).and_then(aggregation);
        if aggregation.is_some() && (outs.len() > 1 || policy != super::model::HitPolicy::Collect) {
            self.report(
                "policy",
                "汇总只用于单一输出列的“收集”策略",
                "an operator needs COLLECT and one output",
            );
        }
        let own = |k: &str, c: usize| head.cell(k, c).map(str::to_owned);
        let mut table = Table { policy, aggregation, ..Table::default() };
        for c in ins {
            let text = own("name", *c).unwrap_or_default();
            let mut expression = self.literal(&text, "name");
            expression.type_ref = own("type", *c);
            let values = own("values", *c).map(|t| self.cell(&t, "values"));
            table.inputs.push(InputColumn { id: String::new(), label: own("label", *c), expression, values });
        }
        for c in outs {
            table.outputs.push(OutputColumn {
                id: String::new(),
                name: own("name", *c).map(|n| normal(&n)),
                label: own("label", *c),
                type_ref: own("type", *c),
                values: own("values", *c).map(|t| self.cell(&t, "values")),
                default: own("default", *c).map(|t| self.literal(&t, "default")),
            });
        }
        table.annotations = notes.iter().map(|c| own("name", *c).unwrap_or_default()).collect();
        for (i, line) in rows.iter().enumerate() {
            let place = format!("row {}", i + 1);
            let text = |c: &usize| line.get(c + 1).cloned().unwrap_or_default();
            table.rules.push(Rule {
                id: line.first().cloned().unwrap_or_default(),
                description: None,
                inputs: ins.iter().map(|c| self.cell(&text(c), &place)).collect(),
                outputs: outs.iter().map(|c| self.literal(&text(c), &place)).collect(),
                annotations: notes.iter().map(text).collect(),
            });
        }
        Some(table)
    }

    fn syntax(&mut self, place: &str, text: &str, e: &SyntaxError) {
        self.report(place, &format!("“{text}”：{}", e.zh), &format!("`{text}` at byte {}: {}", e.at, e.en));
    }

    fn cell(&mut self, text: &str, place: &str) -> Cell {
        let text = if text.is_empty() { "-" } else { text };
        let tests = parse::unary_tests(text, &self.names).unwrap_or_else(|e| {
            self.syntax(place, text, &e);
            Vec::new()
        });
        Cell { id: String::new(), text: text.to_owned(), tests }
    }

    fn literal(&mut self, text: &str, place: &str) -> Literal {
        let null = || Expr::Literal(Value::Null);
        let parsed = if text.is_empty() { Ok(null()) } else { parse::expression(text, &self.names) };
        let expr = parsed.unwrap_or_else(|e| {
            self.syntax(place, text, &e);
            null()
        });
        Literal { id: String::new(), text: text.to_owned(), expr: Arc::new(expr), type_ref: None }
    }
}

/// A model around a table: its decision and the input data that its columns name.
fn assemble(table: Table, name: String) -> Model {
    let mut inputs: Vec<InputData> = Vec::new();
    for c in &table.inputs {
        let mut root = &*c.expression.expr;
        let direct = matches!(root, Expr::Name(_));
        while let Expr::Path(base, _) = root {
            root = base;
        }
        let Expr::Name(n) = root else { continue };
        if inputs.iter().all(|i| *i.name != **n) {
            let type_ref = c.expression.type_ref.clone().filter(|_| direct);
            inputs.push(InputData {
                id: format!("input-{}", inputs.len() + 1),
                name: n.to_string(),
                type_ref,
            });
        }
    }
    let requires = inputs.iter().map(|i| Requirement::Input(format!("#{}", i.id))).collect();
    let decision = Decision {
        id: "decision-1".to_owned(),
        name: name.clone(),
        requires,
        logic: Some(Arc::new(Logic::Table(Box::new(table)))),
        ..Decision::default()
    };
    Model { name, inputs, decisions: vec![decision], ..Model::default() }
}

/// Writes the table of a decision; reading it back gives the same table but for the identities of
/// columns and cells and descriptions, which the layout has no place for. Nothing when the decision has none.
pub fn write(model: &Model, decision: &str) -> Option<String> {
    let table = model.table(decision)?;
    let mut w = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut head = vec!["policy", policy_name(table.policy)];
    head.extend(table.aggregation.map(aggregation_name));
    head.push(decision);
    w.write_record(&head).ok()?;
    let lines: [(&str, ColumnText<'_>, ColumnText<'_>, ColumnText<'_>); 6] = [
        ("role", &|_| "in".into(), &|_| "out".into(), &|_| "note".into()),
        ("name", &|i| table.inputs[i].expression.text.clone(), &|i| or_empty(&table.outputs[i].name), &|i| {
            table.annotations[i].clone()
        }),
        ("label", &|i| or_empty(&table.inputs[i].label), &|i| or_empty(&table.outputs[i].label), &|_| {
            String::new()
        }),
        (
            "type",
            &|i| or_empty(&table.inputs[i].expression.type_ref),
            &|i| or_empty(&table.outputs[i].type_ref),
            &|_| String::new(),
        ),
        (
            "values",
            &|i| cell_text(&table.inputs[i].values),
            &|i| cell_text(&table.outputs[i].values),
            &|_| String::new(),
        ),
        (
            "default",
            &|_| String::new(),
            &|i| table.outputs[i].default.as_ref().map_or_else(String::new, |d| d.text.clone()),
            &|_| String::new(),
        ),
    ];
    for (keyword, input, output, note) in lines {
        let mut line = vec![keyword.to_owned()];
        line.extend((0..table.inputs.len()).map(input));
        line.extend((0..table.outputs.len()).map(output));
        line.extend((0..table.annotations.len()).map(note));
        w.write_record(&line).ok()?;
    }
    for (i, rule) in table.rules.iter().enumerate() {
        let reserved = ["policy", "role", "name", "label", "type", "values", "default"].contains(&&*rule.id);
        let id = if rule.id.is_empty() || reserved { (i + 1).to_string() } else { rule.id.clone() };
        let mut line = vec![id];
        line.extend(rule.inputs.iter().map(|c| c.text.clone()));
        line.extend(rule.outputs.iter().map(|l| l.text.clone()));
        line.extend(
            (0..table.annotations.len()).map(|a| rule.annotations.get(a).cloned().unwrap_or_default()),
        );
        w.write_record(&line).ok()?;
    }
    String::from_utf8(w.into_inner().ok()?).ok()
}

type ColumnText<'a> = &'a dyn Fn(usize) -> String;

fn or_empty(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn cell_text(cell: &Option<Cell>) -> String {
    cell.as_ref().map_or_else(String::new, |c| c.text.clone())
}
