//! Reader of whole DMN models: elements, what each may refer to, and whether the references hold.

use std::sync::Arc;

use super::clauses::{Clauses, name_attr, text_attr, type_ref, variable};
use super::xml::Node;
use crate::table::feel::names::Names;
use crate::table::logic::{Target, find};
use crate::table::model::{
    Decision, Import, InputData, ItemDefinition, Knowledge, Model, Requirement, Service,
};
use crate::table::problem::Problem;

const TYPE_DEPTH: u32 = 12;

/// Reads a model from the root element of its document.
pub(super) fn model(root: &Node, imports: Vec<Import>) -> Result<Model, Vec<Problem>> {
    if root.name != "definitions" {
        return Err(vec![Problem::new(
            "",
            "根元素不是 definitions",
            "the root element is not `definitions`",
        )]);
    }
    let mut c = Clauses::default();
    let mut model = Model {
        id: text_attr(root, "id").unwrap_or_default(),
        name: name_attr(root).unwrap_or_default(),
        namespace: text_attr(root, "namespace").unwrap_or_default(),
        imports,
        ..Model::default()
    };
    model.types = root.all("itemDefinition").map(|n| item(&mut c, n, 0)).collect();
    skeleton(root, &mut model);
    check_references(&mut c, &model);
    let parts = Names::of_components(&model);
    // Logic last, since what its names mean depends on every element.
    for (i, n) in root.all("decision").enumerate() {
        let names = scope(&model, &model.decisions[i].requires, &parts);
        let name = model.decisions[i].name.clone();
        model.decisions[i].logic = c.logic_in(n, &names, &name).map(Arc::new);
    }
    for (i, n) in root.all("businessKnowledgeModel").enumerate() {
        let mut names = scope(&model, &model.knowledge[i].requires, &parts);
        let name = model.knowledge[i].name.clone();
        names.add(&name);
        if let Some(f) = n.child("encapsulatedLogic") {
            let (params, body) = c.function(f, &names, &name);
            model.knowledge[i].params = params;
            model.knowledge[i].body = body;
        }
    }
    if c.problems.is_empty() { Ok(model) } else { Err(c.problems) }
}

/// Fills in every element without its logic.
fn skeleton(root: &Node, model: &mut Model) {
    let id = |n: &Node| text_attr(n, "id").unwrap_or_default();
    for n in root.all("inputData") {
        let (name, type_ref) = variable(n);
        model.inputs.push(InputData { id: id(n), name, type_ref });
    }
    for n in root.all("decision") {
        let (name, type_ref) = variable(n);
        model.decisions.push(Decision {
            id: id(n),
            name,
            type_ref,
            description: n.text_of("description"),
            question: n.text_of("question"),
            requires: requirements(n),
            logic: None,
        });
    }
    for n in root.all("businessKnowledgeModel") {
        let (name, type_ref) = variable(n);
        let requires = requirements(n);
        model.knowledge.push(Knowledge {
            id: id(n),
            name,
            type_ref,
            params: Vec::new(),
            body: None,
            requires,
        });
    }
    for n in root.all("decisionService") {
        let (name, type_ref) = variable(n);
        let hrefs = |kind: &str| n.all(kind).filter_map(|x| text_attr(x, "href")).collect();
        model.services.push(Service {
            id: id(n),
            name,
            type_ref,
            outputs: hrefs("outputDecision"),
            encapsulated: hrefs("encapsulatedDecision"),
            input_decisions: hrefs("inputDecision"),
            input_data: hrefs("inputData"),
        });
    }
}

fn requirements(node: &Node) -> Vec<Requirement> {
    let mut out = Vec::new();
    for r in node.all("informationRequirement").chain(node.all("knowledgeRequirement")) {
        for target in &r.children {
            let Some(href) = text_attr(target, "href") else { continue };
            match &*target.name {
                "requiredInput" => out.push(Requirement::Input(href)),
                "requiredDecision" => out.push(Requirement::Decision(href)),
                "requiredKnowledge" => out.push(Requirement::Knowledge(href)),
                _ => {}
            }
        }
    }
    out
}

