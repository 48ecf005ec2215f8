//! The deficiency notice (一次性告知): what is missing is told once, completely, in the notice period.
//!
//! A notice names deficiencies of the closed list of the pinned rules; "please check" is none. A second notice
//! is accepted, because the goods must not suffer, but it breaks the rule of one notice and is counted as a
//! breach, whatever its reason. After the notice period nothing can be returned: the declaration counts as
//! accepted from its receipt. An answer begins a fresh notice period, because new papers were received.

use super::{Stage, advance, clock, read, sql};
use crate::competence::{Accept, Licensed, note_step};
use kernel::{
    Actor, DeclarationId, No, NoticeId, OfficerId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{NoticeAnswered, NoticeGiven},
};
use registry::rules::{self as book, Pack};
use serde::Serialize;
use store::{Row, Tx, vals};

/// The rule of one notice, and of acceptance by silence.
const ONE_NOTICE: &str = "行政许可法 (2019) 第三十二条";
/// Longest remarks and answers.
const MAX_TEXT: usize = 2000;

/// A deficiency notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notice {
    /// Its row.
    pub id: NoticeId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// First, second … of this declaration.
    pub ordinal: i64,
    /// Codes of the closed list.
    pub codes: Vec<String>,
    /// What the officer added.
    pub remarks: String,
    /// Whether it breaks the rule of one notice.
    pub breach: bool,
    /// Who gave it.
    pub officer: OfficerId,
    /// The revision that it was about.
    pub revision: i64,
    /// The rules that list its codes.
    pub rule_version: String,
    /// When it was given.
    pub at: Timestamp,
    /// Until when it could be given.
    pub due_at: Timestamp,
    /// Until when the party is asked to answer.
    pub answer_by: Timestamp,
    /// When it was answered, and how.
    pub answered: Option<(Timestamp, String)>,
}

impl Notice {
    /// Whether the party still has to answer it.
    pub fn is_open(&self) -> bool {
        self.answered.is_none()
    }
}

fn row(r: &Row) -> Result<Notice> {
    let codes: String = r.get(3)?;
    let (answered_at, answer): (Option<Timestamp>, Option<String>) = (r.get(12)?, r.get(13)?);
    Ok(Notice {
        id: r.get(0)?,
        declaration: r.get(1)?,
        ordinal: r.get(2)?,
        codes: serde_json::from_str(&codes)?,
        remarks: r.get(4)?,
        breach: r.get(5)?,
        officer: r.get(6)?,
        revision: r.get(7)?,
        rule_version: r.get(8)?,
        at: r.get(9)?,
        due_at: r.get(10)?,
        answer_by: r.get(11)?,
        answered: answered_at.zip(answer),
    })
}

