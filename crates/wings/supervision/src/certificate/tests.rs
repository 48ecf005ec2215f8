//! The canonical form, the code, and the proof that a file carries, as values.

use super::{code, *};
use ed25519_dalek::{Signer, SigningKey};
use kernel::Chance;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|m| Value::from(m.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn the_canonical_form_keeps_the_value_and_is_its_own_canonical_form(v in value()) {
        let text = canonical(&v).expect("a canonical form");
        let back: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(&back, &v);
        prop_assert_eq!(canonical(&back).expect("again"), text);
    }

    #[test]
    fn the_order_in_which_members_were_written_does_not_matter(members in prop::collection::hash_map(any::<String>(), any::<i32>(), 0..8)) {
        let mut pairs: Vec<_> = members.into_iter().collect();
        let text = |p: &[(String, i32)]| {
            let inner: Vec<_> = p.iter().map(|(k, v)| format!(" {} :\t{v} ", Value::from(k.as_str()))).collect();
            let read: Value = serde_json::from_str(&format!("{{{}}}", inner.join(","))).expect("JSON");
            canonical(&read).expect("a canonical form")
        };
        let one = text(&pairs);
        pairs.reverse();
        prop_assert_eq!(text(&pairs), one);
    }
}

#[test]
fn members_are_sorted_by_utf16_units_and_escaped_as_the_standard_says() {
    // The order of RFC 8785, section 3.2.3: U+1F600 begins with the unit D83D, before U+FB33.
    let v =
        json!({ "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7 });
    let expected =
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
    assert_eq!(canonical(&v).expect("a form"), expected);
    let text = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}");
    assert_eq!(canonical(&text).expect("a form"), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"");
}

#[test]
fn numbers_that_readers_would_round_are_refused() {
    for bad in [json!(0.5), json!(9_007_199_254_740_992_i64), json!(u64::MAX)] {
        assert!(canonical(&bad).is_err(), "{bad}");
    }
}

#[test]
fn codes_are_drawn_from_letters_that_nobody_confuses() {
    let chance = Chance::seeded(3);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        let code = code::draw(&chance);
        assert_eq!(code.len(), code::LENGTH);
        assert!(!code.contains(['0', 'O', '1', 'I', 'L', '2', 'Z', '5', 'S', '8', 'B', 'U', 'V']), "{code}");
        assert_eq!(plain_code(&code).as_deref(), Some(code.as_str()));
        assert!(seen.insert(code), "a code was drawn twice");
    }
    assert_eq!(plain_code("acef-hjkm nprt").as_deref(), Some("ACEFHJKMNPRT"));
    for bad in ["", "ACEF", "ACEFHJKMNPR0", "ACEFHJKMNPRTT", "'; drop table", "ＡＣＥＦＨＪＫＭＮＰＲＴ"]
    {
        assert_eq!(plain_code(bad), None, "{bad}");
    }
}

