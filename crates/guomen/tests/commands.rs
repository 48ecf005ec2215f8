//! The commands as people run them: the real program, real files, both engines.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};
use testkit::{TestDb, on_both};

const HEAD: &str = "Declaration ID,Date,Office ID,Process Type,Mode of Transport,Importer ID,HS6 Code,Country of Departure,Country of Origin,Net Mass";

fn guomen(db: &str, args: &[&str]) -> Output {
    let out = Command::new(env!("CARGO_BIN_EXE_guomen")).args(["--db", db, "--json"]).args(args).output();
    out.expect("the program runs")
}

fn answer(out: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&out.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text} {}", String::from_utf8_lossy(&out.stderr)))
}

/// A file of `n` declarations of a data set of our own making, in the columns of the customs data set.
fn sample(folder: &Path, n: u32) -> String {
    let mut text = format!("{HEAD}\n");
    for i in 0..n {
        let (office, importer, hs) =
            (10 + i % 3, i % 40, ["030617", "440890", "071030", "950300"][(i % 4) as usize]);
        text += &format!(
            "{},2026-01-{:02},{office},B,10,IM{importer:03},{hs},VN,VN,{}.5\n",
            5000 + i,
            1 + i % 28,
            1 + i % 900
        );
    }
    let file = folder.join("sample.csv");
    std::fs::write(&file, text).expect("a file");
    file.display().to_string()
}

fn import<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["import", "declarations", "--format", "kr-customs", file], more].concat()
}

