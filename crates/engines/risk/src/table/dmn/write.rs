//! Writer of DMN 1.3 XML; reading what was written gives an equal model.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::table::model::{
    Aggregation, Cell, Decision, HitPolicy, ItemDefinition, Knowledge, Literal, Logic, Model, Requirement,
    Rule, Service, Table,
};

const NAMESPACE: &str = "https://www.omg.org/spec/DMN/20191111/MODEL/";
const CONDITIONAL_NAMESPACE: &str = "https://www.omg.org/spec/DMN/20211108/MODEL/";

/// Writes a model as DMN 1.3 (as 1.4 when it holds a boxed conditional, which 1.3 does not know).
pub fn write(model: &Model) -> String {
    let mut w =
        Writer { out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), level: 0, newer: false };
    w.model(model);
    if w.newer { w.out.replacen(NAMESPACE, CONDITIONAL_NAMESPACE, 1) } else { w.out }
}

struct Writer {
    out: String,
    level: usize,
    newer: bool,
}

type Attrs<'a> = &'a [(&'a str, Option<&'a str>)];

/// Text without the characters XML 1.0 cannot hold.
fn clean(text: &str) -> String {
    let legal = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().map(|c| if legal(c) { c } else { '\u{fffd}' }).collect();
    escape(text).into_owned()
}

