//! Published examples are accepted and published invalid documents refused, each exception argued.

mod common;

use std::path::{Path, PathBuf};
use trace::epcis::{Limits, Problem, parse, validate};

/// Examples of GS1 that are refused: part of the path, rule. The conformance table argues each.
const GS1_EXCEPTIONS: &[(&str, &str)] = &[];

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
    let count = accept(&common::files(&material.join("gs1/JSON"), &["jsonld"]), GS1_EXCEPTIONS);
    assert_eq!(count, 47);
}

#[test]
fn gs1_xml_examples() {
    let Some(material) = common::epcis_material() else { return };
    let count = accept(&common::files(&material.join("gs1/XML"), &["xml"]), GS1_EXCEPTIONS);
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

/// Rules that generated events of the guideline break: part of the path, rule. The conformance table argues each.
const GUIDELINE_EXCEPTIONS: &[(&str, &str)] = &[
    ("design test data ui/Generated Events", "EPCIS-CHECK-DIGIT"),
    ("CreateAggregationEventOutput", "EPCIS-CHILDREN-MISSING"),
    ("CreateTransformationEventOutput", "EPCIS-CBV-MEASUREMENT-TYPE"),
    ("DesignTestDataEventsOutput1", "EPCIS-PERSISTENT-DISPOSITION"),
    ("DesignTestDataEventsOutput2", "EPCIS-CHECK-DIGIT"),
    ("DesignTestDataEventsOutput2", "EPCIS-TRANSACTION-MISSING"),
];

/// The examples of the implementation guideline as their generator has them: two documents of events, lists of events
/// without a document around them, and templates of tables, from which events are yet to be made.
#[test]
fn the_guidelines_events_are_accepted_and_its_templates_refused() {
    let Some(material) = common::epcis_material() else { return };
    let (mut documents, mut lists, mut templates) = (0, 0, 0);
    for path in common::files(&material.join("guideline-examples"), &["json"]) {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let found: Vec<Problem> = if text.trim_start().starts_with('[') {
            lists += 1;
            let whole = format!(
                r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{{"ext1":"http://example.com/ext1/"}}],
                "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T01:00:00Z","epcisBody":{{"eventList":{text}}}}}"#
            );
            parse(whole.as_bytes(), &Limits::default()).map_or_else(|problems| problems, |d| validate(&d))
        } else if text.contains(r#""EPCISDocument""#) {
            documents += 1;
            problems(&path)
        } else {
            templates += 1;
            let found = problems(&path);
            assert!(!found.is_empty(), "{}: a template is no document", path.display());
            continue;
        };
        let name = path.display().to_string();
        let excepted = |p: &&Problem| {
            GUIDELINE_EXCEPTIONS.iter().any(|(part, rule)| name.contains(part) && p.rule == *rule)
        };
        let found: Vec<&Problem> = found.iter().filter(|p| !excepted(p)).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    assert_eq!((documents, lists, templates), (2, 5, 50));
}

/// The cells of the conformance table, row by row.
fn conformance() -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/epcis.md");
    let text = std::fs::read_to_string(page).expect("the page of the repository");
    let part =
        text.split("## Conformance").nth(1).expect("the table").split("\n## ").next().unwrap_or_default();
    let rows = part.lines().filter(|l| l.starts_with('|') && !l.starts_with("|--")).skip(1);
    rows.map(|l| l.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect()).collect()
}

/// Every source file of tests in the house.
fn test_sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !["target", "node_modules"].iter().any(|n| path.ends_with(n)) {
            test_sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_conformance_table_names_tests_that_exist_and_argues_every_exception() {
    let table = conformance();
    assert!(table.len() > 10 && table.iter().all(|row| row.len() == 4), "{table:?}");
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut sources = Vec::new();
    for folder in ["crates", "stories"] {
        test_sources(&house.join(folder), &mut sources);
    }
    let all: Vec<(PathBuf, String)> =
        sources.into_iter().filter_map(|p| Some((p.clone(), std::fs::read_to_string(p).ok()?))).collect();
    for row in &table {
        let named: Vec<&str> = row[2].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test is named: {row:?}");
        for name in named {
            let here = |(path, text): &(PathBuf, String)| {
                path.file_stem().is_some_and(|stem| stem == name) || text.contains(&format!("fn {name}("))
            };
            assert!(all.iter().any(here), "there is no test {name}");
        }
    }
    let of_gs1 = table.iter().filter(|row| row[0].starts_with("GS1"));
    let argued: Vec<&str> = of_gs1.map(|row| row[3].as_str()).collect();
    assert_eq!(argued.len(), 2, "JSON-LD and XML");
    for (example, rule) in GS1_EXCEPTIONS {
        let told = argued.iter().any(|a| a.contains(example) && a.contains(rule));
        assert!(told, "the exception {example} ({rule}) is not argued in the table");
    }
    if GS1_EXCEPTIONS.is_empty() {
        assert!(
            argued.iter().all(|a| *a == "none"),
            "the table argues exceptions that are not made: {argued:?}"
        );
    }
}
