//! The commands on risk and sampling as people run them: the real program on real files.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn guomen(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guomen")).args(args).output().expect("the program runs")
}

fn code(out: &Output) -> Option<i32> {
    out.status.code()
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn answer(args: &[&str]) -> Value {
    let out = guomen(args);
    let text = String::from_utf8_lossy(&out.stdout);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{args:?}: {e}: {text} {}", said(&out)))
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path
    }
}

const LANES: &str = "policy,FIRST,Lane
role,in,in,out,out,note
name,score,origin,lane,rate,why
type,number,string,string,number,
1,>= 80,-,\"\"\"LAB\"\"\",1,high score
2,[40..80),\"\"\"EC\"\",\"\"VN\"\"\",\"\"\"PHYS\"\"\",0.2,
3,-,-,\"\"\"DOC\"\"\",0.02,
";

#[test]
fn a_table_is_checked_by_row_and_errors_fail() {
    let f = Folder::new();
    let sound = f.file("lanes.csv", LANES);
    let out = answer(&["risk", "table", "check", &sound, "--json"]);
    assert_eq!(
        (&out["errors"], &out["warnings"], &out["tables"][0]["rows"]),
        (&0.into(), &0.into(), &3.into())
    );
    // A row behind one that takes everything is a warning; a hole under UNIQUE too.
    let shadowed = f.file("shadowed.csv", &format!("{LANES}4,< 10,-,\"\"\"PHYS\"\"\",0.5,\n"));
    let run = guomen(&["risk", "table", "check", &shadowed, "--json"]);
    let out: Value = serde_json::from_slice(&run.stdout).expect("json");
    assert_eq!(
        (code(&run), &out["findings"][0]["kind"], &out["findings"][0]["rows"]),
        (Some(0), &"shadowed".into(), &json!([4, 3]))
    );
    let unique = "policy,UNIQUE,Lane\nrole,in,out\nname,score,lane\ntype,number,string\n\
                  1,<= 50,\"\"\"A\"\"\"\n2,[50..80],\"\"\"B\"\"\"\n";
    let run = guomen(&["risk", "table", "check", &f.file("unique.csv", unique), "--json"]);
    let out: Value = serde_json::from_slice(&run.stdout).expect("json");
    let kinds: Vec<&str> =
        out["findings"].as_array().expect("findings").iter().filter_map(|x| x["kind"].as_str()).collect();
    assert_eq!((code(&run), kinds), (Some(1), vec!["gap", "contradictory"]), "{out}");
    assert_eq!(
        (&out["findings"][1]["rows"], &out["findings"][1]["gravity"]),
        (&json!([1, 2]), &"error".into())
    );
    assert!(said(&run).contains("1 error"));
    let text = guomen(&["risk", "table", "check", &f.path("unique.csv")]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("error   Lane rows 1, 2 [contradictory]"));
    let broken = guomen(&["risk", "table", "check", &f.file("broken.dmn", "<definitions>"), "--json"]);
    assert_eq!(code(&broken), Some(1));
    assert!(said(&broken).contains("risk.table") && broken.stdout.is_empty());
    assert!(said(&guomen(&["risk", "table", "check", "/no/such.dmn"])).contains("file.unreadable"));
}

