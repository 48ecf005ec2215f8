//! Reader of decision tables and boxed expressions out of DMN XML, collecting every problem it meets.

use std::sync::Arc;

use super::xml::Node;
use crate::table::feel::ast::Expr;
use crate::table::feel::names::{Names, normal};
use crate::table::feel::parse::{self, SyntaxError};
use crate::table::model::{
    Aggregation, Binding, Cell, Entry, HitPolicy, InputColumn, Literal, Logic, OutputColumn, Rule, Table,
};
use crate::table::problem::Problem;
use crate::table::value::Value;

const ROW_LIMIT: usize = 20_000;
const COLUMN_LIMIT: usize = 200;

/// Typed parameters of a function.
pub(super) type Params = Vec<(Arc<str>, Option<String>)>;

/// Collects problems while the parts of a model are read.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) problems: Vec<Problem>,
}

pub(super) fn text_attr(node: &Node, name: &str) -> Option<String> {
    node.attr(name).map(str::to_owned)
}

fn id(node: &Node) -> String {
    node.attr("id").unwrap_or_default().to_owned()
}

pub(super) fn name_attr(node: &Node) -> Option<String> {
    node.attr("name").map(normal).filter(|n| !n.is_empty())
}

/// The type of an element, as attribute (1.2 and later) or child.
pub(super) fn type_ref(node: &Node) -> Option<String> {
    text_attr(node, "typeRef").or_else(|| node.text_of("typeRef")).filter(|t| !t.is_empty())
}

/// The names of an element's variable and its type.
pub(super) fn variable(node: &Node) -> (String, Option<String>) {
    let v = node.child("variable");
    let name = v.and_then(name_attr).or_else(|| name_attr(node));
    (name.unwrap_or_default(), v.and_then(type_ref))
}

