//! What an officer and a buyer rely on: every sample prints, reads back with its Chinese intact, prints the
//! same twice, and no value, however hostile or long, becomes markup or breaks the page.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use forms::{FieldType, FormError, Forms, Lang, Templates, embedded_fonts};
use serde_json::{Value, json};

static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    let fonts = embedded_fonts();
    (!fonts.is_empty())
        .then(|| Forms::new(&Templates::built_in(), fonts).expect("built-in templates are sound"))
});

/// The press, or none with a word on the test's output when the build found no font.
fn press() -> Option<&'static Forms> {
    if FORMS.is_none() {
        eprintln!("skipped: the build found no Noto Sans SC (npm install brings it)");
    }
    FORMS.as_ref()
}

fn sample(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("sample")).expect("sample is JSON")
}

fn made_at() -> jiff::Timestamp {
    "2026-11-24T08:00:00Z".parse().expect("a time")
}

fn print(forms: &Forms, form: &str, data: &Value, lang: Lang) -> Vec<u8> {
    forms.render(form, data, lang, made_at()).unwrap_or_else(|error| panic!("{form}: {error}"))
}

fn refused(forms: &Forms, form: &str, data: &Value) -> FormError {
    forms.render(form, data, Lang::Both, made_at()).expect_err("must be refused")
}

/// Text of the paper with all white space and break marks removed; none where poppler is not installed.
fn text_of(pdf: &[u8]) -> Option<String> {
    let child = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: pdftotext is not installed");
        return None;
    };
    let mut input = child.stdin.take().expect("piped");
    let bytes = pdf.to_vec();
    let feed = std::thread::spawn(move || input.write_all(&bytes));
    let out = child.wait_with_output().expect("pdftotext ends");
    feed.join().expect("feeder").expect("pdftotext reads all");
    assert!(out.status.success(), "pdftotext accepts the file");
    Some(squeeze(&String::from_utf8(out.stdout).expect("UTF-8")))
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}' && *c != '\u{c}').collect()
}

/// Every text in the values, by path.
fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(squeeze(text)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(members) => members.values().for_each(|member| texts(member, out)),
        _ => {}
    }
}

#[test]
fn every_sample_prints_the_same_twice_in_each_language() {
    let Some(forms) = press() else { return };
    assert_eq!(forms.names().count(), 9);
    let again = Forms::new(&Templates::built_in(), embedded_fonts()).expect("sound");
    for form in forms.names() {
        for lang in [Lang::Zh, Lang::En, Lang::Both] {
            let one = print(forms, form, &sample(form), lang);
            assert!(one.starts_with(b"%PDF-1.7"));
            assert!(one == print(&again, form, &sample(form), lang), "{form} differs between two prints");
        }
    }
}

#[test]
fn text_reads_back_with_chinese_intact() {
    let Some(forms) = press() else { return };
    for form in ["certificate", "release_notice", "deficiency_notice", "laboratory_report"] {
        let data = sample(form);
        let Some(read) = text_of(&print(forms, form, &data, Lang::Both)) else { return };
        for name in ["bureau", "laboratory"] {
            if let Some(zh) = data[name]["zh"].as_str() {
                assert!(read.contains(zh), "{form} lacks {zh}");
            }
        }
        assert!(read.contains(&squeeze(data["number"].as_str().expect("number"))));
    }
    let Some(read) = text_of(&print(forms, "certificate", &sample("certificate"), Lang::Both)) else {
        return;
    };
    for word in
        ["兽医卫生证书", "VeterinaryHealthCertificate", "冻鲽鱼片", "12400.00", "林知远", "CO-0172", "印章"]
    {
        assert!(read.contains(word), "lacks {word}");
    }
}

#[test]
fn a_voucher_prints_every_value_given() {
    let Some(forms) = press() else { return };
    let data = sample("sampling_voucher");
    let Some(read) = text_of(&print(forms, "sampling_voucher", &data, Lang::Both)) else { return };
    let mut all = Vec::new();
    texts(&data, &mut all);
    for text in all {
        let dated = text == "2026-11-20";
        let shown = if dated { "2026年11月20日".to_owned() } else { text };
        // The English name of the bureau is printed in capitals.
        assert!(read.contains(&shown) || read.contains(&shown.to_uppercase()), "lacks {shown}");
    }
}