#[test]
fn a_table_is_asked_and_gives_the_bare_result() {
    let f = Folder::new();
    let lanes = f.file("lanes.csv", LANES);
    let ask = |table: &str, input: &str| {
        answer(&["risk", "table", "eval", table, "--decision", "Lane", "--input", input, "--json"])
    };
    assert_eq!(ask(&lanes, r#"{"score": 80, "origin": "CN"}"#), json!({ "lane": "LAB", "rate": 1 }));
    let case = f.file("case.json", r#"{"score": "79.999", "origin": "EC"}"#);
    assert_eq!(ask(&lanes, &format!("@{case}")), json!({ "lane": "PHYS", "rate": 0.2 }));
    let one = "policy,COLLECT,SUM,Lane\nrole,in,out\nname,x,points\ntype,number,number\n1,> 1,1.5\n2,> 2,2\n";
    let sum = f.file("sum.csv", one);
    assert_eq!((ask(&sum, r#"{"x": 3}"#), ask(&sum, r#"{"x": 0}"#)), (json!(3.5), Value::Null));
    let list = f.file("list.csv", &one.replace("COLLECT,SUM", "RULE ORDER").replace("1.5", "\"\"\"a\"\"\""));
    assert_eq!(ask(&list, r#"{"x": 3}"#), json!(["a", 2]));
    let text = guomen(&["risk", "table", "eval", &lanes, "--decision", "Lane", "--input", r#"{"score": 1}"#]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("rows 3 hold, used: 3"));
    let wrong = |decision: &str, input: &str| {
        let out = guomen(&["risk", "table", "eval", &lanes, "--decision", decision, "--input", input]);
        assert_eq!((code(&out), out.stdout.is_empty()), (Some(1), true));
        said(&out)
    };
    assert!(wrong("Nobody", "{}").contains("Nobody"));
    assert!(wrong("Lane", "{").contains("not JSON") && wrong("Lane", "[1]").contains("object"));
    assert!(wrong("Lane", "@/no/such").contains("file.unreadable"));
    assert_eq!(code(&guomen(&["risk", "table", "eval", &lanes])), Some(2));
}

#[test]
fn declarations_are_replayed_under_a_new_table() {
    let f = Folder::new();
    let (old, new) = (
        f.file("old.csv", LANES),
        f.file("new.csv", &LANES.replace(">= 80", ">= 60").replace("[40..80)", "[40..60)")),
    );
    let cases = f.file("cases.csv", "id,score,origin,draw\n1,70,VN,150000\n2,90,CN,3\n3,10,CN,500000\n");
    let args = [
        "risk",
        "table",
        "replay",
        &old,
        &new,
        &cases,
        "--decision",
        "Lane",
        "--lane",
        "lane",
        "--rate",
        "rate",
    ];
    let out = answer(&[&args[..], &["--draw", "draw", "--json"]].concat());
    assert_eq!(
        (&out["declared"], &out["moved"], &out["selected"]),
        (&3.into(), &1.into(), &json!([2, 2])),
        "{out}"
    );
    let moved = out["moves"].as_array().expect("moves").iter().find(|m| m["from"] == "PHYS").expect("a move");
    assert_eq!((&moved["to"], &moved["count"], &moved["examples"]), (&"LAB".into(), &1.into(), &json!([0])));
    let text = guomen(&[&args[..], &["--draw", "draw"]].concat());
    assert!(String::from_utf8_lossy(&text.stdout).contains("PHYS move to LAB (rows 1)"));
    let bad = f.file("bad.csv", "score,origin\nmany,VN\n");
    let out = guomen(&["risk", "table", "replay", &old, &new, &bad, "--decision", "Lane"]);
    assert!(code(&out) == Some(1) && said(&out).contains("line 2"), "{}", said(&out));
}

const HEAD: &str = "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Declarant ID,Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,Country of Origin Indicator,Net Mass,Item Price,Fraud\n";

/// Declarations of our own making from a first day on; those of two importers are mostly violations.
fn customs(from: u32, n: u32) -> String {
    let mut text = HEAD.to_owned();
    for i in from..from + n {
        let (importer, day) = (i * 7 % 10, i / 8);
        let violation = u32::from(if importer < 2 { i % 5 != 0 } else { i % 31 == 0 });
        text += &format!(
            "{i},2026-{:02}-{:02},{},B,11,21,11,10,D{},I{importer},S{},,0306{:02},EC,EC,{}.0,A,G,{}.5,{}.0,{violation}\n",
            1 + day / 28,
            1 + day % 28,
            10 + i % 3,
            i % 6,
            i % 11,
            10 + i % 4,
            1 + i % 9,
            5 + i % 90,
            100 + i * 37 % 900
        );
    }
    text
}

#[test]
fn a_score_is_trained_tried_and_put_to_use() {
    let f = Folder::new();
    let (early, late) = (f.file("early.csv", &customs(0, 900)), f.file("late.csv", &customs(900, 300)));
    let model = f.path("model.json");
    let base = ["risk", "train", "--format", "kr-customs", "--train", &early, "--valid", &late];
    let out = answer(&[&base[..], &["--model", &model, "--json"]].concat());
    assert_eq!((&out["rows"], &out["valid"]["rows"]), (&900.into(), &300.into()), "{out}");
    let figure = |v: &Value, k: &str| v["valid"][k].as_f64().unwrap_or_else(|| panic!("{k} in {v}"));
    assert!(figure(&out, "auc") > 0.8 && figure(&out, "precision_at_5") > 0.7, "{out}");
    assert!(figure(&out, "recall_at_10") > 0.2 && figure(&out, "calibration_error") < 0.2, "{out}");
    let blind = answer(&[&base[..], &["--model", &f.path("blind.json"), "--shuffle", "--json"]].concat());
    assert!((figure(&blind, "auc") - 0.5).abs() < 0.15, "{blind}");
    // The file in reverse: days fall, and the scores still stand in the file's own order.
    let mut lines: Vec<String> = customs(900, 300).lines().skip(1).map(str::to_owned).collect();
    lines.reverse();
    let reversed = f.file("reversed.csv", &format!("{HEAD}{}\n", lines.join("\n")));
    let scores = |file: &str, to: &str| {
        let out = f.path(to);
        assert!(guomen(&["risk", "score", "--model", &model, file, "--out", &out]).status.success());
        std::fs::read_to_string(out).expect("scores")
    };
    let (forward, backward) = (scores(&late, "scores.csv"), scores(&reversed, "back.csv"));
    let mut rows: Vec<&str> = forward.lines().collect();
    assert_eq!((rows[0], rows.len()), ("declaration_id,probability,expected_loss", 301));
    assert!(rows[1].starts_with("900,0."), "{}", rows[1]);
    assert!(backward.lines().nth(1).is_some_and(|l| l.starts_with("1199,0.")));
    rows.sort_unstable();
    let mut back: Vec<&str> = backward.lines().collect();
    back.sort_unstable();
    assert_eq!(rows.len(), back.len());
    assert_eq!(scores(&late, "again.csv"), forward, "a stored model repeats");
    let other = guomen(&["risk", "score", "--model", &early, &late]);
    assert!(code(&other) == Some(1) && said(&other).contains("not a model"));
    let few = f.file("few.csv", &customs(0, 50));
    let out =
        guomen(&["risk", "train", "--format", "kr-customs", "--train", &few, "--model", &f.path("x.json")]);
    assert!(
        code(&out) == Some(1)
            && said(&out).contains("at least 100")
            && !Path::new(&f.path("x.json")).exists()
    );
}

#[test]
fn a_score_stands_down_when_the_world_is_another() {
    let f = Folder::new();
    let train = f.file("train.csv", &customs(0, 900));
    let (reference, calm) =
        (f.file("reference.csv", &customs(900, 300)), f.file("calm.csv", &customs(1_200, 300)));
    let model = f.path("model.json");
    assert!(
        guomen(&["risk", "train", "--format", "kr-customs", "--train", &train, "--model", &model])
            .status
            .success()
    );
    let stand = |current: &str| {
        answer(&[
            "risk",
            "drift",
            "--model",
            &model,
            "--reference",
            &reference,
            "--current",
            current,
            "--json",
        ])
    };
    let bare: String = customs(1_200, 300)
        .lines()
        .map(|l| l.rsplit_once(',').map_or("", |x| x.0).to_owned() + "\n")
        .collect();
    let before = stand(&f.file("bare.csv", &bare));
    assert_ne!(before["stand"], "down", "{before}");
    assert_eq!(
        (&before["reference"], &before["current"], &before["results"]),
        (&300.into(), &300.into(), &0.into())
    );
    // The same declarations, of which now nearly all are violations.
    let worse: String = customs(1_200, 300)
        .lines()
        .map(|l| l.strip_suffix(",0").map_or(format!("{l}\n"), |h| format!("{h},1\n")))
        .collect();
    let after = stand(&f.file("worse.csv", &worse));
    assert_eq!(after["stand"], "down", "{after}");
    let first = &after["reasons"][0];
    assert_eq!((&first["stand"], &first["reading"]["measure"]), (&"down".into(), &"calibration".into()));
    assert!(first["zh"].as_str().is_some_and(|t| t.contains("标准误")));
    let text = guomen(&["risk", "drift", "--model", &model, "--reference", &reference, "--current", &calm]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("300 declarations against 300 of the reference"));
}

#[test]
fn a_simulation_runs_week_by_week() {
    let f = Folder::new();
    let (early, late) = (f.file("early.csv", &customs(0, 900)), f.file("late.csv", &customs(900, 400)));
    let base = ["risk", "backtest", "--format", "kr-customs", "--train", &early, "--valid", &late];
    let out = answer(&[&base[..], &["--warm-weeks", "6", "--json"]].concat());
    let weeks = out["weeks"].as_array().expect("weeks");
    let sum = |k: &str| weeks.iter().filter_map(|w| w[k].as_u64()).sum::<u64>();
    assert_eq!((out["rows"].as_u64(), weeks.len()), (Some(1_300), 19), "{out}");
    assert_eq!(out["totals"]["found"].as_u64(), Some(sum("found")));
    assert!(out["totals"]["precision"].as_f64().is_some_and(|p| p > 0.4), "{}", out["totals"]);
    assert!(out["totals"]["normalised_revenue"].as_f64().is_some_and(|p| p > 0.5 && p <= 1.0));
    let text =
        guomen(&[&base[..], &["--warm-weeks", "6", "--adaptive", "0.5", "--rank", "probability"]].concat());
    assert!(String::from_utf8_lossy(&text.stdout).contains("normalised revenue"));
    let bad = guomen(&[&base[..], &["--budget", "2"]].concat());
    assert_eq!(code(&bad), Some(1));
}

#[test]
fn notices_make_a_watch_list() {
    let f = Folder::new();
    let mut text = String::from(
        "Date of Case,Reference,Notification From,Country Origin,Product,Product Category,Hazard Substance,Hazard Category\n",
    );
    for m in 0..30 {
        let (year, month) = (2021 + m / 12, 1 + m % 12);
        text += &format!("{year}-{month:02}-05,{year}.{m},SE,Iran,x,Nuts,y,Mycotoxins\n");
        text += &format!("\"Jan 7, {year}\",{year}.9{m},SE,Peru; Chile,x,Fruit,y,\n");
    }
    text += "3/4/2023,2023.x,SE,Peru,x,Fruit,y,\n";
    let file = f.file("notices.csv", &text);
    let args = ["risk", "watch", "--format", "rasff", &file, "--top", "2", "--json"];
    let run = guomen(&args);
    let out: Value = serde_json::from_slice(&run.stdout).expect("json");
    assert!(code(&run) == Some(0) && said(&run).contains("day and month"), "{}", said(&run));
    assert_eq!(
        (&out["rows"], &out["notices"], out["rejected"].as_array().map(Vec::len)),
        (&61.into(), &60.into(), Some(1))
    );
    let first = &out["list"][0];
    assert_eq!(
        (&first["product"], &first["origin"], &first["hazard"]),
        (&"nuts".into(), &"Iran".into(), &"mycotoxins".into())
    );
    assert_eq!((&first["latest"], &out["as_of"]), (&"2023-06-05".into(), &"2023-06-05".into()));
    assert_eq!((&out["backtest"]["months"], &out["list"].as_array().map(Vec::len)), (&6.into(), &Some(2)));
    let told =
        answer(&[&args[..], &["--first", "day", "--as-of", "2023-04-30", "--by", "product-origin"]].concat());
    assert_eq!((&told["later"], told["rejected"].as_array().map(Vec::len)), (&2.into(), Some(0)));
    assert!(told["list"][0]["hazard"].is_null());
    let bad = guomen(&[&args[..], &["--as-of", "30.4.2023"]].concat());
    assert!(code(&bad) == Some(1) && said(&bad).contains("2023-12-31"));
}

#[test]
fn sampling_plans_have_stages_curves_and_designs() {
    let plan = |more: &[&str]| answer(&[&["sampling", "plan", "--json"], more].concat());
    let single = plan(&["--letter", "J", "--aql", "1.0"]);
    assert_eq!((&single["n"], &single["ac"], &single["re"]), (&80.into(), &2.into(), &3.into()));
    let double = plan(&["--lot", "1000", "--aql", "1.0", "--type", "double"]);
    let stages = double["stages"].as_array().expect("stages");
    assert_eq!(
        (&double["type"], stages.len(), &stages[1]["cumulative_n"]),
        (&"double".into(), 2, &100.into())
    );
    assert_eq!((&stages[0]["ac"], &stages[1]["re"]), (&0.into(), &4.into()));
    assert_eq!(
        plan(&["--lot", "1000", "--aql", "1.0", "--type", "multiple"])["stages"].as_array().map(Vec::len),
        Some(5)
    );
    let point = |more: &[&str]| answer(&[&["sampling", "oc", "--json"], more].concat());
    let near = |v: &Value, wanted: f64| {
        assert!(v.as_f64().is_some_and(|x| (x - wanted).abs() < 1e-9), "{v} {wanted}")
    };
    // Binomial: n = 80, Ac = 2, N = 1 200, p = .005, computed with another program.
    let out = point(&["--n", "80", "--ac", "2", "--lot", "1200", "--p", "0.005"]);
    near(&out["points"][0]["pa"], 0.9922881683046688);
    near(&out["points"][0]["aoq"], 0.004630678118755121);
    near(&out["points"][0]["ati"], 88.63725149877092);
    near(&out["points"][0]["asn"], 80.0);
    assert!(out["aoql"].as_f64().is_some_and(|x| (x - 0.01597045439).abs() < 1e-8), "{out}");
    let series = point(&["--lot", "1000", "--aql", "1.0", "--type", "double", "--points", "5"]);
    assert_eq!(
        (series["points"].as_array().map(Vec::len), &series["points"][0]["pa"]),
        (Some(5), &json!(1.0))
    );
    let exact =
        point(&["--n", "10", "--ac", "0", "--lot", "100", "--model", "hypergeometric", "--p", "0.05"]);
    near(&exact["points"][0]["pa"], 0.5837523669);
    let design = |more: &[&str]| {
        answer(
            &[&["sampling", "design", "--prp", "0.01,0.95", "--crp", "0.10,0.10", "--json"], more].concat(),
        )
    };
    let out = design(&[]);
    assert_eq!((&out["n"], &out["c"], &out["re"]), (&52.into(), &2.into(), &3.into()));
    assert!(out["pa_at_prp"].as_f64() >= Some(0.95) && out["pa_at_crp"].as_f64() <= Some(0.10));
    assert_eq!(design(&["--poisson"])["n"], 54);
    assert!(design(&["--lot", "200"])["n"].as_u64() <= Some(52));
    for (args, wanted) in [
        (&["sampling", "oc", "--n", "0", "--ac", "0"][..], 1),
        (&["sampling", "oc", "--n", "80", "--ac", "2", "--p", "5"], 1),
        (&["sampling", "oc", "--n", "80", "--ac", "2", "--lot", "50"], 1),
        (&["sampling", "design", "--prp", "0.1,0.95", "--crp", "0.01,0.10"], 1),
        (&["sampling", "plan", "--lot", "10", "--aql", "1.1"], 1),
        (&["sampling", "oc"], 2),
        (&["sampling", "oc", "--n", "80"], 2),
        (&["sampling", "design", "--prp", "0.1", "--crp", "0.2,0.1"], 2),
    ] {
        let out = guomen(args);
        assert_eq!(code(&out), Some(wanted), "{args:?} {}", said(&out));
        assert!(!said(&out).is_empty());
    }
}

/// The customs data set of the workplace, when it is there.
fn shared(file: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|a| a.join("shared/data").join(file)).find(|f| f.exists());
    if found.is_none() {
        eprintln!("SKIPPED: {file} is not at hand");
    }
    found
}

#[test]
fn plans_agree_with_the_curves_of_an_independent_program() {
    let Some(file) = shared("iso2859/oracle_find_plan.csv") else { return };
    let text = std::fs::read_to_string(file).expect("a file");
    let mut tried = 0;
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split(',').map(|x| x.trim_matches('"')).collect();
        if f[0].starts_with("normal") {
            continue;
        }
        let (prp, crp) = (format!("{},{}", f[1], f[2]), format!("{},{}", f[3], f[4]));
        let mut args = vec!["sampling", "design", "--prp", &prp, "--crp", &crp, "--json"];
        if f[0] == "poisson" {
            args.push("--poisson");
        }
        if let Some(lot) = f[0].strip_prefix("hypergeom N=") {
            args.extend(["--lot", lot]);
        }
        let out = answer(&args);
        assert_eq!(
            (out["n"].to_string(), out["c"].to_string()),
            (f[5].to_owned(), f[6].to_owned()),
            "{line}"
        );
        tried += 1;
    }
    assert!(tried >= 11, "{tried}");
}
