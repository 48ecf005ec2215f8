//! What the visual language promises: contrast, four sizes, one place for colour, both languages complete, safe frames.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use tower::ServiceExt;

use super::*;

fn crate_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder is readable") {
        let path = entry.expect("entry is readable").path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Keys of one language, and those that stand twice.
fn keys(lang: Lang) -> (BTreeSet<String>, Vec<String>) {
    let (mut seen, mut twice) = (BTreeSet::new(), Vec::new());
    for path in files_below(&crate_file("locales").join(lang.tag()), "ftl") {
        for line in fs::read_to_string(path).expect("locale file").lines() {
            let Some((key, _)) = line.split_once('=') else { continue };
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) && !seen.insert(key.trim().to_owned()) {
                twice.push(key.trim().to_owned());
            }
        }
    }
    (seen, twice)
}

/// Literal keys in `t(x, "key"` and `t_args(x, "key"`.
fn keys_used(source: &str) -> Vec<String> {
    let mut used = Vec::new();
    for call in ["t(", "t_args("] {
        for (at, _) in source.match_indices(call) {
            if source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let Some((_, rest)) = source[at + call.len()..].split_once(',') else { continue };
            if let Some(key) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                used.push(key.to_owned());
            }
        }
    }
    used
}

#[test]
fn both_languages_have_the_same_keys_and_each_once() {
    let (zh, zh_twice) = keys(Lang::ZhCn);
    let (en, en_twice) = keys(Lang::En);
    assert!(zh.len() > 150, "the locale files were read: {}", zh.len());
    assert_eq!(zh.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "only in zh-CN");
    assert_eq!(en.difference(&zh).collect::<Vec<_>>(), Vec::<&String>::new(), "only in en");
    assert!(zh_twice.is_empty() && en_twice.is_empty(), "twice: {zh_twice:?} {en_twice:?}");
}

#[test]
fn every_key_used_in_the_sources_exists() {
    let (known, _) = keys(Lang::ZhCn);
    let mut used = BTreeMap::new();
    for path in
        files_below(&crate_file("src"), "rs").into_iter().filter(|path| !path.ends_with("look/tests.rs"))
    {
        for key in keys_used(&fs::read_to_string(&path).expect("source")) {
            used.insert(key, path.display().to_string());
        }
    }
    assert!(used.len() > 60, "the sources were scanned: {}", used.len());
    used.retain(|key, _| !known.contains(key));
    assert!(used.is_empty(), "unknown keys: {used:?}");
}

