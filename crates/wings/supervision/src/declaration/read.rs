//! What pages, API and the next stations read of declarations.

use super::{Declaration, Lot, Stage, sql};
use kernel::{Actor, DeclarationId, No, Quantity, Result, Scope, Timestamp, UnitId};
use store::{Row, Tx, vals};

/// Behind every number that begins alike, in the order of bytes as in those of languages: Han characters come
/// after digits and letters, and this is the last one of their first block.
const LAST: &str = "\u{9fa5}\u{9fa5}";

fn stage(r: &Row) -> Result<Stage> {
    let code: String = r.get(10)?;
    Stage::parse(&code).ok_or_else(|| No::fault(format!("no stage {code}")))
}

/// Reads the first eighteen columns of a list of declarations.
pub(crate) fn read(r: &Row) -> Result<Declaration> {
    Ok(Declaration {
        id: r.get(0)?,
        no: r.get(1)?,
        branch: r.get(2)?,
        direction: r.get(3)?,
        operator: r.get(4)?,
        plant: r.get(5)?,
        market: r.get(6)?,
        mode: r.get(7)?,
        goods: r.get(8)?,
        risk: r.get(9)?,
        stage: stage(r)?,
        lane: r.get(11)?,
        selected: r.get(12)?,
        rule_version: r.get(13)?,
        lodged_at: r.get(14)?,
        due_at: r.get(15)?,
        accepted_at: r.get(16)?,
        revision: r.get(17)?,
    })
}

/// One declaration, if the actor may see it.
pub async fn one(tx: &mut Tx, by: &Actor, id: DeclarationId) -> Result<Option<Declaration>> {
    let found = tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()?;
    Ok(found.filter(|d| by.reaches(d.branch, d.operator)))
}

/// What the goods are worth, when it was told: a decimal number and its currency (ISO 4217).
pub async fn worth(tx: &mut Tx, id: DeclarationId) -> Result<Option<(String, String)>> {
    let found = tx.opt(sql::WORTH_OF, vals![id]).await?;
    found.map(|r| Ok((super::amend::spelt(r.get(0)?), r.get(1)?))).transpose()
}

/// One declaration by its number, if the actor may see it.
pub async fn by_no(tx: &mut Tx, by: &Actor, no: &str) -> Result<Option<Declaration>> {
    let found = tx.opt(sql::BY_NO, vals![no]).await?.map(|r| read(&r)).transpose()?;
    Ok(found.filter(|d| by.reaches(d.branch, d.operator)))
}

/// Declarations whose number begins so, as far as the actor may see them. Digits alone are read as the last ones of
/// a number of this year, in each branch that the actor reaches.
pub async fn by_number(tx: &mut Tx, by: &Actor, begin: &str, most: usize) -> Result<Vec<Declaration>> {
    let begin = begin.trim().to_uppercase();
    if begin.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if begin.len() <= 7 && begin.bytes().all(|b| b.is_ascii_digit()) {
        let year = tx.now().date().year();
        for r in tx.all(sql::BRANCH_CODES, vals![]).await? {
            let (branch, code): (UnitId, String) = (r.get(0)?, r.get(1)?);
            if matches!(by.scope, Scope::Branch(own) if own != branch) {
                continue;
            }
            found.extend(by_no(tx, by, &format!("{code}{year}{begin:0>7}")).await?);
        }
    } else {
        let rows = tx.all(sql::BY_NO_BEGIN, vals![&begin, format!("{begin}{LAST}")]).await?;
        let read = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        found.extend(
            read.into_iter().filter(|d| d.no.starts_with(&begin) && by.reaches(d.branch, d.operator)),
        );
    }
    found.truncate(most);
    Ok(found)
}

/// Declarations that hold a lot whose number begins so, newest first among the first lots found, as far as the
/// actor may see them.
pub async fn by_lot_beginning(tx: &mut Tx, by: &Actor, begin: &str, most: usize) -> Result<Vec<Declaration>> {
    let begin = begin.trim();
    if begin.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx.all(sql::BY_LOT_BEGIN, vals![begin, format!("{begin}{LAST}")]).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    let mut seen: Vec<Declaration> = Vec::new();
    for d in found {
        if seen.len() < most && by.reaches(d.branch, d.operator) && seen.iter().all(|s| s.id != d.id) {
            seen.push(d);
        }
    }
    Ok(seen)
}

/// Declarations that hold a lot of this number, newest first, at most 20, as far as the actor may see them.
pub async fn by_lot(tx: &mut Tx, by: &Actor, lot_no: &str) -> Result<Vec<Declaration>> {
    let rows = tx.all(sql::BY_LOT, vals![lot_no]).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(found.into_iter().filter(|d| by.reaches(d.branch, d.operator)).collect())
}

/// Declarations within the actor's reach, newest first, from the one before `before` on.
pub async fn list(
    tx: &mut Tx,
    by: &Actor,
    before: Option<(Timestamp, DeclarationId)>,
    limit: i64,
) -> Result<Vec<Declaration>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), DeclarationId::from(kernel::MAX_UUID)));
    let mut vals = vals![at, id, limit.clamp(1, 200)];
    let statement = match by.scope {
        Scope::Bureau => sql::LIST,
        Scope::Branch(branch) => {
            vals.push(branch.into());
            sql::LIST_OF_BRANCH
        }
        Scope::Operator(operator) => {
            vals.push(operator.into());
            sql::LIST_OF_OPERATOR
        }
    };
    tx.all(statement, vals).await?.iter().map(read).collect()
}

/// The lots of a declaration, line by line.
pub async fn lots(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Lot>> {
    let rows = tx.all(sql::LOTS, vals![id]).await?;
    rows.iter()
        .map(|r| {
            let quantity = Quantity { milli: r.get(3)?, unit: r.get(4)? };
            Ok(Lot { id: r.get(0)?, no: r.get(1)?, hs: r.get(2)?, quantity })
        })
        .collect()
}
