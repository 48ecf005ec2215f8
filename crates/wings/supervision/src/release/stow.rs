//! Containers: in which one a consignment lies, under which seal, and the lot that is taken out of it.

use super::{act, read, rules, sql};
use crate::competence::{Licensed, Release, note_step};
use kernel::{
    LotId, OfficerId, Refusal, Result, Timestamp, bi,
    supervision::{LotRemoved, Stowed},
};
use serde::Serialize;
use store::{Tx, document, vals};
use uuid::Uuid;

/// A lot taken out of its container under supervision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Removal {
    /// Container number.
    pub container: String,
    /// The seal that was put on afterwards.
    pub seal: String,
    /// In words.
    pub note: String,
    /// Who supervised it.
    pub officer: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// A seal number: 4 to 20 letters and digits.
fn seal_number(text: &str) -> Option<String> {
    let seal: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    ((4..=20).contains(&seal.len()) && seal.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then(|| seal.to_ascii_uppercase())
}

fn seal_gap(no: Refusal, seal: &str) -> Refusal {
    no.missing("seal", seal, bi("4 至 20 位字母和数字", "4 to 20 letters and digits"))
}

/// Notes in which container a consignment lies and under which seal.
pub async fn stow(tx: &mut Tx, license: &Licensed<Release>, container: &str, seal: &str) -> Result<()> {
    let mut no = Refusal::new("release.container", bi("箱号或封识号有误", "container or seal is wrong"));
    let box_no = rules::container_number(container);
    if box_no.is_none() {
        let needed =
            bi("ISO 6346 箱号，校验位须相符", "a container number of ISO 6346 whose check digit holds");
        no = no.missing("container", container, needed);
    }
    let sealed = seal_number(seal);
    if sealed.is_none() {
        no = seal_gap(no, seal);
    }
    let (Some(container), Some(seal)) = (box_no, sealed) else { return Err(no.into()) };
    note_step(tx, license).await?;
    let (id, now): (Uuid, _) = (tx.id(), tx.now());
    tx.exec(sql::STOW, vals![id, license.declaration, &container, &seal, license.officer, now]).await?;
    let fact = Stowed { declaration: license.declaration, container, seal };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

/// Takes a failed or held lot out of its container: photographs of it are attached to the lot beforehand, and the
/// container gets a new seal.
pub async fn remove(
    tx: &mut Tx,
    license: &Licensed<Release>,
    lot: LotId,
    seal: &str,
    note: &str,
) -> Result<()> {
    let d = act::open(tx, license.declaration).await?;
    let mut no = Refusal::new("release.removal", bi("不能移出该批次", "the lot cannot be taken out"));
    let file = d.lots.iter().find(|l| l.id == lot);
    let stopped = file.is_some_and(|f| {
        let held = rules::state(f).is_some_and(|s| s.outcome != super::Outcome::Release);
        held || !rules::open_failures(&d.evidence, f.id, &f.settlements).is_empty()
    });
    if !stopped || file.is_some_and(|f| f.removed.is_some()) {
        let needed = bi(
            "只移出不合格或已扣、退、毁的批次，且只移出一次",
            "only a lot that failed or was stopped is taken out, and once",
        );
        no = no.missing("lot", file.map_or("", |f| f.no.as_str()), needed);
    }
    let stowage = read::stowage(tx, license.declaration).await?;
    if stowage.is_none() {
        no = no.missing("container", "", bi("先登记箱号和封识号", "note container and seal first"));
    }
    let photos = document::list(tx, &lot.subject()).await?;
    let photos = photos.iter().filter(|a| a.media_type.starts_with("image/")).count();
    if photos == 0 {
        no = no.missing("photographs", 0, bi("附移出过程照片", "attach photographs of the removal"));
    }
    let sealed = seal_number(seal).filter(|s| stowage.as_ref().is_none_or(|w| w.seal != *s));
    if sealed.is_none() {
        no = no.missing(
            "seal",
            seal,
            bi(
                "新的封识号：4 至 20 位字母和数字，不同于原号",
                "the new seal: 4 to 20 letters and digits, not the old one",
            ),
        );
    }
    let (Some(stowage), Some(seal), true) = (stowage, sealed, no.missing.is_empty()) else {
        return Err(no.into());
    };
    note_step(tx, license).await?;
    let now = tx.now();
    let (container, note) = (stowage.container, act::clean(note));
    let row = vals![lot, license.declaration, &container, &seal, note, license.officer, now];
    tx.exec(sql::REMOVE, row).await?;
    let photographs = u32::try_from(photos).unwrap_or(u32::MAX);
    let fact = LotRemoved { declaration: license.declaration, lot, container, seal, photographs };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}
