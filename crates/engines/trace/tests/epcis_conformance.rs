//! Published examples are accepted and published invalid documents refused, each exception argued.

mod common;

use std::path::{Path, PathBuf};
use trace::epcis::{Limits, Problem, parse, validate};

fn problems(path: &Path) -> Vec<Problem> {
    let bytes = std::fs::read(path).expect("a readable file");
    match parse(&bytes, &Limits::default()) {
        Ok(document) => validate(&document),
        Err(problems) => problems,
    }
}

/// Fails with all that is refused among the files, but for exceptions: part of the path, rule.
fn accept(files: &[PathBuf], exceptions: &[(&str, &str)]) -> usize {
    let mut refused = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let found = problems(path);
        let excepted: Vec<&str> =
            exceptions.iter().filter(|(part, _)| name.contains(part)).map(|(_, rule)| *rule).collect();
        for rule in &excepted {
            assert!(found.iter().any(|p| p.rule == *rule), "{name}: the exception {rule} is not needed");
        }
        refused
            .extend(found.iter().filter(|p| !excepted.contains(&p.rule)).map(|p| format!("{name}\n    {p}")));
    }
    assert!(refused.is_empty(), "{} refusals\n{}", refused.len(), refused.join("\n"));
    files.len()
}

#[test]
fn gs1_json_examples() {
    let Some(material) = common::epcis_material() else { return };
    let count = accept(&common::files(&material.join("gs1/JSON"), &["jsonld"]), &[]);
    assert_eq!(count, 47);
}

#[test]
fn gs1_xml_examples() {
    let Some(material) = common::epcis_material() else { return };
    let count = accept(&common::files(&material.join("gs1/XML"), &["xml"]), &[]);
    assert_eq!(count, 37);
}

#[test]
fn openepcis_valid_documents() {
    let Some(material) = common::epcis_material() else { return };
    let all = common::files(&material.join("openepcis/core/src/main/resources"), &["json", "xml"]);
    let valid: Vec<PathBuf> =
        all.into_iter().filter(|p| !p.display().to_string().contains("/Invalid/")).collect();
    assert!(accept(&valid, &[]) > 100);
}

#[test]
fn openepcis_invalid_documents() {
    let Some(material) = common::epcis_material() else { return };
    let all = common::files(&material.join("openepcis/core/src/main/resources"), &["json", "xml"]);
    let invalid: Vec<PathBuf> =
        all.into_iter().filter(|p| p.display().to_string().contains("/Invalid/")).collect();
    assert!(invalid.len() >= 20);
    for path in invalid {
        let found = problems(&path);
        assert!(!found.is_empty(), "{} is accepted", path.display());
        for problem in found {
            println!("{}: {problem}", path.file_name().unwrap_or_default().display());
        }
    }
}
