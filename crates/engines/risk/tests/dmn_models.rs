//! Small models of our own: what is refused, what runs away, defaults, compound outputs, findings in
//! words, and explanations.

use risk::table::compile::{Compiled, Scratch};
use risk::table::model::Model;
use risk::table::problem::Problem;
use risk::table::value::Value;
use risk::table::{FindingKind, check, csv, dmn, eval, evaluate};
use serde_json::json;

fn definitions(body: &str) -> Result<Model, Vec<Problem>> {
    let head =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"n\">";
    dmn::parse(format!("{head}{body}</definitions>").as_bytes())
}

const SHEET: &str = "\
policy,FIRST,Lane
role,in,in,in,out,out,note
name,product risk,operator class,lodged,lane,rate,basis
type,string,number,date,string,number,
values,\"\"\"high\"\",\"\"low\"\"\",[1..3],,,,
default,,,,\"\"\"DOC\"\"\",0,
1,\"\"\"high\"\"\",3,-,\"\"\"LAB\"\"\",1,class three
2,\"\"\"high\"\"\",>= 2,-,\"\"\"PHYS\"\"\",0.4,
3,-,1,\"< date(\"\"2026-04-01\"\")\",\"\"\"PHYS\"\"\",0.1,old scheme
4,\"\"\"high\"\"\",2,\"< date(\"\"2025-01-01\"\")\",\"\"\"LAB\"\"\",1,never
";

