//! The chain of custody: whoever takes a sample over reads its seal. A broken seal, or another number on it,
//! makes the sample void at once, whatever the tests would have said.

use super::{read, sql};
use kernel::{Actor, Refusal, Result, SampleId, bi, supervision::CustodyPassed};
use store::{Tx, vals};

/// A hand-over.
#[derive(Clone, Debug, Default)]
pub struct HandOver {
    /// Hand-overs that the officer saw before this one.
    pub seen: i64,
    /// Who takes the sample.
    pub to: String,
    /// Whether this is the laboratory, which may open it.
    pub laboratory: bool,
    /// The number read on the seal.
    pub seal_read: String,
    /// Whether the seal is whole.
    pub intact: bool,
    /// Remark.
    pub note: String,
}

/// Records a hand-over; tells whether the sample still stands. A void sample may still change hands.
pub async fn hand_over(tx: &mut Tx, by: &Actor, id: SampleId, h: &HandOver) -> Result<bool> {
    let Some(officer) = by.officer else {
        let what = bi("只有检验检疫人员可以交接样品", "only an officer hands a sample over");
        return Err(Refusal::new("laboratory.officer", what).into());
    };
    let s = read::one(tx, by, id).await?;
    let (to, seal) = (h.to.trim(), h.seal_read.trim());
    let mut no = Refusal::new("laboratory.custody", bi("交接信息不完整", "the hand-over is incomplete"));
    if to.is_empty() || to.chars().count() > 100 {
        no = no.missing("to", to, bi("填写接收人或接收部门", "say who takes it"));
    }
    if h.intact && seal.is_empty() {
        no = no.missing("seal_read", "", bi("读出封识号并填写", "read the number on the seal"));
    }
    if seal.chars().count() > 40 || h.note.chars().count() > 1000 {
        no = no.missing("note", "", bi("文字过长", "the text is too long"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    // Once the laboratory has opened it, the seal has done its work.
    let whole = s.state != "void" && (s.state == "received" || (h.intact && seal == s.seal));
    let state = match (whole, h.laboratory) {
        (false, _) => "void",
        (true, true) => "received",
        (true, false) => s.state.as_str(),
    };
    if tx.exec(sql::HANDED, vals![id, h.seen, to, state]).await? != 1 {
        return Err(Refusal::new("laboratory.stale", bi("样品已由他人交接", "another hand-over came first"))
            .missing(
                "custody",
                h.seen,
                bi("刷新页面，看样品在谁手里", "reload the page and see who holds it"),
            )
            .into());
    }
    let now = tx.now();
    let n = h.seen + 1;
    let row = vals![id, n, &s.holder, to, h.laboratory, seal, whole, h.note.trim(), officer, now];
    tx.exec(sql::CUSTODY_ADD, row).await?;
    if !whole {
        tx.exec(sql::TESTS_VOID, vals![id]).await?;
    }
    let fact = CustodyPassed { sample: id, from: s.holder, to: to.into(), seal_intact: whole };
    tx.append(s.declaration.subject(), Some(officer), Some(s.branch), fact);
    Ok(whole)
}
