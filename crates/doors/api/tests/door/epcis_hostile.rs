//! What hostile bodies meet on the EPCIS interfaces: truncated, swollen, nested and mutated ones, in JSON, XML and SOAP.
use crate::common::house;
use crate::epcis::{all, document, event, filled};
use axum::http::{Method, StatusCode};
use kernel::Role;
use serde_json::Value;

#[tokio::test]
async fn hostile_bodies_are_refused_without_harm() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    let good = document(&[event(1)]).to_string();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = good.replace(
        "\"ex:temperature\":1",
        &format!("\"ex:temperature\":{}1{}", "{\"ex:a\":".repeat(200), "}".repeat(200)),
    );
    let dtd = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"b\"><!ENTITY c \"&b;&b;&b;\">]><epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\">&c;</epcis:EPCISDocument>";
    let json = ("content-type", "application/json");
    for (what, more, body, status, rule) in [
        ("cut off", vec![json], &good[..good.len() / 2], 400, "EPCIS-SYNTAX"),
        ("too deep", vec![json], &deep, 400, "EPCIS-"),
        ("deep extension", vec![json], &nested, 400, "EPCIS-LIMIT-DEPTH"),
        ("entities", vec![("content-type", "application/xml")], dtd, 400, "EPCIS-XML-DTD"),
        (
            "XML cut off",
            vec![("content-type", "application/xml")],
            "<epcis:EPCISDocument",
            400,
            "EPCIS-SYNTAX",
        ),
        ("empty", vec![json], " ", 400, "EPCIS-SYNTAX"),
        ("no events", vec![json], &document(&[]).to_string(), 400, ""),
        ("zipped", vec![json, ("content-encoding", "gzip")], &good, 415, ""),
        ("of another type", vec![("content-type", "text/csv")], &good, 415, ""),
        ("told to be too large", vec![json, ("content-length", "999999999999")], &good, 413, ""),
        ("with an unknown behaviour", vec![json, ("gs1-capture-error-behaviour", "maybe")], &good, 400, ""),
    ] {
        let no = h.call(Method::POST, "/epcis/capture", &token, &more, body).await;
        assert_eq!(no.status.as_u16(), status, "{what}: {}", no.text);
        assert!(no.text.contains(rule), "{what}: {}", no.text);
    }
    let bytes = axum::http::Request::post("/epcis/capture")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(b"{\"type\": \"\xff\xfe\"}".to_vec()));
    assert_eq!(h.send(bytes.expect("a request")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(all(&h, "/epcis/events", &token).await, Vec::<Value>::new());
}

/// A small generator (xorshift64*), so that the same run can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % n.max(1)
    }
}

#[tokio::test]
async fn a_mutated_soap_envelope_is_answered_or_refused_as_the_callers_fault_and_never_as_ours() {
    let h = house().await;
    let token = filled(&h, 4).await;
    let soap = "http://www.w3.org/2003/05/soap-envelope";
    let poll = |params: &str| {
        format!(
            "<s:Envelope xmlns:s=\"{soap}\" xmlns:q=\"urn:epcglobal:epcis-query:xsd:2\"><s:Body><q:Poll><queryName>SimpleEventQuery</queryName><params>{params}</params></q:Poll></s:Body></s:Envelope>"
        )
    };
    let param = |name: &str, value: &str| format!("<param><name>{name}</name><value>{value}</value></param>");
    let samples = [
        poll(&param("EQ_bizStep", "shipping")),
        poll(&param("GE_eventTime", "2026-11-20T10:00:00Z")),
        poll(&param("MATCH_epc", "<string>urn:epc:id:sgtin:0614141.107346.*</string>")),
        poll(&param("eventCountLimit", "3")),
        poll("").replace("SimpleEventQuery", "SimpleMasterDataQuery"),
        poll("").replace("Poll>", "GetQueryNames>"),
    ];
    let pieces = [
        "<",
        "</",
        ">",
        "&e;",
        "&#0;",
        "<!DOCTYPE a>",
        "<![CDATA[",
        "\"",
        "99999999999999999999",
        "-1",
        "批",
        "*",
        "urn:epc:",
    ];
    let (mut dice, mut read, mut refused) = (Dice(2012), 0, 0);
    for _ in 0..600 {
        let mut text = samples[dice.below(samples.len())].clone();
        for _ in 0..dice.below(4) {
            // Whole characters only: the body of a request is text here, and other bytes are tried by the reader's own test.
            let spots: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let Some(at) = spots.get(dice.below(spots.len())).copied() else { break };
            match dice.below(4) {
                0 => text.insert_str(at, pieces[dice.below(pieces.len())]),
                1 => text.truncate(at),
                2 => drop(text.remove(at)),
                _ => {
                    let part: String = text[at..].chars().take(1 + dice.below(30)).collect();
                    text.insert_str(at, &part);
                }
            }
        }
        let answer = h
            .call(Method::POST, "/epcis/soap", &token, &[("content-type", "application/soap+xml")], &text)
            .await;
        match answer.status.as_u16() {
            200 => read += 1,
            400 => {
                refused += 1;
                assert!(
                    answer.text.contains("Fault") && answer.text.contains("Exception"),
                    "{text}\n{}",
                    answer.text
                );
            }
            other => panic!("{other} for {text}\n{}", answer.text),
        }
        assert!(!answer.text.contains("ImplementationException"), "{text}\n{}", answer.text);
    }
    assert!(read > 50 && refused > 50, "{read} answered, {refused} refused");
}