#[test]
fn a_sheet_is_read_checked_and_explained() {
    let model = csv::read(SHEET).expect("a valid sheet");
    let input = json!({"product risk": "high", "operator class": 2, "lodged": "2024-05-01"});
    assert_eq!(eval(&model, "Lane", &input), Ok(json!({"lane": "PHYS", "rate": 0.4})));
    let input = json!({"product risk": "low", "operator class": 1, "lodged": "2026-04-01"});
    assert_eq!(eval(&model, "Lane", &input), Ok(json!({"lane": "DOC", "rate": 0})));
    let forbidden = json!({"product risk": "medium", "operator class": 1, "lodged": "2026-04-01"});
    let got = evaluate(&model, "Lane", &forbidden).expect("the decision");
    assert!(got.value.is_null() && got.problems.len() == 1, "{got:?}");

    let findings = check(&model);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((findings[0].kind, &findings[0].rows[..]), (FindingKind::Shadowed, &[4, 2][..]));

    let compiled = Compiled::of_decision(&model, "Lane").expect("a table");
    let inputs = [Value::text("high"), Value::int(3), Value::Null];
    let told = compiled.explain(&inputs);
    assert_eq!(told.used, [1]);
    assert_eq!(told.matched.iter().map(|r| r.row).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(told.matched[0].conditions, ["product risk: \"high\"", "operator class: 3"]);
    assert_eq!(told.matched[0].remarks, ["class three"]);
    let mut scratch = Scratch::default();
    assert_eq!(compiled.decide(&inputs, &mut scratch), told.value);
    assert_eq!((&scratch.matched[..], &scratch.used[..]), (&[0, 1][..], &[0][..]));
}

#[test]
fn a_gap_is_told_with_its_box_and_an_example() {
    let sheet = "policy,UNIQUE,D\nrole,in,in,out\nname,score,origin,lane\ntype,number,string,\n\
                 1,< 10,-,1\n2,\"[10..20)\",\"\"\"CN\"\"\",2\n3,> 20,-,3\n4,\"(5..8)\",\"\"\"CN\"\"\",3\n5,\"[9..1]\",-,1\n";
    let findings = check(&csv::read(sheet).expect("a valid sheet"));
    let of = |k: FindingKind| findings.iter().filter(|f| f.kind == k).collect::<Vec<_>>();
    let gaps: Vec<&str> = of(FindingKind::Gap).iter().map(|f| f.en.as_str()).collect();
    assert_eq!(
        gaps,
        ["gap: no row covers score: [10..20); origin: 其他/other", "gap: no row covers score: 20"]
    );
    let example = of(FindingKind::Gap)[1].example.clone().expect("an example");
    assert_eq!(example["score"], json!(20));
    assert_eq!(of(FindingKind::Contradictory)[0].rows, [1, 4]);
    assert_eq!(of(FindingKind::Shadowed)[0].rows, [4, 1]);
    assert_eq!(of(FindingKind::Unreachable)[0].rows, [5]);
    assert!(of(FindingKind::Gap)[0].zh.starts_with("空缺"));
}

#[test]
fn a_knowledge_model_that_calls_itself_forever_ends_in_null() {
    let body = "<businessKnowledgeModel id=\"k\" name=\"f\"><encapsulatedLogic><formalParameter name=\"x\"/>\
                <literalExpression><text>1 + f(x + 1)</text></literalExpression></encapsulatedLogic>\
                </businessKnowledgeModel><decision id=\"d\" name=\"D\"><knowledgeRequirement>\
                <requiredKnowledge href=\"#k\"/></knowledgeRequirement>\
                <literalExpression><text>f(1)</text></literalExpression></decision>";
    let model = definitions(body).expect("a valid model");
    let got = evaluate(&model, "D", &json!({})).expect("the decision");
    assert!(got.value.is_null() && !got.problems.is_empty());
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let table = |policy: &str, cells: &str| {
        definitions(&format!(
            "<decision id=\"d\" name=\"D\"><decisionTable hitPolicy=\"{policy}\"><input><inputExpression>\
             <text>1</text></inputExpression></input><output/><rule>{cells}</rule></decisionTable></decision>"
        ))
    };
    let entry = |t: &str| format!("<inputEntry><text>{t}</text></inputEntry>");
    let fine = format!("{}<outputEntry><text>1</text></outputEntry>", entry("-"));
    assert!(table("FIRST", &fine).is_ok());
    for (result, place) in [
        (table("SECOND", &fine), "D"),
        (table("FIRST", &entry("-")), "D / row 1"),
        (
            table("FIRST", &format!("{}<outputEntry><text>1 +</text></outputEntry>", entry("-"))),
            "D / row 1 / output 1",
        ),
        (table("FIRST", &fine.replace("<text>-</text>", "<text>[1..</text>")), "D / row 1 / input 1"),
        (
            definitions(
                "<decision id=\"d\" name=\"D\"><literalExpression><text>a b</text></literalExpression></decision>",
            ),
            "D",
        ),
        (
            definitions(
                "<decision id=\"d\" name=\"D\"><informationRequirement><requiredDecision href=\"#d\"/></informationRequirement></decision>",
            ),
            "D",
        ),
        (
            definitions(
                "<decision id=\"d\" name=\"D\"><informationRequirement><requiredInput href=\"#x\"/></informationRequirement></decision>",
            ),
            "D",
        ),
        (definitions("<import name=\"o\" namespace=\"other\"/>"), "o"),
    ] {
        let problems = result.expect_err("a problem");
        assert_eq!(problems[0].place, place, "{problems:?}");
        assert!(!problems[0].zh.is_empty() && !problems[0].en.is_empty());
    }
    assert!(eval(&definitions("").expect("a valid model"), "D", &json!({})).is_err());
}

#[test]
fn collecting_without_a_hit_gives_an_empty_collection() {
    for (policy, wanted) in [
        ("COLLECT", json!([])),
        ("COLLECT,COUNT", json!(0)),
        ("COLLECT,SUM", json!(null)),
        ("RULE ORDER", json!(null)),
    ] {
        let sheet = format!("policy,{policy},D\nrole,in,out\nname,a,b\n1,1,10\n2,1,20\n");
        let model = csv::read(&sheet).expect("a valid sheet");
        assert_eq!(eval(&model, "D", &json!({"a": 2})), Ok(wanted), "{policy}");
    }
}