fn signed(signer: &SigningKey) -> Certificate {
    let id = Uuid::from_u128(5);
    let record = Record {
        title: bi("卫生证书", "Health Certificate"),
        bureau: bi("宁波局", "Ningbo Bureau"),
        place: bi("北仑", "Beilun"),
        declaration: "BL20260000001".into(),
        consignor: bi("甬江食品", "Yongjiang Foods"),
        origin: Place { code: "CN".into(), name: bi("中国", "China") },
        destination: Place { code: "JP".into(), name: bi("日本", "Japan") },
        plant: None,
        goods: vec![],
        inspected: None,
        statement: bi("合格", "fit"),
        basis: bi("报检", "declaration"),
        rule_version: "CN-2026/1".into(),
    };
    let filled = Filled { consignee: "Nichirei \"Foods\"".into(), ..Filled::default() };
    let public_key = signer.verifying_key().to_bytes();
    let body = Body {
        form: FORM.into(),
        kind: "health".into(),
        number: "BL2026C000001".into(),
        code: "ACEFHJKMNPRT".into(),
        record: record.clone(),
        filled: filled.clone(),
        replaces: None,
        officer: bi("林", "Lin"),
        authority: "0A1B2C3D".into(),
        signed_at: Timestamp(0).rfc3339(),
        public_key: hex::encode(public_key),
    };
    let text = canonical(&serde_json::to_value(&body).expect("a value")).expect("a form");
    let signature = signer.sign(text.as_bytes()).to_bytes().to_vec();
    let signed = Signed {
        no: body.number,
        code: body.code,
        body: text,
        public_key: public_key.to_vec(),
        signature,
        officer: OfficerId(id),
        authorisation: AuthorisationId(id),
        at: Timestamp(0),
    };
    Certificate {
        id: CertificateId(id),
        declaration: DeclarationId(id),
        branch: UnitId(id),
        operator: OperatorId(id),
        kind: "health".into(),
        record,
        filled,
        drafted_at: Timestamp(0),
        replaces: None,
        signed: Some(signed),
        standing: Standing::Valid,
        ended: None,
    }
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n44\n%%EOF";

#[test]
fn a_sealed_paper_and_its_record_are_valid_and_keep_the_readers_offsets() {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let (c, keys) = (signed(&signer), [signer.verifying_key()]);
    let paper = seal(PDF, &c, &signer).expect("a paper");
    assert!(paper.starts_with(&PDF[..PDF.len() - 20]) && paper.ends_with(b"startxref\n44\n%%EOF"));
    let check = verify(&paper, &keys);
    assert_eq!((check.wrong, check.kind, check.printed_as), (None, Kind::Pdf, Some(Standing::Valid)));
    assert_eq!(check.body.expect("a body").number, "BL2026C000001");
    let json = json_file(c.signed.as_ref().expect("signed")).expect("a file");
    assert_eq!(verify(json.as_bytes(), &keys).wrong, None);
    assert_eq!(verify(format!("{json}\n").as_bytes(), &keys).wrong, None, "a last line end is no change");
}

#[test]
fn a_changed_byte_anywhere_makes_a_file_invalid() {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let (c, keys) = (signed(&signer), [signer.verifying_key()]);
    let paper = seal(PDF, &c, &signer).expect("a paper");
    let json = json_file(c.signed.as_ref().expect("signed")).expect("a file").into_bytes();
    for file in [paper, json] {
        for at in 0..file.len() {
            for flip in [1_u8, 0x20, 0x80] {
                let mut changed = file.clone();
                changed[at] ^= flip;
                assert!(verify(&changed, &keys).wrong.is_some(), "byte {at} ^ {flip:#x} of {}", file.len());
            }
        }
        for cut in [1, 10, file.len() / 2, file.len() - 1] {
            assert!(verify(&file[..file.len() - cut], &keys).wrong.is_some(), "cut by {cut}");
        }
        assert!(verify(&[&file[..], b" "].concat(), &keys).wrong.is_some(), "something was added");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let (c, keys) = (signed(&signer), [signer.verifying_key()]);
    let paper = seal(PDF, &c, &signer).expect("a paper");
    let json = json_file(c.signed.as_ref().expect("signed")).expect("a file");
    let forger = SigningKey::from_bytes(&[8; 32]);
    let theirs = json_file(signed(&forger).signed.as_ref().expect("signed")).expect("a file");
    let shown = String::from_utf8(paper.clone()).expect("text").replace("Catalog", "Katalog");
    for (file, wrong) in [
        (PDF.to_vec(), Wrong::NoCertificate),
        (b"hello".to_vec(), Wrong::NoCertificate),
        (vec![], Wrong::NoCertificate),
        (shown.into_bytes(), Wrong::Paper),
        (json.replace("Japan", "China").into_bytes(), Wrong::Body),
        (format!(" {json}").into_bytes(), Wrong::Damaged),
        (json.replacen('{', "{\"certificate\":{},", 1).into_bytes(), Wrong::Damaged),
        (theirs.into_bytes(), Wrong::Key),
    ] {
        assert_eq!(verify(&file, &keys).wrong, Some(wrong), "{}", String::from_utf8_lossy(&file));
    }
    assert_eq!(verify(&paper, &[]).wrong, Some(Wrong::Key), "without a key nobody is believed");
}