impl Clauses {
    pub(super) fn report(&mut self, place: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::new(place, zh, en));
    }

    fn syntax(&mut self, place: &str, text: &str, e: SyntaxError) {
        let zh = format!("“{text}”第 {} 字节：{}", e.at, e.zh);
        self.report(place, zh, format!("`{text}` at byte {}: {}", e.at, e.en));
    }

    fn language(&mut self, node: &Node, place: &str) {
        let foreign = node.attr("expressionLanguage").filter(|l| !l.to_ascii_lowercase().contains("feel"));
        if let Some(l) = foreign {
            self.report(place, format!("不支持表达式语言 {l}"), format!("the language {l} is not supported"));
        }
    }

    pub(super) fn literal(&mut self, node: &Node, names: &Names, place: &str) -> Literal {
        self.language(node, place);
        if node.child("importedValues").is_some() {
            self.report(place, "不支持引入的值", "imported values are not supported");
        }
        let text = node.text_of("text").unwrap_or_default();
        let expr = if text.is_empty() {
            Expr::Literal(Value::Null)
        } else {
            parse::expression(&text, names).unwrap_or_else(|e| {
                self.syntax(place, &text, e);
                Expr::Literal(Value::Null)
            })
        };
        Literal { id: id(node), text, expr: Arc::new(expr), type_ref: type_ref(node) }
    }

    pub(super) fn cell(&mut self, node: &Node, names: &Names, place: &str) -> Cell {
        self.language(node, place);
        let text = node.text_of("text").unwrap_or_default();
        let tests = parse::unary_tests(&text, names).unwrap_or_else(|e| {
            self.syntax(place, &text, e);
            Vec::new()
        });
        Cell { id: id(node), text, tests }
    }

    /// Reads the first child that is a boxed expression.
    pub(super) fn logic_in(&mut self, node: &Node, names: &Names, place: &str) -> Option<Logic> {
        const KINDS: [&str; 12] = [
            "literalExpression",
            "decisionTable",
            "context",
            "list",
            "relation",
            "invocation",
            "functionDefinition",
            "conditional",
            "filter",
            "for",
            "every",
            "some",
        ];
        let child = node.children.iter().find(|c| KINDS.contains(&&*c.name))?;
        Some(self.logic(child, names, place))
    }

    fn logic(&mut self, node: &Node, names: &Names, place: &str) -> Logic {
        match &*node.name {
            "literalExpression" => Logic::Literal(self.literal(node, names, place)),
            "decisionTable" => Logic::Table(Box::new(self.table(node, names, place))),
            "context" => self.context(node, names, place),
            "list" => Logic::List(node.children.iter().map(|c| self.logic(c, names, place)).collect()),
            "relation" => {
                let columns = node.all("column").filter_map(name_attr).collect();
                let row =
                    |c: &mut Self, r: &Node| r.children.iter().map(|x| c.logic(x, names, place)).collect();
                Logic::Relation(columns, node.all("row").map(|r| row(self, r)).collect())
            }
            "invocation" => self.invocation(node, names, place),
            "functionDefinition" => {
                let (params, body) = self.function(node, names, place);
                let null = || Arc::new(Logic::List(Vec::new()));
                Logic::Function(params, body.unwrap_or_else(null))
            }
            "conditional" => {
                let mut part = |n: &str| node.child(n).and_then(|c| self.logic_in(c, names, place));
                match (part("if"), part("then"), part("else")) {
                    (Some(a), Some(b), Some(c)) => Logic::Conditional(Box::new([a, b, c])),
                    _ => {
                        self.report(place, "条件式不完整", "the conditional is not complete");
                        Logic::List(Vec::new())
                    }
                }
            }
            other => {
                self.report(
                    place,
                    format!("不支持元素 {other}"),
                    format!("the element {other} is not supported"),
                );
                Logic::List(Vec::new())
            }
        }
    }

    fn context(&mut self, node: &Node, names: &Names, place: &str) -> Logic {
        let mut seen = names.clone();
        let mut entries = Vec::new();
        for entry in node.all("contextEntry") {
            let name = entry.child("variable").and_then(name_attr);
            let kind = entry.child("variable").and_then(type_ref);
            let place = name.as_ref().map_or_else(|| place.to_owned(), |n| format!("{place} / {n}"));
            // An entry that is a function may call itself.
            if let Some(n) = &name
                && entry.child("functionDefinition").is_some()
            {
                seen.add(n);
            }
            match self.logic_in(entry, &seen, &place) {
                Some(value) => entries.push(Entry { name: name.clone(), type_ref: kind, value }),
                None => self.report(&place, "缺少表达式", "the expression is missing"),
            }
            name.iter().for_each(|n| seen.add(n));
        }
        Logic::Context(entries)
    }

    fn invocation(&mut self, node: &Node, names: &Names, place: &str) -> Logic {
        let callee = self.logic_in(node, names, place).unwrap_or_else(|| {
            self.report(place, "缺少所调用的函数", "the called function is missing");
            Logic::List(Vec::new())
        });
        let mut bindings = Vec::new();
        for b in node.all("binding") {
            let name = b.child("parameter").and_then(name_attr).unwrap_or_default();
            let value = self.logic_in(b, names, &format!("{place} / {name}"));
            bindings.push(Binding { name, value });
        }
        Logic::Invocation(Box::new(callee), bindings)
    }

    /// Parameters and body of a function definition.
    pub(super) fn function(
        &mut self,
        node: &Node,
        names: &Names,
        place: &str,
    ) -> (Params, Option<Arc<Logic>>) {
        if node.attr("kind").is_some_and(|k| k != "FEEL") {
            self.report(place, "只支持 FEEL 函数", "only functions of kind FEEL are supported");
        }
        let mut seen = names.clone();
        let mut params = Vec::new();
        for p in node.all("formalParameter") {
            let name = name_attr(p).unwrap_or_default();
            seen.add(&name);
            params.push((Arc::from(name), type_ref(p)));
        }
        (params, self.logic_in(node, &seen, place).map(Arc::new))
    }

    fn table(&mut self, node: &Node, names: &Names, place: &str) -> Table {
        let policy = node.attr("hitPolicy").map_or(Some(HitPolicy::Unique), policy);
        let aggregation = node.attr("aggregation").map(aggregation);
        if policy.is_none() || aggregation == Some(None) {
            self.report(place, "未知的命中策略", "the hit policy is unknown");
        }
        let mut table = Table {
            id: id(node),
            policy: policy.unwrap_or_default(),
            aggregation: aggregation.flatten(),
            output_label: text_attr(node, "outputLabel"),
            annotations: node.all("annotation").map(|a| name_attr(a).unwrap_or_default()).collect(),
            ..Table::default()
        };
        for (i, n) in node.all("input").enumerate() {
            let place = format!("{place} / input {}", i + 1);
            let Some(e) = n.child("inputExpression") else {
                self.report(&place, "缺少输入表达式", "the input expression is missing");
                continue;
            };
            let values = n.child("inputValues").map(|v| self.cell(v, names, &place));
            let expression = self.literal(e, names, &place);
            table.inputs.push(InputColumn { id: id(n), label: text_attr(n, "label"), expression, values });
        }
        for (i, n) in node.all("output").enumerate() {
            let place = format!("{place} / output {}", i + 1);
            let values = n.child("outputValues").map(|v| self.cell(v, names, &place));
            let default = n.child("defaultOutputEntry").map(|d| self.literal(d, names, &place));
            let (name, label) = (name_attr(n), text_attr(n, "label"));
            table.outputs.push(OutputColumn {
                id: id(n),
                name,
                label,
                type_ref: type_ref(n),
                values,
                default,
            });
        }
        let rules: Vec<&Node> = node.all("rule").take(ROW_LIMIT + 1).collect();
        for (i, n) in rules.iter().enumerate() {
            let rule = self.rule(n, names, &format!("{place} / row {}", i + 1));
            table.rules.push(rule);
        }
        self.shape(&table, place);
        table
    }

    fn rule(&mut self, node: &Node, names: &Names, place: &str) -> Rule {
        let mut rule = Rule { id: id(node), description: node.text_of("description"), ..Rule::default() };
        for (i, n) in node.all("inputEntry").enumerate() {
            rule.inputs.push(self.cell(n, names, &format!("{place} / input {}", i + 1)));
        }
        for (i, n) in node.all("outputEntry").enumerate() {
            rule.outputs.push(self.literal(n, names, &format!("{place} / output {}", i + 1)));
        }
        rule.annotations =
            node.all("annotationEntry").map(|n| n.text_of("text").unwrap_or_default()).collect();
        rule
    }

    /// Checks that rows and columns fit together.
    pub(super) fn shape(&mut self, table: &Table, place: &str) {
        if table.rules.len() > ROW_LIMIT || table.inputs.len() + table.outputs.len() > COLUMN_LIMIT {
            self.report(place, "表过大", "the table is too large");
        }
        if table.outputs.is_empty() {
            self.report(place, "没有输出列", "there is no output column");
        }
        if table.aggregation.is_some() && (table.outputs.len() > 1 || table.policy != HitPolicy::Collect) {
            let en = "a collect operator needs the policy Collect and one output column";
            self.report(place, "汇总只用于单一输出列的“收集”策略", en);
        }
        for (i, rule) in table.rules.iter().enumerate() {
            if rule.inputs.len() != table.inputs.len() || rule.outputs.len() != table.outputs.len() {
                let place = format!("{place} / row {}", i + 1);
                self.report(&place, "单元格数与列数不符", "the number of cells does not fit the columns");
            }
        }
    }
}

/// The hit policy under its name in DMN XML.
pub(crate) fn policy(name: &str) -> Option<HitPolicy> {
    Some(match name {
        "UNIQUE" => HitPolicy::Unique,
        "ANY" => HitPolicy::Any,
        "PRIORITY" => HitPolicy::Priority,
        "FIRST" => HitPolicy::First,
        "RULE ORDER" => HitPolicy::RuleOrder,
        "OUTPUT ORDER" => HitPolicy::OutputOrder,
        "COLLECT" => HitPolicy::Collect,
        _ => return None,
    })
}

/// The collect operator under its name in DMN XML, or the other way.
pub(crate) fn aggregation(name: &str) -> Option<Aggregation> {
    Some(match name {
        "SUM" => Aggregation::Sum,
        "COUNT" => Aggregation::Count,
        "MIN" => Aggregation::Min,
        "MAX" => Aggregation::Max,
        _ => return None,
    })
}
