//! Runs the table models of the DMN conformance kit, read in place, against the engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;
use risk::table::temporal::{Date, DateTime, Duration, Time, parse_duration};
use risk::table::value::{Context, Value};
use risk::table::{dmn, evaluate, json};
use rust_decimal::Decimal;

/// Models that are not expected to pass, with the reason; the test fails if one of them does.
const LEFT_OUT: &[(&str, &str)] = &[];

#[derive(Default, Debug)]
struct Node {
    name: String,
    attrs: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }
}

fn xml(text: &str) -> Node {
    let mut reader = Reader::from_str(text);
    let mut stack = vec![Node::default()];
    loop {
        let event = reader.read_event().expect("well-formed");
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(e) | Event::Empty(e) => {
                let mut node = Node { name: e.local_name().as_ref().to_owned(), ..Node::default() };
                for a in e.attributes().flatten() {
                    let v = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).expect("value");
                    node.attrs.push((a.key.local_name().as_ref().to_owned(), v.into_owned()));
                }
                stack.push(node);
                if empty {
                    let node = stack.pop().expect("open");
                    stack.last_mut().expect("parent").children.push(node);
                }
            }
            Event::End(_) => {
                let node = stack.pop().expect("open");
                stack.last_mut().expect("parent").children.push(node);
            }
            Event::Text(t) => stack.last_mut().expect("open").text.push_str(&t.xml10_content()),
            Event::CData(t) => stack.last_mut().expect("open").text.push_str(&t.xml10_content()),
            Event::GeneralRef(r) => {
                let entity = format!("&{};", r.xml10_content());
                let text = quick_xml::escape::unescape(&entity).expect("entity");
                stack.last_mut().expect("open").text.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    stack.remove(0).children.into_iter().next().expect("root")
}

fn value(node: &Node) -> Value {
    if let Some(list) = node.all("list").next() {
        return Value::list(list.all("item").map(value).collect());
    }
    if node.all("component").next().is_some() {
        let entry = |c: &Node| (Arc::from(c.attr("name").expect("name")), value(c));
        return Value::Context(Arc::new(Context::new(node.all("component").map(entry))));
    }
    node.all("value").next().map_or(Value::Null, scalar)
}

fn scalar(v: &Node) -> Value {
    let untyped_and_empty = v.attr("type").is_none() && v.text.is_empty();
    if v.attr("nil") == Some("true") || untyped_and_empty {
        return Value::Null;
    }
    let kind = v.attr("type").unwrap_or("xsd:string");
    let (kind, text) = (kind.rsplit(':').next().unwrap_or(kind), v.text.as_str());
    let number = || text.trim().parse().or_else(|_| Decimal::from_scientific(text.trim())).expect("number");
    match kind {
        "decimal" | "double" | "integer" | "int" | "long" | "float" => Value::Number(number()),
        "boolean" => Value::Bool(text.trim() == "true"),
        "date" => Value::Date(Date::parse(text.trim()).expect("date")),
        "time" => Value::Time(Time::parse(text.trim()).expect("time")),
        "dateTime" => Value::DateTime(DateTime::parse(text.trim()).expect("moment")),
        "duration" => match parse_duration(text.trim()).expect("duration") {
            Duration::Months(n) => Value::Months(n),
            Duration::Nanos(n) => Value::Nanos(n),
        },
        _ => Value::text(text),
    }
}

fn agree(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Number(a), Value::Number(b)) => {
            let scale = b.abs().max(Decimal::ONE);
            (a - b).abs() <= scale * Decimal::new(1, 8)
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| agree(x, y))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.iter().count() == b.iter().count()
                && b.iter().all(|(k, v)| a.get(k).is_some_and(|x| agree(x, v)))
        }
        // Values without a type in the test are given as text.
        (a, Value::Text(b)) if !matches!(a, Value::Text(_)) => a.to_string() == **b,
        (a, b) => a.equals(b) == Some(true),
    }
}

fn shared() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("GUOMEN_SHARED") {
        return Some(PathBuf::from(dir));
    }
    let mut dir = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    while dir.pop() {
        let candidate = dir.join("shared");
        if candidate.is_dir() {
            return Some(candidate);
        }
    }
    None
}

fn models(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir).expect("folder").map(|e| e.expect("entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            models(&path, out);
        } else if path.to_string_lossy().ends_with("-test-01.xml") {
            out.push(path);
        }
    }
}

/// Runs every case of one test file; the second part tells what went wrong.
fn run(test: &Path) -> (usize, Vec<String>) {
    let root = xml(&std::fs::read_to_string(test).expect("test"));
    let dir = test.parent().expect("folder");
    let main = root.all("modelName").next().expect("model name").text.trim().to_owned();
    let bytes = std::fs::read(dir.join(&main)).expect("model");
    let files = std::fs::read_dir(dir).expect("folder").map(|e| e.expect("entry").path());
    let others: Vec<Vec<u8>> = files
        .filter(|p| p.extension().is_some_and(|e| e == "dmn") && !p.ends_with(&main))
        .map(|p| std::fs::read(p).expect("model"))
        .collect();
    let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
    let model = match dmn::parse_with(&bytes, &others) {
        Ok(model) => model,
        Err(problems) => return (0, problems.iter().map(ToString::to_string).collect()),
    };
    let again = dmn::parse_with(dmn::write(&model).as_bytes(), &others);
    assert_eq!(again.as_ref(), Ok(&model), "{main}: what was written does not read back as the same model");
    let mut cases = 0;
    let mut wrong = Vec::new();
    for case in root.all("testCase") {
        let entry = |n: &Node| (Arc::from(n.attr("name").expect("name")), value(n));
        let inputs = Context::new(case.all("inputNode").map(entry));
        let inputs = json::to_json(&Value::Context(Arc::new(inputs)));
        for result in case.all("resultNode") {
            cases += 1;
            let name = case.attr("invocableName").unwrap_or_else(|| result.attr("name").expect("name"));
            let wanted = result.all("expected").next().map_or(Value::Null, value);
            let got = evaluate(&model, name, &inputs).expect("element");
            if !agree(&got.value, &wanted) {
                let id = case.attr("id").unwrap_or("");
                let shown = json::to_json(&got.value);
                wrong.push(format!("{main} {id} {name}: {shown} instead of {wanted}; {:?}", got.problems));
            }
        }
    }
    (cases, wrong)
}

#[test]
fn every_table_model_of_the_conformance_kit_passes() {
    let Some(dir) = shared().map(|s| s.join("data").join("dmn_tck_tables")).filter(|d| d.is_dir()) else {
        println!("skipped: the conformance kit is not here");
        return;
    };
    let mut tests = Vec::new();
    models(&dir, &mut tests);
    assert!(tests.len() > 20, "only {} models were found", tests.len());
    let (mut cases, mut failures, mut surprises) = (0, Vec::new(), Vec::new());
    for test in &tests {
        let folder = test.parent().and_then(|p| p.file_name()).map_or("".into(), |n| n.to_string_lossy());
        let left_out = LEFT_OUT.iter().find(|(name, _)| *name == folder);
        let (n, wrong) = run(test);
        cases += n;
        match left_out {
            None => failures.extend(wrong),
            Some((name, reason)) if wrong.is_empty() => surprises.push(format!("{name} passes: {reason}")),
            Some(_) => {}
        }
    }
    println!("{} models, {cases} results compared, {} left out", tests.len(), LEFT_OUT.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
