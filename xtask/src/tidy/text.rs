//! Rules over the text of any file: its length, its first line, and words that have no place in the product.

use super::Finding;

/// The longest file, in lines.
const MAX_LINES: usize = 400;
/// Kinds of files that a person reads from top to bottom.
const READ: &[&str] = &[".rs", ".css", ".js", ".typ", ".sql"];

/// Words of a workplace, in pieces so that this list does not find itself.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/main"), "a path of one machine"),
    (concat!("/wo", "rk/wt"), "a path of one machine"),
    (concat!("/wo", "rk/shared"), "a path of one machine"),
    (concat!("/wo", "rk/.library"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("issue ", "#"), "the product speaks of itself, not of a tracker"),
    (concat!("cra", "tes.io"), "the address of a package registry"),
    (concat!("npm", "js"), "the address of a package registry (npm: set omit-lockfile-registry-resolved)"),
    (concat!("py", "pi"), "the address of a package registry"),
];

pub(super) fn check(file: &str, content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = content.lines().count();
    if READ.iter().any(|e| file.ends_with(e)) && lines > MAX_LINES {
        findings.push(Finding::new(
            file,
            0,
            format!("{lines} lines, at most {MAX_LINES}: split it by purpose"),
        ));
    }
    if file.ends_with(".rs") && !content.starts_with("//!") {
        findings.push(Finding::new(file, 1, "the first line must say why the file exists, with //!"));
    }
    // Cargo writes the addresses of its lock file itself.
    if file != "Cargo.lock" {
        for (n, line) in content.lines().enumerate() {
            findings.extend(words(file, n + 1, line));
        }
    }
    findings
}

fn words(file: &str, n: usize, line: &str) -> Vec<Finding> {
    let lower = line.to_lowercase();
    let found = FORBIDDEN.iter().filter(|(word, _)| holds(&lower, word));
    found.map(|(word, why)| Finding::new(file, n, format!("{word:?} is {why}"))).collect()
}

/// Whether the line holds the word, and not as the tail of a longer one (copying, `.../root/`).
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-$}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_passes() {
        let tail = FORBIDDEN[0].0.replace("main", "tasks");
        assert_eq!(check("a.rs", &format!("//! Why.\nfn a() {{}} // copying; route {tail}\n")), []);
        assert_eq!(check("Cargo.lock", &format!("source = {}", FORBIDDEN[7].0)), []);
        assert_eq!(check("long.md", &"a\n".repeat(900)), []);
    }

    #[test]
    fn long_files_and_files_without_a_reason_are_caught() {
        for end in READ {
            assert_eq!(check(&format!("long{end}"), &"//! a\n".repeat(401)).len(), 1, "{end}");
            assert_eq!(check(&format!("long{end}"), &"//! a\n".repeat(400)).len(), 0, "{end}");
        }
        assert_eq!(check("a.rs", "\n//! late\n").len(), 1);
    }

    #[test]
    fn words_of_a_workplace_are_caught() {
        for (word, _) in FORBIDDEN {
            let found = check("README.md", &format!("fine\nsee {}x\n", word.to_uppercase()));
            assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2], "{word}");
        }
    }
}
