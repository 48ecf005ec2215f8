//! Finds the folder of test material by others, which may be absent, and walks it.

use std::path::{Path, PathBuf};

/// The folder of EPCIS material, or `None` with a word on standard output.
pub(crate) fn epcis_material() -> Option<PathBuf> {
    let named = std::env::var_os("GUOMEN_SHARED").map(PathBuf::from);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = here.ancestors().flat_map(|a| [a.join("shared"), a.join("../shared")]);
    let found = named.into_iter().chain(near).map(|s| s.join("data/epcis")).find(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: no folder of EPCIS material");
    }
    found
}

/// All files under a folder with one of the extensions, sorted.
pub(crate) fn files(under: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![under.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| extensions.contains(&e)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
