//! Small facts for the stories, and an independent re-computation of an export.

use kernel::{AccountId, OfficerId, TokenId, UnitId, identity::PasswordChanged, identity::TokenIssued};
use sha2::{Digest, Sha256};
use store::{Tx, ledger};
use testkit::TestDb;

/// Appends one fact; every second one has an officer and a branch.
pub(crate) fn say(tx: &mut Tx, n: u32, text: &str) {
    let account = tx.id::<AccountId>();
    if n.is_multiple_of(2) {
        let (officer, unit) = (tx.id::<OfficerId>(), tx.id::<UnitId>());
        let token = tx.id::<TokenId>();
        let fact = TokenIssued { token, account, label: text.to_owned() };
        tx.append(account.subject(), Some(officer), Some(unit), fact);
    } else {
        tx.append(account.subject(), None, None, PasswordChanged { account });
    }
}

/// Commits `acts` acts of `facts` facts each, a second apart.
pub(crate) async fn fill(t: &TestDb, acts: u32, facts: u32) {
    for act in 0..acts {
        let mut tx = t.tx().await;
        for n in 0..facts {
            say(&mut tx, act + n, "国门 “gate” \\ \n end");
        }
        tx.commit().await.expect("an act commits");
        t.pass(1_000_000);
    }
}

/// The export as text lines.
pub(crate) async fn export_lines(t: &TestDb) -> Vec<String> {
    let mut out = Vec::new();
    ledger::export(t, &t.clock, &mut out).await.expect("an export");
    String::from_utf8(out).expect("an export is UTF-8").lines().map(str::to_owned).collect()
}

/// Microseconds since 1970 of `YYYY-MM-DDThh:mm:ss.ffffffZ`, by the days-from-civil algorithm.
fn micros(at: &str) -> i64 {
    let n = |from: usize, to: usize| at[from..to].parse::<i64>().expect("digits");
    let (year, month, day) = (n(0, 4), n(5, 7), n(8, 10));
    let y = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = (y % 400) * 365 + (y % 400) / 4 - (y % 400) / 100 + day_of_year;
    let days = (y / 400) * 146_097 + day_of_era - 719_468;
    ((days * 24 + n(11, 13)) * 60 + n(14, 16)) * 60_000_000 + n(17, 19) * 1_000_000 + n(20, 26)
}

/// The value of a key as the very text that stands in the line: no parser rewrites it.
fn raw<'a>(line: &'a str, key: &str, next: &str) -> &'a str {
    let start = line.find(&format!("\"{key}\":")).expect("the key") + key.len() + 3;
    let end = line.rfind(&format!(",\"{next}\":")).expect("the next key");
    &line[start..end]
}

/// Repeats the chain over exported lines as an outsider would; the first line that does not hold.
pub(crate) fn recompute(lines: &[String]) -> Result<String, usize> {
    let mut previous = "0".repeat(64);
    for (i, line) in lines.iter().enumerate() {
        let v: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        let s = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        let text = [
            previous,
            (i + 1).to_string(),
            micros(&s("at")).to_string(),
            s("id"),
            s("kind"),
            s("subject"),
            s("actor"),
            s("unit"),
            raw(line, "body", "hash").to_owned(),
        ]
        .join("\n");
        previous = hex::encode(Sha256::digest(text.as_bytes()));
        if previous != s("hash") || v["seq"].as_u64() != u64::try_from(i + 1).ok() {
            return Err(i + 1);
        }
    }
    Ok(previous)
}
