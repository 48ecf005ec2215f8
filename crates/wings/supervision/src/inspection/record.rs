//! The record: one officer of the team writes and signs it, a second one signs or objects. Nothing is decided
//! by one officer alone (行政处罚法 art. 42), and what was objected to stays on file.

use super::{Entry, InspectionTask, ItemEntry, ItemResult, Record, State, TaskLot, check, read, rules, sql};
use crate::competence::{Inspect, Licensed, note_step};
use crate::declaration::{Stage, advance, clock::Standing, suspend_clock};
use crate::laboratory;
use crate::stream;
use kernel::{
    Actor, Decimal, Missing, No, OfficerId, RecordId, Refusal, Result, TaskId, bi,
    supervision::{RecordObjected, RecordWritten, ResultRecorded},
};
use registry::rules::{self as book, Pack};
use store::{Tx, document, vals};

/// The law of two officers.
const TWO: &str = "行政处罚法 (2021) 第四十二条";
/// Verdicts on an item.
const VERDICTS: [&str; 3] = ["conform", "nonconform", "not_applicable"];
/// Longest remark.
const TEXT: usize = 1000;

/// What an entry says, read and checked.
#[derive(Debug)]
struct Checked {
    /// Inspected, nonconforming, accepted: lot by lot.
    lots: Vec<(u64, u64, bool)>,
    items: Vec<ItemResult>,
    conforming: bool,
}

/// Writes and signs the record as first officer. The same key again gives the same record.
pub async fn write(
    tx: &mut Tx,
    by: &Actor,
    license: &Licensed<Inspect>,
    id: TaskId,
    version: i64,
    entry: &Entry,
) -> Result<RecordId> {
    if let Some(r) = tx.opt(sql::RECORD_BY_KEY, vals![&entry.key]).await? {
        let (record, task): (RecordId, TaskId) = (r.get(0)?, r.get(1)?);
        if task == id {
            return Ok(record);
        }
    }
    let t = check::seen(tx, by, id, version, &[State::Assigned]).await?;
    one_of_team(tx, &t, license).await?;
    let lots = read::lots(tx, id).await?;
    let book = book::rules(tx).await?;
    let pack = book.by_label(&t.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    let checked = checked(entry, &lots, &pack.pack)?;
    check::touch(tx, &t, Some(license.officer), State::Recorded).await?;
    note_step(tx, license).await?;
    let record = tx.id::<RecordId>();
    let no = number(tx, &t).await?;
    let now = tx.now();
    let row = vals![
        record,
        no,
        id,
        t.declaration,
        license.officer,
        license.authorisation,
        checked.conforming,
        entry.witness.trim(),
        entry.remarks.trim(),
        &entry.key,
        now
    ];
    tx.exec(sql::RECORD_ADD, row).await?;
    for (lot, (inspected, nonconforming, accepted)) in lots.iter().zip(&checked.lots) {
        let n = |x: u64| i64::try_from(x).map_err(No::fault);
        let row = vals![record, lot.lot, n(*inspected)?, n(*nonconforming)?, *accepted];
        tx.exec(sql::RECORD_LOT_ADD, row).await?;
    }
    for (n, i) in (1_i64..).zip(&checked.items) {
        let row = vals![record, n, &i.code, &i.verdict, &i.value, &i.unit, &i.finding, &i.note];
        tx.exec(sql::RECORD_ITEM_ADD, row).await?;
    }
    let fact = RecordWritten { record, task: id, declaration: t.declaration };
    tx.append(t.declaration.subject(), Some(license.officer), Some(t.branch), fact);
    Ok(record)
}

async fn number(tx: &mut Tx, t: &InspectionTask) -> Result<String> {
    let branch: String = tx.one(sql::BRANCH_CODE, vals![t.branch]).await?.get(0)?;
    let year = tx.now().date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("record/{branch}/{year}")]).await?.get(0)?;
    Ok(format!("{branch}R{year}{n:06}"))
}

async fn one_of_team(tx: &mut Tx, t: &InspectionTask, license: &Licensed<Inspect>) -> Result<()> {
    let team = read::team(tx, t.id).await?;
    let same = t.declaration == license.declaration;
    if same && team.iter().any(|m| m.officer == license.officer) {
        return Ok(());
    }
    let names = team.iter().map(|m| kernel::Helper {
        officer: m.officer,
        name: bi(format!("{} {}", m.staff_no, m.name.zh), format!("{} {}", m.staff_no, m.name.en)),
    });
    Err(Refusal::new("competence.team", bi("您不在本任务的查验组", "you are not in the team of this task"))
        .missing("officer", license.officer, bi("由查验组成员办理", "an officer of the team does it"))
        .helpers(names.collect())
        .remedy(bi("请负责人调整查验组", "Ask the branch head to change the team"))
        .into())
}

