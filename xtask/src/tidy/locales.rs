//! Both languages say the same things: every Fluent key exists, once, in every language.

use super::Finding;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Compares the languages under a folder with one subfolder a language; an absent folder has nothing to compare.
pub(super) fn check(folder: &Path) -> Result<Vec<Finding>, String> {
    let mut languages = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    for entry in fs::read_dir(folder).map_err(|e| e.to_string())?.flatten().filter(|e| e.path().is_dir()) {
        let mut texts = Vec::new();
        for file in fs::read_dir(entry.path()).map_err(|e| e.to_string())?.flatten() {
            if file.path().extension().is_some_and(|e| e == "ftl") {
                texts.push(fs::read_to_string(file.path()).map_err(|e| e.to_string())?);
            }
        }
        languages.insert(entry.file_name().to_string_lossy().into_owned(), texts.join("\n"));
    }
    Ok(compare(&languages))
}

fn compare(languages: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if languages.len() < 2 {
        findings.push(Finding::new("locales", 0, "pages speak two languages; there is one folder"));
    }
    let mut keys: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for (language, text) in languages {
        let mut seen = BTreeSet::new();
        for key in keys_of(text) {
            if !seen.insert(key.clone()) {
                findings.push(Finding::new(language, 0, format!("the key {key} is defined twice")));
            }
        }
        keys.insert(language, seen);
    }
    let every: BTreeSet<&String> = keys.values().flatten().collect();
    for (language, own) in &keys {
        for key in every.iter().filter(|k| !own.contains(**k)) {
            findings.push(Finding::new(language, 0, format!("the key {key} is missing")));
        }
    }
    findings
}

/// Keys of messages, terms and attributes (`message.attribute`).
fn keys_of(text: &str) -> Vec<String> {
    let mut message = String::new();
    let mut keys = Vec::new();
    for line in text.lines() {
        let Some((left, _)) = line.split_once('=') else { continue };
        let (indented, left) = (left.starts_with(' '), left.trim());
        let name = left.trim_start_matches(['.', '-']);
        let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        match (valid, indented, left.starts_with('.')) {
            (true, false, false) => {
                message = left.to_owned();
                keys.push(message.clone());
            }
            (true, true, true) => keys.push(format!("{message}{left}")),
            _ => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(zh: &str, en: &str) -> usize {
        compare(&BTreeMap::from([("zh-CN".into(), zh.into()), ("en".into(), en.into())])).len()
    }

    #[test]
    fn equal_keys_pass() {
        let zh = "# 说明 = 无\nlot = 批次\n    .title = 批次 { $n }\n-brand = 国门\n";
        assert_eq!(found(zh, "-brand = Guomen\nlot = Lot\n    continued a = b\n    .title = Lot\n"), 0);
    }

    #[test]
    fn a_missing_or_doubled_key_is_caught() {
        assert_eq!(found("lot = 批次\n", "lot = Lot\nhold = Hold\n"), 1);
        assert_eq!(found("lot = 批次\n    .title = 批\n", "lot = Lot\n"), 1);
        assert_eq!(found("lot = 批次\nlot = 批\n", "lot = Lot\n"), 1);
        assert_eq!(compare(&BTreeMap::from([("en".into(), "lot = Lot".into())])).len(), 1);
    }
}
