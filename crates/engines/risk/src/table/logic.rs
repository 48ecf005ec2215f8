//! Evaluation of boxed expressions and of the graph of decisions (DMN 1.3, 10.4).

use std::collections::HashMap;
use std::sync::Arc;

use super::feel::eval::{Machine, Scope};
use super::hit;
use super::model::{Binding, Entry, Knowledge, Logic, Model, Requirement};
use super::types::Type;
use super::value::{Body, Context, Function, Value};

impl<'m> Machine<'m> {
    /// Evaluates a boxed expression.
    pub fn logic(&self, logic: &Logic, scope: &Scope<'_>) -> Value {
        self.deeper(|| match logic {
            Logic::Literal(l) => self.eval(&l.expr, scope),
            Logic::Table(t) => hit::evaluate(self, t, scope),
            Logic::Context(entries) => self.boxed_context(entries, scope),
            Logic::List(items) => {
                self.bounded(Value::list(items.iter().map(|l| self.logic(l, scope)).collect()))
            }
            Logic::Relation(columns, rows) => {
                let row = |cells: &Vec<Logic>| {
                    let pairs = columns.iter().zip(cells);
                    let entry = |(n, l): (&String, &Logic)| (Arc::from(&**n), self.logic(l, scope));
                    Value::Context(Arc::new(Context::new(pairs.map(entry))))
                };
                self.bounded(Value::list(rows.iter().map(row).collect()))
            }
            Logic::Invocation(f, bindings) => self.invocation(f, bindings, scope),
            Logic::Function(params, body) => Value::Function(Arc::new(Function {
                params: params.clone(),
                body: Body::Logic(body.clone()),
                closure: scope.flatten(),
            })),
            Logic::Conditional(parts) => {
                let [test, yes, no] = &**parts;
                let holds = matches!(self.logic(test, scope), Value::Bool(true));
                self.logic(if holds { yes } else { no }, scope)
            }
        })
    }

    fn boxed_context(&self, entries: &[Entry], scope: &Scope<'_>) -> Value {
        let mut level = scope.inner(Vec::new());
        let mut out = Context::default();
        for e in entries {
            let v = self.logic(&e.value, &level);
            let Some(name) = &e.name else { return v };
            let v = self.kind(e.type_ref.as_deref(), scope.model).coerce(v, self, name);
            level.vars.push((Arc::from(&**name), v.clone()));
            out.set(Arc::from(&**name), v);
        }
        self.bounded(Value::Context(Arc::new(out)))
    }

    fn invocation(&self, f: &Logic, bindings: &[Binding], scope: &Scope<'_>) -> Value {
        let Value::Function(f) = self.logic(f, scope) else {
            return self.fail("", "所调用的不是函数", "what is called is not a function");
        };
        let argument = |b: &Binding| {
            let v = b.value.as_ref().map_or(Value::Null, |l| self.logic(l, scope));
            (Arc::from(&*b.name), v)
        };
        self.call_named(&f, bindings.iter().map(argument).collect())
    }

    fn kind(&self, type_ref: Option<&str>, model: usize) -> Type {
        Type::of(type_ref, self.models.get(model).copied())
    }

    /// Calls a function that is not built in; the number of arguments has been checked.
    pub(super) fn call_defined(&self, f: &Function, args: Vec<Value>) -> Value {
        let model = if let Body::Knowledge(m, _) = f.body { m } else { 0 };
        let mut vars = f.closure.clone();
        for ((name, type_ref), v) in f.params.iter().zip(args) {
            vars.push((name.clone(), self.kind(type_ref.as_deref(), model).coerce(v, self, name)));
        }
        match &f.body {
            Body::Expr(e) => self.eval(e, &Scope::root(0, vars)),
            Body::Logic(l) => self.logic(l, &Scope::root(0, vars)),
            Body::Knowledge(m, i) => {
                let knowledge = &self.models[*m].knowledge[*i];
                let mut all = self.requirements(&knowledge.requires, *m, &mut Graph::default());
                // A knowledge model may call itself; a parameter of the same name hides it.
                let own = self.function(knowledge.params.clone(), Body::Knowledge(*m, *i));
                all.push((Arc::from(&*knowledge.name), own));
                all.extend(vars);
                let Some(body) = &knowledge.body else { return Value::Null };
                let v = self.logic(body, &Scope::root(*m, all));
                // The type of the variable may be that of the function and not of its result.
                let kind = self.kind(knowledge.type_ref.as_deref(), *m);
                if matches!(kind.plain(), Type::Function) { v } else { kind.coerce(v, self, &knowledge.name) }
            }
            Body::Service(i) => self.service(*i, vars),
            Body::Builtin(_) => Value::Null,
        }
    }

    /// Computes a decision service of the root model from its arguments by name.
    pub(super) fn service(&self, index: usize, args: Vec<(Arc<str>, Value)>) -> Value {
        let model = self.models[0];
        let service = &model.services[index];
        let mut graph = Graph::default();
        for href in &service.input_decisions {
            if let Some(Target::Decision(m, i)) = find(model, 0, href) {
                let name = &self.models[m].decisions[i].name;
                let given = args.iter().find(|(n, _)| **n == **name).map_or(Value::Null, |(_, v)| v.clone());
                graph.decided.insert((m, i), given);
            }
        }
        graph.inputs = Context::new(args);
        let outputs = service.outputs.iter().filter_map(|href| match find(model, 0, href) {
            Some(Target::Decision(m, i)) => Some((m, i)),
            _ => None,
        });
        let results: Vec<(Arc<str>, Value)> = outputs
            .map(|(m, i)| (Arc::from(&*self.models[m].decisions[i].name), self.decide(m, i, &mut graph)))
            .collect();
        match <[_; 1]>::try_from(results) {
            Ok([(_, single)]) => single,
            Err(many) => Value::Context(Arc::new(Context::new(many))),
        }
    }