/// Reads an entry; every gap is told at once, by the name of its field.
fn checked(e: &Entry, lots: &[TaskLot], pack: &Pack) -> Result<Checked> {
    let mut gaps = Vec::new();
    let mut gap = |field: String, value: &str, needed| {
        let value = value.chars().take(60).collect();
        gaps.push(Missing { field, value, needed });
    };
    let none = (String::new(), String::new());
    let mut found = Vec::new();
    for (at, lot) in (1..).zip(lots) {
        let (inspected, bad) = e.lots.get(at - 1).unwrap_or(&none);
        let n = lot.plan.sample_size;
        let seen = inspected.trim().parse::<u64>().ok().filter(|x| (n..=lot.plan.lot_size).contains(x));
        if seen.is_none() {
            let most = lot.plan.lot_size;
            let needed =
                bi(format!("方案要求 {n} 件，至多 {most}"), format!("the plan asks for {n}, at most {most}"));
            gap(format!("inspected-{at}"), inspected, needed);
        }
        let wrong = bad.trim().parse::<u64>().ok().filter(|x| seen.is_none_or(|s| *x <= s));
        if wrong.is_none() {
            let needed = bi("0 至已查件数的整数", "a whole number from 0 to the units inspected");
            gap(format!("nonconforming-{at}"), bad, needed);
        }
        if let (Some(seen), Some(wrong)) = (seen, wrong) {
            found.push((seen, wrong, rules::accepts(&lot.plan, wrong)));
        }
    }
    let mut items = Vec::new();
    for item in &pack.item {
        let empty = ItemEntry::default();
        let entered = e.items.iter().find(|i| i.code == item.code).unwrap_or(&empty);
        items.push(item_result(entered, item, pack, &mut gap));
    }
    for (field, text) in [("witness", &e.witness), ("remarks", &e.remarks)] {
        let control = text.chars().any(|c| c.is_control() && !"\r\n\t".contains(c));
        if text.chars().count() > TEXT || control {
            gap(
                field.into(),
                text,
                bi("最多 1000 字，不含控制字符", "at most 1,000 characters, no control characters"),
            );
        }
    }
    if e.key.is_empty() || e.key.len() > 100 {
        gap("_key".into(), &e.key, bi("请刷新页面后重新提交", "reload the page and submit again"));
    }
    if !gaps.is_empty() {
        let what = bi("查验记录尚不完整", "the record is not complete yet");
        let remedy = bi("补全所列各栏后再提交", "Complete the fields named and submit again");
        return Err(Refusal { missing: gaps, remedy, ..Refusal::new("inspection.record", what) }.into());
    }
    let conforming = found.iter().all(|l| l.2) && items.iter().all(|i| i.verdict != "nonconform");
    Ok(Checked { lots: found, items, conforming })
}

fn item_result(
    e: &ItemEntry,
    item: &book::Item,
    pack: &Pack,
    gap: &mut impl FnMut(String, &str, kernel::Bilingual),
) -> ItemResult {
    let code = &item.code;
    if !VERDICTS.contains(&e.verdict.as_str()) {
        gap(format!("verdict-{code}"), &e.verdict, bi("选择符合、不符合或不适用", "choose one of the three"));
    }
    let value = e.value.trim().replace('\u{2212}', "-");
    let measured = value.parse::<Decimal>().ok();
    if !value.is_empty() && (measured.is_none() || item.unit.is_empty() || value.len() > 20) {
        let needed = bi("一个数，小数点用“.”", "a number, with a decimal point");
        gap(format!("value-{code}"), &e.value, needed);
    }
    if value.is_empty() && !item.unit.is_empty() && ["conform", "nonconform"].contains(&e.verdict.as_str()) {
        let needed =
            bi(format!("填写测得值（{}）", item.unit), format!("enter the value measured ({})", item.unit));
        gap(format!("value-{code}"), "", needed);
    }
    let known = pack.finding.iter().any(|f| f.code == e.finding);
    let fits = if e.verdict == "nonconform" { known } else { e.finding.is_empty() };
    if !fits {
        let needed =
            bi("不符合时选一个发现代码，其余不选", "a finding code when it does not conform, else none");
        gap(format!("finding-{code}"), &e.finding, needed);
    }
    if e.note.chars().count() > TEXT {
        gap(format!("note-{code}"), "", bi("最多 1000 字", "at most 1,000 characters"));
    }
    let unit = if value.is_empty() { String::new() } else { item.unit.clone() };
    let note = e.note.trim().to_owned();
    ItemResult {
        code: code.clone(),
        verdict: e.verdict.clone(),
        value,
        unit,
        finding: e.finding.clone(),
        note,
    }
}

/// The record that waits for a second signature, and the proof that this officer may give it.
async fn waiting(tx: &mut Tx, t: &InspectionTask, license: &Licensed<Inspect>) -> Result<Record> {
    one_of_team(tx, t, license).await?;
    let mut all = read::records(tx, t.id).await?;
    let at = all.iter().position(|r| r.state == "written").ok_or_else(|| No::fault("no record waits"))?;
    let record = all.swap_remove(at);
    if record.recorder == license.officer {
        let what = bi("第二签字人须是另一名检验检疫人员", "the second signature is another officer's");
        return Err(Refusal::new("competence.second_signature", what)
            .clause(TWO)
            .missing("officer", license.officer, bi("您已作为记录人签字", "you signed as recorder"))
            .remedy(bi("请查验组的另一名成员签字", "Ask another officer of the team to sign"))
            .into());
    }
    Ok(record)
}

