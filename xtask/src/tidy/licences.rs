//! The licence gate: every crate that is linked or builds us is permissive, by its own SPDX expression.

use super::Finding;
use serde_json::Value;

/// Licences that ask for no more than to be named.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Packages that carry their licence as a file only, which was read: Apache-2.0.
const READ: &[&str] = &["forust-ml 0.8.0"];

/// Every package without a permissive licence.
pub(super) fn check(metadata: &Value) -> Result<Vec<Finding>, String> {
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    Ok(packages.iter().filter_map(judge).collect())
}

fn judge(p: &Value) -> Option<Finding> {
    let name =
        format!("{} {}", p["name"].as_str().unwrap_or_default(), p["version"].as_str().unwrap_or_default());
    match p["license"].as_str() {
        Some(l) if permits(l) => None,
        Some(l) => Some(Finding::new(&name, 0, format!("the licence {l} is not permissive"))),
        None if READ.contains(&name.as_str()) => None,
        None => Some(Finding::new(&name, 0, "names no licence")),
    }
}

/// Whether an SPDX expression offers a permissive choice. `/` is the old way to write OR.
fn permits(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any(&words, &mut at) && at == words.len()
}

fn any(words: &[&str], at: &mut usize) -> bool {
    let mut ok = all(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        // Not `||`: the right side must be read even when the left side suffices.
        ok |= all(words, at);
    }
    ok
}

fn all(words: &[&str], at: &mut usize) -> bool {
    let mut ok = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        ok &= one(words, at);
    }
    ok
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let ok = any(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return ok && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        // An exception only permits more.
        *at += 2;
    }
    PERMISSIVE.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_permissive_choice_passes() {
        for l in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
        ] {
            assert!(permits(l), "{l}");
        }
    }

    #[test]
    fn anything_else_is_caught() {
        for l in ["GPL-3.0", "MIT AND GPL-3.0", "MPL-2.0", "AGPL-3.0-only OR SSPL-1.0", "", "MIT AND", "(MIT"]
        {
            assert!(!permits(l), "{l}");
        }
        let m = json!({"packages": [{"name": "a", "version": "1.0.0", "license": null},
            {"name": "b", "version": "1.0.0", "license": "GPL-2.0"}, {"name": "c", "version": "1.0.0", "license": "MIT"}]});
        assert_eq!(check(&m).expect("metadata").len(), 2);
    }
}