    /// Computes a decision and, before it, those it requires.
    pub fn decide(&self, model: usize, index: usize, graph: &mut Graph) -> Value {
        if let Some(v) = graph.decided.get(&(model, index)) {
            return v.clone();
        }
        // Until it is known, a decision that leads back to itself is null.
        graph.decided.insert((model, index), Value::Null);
        let decision = &self.models[model].decisions[index];
        let vars = self.requirements(&decision.requires, model, graph);
        let value = match &decision.logic {
            Some(logic) => {
                let v = self.logic(logic, &Scope::root(model, vars));
                self.kind(decision.type_ref.as_deref(), model).coerce(v, self, &decision.name)
            }
            // A decision taken by people is given like data.
            None => graph.inputs.get(&decision.name).cloned().unwrap_or(Value::Null),
        };
        graph.decided.insert((model, index), value.clone());
        value
    }

    /// The variables that a list of requirements brings into scope.
    fn requirements(&self, list: &[Requirement], model: usize, graph: &mut Graph) -> Vec<(Arc<str>, Value)> {
        let mut own: Vec<(Arc<str>, Value)> = Vec::new();
        let mut imported: HashMap<usize, Context> = HashMap::new();
        for r in list {
            let (Requirement::Input(href) | Requirement::Decision(href) | Requirement::Knowledge(href)) = r;
            let Some(target) = find(self.models[model], model, href) else { continue };
            let (at, name, value) = self.target(target, graph);
            if at == model {
                own.push((name, value));
            } else {
                imported.entry(at).or_default().set(name, value);
            }
        }
        for (at, context) in imported {
            let name = &self.models[0].imports[at - 1].name;
            own.push((Arc::from(&**name), Value::Context(Arc::new(context))));
        }
        own
    }

    fn target(&self, target: Target, graph: &mut Graph) -> (usize, Arc<str>, Value) {
        match target {
            Target::Input(m, i) => {
                let input = &self.models[m].inputs[i];
                let given = graph.inputs.get(&input.name).cloned();
                // Data of an imported model is given under the name of the import.
                let nested =
                    || match graph.inputs.get(&self.models[0].imports.get(m.wrapping_sub(1))?.name)? {
                        Value::Context(c) => c.get(&input.name).cloned(),
                        _ => None,
                    };
                let v = given.or_else(nested).unwrap_or(Value::Null);
                let v = self.kind(input.type_ref.as_deref(), m).coerce(v, self, &input.name);
                (m, Arc::from(&*input.name), v)
            }
            Target::Decision(m, i) => {
                let name = Arc::from(&*self.models[m].decisions[i].name);
                (m, name, self.deeper(|| self.decide(m, i, graph)))
            }
            Target::Knowledge(m, i) => {
                let k: &Knowledge = &self.models[m].knowledge[i];
                (m, Arc::from(&*k.name), self.function(k.params.clone(), Body::Knowledge(m, i)))
            }
            Target::Service(m, i) => {
                let s = &self.models[m].services[i];
                let params = service_params(self.models[m], i);
                (m, Arc::from(&*s.name), self.function(params, Body::Service(i)))
            }
        }
    }

    /// A function value over nothing captured.
    pub(super) fn function(&self, params: Vec<(Arc<str>, Option<String>)>, body: Body) -> Value {
        Value::Function(Arc::new(Function { params, body, closure: Vec::new() }))
    }
}

/// Parameters of a decision service: its input data, then its input decisions.
pub fn service_params(model: &Model, index: usize) -> Vec<(Arc<str>, Option<String>)> {
    let s = &model.services[index];
    let name = |href: &String| match find(model, 0, href)? {
        Target::Input(0, i) => Some((Arc::from(&*model.inputs[i].name), model.inputs[i].type_ref.clone())),
        Target::Decision(0, i) => {
            Some((Arc::from(&*model.decisions[i].name), model.decisions[i].type_ref.clone()))
        }
        _ => None,
    };
    s.input_data.iter().chain(&s.input_decisions).filter_map(name).collect()
}

/// What one evaluation of the graph is given and has found.
#[derive(Default)]
pub struct Graph {
    /// Data by name.
    pub inputs: Context,
    decided: HashMap<(usize, usize), Value>,
}

impl Graph {
    /// A graph that is given data by name.
    pub fn with_inputs(inputs: Context) -> Self {
        Self { inputs, ..Self::default() }
    }
}

/// An element a reference points to: index of the model, index of the element.
pub enum Target {
    /// Input data.
    Input(usize, usize),
    /// A decision.
    Decision(usize, usize),
    /// A business knowledge model.
    Knowledge(usize, usize),
    /// A decision service.
    Service(usize, usize),
}

/// Finds the element of a reference written in the model at an index.
pub fn find(model: &Model, at: usize, href: &str) -> Option<Target> {
    let (space, id) = href.split_once('#').unwrap_or(("", href));
    let (owner, at) = if space.is_empty() || space == model.namespace {
        (model, at)
    } else {
        let i = model.imports.iter().position(|i| i.namespace == space)?;
        (&model.imports[i].model, i + 1)
    };
    let input = owner.inputs.iter().position(|x| x.id == id).map(|i| Target::Input(at, i));
    input
        .or_else(|| owner.decisions.iter().position(|x| x.id == id).map(|i| Target::Decision(at, i)))
        .or_else(|| owner.knowledge.iter().position(|x| x.id == id).map(|i| Target::Knowledge(at, i)))
        .or_else(|| owner.services.iter().position(|x| x.id == id).map(|i| Target::Service(at, i)))
}