#[test]
fn standing_is_printed_across_the_page() {
    let Some(forms) = press() else { return };
    let mut data = sample("certificate");
    for (status, zh, en) in
        [("draft", "草稿", "DRAFT"), ("withdrawn", "已撤销", "WITHDRAWN"), ("replaced", "已更换", "REPLACED")]
    {
        data["status"] = status.into();
        let Some(read) = text_of(&print(forms, "certificate", &data, Lang::Both)) else { return };
        assert!(read.contains(zh) && read.contains(en), "{status} is not marked");
    }
    data["replaced_by"] = "HW-2026-000999".into();
    let Some(read) = text_of(&print(forms, "certificate", &data, Lang::Both)) else { return };
    assert!(read.contains("HW-2026-000999"));
}

#[test]
fn a_missing_or_wrong_field_is_named() {
    let Some(forms) = press() else { return };
    let mut data = sample("certificate");
    data["goods"][1].as_object_mut().expect("object").remove("hs");
    let error = refused(forms, "certificate", &data);
    assert!(matches!(&error, FormError::MissingField { field, .. } if field == "goods[1].hs"), "{error}");
    assert!(error.to_string().contains("certificate"));
    let wrong = |change: &dyn Fn(&mut Value), at: &str| {
        let mut data = sample("certificate");
        change(&mut data);
        let error = refused(forms, "certificate", &data);
        assert!(matches!(&error, FormError::WrongType { field, .. } if field == at), "{error}");
    };
    wrong(&|d| d["issued_on"] = "24/11/2026".into(), "issued_on");
    wrong(&|d| d["issued_on"] = "2026-02-30".into(), "issued_on");
    wrong(&|d| d["status"] = "fine".into(), "status");
    wrong(&|d| d["goods"] = "none".into(), "goods");
    wrong(&|d| *d = json!([1, 2]), "(root)");
    let mut data = sample("certificate");
    data["goods"] = json!([]);
    assert!(matches!(refused(forms, "certificate", &data), FormError::MissingField { .. }));
    assert!(matches!(refused(forms, "cert", &data), FormError::UnknownForm { .. }));
}

#[test]
fn only_required_fields_suffice() {
    let Some(forms) = press() else { return };
    for form in forms.names() {
        let mut data = sample(form);
        let fields = forms.fields(form).expect("known");
        for field in fields.iter().filter(|field| !field.required) {
            strip(&mut data, &field.path);
        }
        for lang in [Lang::Zh, Lang::En, Lang::Both] {
            print(forms, form, &data, lang);
        }
    }
}

/// Removes the field at `path` (lists marked `[]`) wherever it stands.
fn strip(value: &mut Value, path: &str) {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    if rest.is_empty() {
        if let Some(members) = value.as_object_mut() {
            members.remove(head);
        }
        return;
    }
    match value.get_mut(head.trim_end_matches("[]")) {
        Some(Value::Array(items)) => items.iter_mut().for_each(|item| strip(item, rest)),
        Some(inner) => strip(inner, rest),
        None => {}
    }
}

#[test]
fn hostile_values_print_as_they_are() {
    let Some(forms) = press() else { return };
    for hostile in [
        "#read(\"/etc/passwd\")",
        "#import \"@preview/x:1.0.0\": *",
        "$ x^2 $ *bold* _it_ `raw` = head",
        "\\u{41} \\ // x /* y */ <label> @ref",
        "]; #panic() [",
        "-- --- ... '\"",
    ] {
        for form in forms.names() {
            let mut data = sample(form);
            for field in forms.fields(form).expect("known") {
                if field.kind == FieldType::Text && !field.path.contains('.') {
                    data[field.path.as_str()] = hostile.into();
                }
            }
            let Some(read) = text_of(&print(forms, form, &data, Lang::Both)) else { return };
            assert!(read.contains(&squeeze(hostile)), "{form} does not show {hostile} literally");
        }
    }
}

