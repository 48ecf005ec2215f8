//! Hard moments: a full disk (the system stops a file at a size, as a full disk would, in the middle of an import),
//! and being told to stop.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

/// Runs the program by a shell that lets no file grow over `blocks` of 512 bytes or 1024 (shells differ), with the
/// signal ignored, so that the write itself fails as on a full disk.
fn limited(blocks: u32, db: &str, args: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_guomen");
    let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{program}' --db '{db}' --json {args}");
    Command::new("sh").args(["-c", &line]).output().expect("the program runs")
}

#[test]
fn a_full_disk_stops_an_import_with_a_reason_and_the_next_run_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = format!("sqlite://{}", folder.path().join("g.db").display());
    let mut text = String::from(
        "Declaration ID,Date,Office ID,Process Type,Mode of Transport,Importer ID,HS6 Code,Country of Departure,Country of Origin,Net Mass\n",
    );
    for i in 0..3000 {
        text += &format!(
            "{},2026-01-{:02},10,B,10,IM{:03},950300,VN,VN,{}.5\n",
            5000 + i,
            1 + i % 28,
            i % 40,
            1 + i
        );
    }
    let file = folder.path().join("sample.csv");
    std::fs::write(&file, text).expect("a file");
    let import = format!("import declarations --format kr-customs '{}' --document 100", file.display());
    let full = limited(8000, &db, &import);
    assert_eq!(full.status.code(), Some(1), "{}", String::from_utf8_lossy(&full.stdout));
    let said = String::from_utf8_lossy(&full.stderr);
    assert!(said.contains("disk full"), "{said}");
    let free = limited(1_000_000, &db, &import);
    let out: serde_json::Value = serde_json::from_slice(&free.stdout).expect("an answer");
    let known = out["known"].as_u64().expect("a number");
    assert!(known > 0, "some documents were durable before the disk was full: {out}");
    assert_eq!(out["lodged"].as_u64().map(|n| n + known), Some(3000), "{out}");
    let verdict = limited(1_000_000, &db, "ledger verify");
    let verdict: serde_json::Value = serde_json::from_slice(&verdict.stdout).expect("an answer");
    assert!(verdict["broken"].is_null(), "{verdict}");
}

#[test]
fn told_to_stop_by_its_supervisor_it_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = format!("sqlite://{}", folder.path().join("g.db").display());
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    let listen = format!("127.0.0.1:{port}");
    let args = ["--db", &db, "serve", "--demo", "--demo-declarations", "5", "--listen", &listen];
    let mut server = Command::new(env!("CARGO_BIN_EXE_guomen"))
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == format!("http://{listen}")), "it serves");
    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    assert!(server.wait().expect("it ends").success(), "it ends by itself and in order");
}
