//! Stops the build with one plain sentence when the browser assets have not been installed.
use std::path::Path;

fn main() {
    for watched in ["assets", "locales", "../../../node_modules/htmx.org/dist/htmx.min.js"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if !Path::new("../../../node_modules/htmx.org/dist/htmx.min.js").is_file() {
        println!(
            "cargo::error=htmx is missing: run `npm ci` at the root of the repository, then build again \
             (node_modules/htmx.org/dist/htmx.min.js is embedded in the binary)"
        );
    }
}