#[test]
fn the_scan_for_keys_sees_what_it_should() {
    assert_eq!(keys_used(r#"t(lang, "a") t_args(f.lang, "b", &[]) set(x, "c") format("d")"#), ["a", "b"]);
}

#[test]
fn every_lane_and_stage_has_its_word_in_both_languages() {
    for lang in Lang::ALL {
        for key in Lane::ALL.map(|lane| format!("lane-{}", lane.code())) {
            assert_ne!(t(lang, &key), key);
        }
        for key in Stage::ALL.map(|stage| format!("stage-{}", stage.code())) {
            assert_ne!(t(lang, &key), key);
        }
    }
    assert!(Lane::ALL.iter().all(|lane| Lane::from_code(lane.code()) == Some(*lane)));
    assert!(Stage::ALL.iter().all(|stage| Stage::from_code(stage.code()) == Some(*stage)));
}

#[test]
fn values_enter_sentences_without_stray_marks() {
    assert_eq!(t_args(Lang::En, "clock-left-working-days", &[("n", 1.into())]), "1 working day left");
    assert_eq!(t_args(Lang::En, "clock-left-working-days", &[("n", 3.into())]), "3 working days left");
    assert_eq!(t_args(Lang::ZhCn, "clock-left-working-days", &[("n", 3.into())]), "剩 3 个工作日");
}

#[test]
fn the_language_is_that_of_the_url_then_the_cookie_then_the_browser() {
    assert_eq!(Lang::negotiate(Some("a=1&lang=en"), Some("lang=zh-CN"), None), Lang::En);
    assert_eq!(Lang::negotiate(None, Some("x=1; lang=en"), Some("zh-CN,zh;q=0.9")), Lang::En);
    assert_eq!(Lang::negotiate(None, None, Some("de-DE,en-GB;q=0.8")), Lang::En);
    assert_eq!(Lang::negotiate(Some("lang=xx"), None, None), Lang::ZhCn);
    assert_eq!(in_lang("/d?lane=sampled&lang=zh-CN&after=9", Lang::En), "/d?lane=sampled&after=9&lang=en");
    assert_eq!(in_lang("/d", Lang::ZhCn), "/d?lang=zh-CN");
}

/// Tokens of the block that opens with `opening` in the style sheet.
fn tokens(css: &str, opening: &str) -> BTreeMap<String, String> {
    let start = css.find(opening).expect("block exists") + opening.len();
    let body = &css[start..start + css[start..].find('}').expect("block ends")];
    let pairs = body.split(';').filter_map(|line| line.trim().split_once(':'));
    let own = pairs.filter_map(|(name, value)| {
        Some((name.trim().rsplit_once("--")?.1.to_owned(), value.trim().to_owned()))
    });
    own.collect()
}

/// Relative luminance (WCAG 2.2) of `#rrggbb`.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hex colour")) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const LIGHT: &str = ":root {";
const DARK: &str = ":root[data-theme=\"dark\"] {";
const DARK_BY_SYSTEM: &str = ":root:not([data-theme=\"light\"]) {";

#[test]
fn every_pair_of_colours_meets_wcag_aa_in_both_themes() {
    let css = fs::read_to_string(crate_file("assets/css/10-tokens.css")).expect("tokens");
    let mut failures = Vec::new();
    for theme in [LIGHT, DARK] {
        let token = tokens(&css, theme);
        let mut check = |front: &str, back: &str, least: f64| {
            let ratio = contrast(&token[front], &token[back]);
            if ratio < least {
                failures.push(format!("{theme} {front} on {back}: {ratio:.2} < {least}"));
            }
        };
        for back in ["paper", "sheet", "wash", "sea-wash"] {
            for front in ["ink", "ink-2", "sea", "stop", "amber"] {
                check(front, back, 4.5);
            }
        }
        check("ink-3", "paper", 4.5);
        check("ink-3", "sheet", 4.5);
        check("on-sea", "sea", 4.5);
        check("on-sea", "sea-deep", 4.5);
        check("on-stop", "stop-fill", 4.5);
        check("amber", "amber-wash", 4.5);
        check("stop", "stop-wash", 4.5);
        check("ink", "stop-wash", 4.5);
        check("ink", "amber-wash", 4.5);
        // Edges of fields, rings of focus and marks are parts of controls: 3 : 1.
        for back in ["paper", "sheet"] {
            check("edge", back, 3.0);
            check("sea", back, 3.0);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn the_two_dark_blocks_are_one() {
    let css = fs::read_to_string(crate_file("assets/css/10-tokens.css")).expect("tokens");
    assert_eq!(tokens(&css, DARK), tokens(&css, DARK_BY_SYSTEM));
    let light = tokens(&css, LIGHT);
    assert!(tokens(&css, DARK).keys().all(|name| light.contains_key(name)));
}

#[test]
fn colours_and_sizes_are_named_in_the_tokens_only() {
    for path in files_below(&crate_file("assets/css"), "css") {
        let name = path.file_name().and_then(|n| n.to_str()).expect("name").to_owned();
        if name.starts_with("10-") || name.starts_with("90-") {
            continue;
        }
        for (number, line) in fs::read_to_string(&path).expect("style sheet").lines().enumerate() {
            // The QR code alone is dark on white in every theme: scanners need it.
            let colour = line
                .match_indices('#')
                .any(|(at, _)| line[at + 1..].starts_with(|c: char| c.is_ascii_hexdigit()));
            assert!(!colour || line.contains(".seal .qr"), "{name}:{} names a colour: {line}", number + 1);
            if let Some((_, size)) = line.split_once("font-size:") {
                let size = size.trim_start();
                assert!(
                    size.starts_with("var(--") || size.starts_with("inherit"),
                    "{name}:{} a fifth size: {line}",
                    number + 1
                );
            }
        }
    }
}

#[test]
fn pages_carry_nothing_inline_that_the_policy_forbids() {
    for lang in Lang::ALL {
        let page = gallery(lang).0;
        for forbidden in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches("<script src=").count());
    }
}

#[test]
fn ids_in_the_gallery_are_unique_and_labels_lead_somewhere() {
    let page = gallery(Lang::ZhCn).0;
    let values = |attribute: &str| -> Vec<String> {
        page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
    };
    let ids = values(" id=\"");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for target in values(" for=\"").iter().chain(&values(" aria-describedby=\"")) {
        for id in target.split(' ') {
            assert!(ids.iter().any(|known| known == id), "nothing has the id {id}");
        }
    }
}

#[test]
fn what_people_write_is_never_read_as_markup() {
    let evil = "<script>alert(1)</script><q>";
    let frame = Shell { title: evil, bureau: evil, url: "/?q=\"><q>", ..Default::default() };
    let page =
        shell(&frame, field(&Field { name: "q", label: evil, value: "\"><q>", ..Default::default() })).0;
    assert!(!page.contains("<script>alert") && !page.contains("<q>"));
}

#[tokio::test]
async fn assets_are_immutable_under_their_hash_and_fresh_under_another() {
    let app = Router::new().route(ASSET_ROUTE, get(serve_asset));
    let answer = |uri: String| {
        let app = app.clone();
        async move { app.oneshot(Request::get(uri).body(Body::empty()).expect("request")).await.expect("answer") }
    };
    for (name, _) in all_assets() {
        let own = answer(asset_url(name)).await;
        assert_eq!(own.status(), StatusCode::OK, "{name}");
        assert_eq!(own.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let old = answer(format!("/assets/0000/{name}")).await;
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-cache");
    }
    assert_eq!(answer(asset_url("nothing.css")).await.status(), StatusCode::NOT_FOUND);
    let names: Vec<&str> = all_assets().map(|(name, _)| name).collect();
    assert_eq!(names, ["guomen.css", "guomen.js", "htmx.js", "mark.svg"]);
}