fn filled(s: &str) -> Option<&str> {
    Some(s).filter(|s| !s.is_empty())
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..self.level {
            self.out.push_str("  ");
        }
    }

    fn start(&mut self, name: &str, attrs: Attrs<'_>) {
        self.indent();
        let _ = write!(self.out, "<{name}");
        for (k, v) in attrs {
            if let Some(v) = v {
                let _ = write!(self.out, " {k}=\"{}\"", clean(v).replace(['\n', '\t'], " "));
            }
        }
    }

    fn empty(&mut self, name: &str, attrs: Attrs<'_>) {
        self.start(name, attrs);
        self.out.push_str("/>\n");
    }

    fn block(&mut self, name: &str, attrs: Attrs<'_>, body: impl FnOnce(&mut Self)) {
        self.start(name, attrs);
        self.out.push_str(">\n");
        self.level += 1;
        body(self);
        self.level -= 1;
        self.indent();
        let _ = writeln!(self.out, "</{name}>");
    }

    fn text(&mut self, name: &str, text: &str) {
        self.indent();
        let _ = writeln!(self.out, "<{name}>{}</{name}>", clean(text));
    }

    fn model(&mut self, m: &Model) {
        let attrs = [
            ("xmlns", Some(NAMESPACE)),
            ("id", filled(&m.id)),
            ("name", Some(&*m.name)),
            ("namespace", Some(&*m.namespace)),
        ];
        self.block("definitions", &attrs, |w| {
            for i in &m.imports {
                let attrs = [
                    ("name", Some(&*i.name)),
                    ("namespace", Some(&*i.namespace)),
                    ("importType", Some(NAMESPACE)),
                ];
                w.empty("import", &attrs);
            }
            m.types.iter().for_each(|t| w.item("itemDefinition", t));
            for i in &m.inputs {
                w.block("inputData", &[("id", filled(&i.id)), ("name", Some(&i.name))], |w| {
                    w.empty("variable", &[("name", Some(&i.name)), ("typeRef", i.type_ref.as_deref())]);
                });
            }
            m.knowledge.iter().for_each(|k| w.knowledge(k));
            m.decisions.iter().for_each(|d| w.decision(d));
            m.services.iter().for_each(|s| w.service(s));
        });
    }

    fn item(&mut self, element: &str, t: &ItemDefinition) {
        let collection = t.is_collection.then_some("true");
        let attrs = [("id", filled(&t.id)), ("name", Some(&*t.name)), ("isCollection", collection)];
        self.block(element, &attrs, |w| {
            t.type_ref.iter().for_each(|r| w.text("typeRef", r));
            t.allowed.iter().for_each(|c| w.cell("allowedValues", c));
            t.components.iter().for_each(|c| w.item("itemComponent", c));
        });
    }

    fn cell(&mut self, element: &str, c: &Cell) {
        self.block(element, &[("id", filled(&c.id))], |w| w.text("text", &c.text));
    }

    fn literal(&mut self, element: &str, l: &Literal) {
        let attrs = [("id", filled(&l.id)), ("typeRef", l.type_ref.as_deref())];
        self.block(element, &attrs, |w| w.text("text", &l.text));
    }

    fn requires(&mut self, list: &[Requirement]) {
        for r in list {
            let (outer, inner, href) = match r {
                Requirement::Input(h) => ("informationRequirement", "requiredInput", h),
                Requirement::Decision(h) => ("informationRequirement", "requiredDecision", h),
                Requirement::Knowledge(h) => ("knowledgeRequirement", "requiredKnowledge", h),
            };
            self.block(outer, &[], |w| w.empty(inner, &[("href", Some(href))]));
        }
    }

    fn decision(&mut self, d: &Decision) {
        self.block("decision", &[("id", filled(&d.id)), ("name", Some(&d.name))], |w| {
            d.description.iter().for_each(|t| w.text("description", t));
            d.question.iter().for_each(|t| w.text("question", t));
            w.empty("variable", &[("name", Some(&d.name)), ("typeRef", d.type_ref.as_deref())]);
            w.requires(&d.requires);
            d.logic.iter().for_each(|l| w.logic(l));
        });
    }

    fn knowledge(&mut self, k: &Knowledge) {
        self.block("businessKnowledgeModel", &[("id", filled(&k.id)), ("name", Some(&k.name))], |w| {
            w.empty("variable", &[("name", Some(&k.name)), ("typeRef", k.type_ref.as_deref())]);
            w.block("encapsulatedLogic", &[], |w| {
                for (n, t) in &k.params {
                    w.empty("formalParameter", &[("name", Some(n)), ("typeRef", t.as_deref())]);
                }
                k.body.iter().for_each(|l| w.logic(l));
            });
            w.requires(&k.requires);
        });
    }

    fn service(&mut self, s: &Service) {
        self.block("decisionService", &[("id", filled(&s.id)), ("name", Some(&s.name))], |w| {
            w.empty("variable", &[("name", Some(&s.name)), ("typeRef", s.type_ref.as_deref())]);
            let groups = [
                ("outputDecision", &s.outputs),
                ("encapsulatedDecision", &s.encapsulated),
                ("inputDecision", &s.input_decisions),
                ("inputData", &s.input_data),
            ];
            for (element, hrefs) in groups {
                hrefs.iter().for_each(|h| w.empty(element, &[("href", Some(h))]));
            }
        });
    }

    fn logic(&mut self, logic: &Logic) {
        match logic {
            Logic::Literal(l) => self.literal("literalExpression", l),
            Logic::Table(t) => self.table(t),
            Logic::Context(entries) => self.block("context", &[], |w| {
                for e in entries {
                    w.block("contextEntry", &[], |w| {
                        if let Some(n) = &e.name {
                            w.empty("variable", &[("name", Some(n)), ("typeRef", e.type_ref.as_deref())]);
                        }
                        w.logic(&e.value);
                    });
                }
            }),
            Logic::List(items) => self.block("list", &[], |w| items.iter().for_each(|l| w.logic(l))),
            Logic::Relation(columns, rows) => self.block("relation", &[], |w| {
                columns.iter().for_each(|c| w.empty("column", &[("name", Some(c))]));
                for row in rows {
                    w.block("row", &[], |w| row.iter().for_each(|l| w.logic(l)));
                }
            }),
            Logic::Invocation(f, bindings) => self.block("invocation", &[], |w| {
                w.logic(f);
                for b in bindings {
                    w.block("binding", &[], |w| {
                        w.empty("parameter", &[("name", Some(&b.name))]);
                        b.value.iter().for_each(|l| w.logic(l));
                    });
                }
            }),
            Logic::Function(params, body) => self.block("functionDefinition", &[], |w| {
                for (n, t) in params {
                    w.empty("formalParameter", &[("name", Some(n)), ("typeRef", t.as_deref())]);
                }
                w.logic(body);
            }),
            Logic::Conditional(parts) => {
                self.newer = true;
                self.block("conditional", &[], |w| {
                    for (element, part) in ["if", "then", "else"].into_iter().zip(parts.iter()) {
                        w.block(element, &[], |w| w.logic(part));
                    }
                });
            }
        }
    }

    fn table(&mut self, t: &Table) {
        let attrs = [
            ("id", filled(&t.id)),
            ("hitPolicy", Some(policy_name(t.policy))),
            ("aggregation", t.aggregation.map(aggregation_name)),
            ("outputLabel", t.output_label.as_deref()),
        ];
        self.block("decisionTable", &attrs, |w| {
            for i in &t.inputs {
                w.block("input", &[("id", filled(&i.id)), ("label", i.label.as_deref())], |w| {
                    w.literal("inputExpression", &i.expression);
                    i.values.iter().for_each(|c| w.cell("inputValues", c));
                });
            }
            for o in &t.outputs {
                let attrs = [
                    ("id", filled(&o.id)),
                    ("label", o.label.as_deref()),
                    ("name", o.name.as_deref()),
                    ("typeRef", o.type_ref.as_deref()),
                ];
                w.block("output", &attrs, |w| {
                    o.values.iter().for_each(|c| w.cell("outputValues", c));
                    o.default.iter().for_each(|d| w.literal("defaultOutputEntry", d));
                });
            }
            t.annotations.iter().for_each(|a| w.empty("annotation", &[("name", filled(a))]));
            t.rules.iter().for_each(|r| w.rule(r));
        });
    }

    fn rule(&mut self, r: &Rule) {
        self.block("rule", &[("id", filled(&r.id))], |w| {
            r.description.iter().for_each(|d| w.text("description", d));
            r.inputs.iter().for_each(|c| w.cell("inputEntry", c));
            r.outputs.iter().for_each(|l| w.literal("outputEntry", l));
            for a in &r.annotations {
                w.block("annotationEntry", &[], |w| w.text("text", a));
            }
        });
    }
}

/// The name of a hit policy in DMN XML.
pub(crate) fn policy_name(p: HitPolicy) -> &'static str {
    match p {
        HitPolicy::Unique => "UNIQUE",
        HitPolicy::Any => "ANY",
        HitPolicy::Priority => "PRIORITY",
        HitPolicy::First => "FIRST",
        HitPolicy::RuleOrder => "RULE ORDER",
        HitPolicy::OutputOrder => "OUTPUT ORDER",
        HitPolicy::Collect => "COLLECT",
    }
}

/// The collect operator under its name in DMN XML, or the other way.
pub(crate) fn aggregation_name(a: Aggregation) -> &'static str {
    match a {
        Aggregation::Sum => "SUM",
        Aggregation::Count => "COUNT",
        Aggregation::Min => "MIN",
        Aggregation::Max => "MAX",
    }
}