fn item(c: &mut Clauses, node: &Node, depth: u32) -> ItemDefinition {
    let name = name_attr(node).unwrap_or_default();
    let allowed = node.child("allowedValues").map(|v| c.cell(v, &Names::default(), &name));
    let components = if depth > TYPE_DEPTH {
        Vec::new()
    } else {
        node.all("itemComponent").map(|n| item(c, n, depth + 1)).collect()
    };
    ItemDefinition {
        id: text_attr(node, "id").unwrap_or_default(),
        name,
        type_ref: type_ref(node),
        is_collection: node.attr("isCollection") == Some("true"),
        allowed,
        components,
    }
}

impl Names {
    /// The names of all components of all types, which may follow a point anywhere.
    fn of_components(model: &Model) -> Names {
        fn add(items: &[ItemDefinition], names: &mut Names) {
            for c in items.iter().flat_map(|i| &i.components) {
                names.add(&c.name);
                add(std::slice::from_ref(c), names);
            }
        }
        let mut names = Names::default();
        add(&model.types, &mut names);
        for import in &model.imports {
            names.add(&import.name);
            add(&import.model.types, &mut names);
            let m = &import.model;
            let all = m.inputs.iter().map(|x| &x.name).chain(m.decisions.iter().map(|x| &x.name));
            all.chain(m.knowledge.iter().map(|x| &x.name)).for_each(|n| names.add(n));
        }
        names
    }
}

/// The names an element may use: what it requires, and components.
fn scope(model: &Model, requires: &[Requirement], parts: &Names) -> Names {
    let mut names = parts.clone();
    for r in requires {
        let (Requirement::Input(h) | Requirement::Decision(h) | Requirement::Knowledge(h)) = r;
        let owner = |at: usize| if at == 0 { model } else { &model.imports[at - 1].model };
        match find(model, 0, h) {
            Some(Target::Input(m, i)) => names.add(&owner(m).inputs[i].name),
            Some(Target::Decision(m, i)) => names.add(&owner(m).decisions[i].name),
            Some(Target::Knowledge(m, i)) => names.add(&owner(m).knowledge[i].name),
            Some(Target::Service(m, i)) => names.add(&owner(m).services[i].name),
            None => {}
        }
    }
    names
}

fn check_references(c: &mut Clauses, model: &Model) {
    let decisions = model.decisions.iter().map(|d| (&d.name, &d.requires));
    let knowledge = model.knowledge.iter().map(|k| (&k.name, &k.requires));
    for (name, requires) in decisions.chain(knowledge) {
        for r in requires {
            let (Requirement::Input(h) | Requirement::Decision(h) | Requirement::Knowledge(h)) = r;
            if find(model, 0, h).is_none() {
                c.report(name, format!("引用 {h} 不存在"), format!("the reference {h} leads nowhere"));
            }
        }
    }
    for (i, d) in model.decisions.iter().enumerate() {
        if model.decisions[..i].iter().any(|e| e.name == d.name) {
            c.report(&d.name, "决策重名", "two decisions share this name");
        }
    }
    check_cycles(c, model);
}

/// Reports each decision that leads back to itself.
fn check_cycles(c: &mut Clauses, model: &Model) {
    let next = |i: usize| -> Vec<usize> {
        let hrefs = model.decisions[i].requires.iter().filter_map(|r| match r {
            Requirement::Decision(h) => find(model, 0, h),
            _ => None,
        });
        hrefs.filter_map(|t| if let Target::Decision(0, j) = t { Some(j) } else { None }).collect()
    };
    for start in 0..model.decisions.len() {
        let mut seen = vec![false; model.decisions.len()];
        let mut open = next(start);
        while let Some(i) = open.pop() {
            if !std::mem::replace(&mut seen[i], true) {
                open.extend(next(i));
            }
        }
        if seen[start] {
            c.report(&model.decisions[start].name, "决策循环依赖", "the decision depends upon itself");
        }
    }
}
