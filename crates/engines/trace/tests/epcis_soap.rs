//! Envelopes of SOAP that nobody meant: whatever bytes come, they are a call or a refusal, never a panic; limits hold;
//! a document type declaration or an entity never passes; and what is read is what was asked.
use proptest::prelude::*;
use trace::epcis::Limits;
use trace::epcis::soap::{Manner, Operation, fault, read_call};

const LIMITS: Limits = Limits { max_bytes: 8 << 10, max_depth: 32, max_events: 1 };
const SOAP: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

fn envelope(soap12: bool, version: u8, call: &str) -> String {
    let soap = SOAP[usize::from(soap12)];
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"{soap}\" xmlns:q=\"urn:epcglobal:epcis-query:xsd:{version}\"><s:Header><a:b xmlns:a=\"urn:a\"/></s:Header><s:Body>{call}</s:Body></s:Envelope>"
    )
}

/// Text as XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn call() -> impl Strategy<Value = String> {
    let name = "[A-Za-z_]{1,12}";
    let value = "[ -~é批]{0,20}";
    let param = (name, prop::collection::vec(value, 0..3)).prop_map(|(name, values)| {
        let values: String = values.iter().map(|v| format!("<string>{}</string>", escaped(v))).collect();
        format!("<param><name>{name}</name><value>{values}</value></param>")
    });
    let poll = (name, prop::collection::vec(param, 0..4)).prop_map(|(name, params)| {
        format!("<q:Poll><queryName>{name}</queryName><params>{}</params></q:Poll>", params.concat())
    });
    prop_oneof![
        3 => poll,
        1 => Just("<q:GetQueryNames/>".to_owned()),
        1 => Just("<q:GetStandardVersion/>".to_owned()),
        1 => name.prop_map(|n| format!("<q:GetSubscriptionIDs><queryName>{n}</queryName></q:GetSubscriptionIDs>")),
        1 => name.prop_map(|n| format!("<q:Unsubscribe><subscriptionID>{n}</subscriptionID></q:Unsubscribe>")),
    ]
}

fn any_envelope() -> impl Strategy<Value = String> {
    (any::<bool>(), 1u8..3, call()).prop_map(|(soap12, version, call)| envelope(soap12, version, &call))
}

/// One change of bytes: at a share of the length, of a kind, with other bytes.
type Change = (u16, u8, Vec<u8>);

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (at, kind, other) in changes {
        let at = usize::from(*at) * bytes.len() / (usize::from(u16::MAX) + 1);
        match kind % 5 {
            0 => drop(bytes.splice(at..at, other.iter().copied())),
            1 => drop(bytes.splice(at..(at + other.len()).min(bytes.len()), other.iter().copied())),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..(at + 9).min(bytes.len()))),
            _ => {
                let part = bytes[at..(at + 40).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: [&[u8]; 12] = [
        b"<",
        b"</",
        b"/>",
        b"&e;",
        b"&#0;",
        b"&#x110000;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<s:Body>",
        b"xmlns:q=\"\"",
        b"\xff\xfe",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_mutated_envelope_is_a_call_or_a_refusal_that_can_be_put_into_a_fault(
        text in any_envelope(),
        changes in prop::collection::vec((any::<u16>(), any::<u8>(), pieces()), 0..5),
    ) {
        let bytes = changed(text.clone().into_bytes(), &changes);
        match read_call(&bytes, &LIMITS) {
            Ok(_) => prop_assert!(std::str::from_utf8(&bytes).is_ok() && bytes.len() <= LIMITS.max_bytes),
            Err(found) => {
                prop_assert!(!found.is_empty(), "a refusal says why");
                let reason: Vec<String> = found.iter().map(ToString::to_string).collect();
                for soap12 in [false, true] {
                    let told = fault(Manner { soap12, old: true }, "ValidationException", &reason.join("; "), None);
                    prop_assert!(told.contains("ValidationException"));
                    // A fault is an envelope that can be read, whatever the refusal quotes; and it is no call.
                    let again = read_call(told.as_bytes(), &Limits { max_bytes: 1 << 20, ..LIMITS }).unwrap_err();
                    prop_assert!(again.iter().all(|p| !p.rule.contains("SYNTAX")), "{again:?}\n{told}");
                }
            }
        }
    }

    #[test]
    fn any_bytes_at_all_are_met_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_call(&bytes, &LIMITS);
    }

    #[test]
    fn what_is_asked_is_what_is_read(soap12 in any::<bool>(), version in 1u8..3, name in "[A-Za-z][A-Za-z0-9_.-]{0,30}") {
        let text = envelope(soap12, version, &format!("<q:Poll><queryName>{name}</queryName><params/></q:Poll>"));
        let call = read_call(text.as_bytes(), &LIMITS).unwrap();
        prop_assert_eq!(call.manner, Manner { soap12, old: version == 1 });
        prop_assert_eq!(call.operation, Operation::Poll(name, Vec::new()));
    }

    #[test]
    fn a_document_type_declaration_or_an_entity_never_passes(
        text in any_envelope(),
        subset in prop_oneof![
            Just(String::new()),
            Just(" SYSTEM \"file:///etc/passwd\"".to_owned()),
            Just(" [<!ENTITY e \"x\">]".to_owned()),
            Just(" [<!ENTITY e SYSTEM \"http://127.0.0.1/\">]".to_owned()),
            Just(" [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY e \"&b;&b;\">]".to_owned()),
        ],
        entity in "[a-z]{1,8}",
    ) {
        let declared = text.replacen("<s:Envelope", &format!("<!DOCTYPE s:Envelope{subset}><s:Envelope"), 1);
        prop_assert!(read_call(declared.as_bytes(), &LIMITS).is_err(), "{declared}");
        if !["lt", "gt", "amp", "quot", "apos"].contains(&entity.as_str()) {
            let used = text.replacen("</s:Body>", &format!("&{entity};</s:Body>"), 1);
            prop_assert!(read_call(used.as_bytes(), &LIMITS).is_err(), "{used}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded(deep in 1usize..200, long in 0usize..20_000) {
        // The envelope, its body and the call are three levels.
        let call = format!("<q:GetQueryNames>{}{}</q:GetQueryNames>", "<a>".repeat(deep), "</a>".repeat(deep));
        let read = read_call(envelope(false, 1, &call).as_bytes(), &LIMITS);
        prop_assert_eq!(read.is_ok(), deep + 3 <= LIMITS.max_depth, "{}", deep);
        let text = envelope(false, 1, &format!("<q:GetQueryNames>{}</q:GetQueryNames>", " ".repeat(long)));
        prop_assert_eq!(read_call(text.as_bytes(), &LIMITS).is_ok(), text.len() <= LIMITS.max_bytes);
    }
}
