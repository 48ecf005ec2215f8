//! The file of the genealogy: the bytes of the graph, then the number of the last event in it (8 bytes, little end
//! first) and that event's key (32 bytes), by which it is known whether the file belongs to this database.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use trace::genealogy::Graph;

/// Bytes after those of the graph.
const TAIL: usize = 40;

/// All of a file but its tail.
struct Front(Vec<u8>);

impl AsRef<[u8]> for Front {
    fn as_ref(&self) -> &[u8] {
        self.0.get(..self.0.len().saturating_sub(TAIL)).unwrap_or_default()
    }
}

/// Where the file of an SQLite database lies.
pub(super) fn beside(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
    (!path.is_empty() && !path.contains(":memory:")).then(|| PathBuf::from(format!("{path}.lots")))
}

/// Reads a whole and undamaged file: the graph, the number of its last event, that event's key.
pub(super) fn read(path: &Path) -> Option<(Graph, i64, [u8; 32])> {
    let bytes = fs::read(path).ok()?;
    let tail = bytes.get(bytes.len().checked_sub(TAIL)?..)?;
    let seq = i64::from_le_bytes(tail[..8].try_into().ok()?);
    let key = tail[8..].try_into().ok()?;
    let graph = Graph::open(Front(bytes)).ok()?;
    Some((graph, seq, key))
}

/// Writes the file beside itself and then puts it in its place, so that a crash leaves the old one or the new one.
pub(super) fn write(path: &Path, graph: &[u8], seq: i64, key: &[u8; 32]) -> io::Result<()> {
    let fresh = path.with_extension("lots-new");
    let mut file = fs::File::create(&fresh)?;
    file.write_all(graph)?;
    file.write_all(&seq.to_le_bytes())?;
    file.write_all(key)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lies_beside_an_sqlite_database_and_beside_no_other() {
        assert_eq!(beside("sqlite:///var/g.db?mode=rwc"), Some(PathBuf::from("/var/g.db.lots")));
        assert_eq!(beside("sqlite://g.db"), Some(PathBuf::from("g.db.lots")));
        assert_eq!(beside("sqlite::memory:"), None);
        assert_eq!(beside("postgres://h/db"), None);
    }
}
