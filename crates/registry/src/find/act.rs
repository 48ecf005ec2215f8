//! Entering what can be found.

use super::{keys, sql};
use kernel::{Bilingual, No, Result, bi};
use store::{Tx, vals};
use uuid::Uuid;

/// Makes a row findable by its code and its name.
pub async fn put(tx: &mut Tx, noun: &str, id: Uuid, code: &str, name: &Bilingual) -> Result<()> {
    for form in keys::forms(code, name) {
        tx.exec(sql::PUT, vals![noun, form.into_bytes(), id, code, &name.zh, &name.en]).await?;
    }
    Ok(())
}

/// Enters a page of rows that were there before, by their code after `after`; gives the last code, or none
/// when there are no more. Entering a row again changes nothing.
pub async fn fill(tx: &mut Tx, noun: &str, after: &str, limit: i64) -> Result<Option<(String, i64)>> {
    let statement = match noun {
        "operator" => sql::OPERATORS,
        "plant" => sql::PLANTS,
        "farm" => sql::FARMS,
        "officer" => sql::OFFICERS,
        "product" => sql::PRODUCTS,
        "unit" => sql::UNITS,
        other => return Err(No::fault(format!("nothing is found as {other}"))),
    };
    let rows = tx.all(statement, vals![after, limit]).await?;
    let mut last = None;
    let mut n = 0;
    for r in &rows {
        let code: String = r.get(1)?;
        put(tx, noun, r.get(0)?, &code, &bi(r.get::<String>(2)?, r.get::<String>(3)?)).await?;
        n += 1;
        last = Some(code);
    }
    Ok(last.map(|code| (code, n)))
}