#[test]
fn what_cannot_be_printed_is_refused_not_dropped() {
    let Some(forms) = press() else { return };
    for (bad, code) in [("a\u{1F600}b", 0x1F600), ("a\u{202E}b", 0x202E), ("a\0b", 0)] {
        let mut data = sample("certificate");
        data["goods"][0]["name"]["en"] = bad.into();
        let error = refused(forms, "certificate", &data);
        assert_eq!(
            error,
            FormError::Unprintable { form: "certificate".into(), field: "goods[0].name.en".into(), code }
        );
    }
    let mut data = sample("certificate");
    data["verify"]["url"] = "x".repeat(4000).into();
    assert!(matches!(refused(forms, "certificate", &data), FormError::Qr { .. }));
}

#[test]
fn five_hundred_lines_flow_over_pages_with_repeated_heads() {
    let Some(forms) = press() else { return };
    let mut data = sample("certificate");
    let one = data["goods"][0].clone();
    let lines = (0..500).map(|n| {
        let mut line = one.clone();
        line["lots"] = json!((0..n % 9).map(|lot| format!("LOT-{n:03}-{lot}")).collect::<Vec<_>>());
        line
    });
    data["goods"] = lines.collect();
    data["consignor"]["zh"] = "超长企业名称".repeat(60).into();
    data["consignor"]["en"] = "Unbroken".repeat(80).into();
    let pdf = print(forms, "certificate", &data, Lang::Both);
    let Some(read) = text_of(&pdf) else { return };
    let heads = read.matches("HScode").count();
    assert!(heads > 10, "the head is printed {heads} times");
    assert!(read.contains(&format!("Page1of{heads}")) || read.contains(&format!("Page1of{}", heads + 1)));
    assert!(read.contains("LOT-499-3") && read.contains(&"Unbroken".repeat(80)));
}

#[test]
fn a_bureau_replaces_a_template_but_reaches_nothing_else() {
    let Some(_) = press() else { return };
    let with = |body: &str| {
        let source = format!("/// name text required Name\n#import \"/common.typ\": *\n{body}\n");
        Forms::new(&Templates::built_in().with("note.typ", source), embedded_fonts()).expect("sound")
    };
    let data = json!({ "name": "海湾", "extra": "also passed" });
    print(&with("#set text(font: \"Noto Sans SC\")\n#d.name #d.extra"), "note", &data, Lang::Zh);
    for reach in [
        "#read(\"/etc/passwd\")",
        "#read(\"../../../../etc/passwd\")",
        "#image(\"/etc/x.png\")",
        "#import \"@preview/cetz:0.3.0\": *",
        "#datetime.today().display()",
        "#d.absent",
    ] {
        let error = refused(&with(reach), "note", &data);
        assert!(
            matches!(&error, FormError::Template { template, line: 3, .. } if template == "note.typ"),
            "{error}"
        );
    }
}

#[test]
fn a_malformed_declaration_is_refused_with_its_line() {
    let Some(_) = press() else { return };
    for (source, at) in
        [("\n/// name\n", 2), ("/// a number required x\n", 1), ("/// a.b text required x\n", 1)]
    {
        let made = Forms::new(&Templates::built_in().with("note.typ", source), embedded_fonts());
        let Err(error) = made else { panic!("{source:?} must be refused") };
        assert!(matches!(error, FormError::Declaration { line, .. } if line == at), "{error}");
    }
    assert!(matches!(Forms::new(&Templates::built_in(), Vec::new()), Err(FormError::NoFont)));
}

#[test]
fn the_guide_names_every_field() {
    let Some(forms) = press() else { return };
    let guide = include_str!("../README.md");
    for form in forms.names() {
        let (_, section) = guide.split_once(&format!("### `{form}`")).expect("a section for each form");
        let section = section.split("###").next().expect("text");
        for field in forms.fields(form).expect("known") {
            assert!(
                section.contains(&format!("| `{}` |", field.path)),
                "{form}: {} is not in the guide",
                field.path
            );
        }
    }
}
