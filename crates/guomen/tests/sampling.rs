//! The commands on sampling plans as people run them: the real program against figures of others.

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
