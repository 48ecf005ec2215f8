//! What is refused before anything is believed: size, depth, count, entities, broken syntax.

use trace::epcis::{Event, Limits, Problem, for_each_event, parse, rules, validate};

fn refused(bytes: &[u8], limits: &Limits) -> &'static str {
    match parse(bytes, limits) {
        Ok(document) => validate(&document).first().map_or("valid", |p| p.rule),
        Err(problems) => problems[0].rule,
    }
}

fn xml(head: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>{head}<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:e=\"urn:e:\" \
         schemaVersion=\"2.0\" creationDate=\"2026-01-31T08:00:00Z\"><EPCISBody><EventList><ObjectEvent>\
         <eventTime>2026-01-31T08:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>\
         <epcList><epc>urn:x:1</epc></epcList><action>OBSERVE</action>{inside}</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"
    )
}

fn json(inside: &str, events: usize) -> String {
    let event = format!(
        "{{\"type\":\"ObjectEvent\",\"eventTime\":\"2026-01-31T08:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\",\
         \"epcList\":[\"urn:x:1\"],\"action\":\"OBSERVE\"{inside}}}"
    );
    // The context stands after the body on purpose: order is free in JSON.
    format!(
        "\u{feff}{{\"epcisBody\":{{\"eventList\":[{}]}},\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\
         \"creationDate\":\"2026-01-31T08:00:00Z\",\"@context\":[\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\",\
         {{\"e\":\"urn:e:\"}}]}}",
        vec![event; events].join(",")
    )
}

#[test]
fn entities_and_doctypes() {
    let limits = Limits::default();
    let with = |head: &str, inside: &str| refused(xml(head, inside).as_bytes(), &limits);
    assert_eq!(with("", "<e:a>&lt;&#65;&amp;</e:a>"), "valid");
    assert_eq!(with("<!DOCTYPE project>", ""), "valid");
    assert_eq!(with("<!DOCTYPE a SYSTEM \"file:///etc/passwd\">", ""), "EPCIS-XML-DTD");
    assert_eq!(with("<!DOCTYPE a PUBLIC \"x\" \"http://x.example/y\">", ""), "EPCIS-XML-DTD");
    assert_eq!(with("<!DOCTYPE a [<!ENTITY b \"c\">]>", "<e:a>&b;</e:a>"), "EPCIS-XML-DTD");
    assert_eq!(with("<!DOCTYPE a []>", ""), "EPCIS-XML-DTD");
    assert_eq!(with("", "<e:a>&b;</e:a>"), "EPCIS-XML-DTD");
    assert_eq!(with("", "<e:a b=\"&c;\"/>"), "EPCIS-XML-DTD");
    assert_eq!(with("", "<f:a/>"), "EPCIS-PREFIX-UNDECLARED");
    assert_eq!(with("", "<a/>"), "EPCIS-FIELD-UNKNOWN");
    assert_eq!(with("", "<e:a>"), "EPCIS-SYNTAX");
}

#[test]
fn size_depth_and_count() {
    let limits = Limits { max_bytes: 1 << 20, max_depth: 20, max_events: 3 };
    assert_eq!(refused(json("", 3).as_bytes(), &limits), "valid");
    assert_eq!(refused(json("", 4).as_bytes(), &limits), "EPCIS-LIMIT-EVENTS");
    assert_eq!(refused(&vec![b' '; (1 << 20) + 1], &limits), "EPCIS-LIMIT-SIZE");
    let deep = |n: usize| format!(",\"e:a\":{}1{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(refused(json(&deep(10), 1).as_bytes(), &limits), "valid");
    assert_eq!(refused(json(&deep(100_000), 1).as_bytes(), &limits), "EPCIS-LIMIT-DEPTH");
    let deep = |n: usize| format!("{}{}", "<e:a>".repeat(n), "</e:a>".repeat(n));
    assert_eq!(refused(xml("", &deep(10)).as_bytes(), &limits), "valid");
    assert_eq!(refused(xml("", &deep(20)).as_bytes(), &limits), "EPCIS-LIMIT-DEPTH");
    let wide = Limits { max_depth: usize::MAX, ..Limits::default() };
    let deeper = format!(",\"e:a\":{}1{}", "[".repeat(90_000), "]".repeat(90_000));
    assert_eq!(refused(json(&deeper, 1).as_bytes(), &wide), "EPCIS-LIMIT-DEPTH");
}

#[test]
fn broken_bytes() {
    let limits = Limits::default();
    for bytes in [
        &b""[..],
        b"   ",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"{\"type\":\"EPCISDocument\"} x",
        b"<",
        b"<a",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":01}",
        b"nul",
    ] {
        assert!(parse(bytes, &limits).is_err(), "{bytes:?}");
    }
}

#[test]
fn a_long_document_is_read_event_by_event() -> Result<(), Vec<Problem>> {
    let text = json(",\"e:a\":\"b\"", 100_000);
    let mut count = 0;
    let document = for_each_event(text.as_bytes(), &Limits::default(), |event: Event| {
        // The prefix declared after the body is known to every event.
        count += usize::from(event.defects.is_empty() && event.extensions.len() == 1);
    })?;
    assert_eq!((count, document.events.len(), document.defects.len()), (100_000, 0, 0));
    Ok(())
}

#[test]
fn all_faults_are_told_each_with_rule_path_and_remedy() -> Result<(), Vec<Problem>> {
    let text = json(
        ",\"bizStep\":\"nothing\",\"e:x\":1,\"nope\":2,\"f:y\":3,\"parentID\":\"urn:x:9\",\"readPoint\":{}",
        2,
    );
    let found = validate(&parse(text.as_bytes(), &Limits::default())?);
    let second: Vec<(&str, &str)> = found
        .iter()
        .filter_map(|p| p.path.strip_prefix("/epcisBody/eventList/1").map(|path| (p.rule, path)))
        .collect();
    assert_eq!(
        second,
        [
            ("EPCIS-FIELD-UNKNOWN", "/nope"),
            ("EPCIS-PREFIX-UNDECLARED", "/f:y"),
            ("EPCIS-FIELD-MISPLACED", "/parentID"),
            ("EPCIS-CBV-BIZSTEP", "/bizStep"),
            ("EPCIS-LOCATION-ID", "/readPoint/id"),
        ]
    );
    assert!(found.iter().all(|p| !p.remedy.is_empty() && rules().iter().any(|r| r.id == p.rule)));
    let ids: std::collections::HashSet<&str> = rules().iter().map(|r| r.id).collect();
    assert_eq!(ids.len(), rules().len());
    Ok(())
}
