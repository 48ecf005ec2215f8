//! From what people type to names of the genealogy.

use kernel::{Actor, Result};
use store::Tx;
use supervision::trail::{self, Declared};

/// What people typed as lots, as names of the genealogy: a name stands for itself, a number for all that bear it;
/// and the consignments that declared them, as far as the actor sees them.
///
/// # Errors
/// The database does not answer.
pub async fn named(tx: &mut Tx, by: &Actor, typed: &[String]) -> Result<(Vec<String>, Vec<Declared>)> {
    let (mut names, mut declared) = (Vec::new(), Vec::new());
    for text in typed.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        if text.starts_with("urn:") || text.contains("://") {
            if let Some(("lot", parts)) = trail::names::read(text)
                && let [_, no] = parts.as_slice()
            {
                let (_, of) = trail::holders(tx, by, no).await?;
                declared.extend(of.into_iter().filter(|d| d.lot == text));
            }
            names.push(text.to_owned());
            continue;
        }
        let (lots, of) = trail::holders(tx, by, text).await?;
        match lots.is_empty() {
            true => names.push(text.to_owned()),
            false => names.extend(lots),
        }
        declared.extend(of);
    }
    Ok((names, declared))
}