on_both! {
    async fn an_indicator_is_listed_shown_and_opened_to_its_facts(t: TestDb) {
        let file = sample(t.folder(), 300);
        answer(&guomen(t.url(), &import(&file, &[])));
        let list = answer(&guomen(t.url(), &["indicator", "list"]));
        assert!(list.as_array().is_some_and(|l| l.len() > 60));
        let show = ["indicator", "show", "SV01", "--period", "2026-01", "--facts"];
        let shown = answer(&guomen(t.url(), &show));
        assert!(shown["sheet"]["folded"][0].as_i64() > Some(600), "{shown}");
        assert_eq!(shown["sheet"]["folded"][0], shown["sheet"]["folded"][1]);
        let unknown = guomen(t.url(), &["indicator", "show", "XX99"]);
        assert_eq!(unknown.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("indicator.none"));
    }

    async fn r1_3_a_target_is_set_as_somebody_of_the_leading_group(t: TestDb) {
        let file = sample(t.folder(), 3);
        answer(&guomen(t.url(), &import(&file, &[])));
        let add = ["--db", t.url(), "--json", "user", "add", "leader", "--role", "manager", "--name", "Leader"];
        let added = Command::new(env!("CARGO_BIN_EXE_guomen"))
            .env("GUOMEN_PASSWORD", "four words joined up")
            .args(add)
            .output()
            .expect("the program runs");
        answer(&added);
        let target = |id: &str, from: &str, by: &str| {
            guomen(t.url(), &["indicator", "target", id, "97.5", "--from", from, "--reason", "a new window", "--by", by])
        };
        assert_eq!(answer(&target("SV02", "2100-01-01", "leader"))["milli"], 97_500);
        for (id, from, by, code) in [
            ("SV02", "2020-01-01", "leader", "indicator.target"),
            ("SI02", "2100-01-01", "leader", "indicator.money"),
            ("SV02", "2100-01-01", "nobody", "identity.not_found"),
        ] {
            let no = target(id, from, by);
            assert_eq!(no.status.code(), Some(1), "{id} {from} {by}");
            let said = String::from_utf8_lossy(&no.stderr).into_owned();
            assert!(said.contains(code), "{code}: {said}");
        }
    }

    async fn an_import_lodges_every_row_once_however_often_it_is_run(t: TestDb) {
        let file = sample(t.folder(), 300);
        let first = answer(&guomen(t.url(), &import(&file, &["--document", "70"])));
        assert_eq!((&first["lodged"], &first["rejected"], &first["known"]), (&300.into(), &0.into(), &0.into()));
        let lanes: u64 = first["lanes"].as_object().expect("lanes").values().filter_map(serde_json::Value::as_u64).sum();
        assert_eq!(lanes, 300);
        let again = answer(&guomen(t.url(), &import(&file, &[])));
        assert_eq!((&again["lodged"], &again["known"]), (&0.into(), &300.into()));
        let verdict = answer(&guomen(t.url(), &["ledger", "verify"]));
        assert!(verdict["broken"].is_null() && verdict["facts"].as_i64() > Some(600), "{verdict}");
        let replay = guomen(t.url(), &["targeting", "replay", "K1020260000001"]);
        assert_eq!(answer(&replay)["same"], true);
    }

    async fn an_import_killed_at_any_moment_goes_on_without_loss_or_double(t: TestDb) {
        let file = sample(t.folder(), 2_000);
        for pause in [150, 300, 600] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_guomen"))
                .args(["--db", t.url(), "--json"])
                .args(import(&file, &["--document", "50"]))
                .stdout(Stdio::null())
                .spawn()
                .expect("the program runs");
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            child.kill().expect("kill -9");
            child.wait().expect("it is gone");
        }
        let last = answer(&guomen(t.url(), &import(&file, &[])));
        let sum = last["lodged"].as_u64().expect("lodged") + last["known"].as_u64().expect("known");
        assert_eq!(sum, 2_000, "{last}");
        let verdict = answer(&guomen(t.url(), &["ledger", "verify"]));
        assert!(verdict["broken"].is_null(), "{verdict}");
        let export = guomen(t.url(), &["ledger", "export"]);
        let lodged = String::from_utf8_lossy(&export.stdout).matches("\"kind\":\"declaration.lodged\"").count();
        assert_eq!(lodged, 2_000);
    }

    async fn results_of_a_file_go_through_the_acts_and_a_kill_loses_nothing(t: TestDb) {
        let file = t.folder().join("results.csv");
        let mut text = format!("{HEAD},Fraud,Critical Fraud\n");
        for i in 0..240 {
            let (day, hs, fraud) = (1 + i / 10, ["030617", "071030"][i % 2], u8::from(i % 4 == 0));
            text += &format!("{},2026-01-{day:02},{},B,10,IM{},{hs},VN,VN,{}.5,{fraud},{fraud}\n", 7000 + i, 10 + i % 2, i % 7, 1 + i);
        }
        std::fs::write(&file, text).expect("a file");
        let file = file.display().to_string();
        let args = import(&file, &["--document", "20", "--with-results"]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_guomen"))
            .args(["--db", t.url(), "--json"])
            .args(&args)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program runs");
        tokio::time::sleep(std::time::Duration::from_millis(900)).await;
        child.kill().expect("kill -9");
        child.wait().expect("it is gone");
        let rest = answer(&guomen(t.url(), &args));
        let n = |name: &str| rest[name].as_u64().unwrap_or_else(|| panic!("{name} in {rest}"));
        assert_eq!(n("lodged") + n("known"), 240, "{rest}");
        assert_eq!((n("released") + n("held"), n("held")), (n("inspected"), n("found")), "{rest}");
        let export = guomen(t.url(), &["ledger", "export"]);
        let facts = String::from_utf8_lossy(&export.stdout);
        let count = |kind: &str| facts.matches(&format!("\"kind\":\"{kind}\"")).count();
        assert_eq!(count("declaration.lodged"), 240);
        assert!(count("inspection.result_recorded") > 20, "{facts}");
        assert_eq!(count("inspection.result_recorded"), count("release.settled"), "each inspected lot is settled once");
        assert!(!facts.lines().any(|l| l.contains("settled") && !l.contains("2026-01")), "at its own time");
        let again = answer(&guomen(t.url(), &args));
        assert_eq!((&again["lodged"], &again["inspected"], &again["passed_unseen"]), (&0.into(), &0.into(), &rest["passed_unseen"]));
        let verdict = answer(&guomen(t.url(), &["ledger", "verify"]));
        assert!(verdict["broken"].is_null(), "{verdict}");
        let lacking = sample(t.folder(), 3);
        let no = guomen(t.url(), &import(&lacking, &["--with-results"]));
        assert!(String::from_utf8_lossy(&no.stderr).contains("import.columns"));
    }

    async fn bad_rows_are_written_out_with_row_field_value_and_reason(t: TestDb) {
        let rows = [
            "1,2026-01-02,10,B,10,IM1,030617,VN,VN,12.5",
            "2,02.01.2026,10,B,10,IM1,030617,VN,VN,12.5",
            "3,2026-01-02,10,B,10,IM1,030617,VN,VN,\"12,5\"",
            "4,2026-01-02,10,B,10,IM1,030617,VN,VN,-1",
            "2026-01-02,10,B,10,IM1,030617,VN,VN,12.5",
            "6,2026-01-02,10,B,10,IM1,030617,VNM,VN,12.5",
        ];
        let file = t.folder().join("bad.csv");
        std::fs::write(&file, format!("{HEAD}\n{}", rows.join("\n"))).expect("a file");
        let rejects = t.folder().join("rejects.csv").display().to_string();
        let out = answer(&guomen(t.url(), &import(&file.display().to_string(), &["--rejects", &rejects])));
        assert_eq!((&out["lodged"], &out["rejected"]), (&1.into(), &5.into()), "{out}");
        let text = std::fs::read_to_string(&rejects).expect("the rejects");
        for expected in ["2,Date,02.01.2026,", "3,lines[0].quantity,\"12,5\",", "4,lines[0].quantity,-1,", "5,Declaration ID,2026-01-02,", "6,market,VNM,"] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }

    async fn a_backup_is_restored_into_an_empty_place_and_verifies(t: TestDb) {
        let file = sample(t.folder(), 20);
        guomen(t.url(), &import(&file, &[]));
        let backup = t.folder().join("copy.backup").display().to_string();
        assert!(guomen(t.url(), &["backup", &backup]).status.success());
        let again = guomen(t.url(), &["backup", &backup]);
        assert_eq!(again.status.code(), Some(1), "a backup is never overwritten");
        let place = t.empty_place().await;
        let restored = answer(&guomen(&place, &["restore", &backup]));
        assert!(restored["broken"].is_null() && restored["facts"].as_i64() > Some(40), "{restored}");
    }
}

