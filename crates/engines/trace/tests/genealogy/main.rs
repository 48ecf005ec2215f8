//! The genealogy beside plain versions of it, on random records with cycles and links to oneself.
mod balance;
mod export;
mod frontier;
mod ingest;
mod lots;
mod paths;
mod rank;
mod reach;
mod save;

/// The folder of test material by others, which may be absent.
fn shared() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("GUOMEN_SHARED").map(std::path::PathBuf::from);
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = here.ancestors().map(|above| above.join("shared"));
    named.into_iter().chain(near).find(|folder| folder.join("data").is_dir())
}
