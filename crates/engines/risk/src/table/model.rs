//! A decision model in memory: what DMN 1.3 calls definitions, as far as tables and what surrounds them.

use std::sync::Arc;

use super::feel::ast::{Expr, Test};

/// A model with its elements in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace of the model, by which other models import it.
    pub namespace: String,
    /// Imported models.
    pub imports: Vec<Import>,
    /// Item definitions.
    pub types: Vec<ItemDefinition>,
    /// Input data.
    pub inputs: Vec<InputData>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Business knowledge models.
    pub knowledge: Vec<Knowledge>,
    /// Decision services.
    pub services: Vec<Service>,
}

/// Another model seen under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The name its elements are reached by.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The model itself.
    pub model: Model,
}

/// A type with a name, its components or its constraint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemDefinition {
    /// Identity in the file, may be empty.
    pub id: String,
    /// Name.
    pub name: String,
    /// The type it restricts, unless it has components.
    pub type_ref: Option<String>,
    /// Whether values are lists of it.
    pub is_collection: bool,
    /// Allowed values.
    pub allowed: Option<Cell>,
    /// Components of a structure.
    pub components: Vec<ItemDefinition>,
}

/// Data that comes from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputData {
    /// Identity in the file.
    pub id: String,
    /// Name, also that of the variable.
    pub name: String,
    /// Type.
    pub type_ref: Option<String>,
}

/// A link to an element needed for a computation, as written (`#id` or `namespace#id`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Input data.
    Input(String),
    /// Another decision.
    Decision(String),
    /// A business knowledge model or a decision service.
    Knowledge(String),
}

/// A decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Identity in the file.
    pub id: String,
    /// Name, also that of the variable.
    pub name: String,
    /// Type of the result.
    pub type_ref: Option<String>,
    /// What it is about, in words.
    pub description: Option<String>,
    /// The question it answers.
    pub question: Option<String>,
    /// What it needs.
    pub requires: Vec<Requirement>,
    /// How it is computed; nothing for a decision taken by people.
    pub logic: Option<Arc<Logic>>,
}

/// A business knowledge model: a function with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Knowledge {
    /// Identity in the file.
    pub id: String,
    /// Name, also that of the variable.
    pub name: String,
    /// Type of the variable.
    pub type_ref: Option<String>,
    /// Parameters with their types.
    pub params: Vec<(Arc<str>, Option<String>)>,
    /// What it computes.
    pub body: Option<Arc<Logic>>,
    /// What it needs.
    pub requires: Vec<Requirement>,
}

/// A decision service: decisions offered together under a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: String,
    /// Type of the variable.
    pub type_ref: Option<String>,
    /// References of the decisions whose results it gives.
    pub outputs: Vec<String>,
    /// References of the decisions it computes on the way.
    pub encapsulated: Vec<String>,
    /// References of the decisions whose results it is given.
    pub input_decisions: Vec<String>,
    /// References of the data it is given.
    pub input_data: Vec<String>,
}

/// A boxed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Logic {
    /// FEEL text.
    Literal(Literal),
    /// A decision table.
    Table(Box<Table>),
    /// Entries computed in order; one without a name is the result.
    Context(Vec<Entry>),
    /// A list.
    List(Vec<Logic>),
    /// A list of structures: column names, then rows.
    Relation(Vec<String>, Vec<Vec<Logic>>),
    /// A call with arguments by name.
    Invocation(Box<Logic>, Vec<Binding>),
    /// A function.
    Function(Vec<(Arc<str>, Option<String>)>, Arc<Logic>),
    /// A choice between two.
    Conditional(Box<[Logic; 3]>),
}

/// One entry of a boxed context.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Variable, or nothing for the result of the context.
    pub name: Option<String>,
    /// Type of the variable.
    pub type_ref: Option<String>,
    /// Its value.
    pub value: Logic,
}

/// An argument of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Parameter.
    pub name: String,
    /// Argument; nothing passes null.
    pub value: Option<Logic>,
}

/// FEEL text and the tree it was read into.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// Identity in the file, may be empty.
    pub id: String,
    /// As written.
    pub text: String,
    /// As read.
    pub expr: Arc<Expr>,
    /// Type.
    pub type_ref: Option<String>,
}

/// Unary tests as written and as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Identity in the file, may be empty.
    pub id: String,
    /// As written.
    pub text: String,
    /// As read.
    pub tests: Vec<Test>,
}

