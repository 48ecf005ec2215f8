//! DMN XML in and out: versions 1.1 to 1.5 are read, 1.3 is written.
//!
//! Kept are definitions, imports, item definitions, input data, decisions, knowledge models,
//! services and their logic. Diagrams, knowledge sources and extensions of tools are left behind.

mod clauses;
mod read;
mod write;
mod xml;

use super::model::{Import, Model};
use super::problem::Problem;

pub(crate) use clauses::{aggregation, policy};
pub use write::write;
pub(crate) use write::{aggregation_name, policy_name};
pub use xml::SIZE_LIMIT;

/// Reads a model that imports no other.
///
/// # Errors
/// Everything found wrong, each with its place.
pub fn parse(bytes: &[u8]) -> Result<Model, Vec<Problem>> {
    parse_with(bytes, &[])
}

/// Reads a model together with the files it may import; imports of imports are not followed.
///
/// # Errors
/// Everything found wrong, each with its place.
pub fn parse_with(bytes: &[u8], others: &[&[u8]]) -> Result<Model, Vec<Problem>> {
    let root = xml::parse(bytes).map_err(|p| vec![p])?;
    let mut known = Vec::new();
    for other in others {
        known.push(read::model(&xml::parse(other).map_err(|p| vec![p])?, Vec::new())?);
    }
    let mut imports = Vec::new();
    let mut missing = Vec::new();
    for node in root.all("import") {
        let (name, namespace) = (node.attr("name").unwrap_or(""), node.attr("namespace").unwrap_or(""));
        match known.iter().find(|m| m.namespace == namespace) {
            Some(model) => imports.push(Import {
                name: super::feel::names::normal(name),
                namespace: namespace.to_owned(),
                model: model.clone(),
            }),
            None => missing.push(Problem::new(
                name,
                format!("缺少被引入的模型 {namespace}"),
                format!("the imported model {namespace} was not supplied"),
            )),
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    read::model(&root, imports)
}
