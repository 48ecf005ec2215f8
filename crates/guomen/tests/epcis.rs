//! Capturing at the command line, as people run it: the real program, real files, both engines.

use std::process::Command;
use testkit::{TestDb, on_both};

fn event(n: usize, action: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "ObjectEvent", "action": action, "bizStep": "shipping",
        "eventTime": "2026-05-01T08:00:00.000Z", "eventTimeZoneOffset": "+08:00",
        "epcList": [format!("urn:epc:id:sgtin:4012345.011111.{n}")]
    })
}

on_both! {
    async fn documents_are_captured_once_and_bad_ones_name_their_rules(t: TestDb) {
        let write = |name: &str, action: &str| {
            let document = serde_json::json!({
                "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
                "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-05-01T08:00:00Z",
                "epcisBody": {"eventList": [event(1, "OBSERVE"), event(2, action), event(3, "OBSERVE")]},
            });
            let file = t.folder().join(name);
            std::fs::write(&file, document.to_string()).expect("a file");
            file.display().to_string()
        };
        let (good, bad) = (write("good.json", "OBSERVE"), write("bad.json", "LOOK"));
        let capture = |args: &[&str]| {
            let out = Command::new(env!("CARGO_BIN_EXE_guomen"))
                .args(["--db", t.url(), "--json", "epcis", "capture"])
                .args(args)
                .output()
                .expect("the program runs");
            let told: serde_json::Value = serde_json::from_slice(&out.stdout)
                .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
            (out.status.code(), told)
        };
        let (code, told) = capture(&[&bad]);
        assert_eq!((code, &told["captured"]), (Some(1), &0.into()), "{told}");
        assert_eq!(told["problems"][0]["rule"], "EPCIS-ACTION");
        assert_eq!(told["problems"][0]["path"], "/epcisBody/eventList/1/action");
        assert_eq!(told["problems"][0]["value"], "LOOK");
        let (code, told) = capture(&[&good]);
        assert_eq!((code, &told["captured"], &told["duplicates"]), (Some(0), &3.into(), &0.into()), "{told}");
        assert!(told["events_per_second"].as_f64() > Some(0.0));
        let (code, told) = capture(&[&good, &bad, "--proceed"]);
        assert_eq!((code, &told["captured"], &told["duplicates"], &told["rejected"]), (Some(1), &0.into(), &5.into(), &1.into()), "{told}");
    }
}
