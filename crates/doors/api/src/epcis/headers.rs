//! The headers of EPCIS: versions, formats, limits, which media type an answer has; and the shape of its exceptions.
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use flow::CAPTURE_LIMITS;
use kernel::{Refusal, bi};
use std::fmt::Write;

use crate::answer::{Problem, Sorry};

/// The version that is spoken.
const VERSION: &str = "2.0.0";
/// Formats of identifiers that can be had.
const EPC_FORMATS: &str = "No_Preference, Never_Translates, Always_GS1_Digital_Link";

/// How identifiers are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EpcFormat {
    /// As they were captured.
    AsCaptured,
    /// As GS1 Digital Links.
    Links,
}

fn named(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Names the versions on every answer.
pub(crate) fn versions(headers: &mut HeaderMap) {
    for name in ["gs1-epcis-version", "gs1-cbv-version"] {
        headers.insert(named(name), HeaderValue::from_static(VERSION));
    }
}

/// What OPTIONS tells.
pub(super) fn discovery(headers: &mut HeaderMap, captures: bool) {
    for name in ["gs1-epcis-min", "gs1-epcis-max", "gs1-cbv-min", "gs1-cbv-max"] {
        headers.insert(named(name), HeaderValue::from_static(VERSION));
    }
    headers.insert(named("gs1-epc-format"), HeaderValue::from_static(EPC_FORMATS));
    headers.insert(named("gs1-cbv-xml-format"), HeaderValue::from_static("Always_URN"));
    headers.insert(named("gs1-extensions"), HeaderValue::from_static(""));
    headers.insert(
        named("gs1-vendor-version"),
        HeaderValue::from_static(concat!("guomen/", env!("CARGO_PKG_VERSION"))),
    );
    if captures {
        limits(headers);
        headers.insert(named("gs1-capture-error-behaviour"), HeaderValue::from_static("all"));
    }
}

/// How much a capture may hold.
pub(super) fn limits(headers: &mut HeaderMap) {
    headers.insert(named("gs1-epcis-capture-limit"), HeaderValue::from(CAPTURE_LIMITS.max_events));
    headers.insert(named("gs1-epcis-capture-file-size-limit"), HeaderValue::from(CAPTURE_LIMITS.max_bytes));
}

/// The weight that `Accept` gives to the best of these media types (RFC 9110, 12.5.1).
fn weight(accept: &str, types: &[&str]) -> f32 {
    let mut best: Option<(usize, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|p| p.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        // The more a range says, the more it counts.
        let says = match media.as_str() {
            "*/*" => 0,
            wide if wide.strip_suffix("/*").is_some_and(|w| types.iter().any(|t| t.starts_with(w))) => 1,
            exact if types.contains(&exact) => 2,
            _ => continue,
        };
        if best.is_none_or(|(most, w)| says > most || (says == most && weight > w)) {
            best = Some((says, weight));
        }
    }
    best.map_or(0.0, |(_, weight)| weight)
}

const JSON: &[&str] = &["application/json", "application/ld+json", "application/problem+json"];
const XML: &[&str] = &["application/xml", "text/xml", "application/problem+xml"];

/// Whether the caller would rather have XML.
pub(crate) fn wants_xml(headers: &HeaderMap) -> bool {
    text(headers, "accept").is_some_and(|a| weight(a, XML) > weight(a, JSON))
}

/// Whether the answer is XML; a refusal when neither of our media types or versions will do.
pub(super) fn negotiated(headers: &HeaderMap) -> Result<bool, Sorry> {
    let accept = text(headers, "accept").unwrap_or("*/*");
    if weight(accept, JSON) <= 0.0 && weight(accept, XML) <= 0.0 {
        let needed = bi("application/json 或 application/xml", "application/json or application/xml");
        return Err(not_acceptable("Accept", accept, needed));
    }
    for (name, below) in
        [("gs1-epcis-min", true), ("gs1-epcis-max", false), ("gs1-cbv-min", true), ("gs1-cbv-max", false)]
    {
        let Some(asked) = text(headers, name) else { continue };
        let number = |v: &str| -> Vec<u32> { v.split('.').map(|p| p.parse().unwrap_or(0)).collect() };
        let (asked_for, ours) = (number(asked), number(VERSION));
        let fits = if below { asked_for <= ours } else { asked_for >= number("2.0") };
        if !fits {
            return Err(not_acceptable(name, asked, bi("本库的版本是 2.0", "this repository speaks 2.0")));
        }
    }
    Ok(wants_xml(headers))
}

/// Refuses a caller that takes no JSON: the standard has no XML of what it asks for.
pub(super) fn only_json(headers: &HeaderMap) -> Result<(), Sorry> {
    let accept = text(headers, "accept").unwrap_or("*/*");
    if weight(accept, JSON) > 0.0 {
        return Ok(());
    }
    Err(not_acceptable("Accept", accept, bi("application/json", "application/json")))
}

/// Refuses words of the vocabulary in another form than the one that is written in XML.
pub(super) fn cbv_format(headers: &HeaderMap) -> Result<(), Sorry> {
    match text(headers, "gs1-cbv-xml-format").unwrap_or("No_Preference") {
        "No_Preference" | "Always_URN" => Ok(()),
        other => {
            let needed = bi("XML 中词汇写成 URN", "words of the vocabulary are written as URNs in XML");
            Err(not_acceptable("GS1-CBV-XML-Format", other, needed))
        }
    }
}

/// Refuses what a caller says it speaks or wants and cannot have, on every resource alike (EPCIS 2.0, 12).
pub(super) fn met(headers: &HeaderMap) -> Result<(), Sorry> {
    negotiated(headers)?;
    // An XML document of EPCIS 1.x is captured as well.
    for name in ["gs1-epcis-version", "gs1-cbv-version"] {
        let Some(told) = text(headers, name) else { continue };
        let known =
            ["1.0", "1.1", "1.2", "2.0"].iter().any(|v| told == *v || told.starts_with(&format!("{v}.")));
        if !known {
            let needed = bi("本库读 2.0 与 1.x", "this repository reads 2.0 and 1.x");
            return Err(not_acceptable(name, told, needed));
        }
    }
    epc_format(headers)?;
    let form = text(headers, "gs1-cbv-xml-format").unwrap_or("No_Preference");
    if !["No_Preference", "Always_URN", "Always_Web_URI", "Never_Translates"].contains(&form) {
        let needed = bi("No_Preference 或 Always_URN", "No_Preference or Always_URN");
        return Err(not_acceptable("GS1-CBV-XML-Format", form, needed));
    }
    let told = text(headers, "gs1-extensions").unwrap_or_default();
    let pair = |p: &str| p.trim().split_once('=').is_some_and(|(n, iri)| !n.is_empty() && iri.contains(':'));
    if !told.trim().is_empty() && !told.split(',').all(pair) {
        let needed = bi("写成 前缀=命名空间，以逗号分隔", "write prefix=namespace, parted by commas");
        return Err(not_acceptable("GS1-Extensions", told, needed));
    }
    Ok(())
}

/// How the caller wants identifiers to be written.
pub(super) fn epc_format(headers: &HeaderMap) -> Result<EpcFormat, Sorry> {
    match text(headers, "gs1-epc-format").unwrap_or("No_Preference") {
        "No_Preference" | "Never_Translates" => Ok(EpcFormat::AsCaptured),
        "Always_GS1_Digital_Link" => Ok(EpcFormat::Links),
        other => {
            let needed = bi(
                "链接中看不出厂商识别代码的长度，不能全部写成 URN",
                "a link does not tell the length of the company prefix, so not all can be written as URNs",
            );
            Err(not_acceptable("GS1-EPC-Format", other, needed))
        }
    }
}

fn not_acceptable(name: &str, value: &str, needed: kernel::Bilingual) -> Sorry {
    let what = bi("不能按所要求的格式或版本答复", "the answer cannot have the format or version asked for");
    Refusal::new("request.not_acceptable", what).missing(name, value, needed).into()
}

/// Prefixes that the caller declares: `name=namespace`, parted by commas.
pub(super) fn extensions(headers: &HeaderMap) -> Vec<(String, String)> {
    let pairs = text(headers, "gs1-extensions").unwrap_or_default().split(',');
    pairs.filter_map(|p| p.trim().split_once('=')).map(|(n, iri)| (n.to_owned(), iri.to_owned())).collect()
}

/// Turns a problem into an exception of EPCIS (its REST binding): our 422 is a 400 there, the type is one of the
/// standard's, the gaps are told in the detail as well.
pub(crate) fn exception(problem: &mut Problem, xml: bool) -> (&'static str, Vec<u8>) {
    let code = problem.code.clone().unwrap_or_default();
    if problem.status == 422 {
        problem.status = 400;
    }
    let name = match (code.as_str(), problem.status) {
        ("epcis.query_parameter" | "request.query" | "request.page", _) => "QueryParameterException",
        ("epcis.query_validation", _) => "QueryValidationException",
        ("epcis.query_too_large", _) => "QueryTooLargeException",
        ("epcis.query_too_complex", _) => "QueryTooComplexException",
        ("epcis.subscription", _) => "SubscriptionControlsException",
        ("epcis.dest", _) => "InvalidURIException",
        ("query.not_found", _) => "NoSuchNameException",
        (_, 401 | 403) => "SecurityException",
        (_, 404) => "NoSuchResourceException",
        (_, 406) => "NotAcceptableException",
        (_, 409) => "ResourceAlreadyExistsException",
        (_, 413) => "CaptureLimitExceededException",
        (_, 414) => "URITooLongException",
        (_, 415) => "UnsupportedMediaTypeException",
        (_, status) if status >= 500 => "ImplementationException",
        _ => "ValidationException",
    };
    problem.kind = format!("epcisException:{name}");
    let mut detail = String::new();
    for gap in &problem.missing {
        let _ = write!(detail, "{} = {:?}: {}. ", gap.field, gap.value, gap.needed);
    }
    detail.push_str(&problem.remedy);
    if xml {
        let mut out = String::from("<epcis:EPCISException xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\">");
        let status = problem.status.to_string();
        for (name, value) in [
            ("type", &problem.kind),
            ("title", &problem.title),
            ("status", &status),
            ("detail", &detail),
            ("instance", &problem.instance),
        ] {
            let _ = write!(out, "<{name}>{}</{name}>", escaped(value));
        }
        out.push_str("</epcis:EPCISException>");
        return ("application/problem+xml", out.into_bytes());
    }
    let mut value = serde_json::to_value(&*problem).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("detail".into(), detail.into());
    }
    ("application/problem+json", serde_json::to_vec(&value).unwrap_or_default())
}

/// Text as XML has it; characters that XML does not know are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !"\t\n\r".contains(c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_most_wanted_is_given() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept", HeaderValue::from_str(accept).expect("a value"));
            negotiated(&headers).map_err(|s| s.status().as_u16())
        };
        assert_eq!(wants("*/*"), Ok(false));
        assert_eq!(wants("application/xml"), Ok(true));
        assert_eq!(wants("application/xml;q=0.5, application/json"), Ok(false));
        assert_eq!(wants("text/html, application/xml, */*;q=0.1"), Ok(true));
        assert_eq!(wants("application/ld+json"), Ok(false));
        assert_eq!(wants("text/html"), Err(406));
        assert_eq!(wants("application/json;q=0"), Err(406));
    }

    #[test]
    fn a_version_that_is_not_spoken_is_refused() {
        for (name, value, fits) in [
            ("gs1-epcis-min", "2.0", true),
            ("gs1-epcis-min", "1.2", true),
            ("gs1-epcis-min", "2.1", false),
            ("gs1-epcis-max", "2.1", true),
            ("gs1-cbv-max", "1.2.2", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert_eq!(negotiated(&headers).is_ok(), fits, "{name} {value}");
        }
    }
}