#[test]
fn files_in_another_encoding_or_shape_are_refused_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = format!("sqlite://{}", folder.path().join("g.db").display());
    let file = folder.path().join("x.csv");
    for (content, code) in [
        (&b"\xb1\xa8\xbc\xec\xb5\xa5,1\n"[..], "file.encoding"),
        (b"a,b,c\n1,2,3\n", "import.columns"),
        (b"", "import.columns"),
    ] {
        std::fs::write(&file, content).expect("a file");
        let out = guomen(&db, &import(&file.display().to_string(), &[]));
        assert_eq!(out.status.code(), Some(1));
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(said.contains(code), "{code} in {said}");
    }
}

#[test]
fn a_missing_file_and_a_wrong_database_say_what_to_do() {
    let out = guomen("mysql://x", &["check"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("sqlite://FILE"));
    let folder = tempfile::tempdir().expect("a folder");
    let db = format!("sqlite://{}", folder.path().join("g.db").display());
    let out = guomen(&db, &import("/no/such/file.csv", &[]));
    assert!(String::from_utf8_lossy(&out.stderr).contains("file.unreadable"));
    assert_eq!(guomen(&db, &["no-such-command"]).status.code(), Some(2));
}

#[test]
fn a_sampling_plan_has_letter_n_ac_re() {
    let out = answer(&guomen(
        "sqlite://:unused:",
        &["sampling", "plan", "--lot", "1000", "--level", "II", "--aql", "1.0"],
    ));
    assert_eq!(
        (&out["letter"], &out["n"], &out["ac"], &out["re"]),
        (&"J".into(), &80.into(), &2.into(), &3.into())
    );
    let bad = guomen("sqlite://:unused:", &["sampling", "plan", "--lot", "0", "--aql", "1.0"]);
    assert_eq!(bad.status.code(), Some(1));
}

#[test]
fn an_epcis_document_is_validated_hashed_and_converted() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("event.json");
    let event = serde_json::json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-05-01T08:00:00Z",
        "epcisBody": { "eventList": [{
            "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping",
            "eventTime": "2026-05-01T08:00:00.000Z", "eventTimeZoneOffset": "+08:00",
            "epcList": ["urn:epc:id:sgtin:4012345.011111.9876"]
        }]}
    });
    std::fs::write(&file, event.to_string()).expect("a file");
    let path = file.display().to_string();
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_guomen")).args(args).output().expect("the program runs")
    };
    assert!(run(&["epcis", "validate", &path]).status.success());
    let hash = String::from_utf8(run(&["epcis", "hash", &path]).stdout).expect("text");
    assert!(hash.starts_with("ni:///sha-256;") && hash.lines().count() == 1, "{hash}");
    let xml = run(&["epcis", "convert", "--to", "xml", &path]).stdout;
    std::fs::write(folder.path().join("event.xml"), xml).expect("a file");
    let xml = folder.path().join("event.xml").display().to_string();
    assert_eq!(String::from_utf8(run(&["epcis", "hash", &xml]).stdout).expect("text"), hash);
    std::fs::write(&file, event.to_string().replace("OBSERVE", "LOOK")).expect("a file");
    let bad = run(&["epcis", "validate", &path]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("EPCIS-"));
}

on_both! {
    async fn notices_of_a_file_are_registered_once_and_every_row_is_accounted_for(t: TestDb) {
        let file = t.folder().join("notices.csv");
        let text = "Date of Case,Reference,Notification From,Country Origin,Product,Product Category,Hazard Substance,Hazard Category\n\
            \"Nov 3, 2026\",2026.1,Italy,China,Garlic,Fruits and vegetables,x,Pesticide residues\n\
            \"Nov 3, 2026\",2026.1,Italy,China,Garlic,Fruits and vegetables,x,Pesticide residues\n\
            \"Nov 4, 2026\",2026.2,Italy,Vietnam,Tuna,Fish and products thereof,x,Heavy metals\n\
            soon,2026.3,Italy,Vietnam,Tuna,Fish and products thereof,x,Heavy metals\n";
        std::fs::write(&file, text).expect("a file");
        let path = file.display().to_string();
        let run = || answer(&guomen(t.url(), &["notification", "import", "--format", "rasff", &path]));
        let first = run();
        for (key, n) in [("rows", 4), ("follow_ups", 1), ("watched", 1), ("known", 1), ("rejected", 1)] {
            assert_eq!(first[key], n, "{key} in {first}");
        }
        let again = run();
        assert_eq!((&again["known"], &again["follow_ups"]), (&3.into(), &0.into()));
    }
}
