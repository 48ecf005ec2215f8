//! Finds the comparison material beside the source tree; a test that does not find it says so and passes.

use std::collections::HashMap;
use std::path::PathBuf;

/// One line of a table with a header, by column name.
pub(crate) type Row = HashMap<String, String>;

/// The folder with the comparison tables, or none where the material is not at hand.
fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("GUOMEN_SHARED").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = here.ancestors().map(|folder| folder.join("shared")).find(|folder| folder.is_dir());
    given.or(beside).map(|shared| shared.join("data/iso2859")).filter(|folder| folder.is_dir())
}

/// All rows of a comparison table, or none (said aloud) where it is not at hand.
pub(crate) fn rows(name: &str) -> Option<Vec<Row>> {
    let Some(path) = folder().map(|folder| folder.join(name)).filter(|path| path.is_file()) else {
        println!("skipped: {name} is not at hand");
        return None;
    };
    let mut reader = csv::Reader::from_path(path).expect("the table opens");
    Some(reader.deserialize().map(|row| row.expect("the table reads")).collect())
}

/// A number from a row.
pub(crate) fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is a number in {row:?}"))
}