/// Which of the matching rows make up the result (DMN 1.3, 8.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub enum HitPolicy {
    /// At most one row may match.
    #[default]
    Unique,
    /// Several may match when their outputs agree.
    Any,
    /// The row whose output comes first in the list of output values.
    Priority,
    /// The first row in table order.
    First,
    /// All, in table order.
    RuleOrder,
    /// All, by the list of output values.
    OutputOrder,
    /// All, or one number computed of them.
    Collect,
}

/// What a collecting table computes of its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Aggregation {
    /// `C+`
    Sum,
    /// `C#`
    Count,
    /// `C<`
    Min,
    /// `C>`
    Max,
}

/// A decision table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Identity in the file.
    pub id: String,
    /// Hit policy.
    pub policy: HitPolicy,
    /// Collect operator.
    pub aggregation: Option<Aggregation>,
    /// Label of the output.
    pub output_label: Option<String>,
    /// Input columns.
    pub inputs: Vec<InputColumn>,
    /// Output columns.
    pub outputs: Vec<OutputColumn>,
    /// Names of annotation columns.
    pub annotations: Vec<String>,
    /// Rows.
    pub rules: Vec<Rule>,
}

/// An input column.
#[derive(Clone, Debug, PartialEq)]
pub struct InputColumn {
    /// Identity in the file, may be empty.
    pub id: String,
    /// Heading.
    pub label: Option<String>,
    /// What is tested.
    pub expression: Literal,
    /// Values the input may have.
    pub values: Option<Cell>,
}

/// An output column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputColumn {
    /// Identity in the file, may be empty.
    pub id: String,
    /// Name of the entry in a compound output.
    pub name: Option<String>,
    /// Heading.
    pub label: Option<String>,
    /// Type.
    pub type_ref: Option<String>,
    /// Values it may have, the first with the highest priority.
    pub values: Option<Cell>,
    /// Output when no row matches.
    pub default: Option<Literal>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Identity in the file, may be empty.
    pub id: String,
    /// Description.
    pub description: Option<String>,
    /// One cell for each input column.
    pub inputs: Vec<Cell>,
    /// One expression for each output column.
    pub outputs: Vec<Literal>,
    /// One text for each annotation column.
    pub annotations: Vec<String>,
}

impl Table {
    /// Name of an output column: its name, else its heading, else its number.
    pub fn output_name(&self, at: usize) -> String {
        let column = self.outputs.get(at);
        let name = column.and_then(|c| c.name.clone().or_else(|| c.label.clone()));
        name.unwrap_or_else(|| format!("output {}", at + 1))
    }

    /// How the table is called in explanations: its label, else its identity.
    pub fn title(&self) -> String {
        self.output_label.clone().unwrap_or_else(|| self.id.clone())
    }
}

impl Model {
    /// A decision by name.
    pub fn decision(&self, name: &str) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.name == name)
    }

    /// The table of a decision, when its logic is one.
    pub fn table(&self, decision: &str) -> Option<&Table> {
        match self.decision(decision)?.logic.as_deref()? {
            Logic::Table(t) => Some(t),
            _ => None,
        }
    }

    /// Every table of the model with the name of the element it belongs to, nested ones too.
    pub fn tables(&self) -> Vec<(&str, &Table)> {
        let mut out = Vec::new();
        for d in &self.decisions {
            d.logic.iter().for_each(|l| l.tables(&d.name, &mut out));
        }
        for k in &self.knowledge {
            k.body.iter().for_each(|l| l.tables(&k.name, &mut out));
        }
        out
    }
}

impl Logic {
    fn tables<'a>(&'a self, owner: &'a str, out: &mut Vec<(&'a str, &'a Table)>) {
        match self {
            Logic::Literal(_) => {}
            Logic::Table(t) => out.push((owner, t)),
            Logic::Context(entries) => entries.iter().for_each(|e| e.value.tables(owner, out)),
            Logic::List(items) => items.iter().for_each(|l| l.tables(owner, out)),
            Logic::Relation(_, rows) => rows.iter().flatten().for_each(|l| l.tables(owner, out)),
            Logic::Invocation(f, bindings) => {
                f.tables(owner, out);
                bindings.iter().filter_map(|b| b.value.as_ref()).for_each(|l| l.tables(owner, out));
            }
            Logic::Function(_, body) => body.tables(owner, out),
            Logic::Conditional(parts) => parts.iter().for_each(|l| l.tables(owner, out)),
        }
    }
}