/// The notices of a declaration, the newest first.
pub async fn notices(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Notice>> {
    tx.all(sql::NOTICES, vals![id]).await?.iter().map(row).collect()
}

/// Returns a declaration to its party with what is missing. Refused without a code of the closed list, and after
/// the notice period.
pub async fn give_notice(
    tx: &mut Tx,
    license: &Licensed<Accept>,
    codes: &[String],
    remarks: &str,
) -> Result<NoticeId> {
    let id = license.declaration;
    let r = tx.one(sql::NOTICE_TO, vals![id]).await?;
    let (branch, label, due_at): (UnitId, String, Timestamp) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let (revision, stage): (i64, String) = (r.get(3)?, r.get(4)?);
    let rules = book::rules(tx).await?;
    let pack = clock::pinned(&rules, &label, tx.now().date())?;
    let codes = listed(pack, codes, remarks)?;
    let given = notices(tx, id).await?;
    let lodged = stage == Stage::Lodged.code();
    if lodged && tx.now() >= due_at {
        return Err(too_late(due_at));
    }
    let days = pack.number("answer.working_days")?.value;
    let answer_by = rules.calendar.end_of(tx.now().date(), days);
    advance(tx, id, &[Stage::Lodged, Stage::Returned], Stage::Returned, Some(answer_by)).await?;
    note_step(tx, license).await?;
    let (notice, now) = (tx.id::<NoticeId>(), tx.now());
    let ordinal = given.first().map_or(1, |n| n.ordinal + 1);
    let breach = ordinal > 1;
    let due_at = if lodged { due_at } else { given.first().map_or(due_at, |n| n.due_at) };
    let row = vals![
        notice,
        id,
        ordinal,
        serde_json::to_string(&codes)?,
        remarks.trim(),
        breach,
        license.officer,
        license.authorisation,
        revision,
        &label,
        now,
        due_at,
        answer_by
    ];
    tx.exec(sql::NOTICE_ADD, row).await?;
    let fact = NoticeGiven { notice, declaration: id, codes, ordinal, breach, due_at };
    tx.append(id.subject(), Some(license.officer), Some(branch), fact);
    Ok(notice)
}

fn listed(pack: &Pack, codes: &[String], remarks: &str) -> Result<Vec<String>> {
    let what = bi("退回须写明缺陷代码", "a return needs its deficiency codes");
    let mut no = Refusal::new("notice.code", what).clause(ONE_NOTICE);
    let mut named: Vec<String> = Vec::new();
    for code in codes {
        if !pack.deficiency.iter().any(|d| d.code == *code) {
            let needed = bi("不在缺陷清单中", "this is not in the list of deficiencies");
            no = no.missing("codes", code, needed);
        } else if !named.contains(code) {
            named.push(code.clone());
        }
    }
    if codes.is_empty() {
        let needed = bi(
            "至少选一项；“请核对”之类的话不是缺陷",
            "choose at least one; words such as \"please check\" are no deficiency",
        );
        no = no.missing("codes", remarks.chars().take(60).collect::<String>(), needed);
    }
    if remarks.chars().count() > MAX_TEXT {
        no = no.missing("remarks", "", bi("最多 2000 字", "at most 2000 characters"));
    }
    if no.missing.is_empty() {
        return Ok(named);
    }
    let remedy = bi(
        "在清单中勾选全部缺陷，一次告知；没有缺陷的，予以受理",
        "Tick all deficiencies in the list and tell them at once; when there is none, accept it",
    );
    Err(no.remedy(remedy).into())
}

fn too_late(due_at: Timestamp) -> No {
    let what = bi(
        "告知期限已过，视为自收到之日起受理，不能再退回",
        "the notice period is over: it counts as accepted from its receipt and cannot be returned",
    );
    let needed = bi("应在此时之前一次告知", "the notice was due before this time");
    let remedy =
        bi("予以受理；缺少的单证在查验时要求补交", "Accept it; ask for what is missing at the inspection");
    Refusal::new("notice.late", what)
        .clause(ONE_NOTICE)
        .missing("due_at", due_at.rfc3339(), needed)
        .remedy(remedy)
        .into()
}

/// The party answers: it amended the declaration since the notice, or says what it handed in. A fresh notice
/// period begins.
pub async fn answer(tx: &mut Tx, by: &Actor, id: DeclarationId, said: &str) -> Result<()> {
    let Some(d) = read::one(tx, by, id).await? else { return Err(super::amend::none(id)) };
    let said = said.trim();
    let given = notices(tx, id).await?;
    let open = given.first().filter(|n| n.answered.is_none());
    let mended = open.is_some_and(|n| d.revision > n.revision);
    if (said.is_empty() && !mended) || said.chars().count() > MAX_TEXT {
        let what = bi("补正须说明补正了什么", "an answer says what was mended");
        let needed = bi(
            "先更改报检内容，或写明补交了哪些单证（最多 2000 字）",
            "amend the declaration first, or say which papers were handed in (at most 2000 characters)",
        );
        return Err(Refusal::new("notice.answer", what).missing("answer", "", needed).into());
    }
    let rules = book::rules(tx).await?;
    let today = tx.now().date();
    let days = clock::pinned(&rules, &d.rule_version, today)?.number("notice.working_days")?.value;
    let due_at = rules.calendar.end_of(today, days);
    advance(tx, id, &[Stage::Returned], Stage::Lodged, Some(due_at)).await?;
    let now = tx.now();
    tx.exec(sql::NOTICE_ANSWER, vals![id, now, said]).await?;
    for n in given.iter().filter(|n| n.answered.is_none()) {
        let fact = NoticeAnswered { notice: n.id, declaration: id };
        tx.append(id.subject(), by.officer, Some(d.branch), fact);
    }
    Ok(())
}

/// When the bureau received what it has to judge now: the last answer, or the lodgement.
pub(super) async fn received(tx: &mut Tx, id: DeclarationId, lodged_at: Timestamp) -> Result<Timestamp> {
    let given = notices(tx, id).await?;
    Ok(given.iter().find_map(|n| n.answered.as_ref().map(|a| a.0)).unwrap_or(lodged_at))
}
