//! Adopting rules. A version, once adopted, never changes; a better one is another version.

use super::{Pack, sql};
use kernel::{Actor, Date, No, Refusal, Result, RulePackId, bi, registry::RulePackAdopted};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Tx, vals};

/// Adopts a version of a pack, in force from the day that its text names.
pub async fn adopt_pack(tx: &mut Tx, by: &Actor, text: &str) -> Result<RulePackId> {
    let pack = Pack::parse(text)?;
    let id = tx.id::<RulePackId>();
    let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
    let now = tx.now();
    let vals = vals![id, &pack.code, &pack.version, pack.effective_from, text, &sha256, by.officer, now];
    tx.exec(sql::PACK_ADD, vals).await?;
    bump(tx).await?;
    let fact = RulePackAdopted {
        rule_pack: id,
        code: pack.code,
        version: pack.version,
        effective_from: pack.effective_from,
        sha256,
    };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(id)
}

/// Moves the version that readers compare. It is drawn, not counted, so that the number of an
/// adoption that was undone never stands for other content.
async fn bump(tx: &mut Tx) -> Result<()> {
    let n = i64::from_be_bytes(tx.chance().bytes());
    tx.exec(sql::BUMP, vals![n]).await?;
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    source: String,
    #[serde(default)]
    holiday: Vec<Date>,
    #[serde(default)]
    workday: Vec<Date>,
}

/// Takes in the published exceptions of the working-day calendar.
pub async fn adopt_calendar(tx: &mut Tx, text: &str) -> Result<usize> {
    let file: CalendarFile =
        toml::from_str(text).map_err(|e| {
            No::from(
                Refusal::new("rules.calendar", bi("工作日历无法读取", "the calendar cannot be read"))
                    .missing("toml", "", bi(e.to_string(), e.to_string())),
            )
        })?;
    let days = file.holiday.iter().map(|d| (*d, false)).chain(file.workday.iter().map(|d| (*d, true)));
    let mut n = 0;
    for (day, working) in days {
        tx.exec(sql::DAY_SET, vals![day, working, &file.source]).await?;
        n += 1;
    }
    bump(tx).await?;
    Ok(n)
}
