//! Runs every rule over the files that are or will be committed, and lists what breaks them.

mod edges;
mod licences;
mod locales;
mod rust;
mod text;

use serde_json::Value;
use std::{
    fmt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// One broken rule and where.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    /// File, or the crate.
    place: String,
    /// Line from 1; 0 for the whole.
    line: usize,
    /// What is wrong and how to mend it.
    what: String,
}

impl Finding {
    fn new(place: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { place: place.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.place, self.what),
            n => write!(f, "{}:{n}: {}", self.place, self.what),
        }
    }
}

/// Exit 0 when every rule holds, 1 when one is broken or could not be checked.
pub(crate) fn run() -> ExitCode {
    match check() {
        Ok((findings, scenarios)) => {
            findings.iter().for_each(|f| println!("{f}"));
            println!("tests named after scenarios: {} {}", scenarios.len(), scenarios.join(" "));
            println!("tidy: {} broken rule(s)", findings.len());
            ExitCode::from(u8::from(!findings.is_empty()))
        }
        Err(why) => {
            eprintln!("tidy could not look: {why}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<(Vec<Finding>, Vec<String>), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace above xtask")?;
    let metadata: Value = {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let out = output(root, &cargo, &["metadata", "--format-version", "1", "--locked"])?;
        serde_json::from_str(&out).map_err(|e| format!("cargo metadata: {e}"))?
    };
    let mut findings = edges::check(&metadata)?;
    findings.extend(licences::check(&metadata)?);
    findings.extend(locales::check(&root.join("crates/doors/web/locales"))?);
    let mut scenarios = Vec::new();
    for file in files(root)? {
        let Ok(bytes) = std::fs::read(root.join(&file)) else { continue };
        let Ok(content) = String::from_utf8(bytes) else { continue };
        findings.extend(text::check(&file, &content));
        if file.ends_with(".rs") {
            let found = rust::check(&file, &content);
            findings.extend(found.findings);
            scenarios.extend(found.scenarios);
        }
    }
    scenarios.sort();
    scenarios.dedup();
    Ok((findings, scenarios))
}

/// The files that git has or would take, as `/`-separated paths from the root.
fn files(root: &Path) -> Result<Vec<String>, String> {
    let listed = output(root, "git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let mut files: Vec<String> = listed.split('\0').filter(|f| !f.is_empty()).map(str::to_owned).collect();
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err("git lists no files".into());
    }
    Ok(files)
}

fn output(folder: &Path, program: &str, args: &[&str]) -> Result<String, String> {
    let out = Command::new(PathBuf::from(program))
        .args(args)
        .current_dir(folder)
        .output()
        .map_err(|e| format!("{program}: {e}"))?;
    if !out.status.success() {
        return Err(format!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr)));
    }
    String::from_utf8(out.stdout).map_err(|e| format!("{program}: {e}"))
}