/// The second officer signs; the consignment goes on to the laboratory or to the decision.
pub async fn sign(
    tx: &mut Tx,
    by: &Actor,
    license: &Licensed<Inspect>,
    id: TaskId,
    version: i64,
) -> Result<()> {
    let t = check::seen(tx, by, id, version, &[State::Recorded]).await?;
    let record = waiting(tx, &t, license).await?;
    check::touch(tx, &t, Some(license.officer), State::Done).await?;
    note_step(tx, license).await?;
    let now = tx.now();
    let row = vals![record.id, license.officer, license.authorisation, now];
    if tx.exec(sql::RECORD_SIGN, row).await? != 1 {
        return Err(No::fault("the record that waited is gone"));
    }
    let sum = |f: fn(&super::LotResult) -> i64| u64::try_from(record.lots.iter().map(f).sum::<i64>());
    let mut findings: Vec<String> = record.items.iter().map(|i| i.finding.clone()).collect();
    findings.retain(|f| !f.is_empty());
    let fact = ResultRecorded {
        record: record.id,
        task: id,
        declaration: t.declaration,
        inspected: sum(|l| l.inspected).map_err(No::fault)?,
        nonconforming: sum(|l| l.nonconforming).map_err(No::fault)?,
        conforming: record.conforming,
        findings,
        officers: vec![record.recorder, license.officer],
    };
    tx.append(t.declaration.subject(), Some(license.officer), Some(t.branch), fact);
    count_in_streams(tx, &t, &record).await?;
    if laboratory::open_tests(tx, t.declaration).await? == 0 {
        return advance(tx, t.declaration, &[Stage::Inspecting], Stage::Deciding, None).await;
    }
    let samples = laboratory::of_declaration(tx, t.declaration).await?;
    let samples: Vec<&str> = samples.iter().map(|s| s.no.as_str()).collect();
    suspend_clock(tx, t.declaration, Standing::Laboratory, &samples.join(", ")).await?;
    advance(tx, t.declaration, &[Stage::Inspecting], Stage::Testing, None).await
}

/// The first inspection of a lot counts for the severity of those that come after it (ISO 2859-1, 9.3). A lot that
/// came while acceptance was discontinued could not be accepted, so that it says nothing, however late it is signed.
async fn count_in_streams(tx: &mut Tx, t: &InspectionTask, record: &Record) -> Result<()> {
    if t.round > 1 {
        return Ok(());
    }
    for (lot, found) in read::lots(tx, t.id).await?.iter().zip(&record.lots) {
        if lot.plan.severity == rules::DISCONTINUED {
            continue;
        }
        let inspected = stream::Inspected {
            operator: t.operator,
            hs: &lot.hs,
            lot_size: lot.plan.lot_size,
            aql_thousandths: t.aql_thousandths,
            nonconforming: u64::try_from(found.nonconforming).map_err(No::fault)?,
            accepted: found.accepted,
            declaration: t.declaration,
            branch: t.branch,
        };
        stream::note(tx, &inspected).await?;
    }
    Ok(())
}

/// The second officer does not sign and says why; the team writes a new record, the old one stays on file.
pub async fn object(
    tx: &mut Tx,
    by: &Actor,
    license: &Licensed<Inspect>,
    id: TaskId,
    version: i64,
    reason: &str,
) -> Result<()> {
    let t = check::seen(tx, by, id, version, &[State::Recorded]).await?;
    let record = waiting(tx, &t, license).await?;
    let reason: String = reason.trim().chars().take(TEXT).collect();
    if reason.is_empty() {
        let what = bi("不签字须写明理由", "not signing needs its reason");
        return Err(Refusal::new("inspection.objection", what)
            .missing("reason", "", bi("写明记录哪里不实或不全", "say what in the record is wrong or missing"))
            .into());
    }
    check::touch(tx, &t, Some(license.officer), State::Assigned).await?;
    let row = vals![record.id, license.officer, license.authorisation, &reason];
    tx.exec(sql::RECORD_OBJECT, row).await?;
    let fact = RecordObjected { record: record.id, task: id, declaration: t.declaration, reason };
    tx.append(t.declaration.subject(), Some(license.officer), Some(t.branch), fact);
    Ok(())
}

/// Attaches photographs or papers to a live task.
pub async fn attach(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    files: Vec<(String, Vec<u8>)>,
    note: &str,
) -> Result<usize> {
    let officer: OfficerId = check::officer(by)?;
    let t = read::one(tx, by, id).await?;
    if !t.state.is_live() {
        let what = bi("任务已结束，不能再加附件", "the task has ended; nothing is attached any more");
        return Err(Refusal::new("inspection.closed", what)
            .missing(
                "state",
                t.state.code(),
                bi("加查后在新任务中提交", "add a check and attach to the new task"),
            )
            .into());
    }
    let note: String = note.trim().chars().take(TEXT).collect();
    let n = files.len();
    for (name, bytes) in files {
        document::attach(tx, &id.subject(), &name, &note, bytes, Some(officer)).await?;
    }
    Ok(n)
}
