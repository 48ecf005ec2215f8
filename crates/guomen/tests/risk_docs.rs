//! The examples of `docs/risk.md` are run as they stand and must print what stands below them.

use std::path::Path;
use std::process::Command;

/// Blocks between fences, with the words behind the opening one.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => open = Some((words.to_owned(), String::new())),
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some((_, body)), None) => *body += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    out
}

/// Words of a command line; single quotes keep spaces together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let whole = |(i, part): (usize, &str)| match i % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    };
    parts.flat_map(whole).collect()
}

/// What a command prints.
fn run(folder: &Path, line: &str) -> String {
    let words = words(line);
    assert_eq!(words[0], "guomen", "{line}");
    let out = Command::new(env!("CARGO_BIN_EXE_guomen")).args(&words[1..]).current_dir(folder).output();
    String::from_utf8(out.expect("the program runs").stdout).expect("text")
}

#[test]
fn the_examples_of_the_guide_print_what_it_says() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/risk.md");
    let text = std::fs::read_to_string(guide).expect("the guide");
    let folder = tempfile::tempdir().expect("a folder");
    let mut tried = 0;
    for (kind, body) in blocks(&text) {
        if let Some(name) = kind.strip_prefix("file ") {
            std::fs::write(folder.path().join(name), body).expect("a file");
        } else if kind == "console" {
            for part in body.split("$ ").filter(|p| !p.is_empty()) {
                let (line, wanted) = part.split_once('\n').expect("a command");
                assert_eq!(run(folder.path(), line), wanted, "{line}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 5);
}
