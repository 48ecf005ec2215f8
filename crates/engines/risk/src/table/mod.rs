//! Decision tables after DMN 1.3: read, checked, compiled, evaluated and explained.

pub mod classes;
mod column;
pub mod compile;
mod cover;
pub mod csv;
mod describe;
pub mod dmn;
pub mod feel;
pub mod findings;
mod grid;
pub mod hit;
pub mod json;
pub mod logic;
pub mod model;
pub mod problem;
pub mod replay;
pub mod temporal;
pub mod types;
pub mod value;

use std::sync::Arc;

pub use findings::{Finding, FindingKind, Gravity, check, check_table};

use feel::eval::{Machine, TableHits};
use logic::Graph;
use model::Model;
use problem::Problem;
use types::Type;
use value::{Body, Context, Value};

/// A result with the rows that led to it.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The result; null when there is none.
    pub value: Value,
    /// The rows of every table met on the way, in the order they were met.
    pub rows: Vec<TableHits>,
    /// What went wrong on the way; an error yields null and not a stop.
    pub problems: Vec<Problem>,
}

/// Evaluates a decision, decision service or business knowledge model by name from JSON data.
///
/// # Errors
/// When the model has no such element or the data is not an object. Errors within the computation
/// give null, as DMN has it; [`evaluate`] tells them.
pub fn eval(model: &Model, name: &str, inputs: &serde_json::Value) -> Result<serde_json::Value, Problem> {
    evaluate(model, name, inputs).map(|e| json::to_json(&e.value))
}

/// Like [`eval`], with the rows hit and the problems met.
///
/// # Errors
/// When the model has no such element or the data is not an object.
pub fn evaluate(model: &Model, name: &str, inputs: &serde_json::Value) -> Result<Evaluation, Problem> {
    let machine = Machine::new(model);
    let Some(map) = inputs.as_object() else {
        return Err(Problem::new(name, "输入必须是 JSON 对象", "the input must be a JSON object"));
    };
    let entry = |(k, v): (&String, &serde_json::Value)| {
        let input = model.inputs.iter().find(|i| i.name == *k).map(|i| i.type_ref.as_deref());
        let decided = || model.decisions.iter().find(|d| d.name == *k).map(|d| d.type_ref.as_deref());
        let kind = Type::of(input.or_else(decided).flatten(), Some(model));
        (Arc::from(&**k), json::from_json(v, &kind, &machine, k))
    };
    let context = Context::new(map.iter().map(entry));
    run(machine, model, name, context)
}

/// Like [`evaluate`], from values that are typed already.
///
/// # Errors
/// When the model has no such element.
pub fn evaluate_values(model: &Model, name: &str, inputs: Context) -> Result<Evaluation, Problem> {
    run(Machine::new(model), model, name, inputs)
}

fn run(machine: Machine<'_>, model: &Model, name: &str, inputs: Context) -> Result<Evaluation, Problem> {
    let arguments = |params: &[(Arc<str>, Option<String>)]| -> Vec<(Arc<str>, Value)> {
        params.iter().map(|(n, _)| (n.clone(), inputs.get(n).cloned().unwrap_or(Value::Null))).collect()
    };
    let call = |params: Vec<(Arc<str>, Option<String>)>, body: Body| {
        let args = arguments(&params);
        match machine.function(params, body) {
            Value::Function(f) => machine.call_named(&f, args),
            other => other,
        }
    };
    let value = if let Some(i) = model.decisions.iter().position(|d| d.name == name) {
        machine.decide(0, i, &mut Graph::with_inputs(inputs))
    } else if let Some(i) = model.services.iter().position(|s| s.name == name) {
        call(logic::service_params(model, i), Body::Service(i))
    } else if let Some(i) = model.knowledge.iter().position(|k| k.name == name) {
        call(model.knowledge[i].params.clone(), Body::Knowledge(0, i))
    } else {
        let en = format!("the model has no decision named `{name}`");
        return Err(Problem::new(name, format!("模型中没有决策“{name}”"), en));
    };
    let (rows, problems) = machine.finish();
    Ok(Evaluation { value, rows, problems })
}
