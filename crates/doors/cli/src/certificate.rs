//! Checking a certificate's file at the command line, without a network: what it says, and whether that holds.

use crate::{
    args::{Cli, DEFAULT_DB},
    say::Say,
    text,
};
use kernel::{No, Refusal, Result, bi};
use serde_json::{Value, json};
use std::{path::Path, process::ExitCode};
use store::key;
use supervision::certificate::{self, Body, Check, Standing};

/// Checks a PDF or JSON file. The key comes from `--key`, else from the bureau's own database, which also says
/// whether the certificate was withdrawn or replaced since.
pub(crate) async fn verify(cli: &Cli, file: &Path, named: Option<&str>, say: Say) -> Result<ExitCode> {
    let bytes = text::bytes(file)?;
    let mut keys = named.map(keys_of).transpose()?.unwrap_or_default();
    let asked = cli.db != DEFAULT_DB || (named.is_none() && Path::new("guomen.db").exists());
    let mut now = None;
    if asked {
        let desk = crate::open(cli).await?;
        let mut tx = desk.read().await?;
        if named.is_none() {
            let known = key::published(&mut tx).await?;
            keys = known.into_iter().map(|k| k.0).collect();
        }
        let code = certificate::verify(&bytes, &[]).body.map(|b| b.code).unwrap_or_default();
        now = Some(certificate::by_code(&mut tx, &code).await?.map(|c| c.standing));
    }
    if keys.is_empty() && named.is_none() && !asked {
        return Err(no_key());
    }
    let keys: Vec<_> = keys.iter().filter_map(|k| key::public(k)).collect();
    let check = certificate::verify(&bytes, &keys);
    let stands = standing(&check, now);
    let reason = match (&check.wrong, &stands) {
        (Some(wrong), _) => Some(wrong.say().en),
        (None, Err(why)) => Some((*why).to_owned()),
        (None, Ok(())) => None,
    };
    show(file, &check, now.flatten(), reason.as_deref(), say)?;
    Ok(if reason.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Whether a certificate whose signature holds is also in force, as far as the file and the database know.
fn standing(check: &Check, now: Option<Option<Standing>>) -> std::result::Result<(), &'static str> {
    match (now, check.printed_as) {
        (Some(None), _) => Err("the bureau's database does not know it"),
        (Some(Some(Standing::Withdrawn)), _) => Err("it was withdrawn"),
        (Some(Some(Standing::Replaced)), _) => Err("it was replaced by another certificate"),
        (None, Some(Standing::Withdrawn)) => Err("the paper itself says that it was withdrawn"),
        (None, Some(Standing::Replaced)) => Err("the paper itself says that it was replaced"),
        _ => Ok(()),
    }
}

fn show(file: &Path, check: &Check, now: Option<Standing>, reason: Option<&str>, say: Say) -> Result<()> {
    let value = json!({
        "file": file,
        "valid": reason.is_none(),
        "reason": reason,
        "kind": check.kind,
        "standing": now.or(check.printed_as),
        "public_key": check.public_key,
        "certificate": check.body,
    });
    let name = file.display();
    let text = match (reason, &check.body) {
        (None, Some(b)) => format!("{name}: VALID\n{}", told(b)),
        (Some(why), Some(b)) => format!("{name}: NOT VALID: {why}\n{}", told(b)),
        (why, None) => format!("{name}: NOT VALID: {}", why.unwrap_or("unreadable")),
    };
    say.done(&value, &text);
    Ok(())
}

fn told(b: &Body) -> String {
    let goods: Vec<String> =
        b.record.goods.iter().map(|g| format!("{} {} {}", g.name.en, g.quantity, g.unit)).collect();
    format!(
        "certificate {} ({})\nby {}, {}\ngoods {}\nfrom {} to {}\nsigned {} by {}\ncode {}",
        b.number,
        b.record.title.en,
        b.record.bureau.en,
        b.record.place.en,
        goods.join("; "),
        b.record.consignor.en,
        b.record.destination.name.en,
        b.signed_at,
        b.officer.en,
        b.code
    )
}

fn no_key() -> No {
    let what = bi("没有可用的公钥，无法判断签名是否属于本局", "there is no key to check against");
    let needed = bi(
        "用 --key 给出公钥（十六进制，或从 /.well-known/guomen-key.json 保存的文件），或用 --db 指定数据库",
        "give --key (hex, or the file saved from /.well-known/guomen-key.json), or --db",
    );
    Refusal::new("certificate.key", what).missing("key", "", needed).into()
}

/// Public keys from hex, from a file of hex, or from the published key set.
fn keys_of(named: &str) -> Result<Vec<Vec<u8>>> {
    let given = if hex32(named).is_some() {
        named.to_owned()
    } else {
        String::from_utf8_lossy(&text::bytes(Path::new(named))?).into_owned()
    };
    let found: Vec<Vec<u8>> = match serde_json::from_str::<Value>(&given) {
        Ok(set) if set.is_object() => {
            let keys = set["keys"].as_array().cloned().unwrap_or_default();
            keys.iter().filter_map(|k| hex32(k["hex"].as_str()?)).collect()
        }
        _ => given.split_whitespace().filter_map(hex32).collect(),
    };
    if found.is_empty() {
        let what = bi("公钥无法读取", "the key cannot be read");
        let needed = bi("64 位十六进制数字，或公布的密钥文件", "64 hex digits, or the published key file");
        return Err(Refusal::new("certificate.key", what).missing("key", named, needed).into());
    }
    Ok(found)
}

fn hex32(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..64).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}
