//! Adopting rules. A version, once adopted, never changes; a better one is another version.

use super::{Pack, Status, read, sql};
use crate::over_bureau;
use kernel::{Actor, Date, No, Refusal, Result, RulePackId, bi, registry::RulePackAdopted};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Tx, vals};

/// Adopts a version of a pack, in force from the day that its text names.
pub async fn adopt_pack(tx: &mut Tx, by: &Actor, text: &str) -> Result<RulePackId> {
    let pack = Pack::parse(text)?;
    let id = tx.id::<RulePackId>();
    let sha256 = digest(text);
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

/// What somebody saw and agreed to before a version is adopted.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// SHA-256 of the text that was shown, hex.
    pub sha256: &'a str,
    /// Whether the numbers that nobody has read in their source were agreed to.
    pub unverified: bool,
}

/// SHA-256 of a pack's text, hex.
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// What stands against adopting a version from a day on; no text may change what was judged already.
pub async fn check_version(tx: &mut Tx, by: &Actor, pack: &Pack) -> Result<()> {
    over_bureau(by)?;
    let rules = read::rules(tx).await?;
    let today = tx.now().date();
    let mut no = Refusal::new("rules.adopt", bi("不能采用该版本", "this version cannot be adopted"))
        .remedy(bi("改正文件后重新上传", "Correct the file and upload it again"));
    if pack.effective_from < today {
        let needed = bi(format!("不早于今日 {today}"), format!("not before today, {today}"));
        no = no.missing("effective_from", pack.effective_from, needed);
    }
    let same: Vec<_> = rules.adopted.iter().filter(|a| a.pack.code == pack.code).collect();
    if same.iter().any(|a| a.pack.version == pack.version) {
        no = no.missing(
            "version",
            &pack.version,
            bi("该版本已采用；换一个版本号", "adopted already; give it another version"),
        );
    }
    if let Some(last) =
        same.iter().map(|a| a.effective_from).max().filter(|last| pack.effective_from <= *last)
    {
        let needed =
            bi(format!("晚于前一版本的 {last}"), format!("later than {last}, that of the version before"));
        no = no.missing("effective_from", pack.effective_from, needed);
    }
    if let Some(other) = same.iter().find(|a| a.pack.authority != pack.authority) {
        let needed = bi(
            format!("同一代码须为 {}", other.pack.authority),
            format!("{} for this code", other.pack.authority),
        );
        no = no.missing("authority", &pack.authority, needed);
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

/// Adopts a version that somebody has seen and agreed to, in force from today at the earliest.
pub async fn adopt_version(tx: &mut Tx, by: &Actor, text: &str, agreed: Agreed<'_>) -> Result<RulePackId> {
    let pack = Pack::parse(text)?;
    check_version(tx, by, &pack).await?;
    let mut no =
        Refusal::new("rules.agree", bi("采用前须确认", "a version is agreed to before it is adopted"));
    if digest(text) != agreed.sha256 {
        no = no.missing(
            "sha256",
            agreed.sha256,
            bi("与所示文本不符，请重新上传", "not the text that was shown; upload it again"),
        );
    }
    let open = pack.count(Status::Unverified);
    if open > 0 && !agreed.unverified {
        let needed = bi("确认未核实的数值", "agree to the numbers that are not verified");
        no = no.missing("unverified", open, needed);
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    adopt_pack(tx, by, text).await
}

/// Moves the version that readers compare. It is drawn, not counted, so that the number of an
/// adoption that was undone never stands for other content.
async fn bump(tx: &mut Tx) -> Result<()> {
    let n = i64::from_be_bytes(tx.chance().bytes());
    tx.exec(sql::BUMP, vals![n]).await?;
    tx.keep::<super::Rules>(None);
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
