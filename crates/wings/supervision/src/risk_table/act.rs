//! The life of a version: drafted, tested, tried, approved, closed.

use super::{State, Version, pinned, read, sql};
use crate::targeting;
use kernel::{
    Actor, Bilingual, OfficerId, Refusal, Result, RiskTableId, RiskTableVersionId, Timestamp, bi,
    supervision::{TableApproved, TableClosed, TableDrafted, TableTested, TableTried},
};
use registry::rules as book;
use risk::table::{self, Finding};
use store::{Tx, vals};

/// Longest body of a table, in bytes.
const MAX_BODY: usize = 2 << 20;

/// A version as it is written.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Code of the table; a new one opens a table.
    pub code: String,
    /// What the table is for.
    pub title: Bilingual,
    /// The table: CSV or DMN XML.
    pub body: String,
    /// Its own examples as CSV.
    pub examples: String,
    /// What is new, and why.
    pub note: String,
}

fn officer(by: &Actor) -> Result<OfficerId> {
    by.officer.ok_or_else(|| {
        Refusal::new("risk_table.officer", bi("只有检验检疫人员可以办理", "only an officer may do this"))
            .into()
    })
}

fn checked(d: &Draft) -> Result<(String, usize)> {
    let mut no = Refusal::new("risk_table.draft", bi("决策表不能保存", "the table cannot be saved"));
    let code_fits = (2..=20).contains(&d.code.len())
        && d.code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !code_fits {
        let needed = bi("2 至 20 个大写字母、数字或连字符", "2 to 20 capital letters, digits or hyphens");
        no = no.missing("code", &d.code, needed);
    }
    for (field, text) in [("title_zh", &d.title.zh), ("title_en", &d.title.en), ("note", &d.note)] {
        if text.trim().is_empty() {
            no = no.missing(field, "", bi("不能为空", "it cannot be empty"));
        }
    }
    if d.body.len() > MAX_BODY || d.examples.len() > MAX_BODY {
        no = no.missing("body", d.body.len(), bi("不超过 2 MB", "no more than 2 MB"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let (model, findings) = pinned::read_body(&d.body)?;
    let tables = model.tables();
    let name = tables.first().map_or("", |(name, _)| *name);
    Ok((table::csv::write(&model, name).unwrap_or_default(), findings.len()))
}

/// Writes a version: the next one of its table, or over the one that is open. Whatever was tested is a draft again.
pub async fn draft(tx: &mut Tx, by: &Actor, d: &Draft) -> Result<RiskTableVersionId> {
    let officer = officer(by)?;
    let (body, findings) = checked(d)?;
    let now = tx.now();
    let table: RiskTableId = match tx.opt(sql::TABLE_BY_CODE, vals![&d.code]).await? {
        Some(r) => r.get(0)?,
        None => {
            let id = tx.id::<RiskTableId>();
            tx.exec(sql::TABLE_ADD, vals![id, &d.code, &d.title.zh, &d.title.en, now]).await?;
            id
        }
    };
    let open = read::versions(tx, table)
        .await?
        .into_iter()
        .find(|v| matches!(v.state, State::Draft | State::Tested | State::Tried));
    let (id, version) = match open {
        Some(v) => {
            let row = vals![v.id, &body, &d.examples, &d.note, officer, now];
            tx.exec(sql::REWRITE, row).await?;
            (v.id, v.version)
        }
        None => {
            let id = tx.id::<RiskTableVersionId>();
            let version: i64 = tx.one(sql::NEXT, vals![table]).await?.get(0)?;
            let row = vals![id, table, version, &body, &d.examples, &d.note, officer, now];
            tx.exec(sql::ADD, row).await?;
            (id, version)
        }
    };
    let label = format!("{}/{version}", d.code);
    let findings = u32::try_from(findings).unwrap_or(u32::MAX);
    tx.append(table.subject(), Some(officer), None, TableDrafted { table, version: id, label, findings });
    Ok(id)
}

/// The rows of a version as cells: its identity first, then inputs, outputs and notes.
pub fn cells(body: &str) -> Result<Vec<Vec<String>>> {
    let (model, _) = pinned::read_body(body)?;
    let Some((_, t)) = model.tables().into_iter().next() else { return Ok(Vec::new()) };
    let row = |r: &table::model::Rule| {
        let id = std::iter::once(r.id.clone());
        let inputs = r.inputs.iter().map(|c| c.text.clone());
        let outputs = r.outputs.iter().map(|l| l.text.clone());
        let notes = (0..t.annotations.len()).map(|at| r.annotations.get(at).cloned().unwrap_or_default());
        id.chain(inputs).chain(outputs).chain(notes).collect()
    };
    Ok(t.rules.iter().map(row).collect())
}

/// Writes a version again with other rows under the same columns; rows without a word in them are left out.
pub async fn edit_rows(
    tx: &mut Tx,
    by: &Actor,
    id: RiskTableVersionId,
    rows: &[Vec<String>],
    examples: &str,
    note: &str,
) -> Result<RiskTableVersionId> {
    let v = must(tx, id).await?;
    let heads = v.body.len() - head_end(&v.body)?;
    let mut w = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let said = |row: &&Vec<String>| row.iter().skip(1).any(|c| !c.trim().is_empty());
    for (n, row) in (1..).zip(rows.iter().filter(said)) {
        let mut row = row.clone();
        if let Some(first) = row.first_mut().filter(|f| f.trim().is_empty()) {
            *first = format!("r{n}");
        }
        w.write_record(&row).map_err(kernel::No::fault)?;
    }
    let tail = String::from_utf8(w.into_inner().map_err(kernel::No::fault)?).map_err(kernel::No::fault)?;
    let body = format!("{}{tail}", &v.body[..v.body.len() - heads]);
    let (code, title) = (v.table.code.clone(), v.table.title.clone());
    draft(tx, by, &Draft { code, title, body, examples: examples.into(), note: note.into() }).await
}

/// Where the head of a stored table ends and its rows begin, in bytes.
fn head_end(body: &str) -> Result<usize> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        let at = usize::try_from(reader.position().byte()).map_err(kernel::No::fault)?;
        if !reader.read_record(&mut record).map_err(kernel::No::fault)? {
            return Ok(body.len());
        }
        let words = ["policy", "role", "name", "label", "type", "values", "default"];
        if !words.contains(&record.get(0).unwrap_or_default()) {
            return Ok(at);
        }
    }
}

async fn must(tx: &mut Tx, id: RiskTableVersionId) -> Result<Version> {
    read::one(tx, id).await?.ok_or_else(|| {
        Refusal::new("risk_table.not_found", bi("没有这张决策表", "there is no such table")).into()
    })
}

fn stands(v: &Version, needs: State) -> Result<()> {
    if v.state == needs {
        return Ok(());
    }
    let needed =
        bi(format!("应处于：{}", needs.name().zh), format!("it would have to be: {}", needs.name().en));
    let what = bi("该版本目前不能办理这一步", "this step is not open for the version now");
    Err(Refusal::new("risk_table.state", what).missing("state", v.state.code(), needed).into())
}

/// Tests a draft: no finding may be an error, and its own examples have to come out as they say.
pub async fn test(tx: &mut Tx, by: &Actor, id: RiskTableVersionId) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let v = must(tx, id).await?;
    stands(&v, State::Draft)?;
    let (model, findings) = pinned::read_body(&v.body)?;
    let what = bi("未通过测试", "the version does not pass");
    let mut no =
        Refusal::new("risk_table.test", what).remedy(bi("改正规则行或用例", "Mend the rows or the examples"));
    for f in findings.iter().filter(|f| pinned::is_error(f)) {
        no = no.missing(rows_of(f), "", bi(&f.zh, &f.en));
    }
    let tried = pinned::check_examples(&model, &v.examples)?;
    for t in tried.iter().filter(|t| !t.passes) {
        let needed = bi(
            format!("应为 {} {}", t.expected.0, t.expected.1.map_or_else(String::new, targeting::percent)),
            format!(
                "{} {} was expected",
                t.expected.0,
                t.expected.1.map_or_else(String::new, targeting::percent)
            ),
        );
        let found = format!("{} {}", t.found.0, targeting::percent(t.found.1));
        no = no.missing(format!("example {}", t.line), found, needed);
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    tx.exec(sql::TESTED, vals![id, now]).await?;
    let fact = TableTested {
        version: id,
        examples: u32::try_from(tried.len()).unwrap_or(u32::MAX),
        warnings: u32::try_from(findings.len()).unwrap_or(u32::MAX),
    };
    tx.append(v.table.id.subject(), Some(officer), None, fact);
    Ok(())
}

fn rows_of(f: &Finding) -> String {
    let rows: Vec<String> = f.rows.iter().map(usize::to_string).collect();
    format!("row {}", rows.join(", "))
}

/// Notes what the back-test of a version gave, unless it was changed meanwhile.
pub async fn tried(tx: &mut Tx, id: RiskTableVersionId, drafted_at: Timestamp, result: &str) -> Result<()> {
    let now = tx.now();
    if tx.exec(sql::TRIED, vals![id, result, now, drafted_at]).await? == 1 {
        let v = must(tx, id).await?;
        tx.append(v.table.id.subject(), None, None, TableTried { version: id, label: v.label() });
    }
    Ok(())
}

/// Approves a version from a day on; what was in force ends there. Who wrote it does not approve it where the rule
/// pack asks for two.
pub async fn approve(tx: &mut Tx, by: &Actor, id: RiskTableVersionId, from: Timestamp) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let v = must(tx, id).await?;
    stands(&v, State::Tried)?;
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, now.date())?;
    let two = pack.pack.number("table.second_person")?;
    if two.value > 0 && v.drafted.0 == Some(officer) {
        let what = bi("编写决策表的人不能自己审批", "who wrote a table does not approve it");
        return Err(Refusal::new("risk_table.second_person", what)
            .clause(&two.citation)
            .remedy(bi("请另一名风险或质量负责人审批", "Ask another risk analyst, or the quality manager"))
            .into());
    }
    if from < Timestamp::start_of(now.date()) {
        let needed = bi("不早于今日", "not before today");
        let what = bi("生效日期不合适", "the first day does not fit");
        return Err(Refusal::new("risk_table.from", what).missing("from", from.date(), needed).into());
    }
    // A version in force from today begins now: what was lodged this morning stays as it was decided.
    let from = from.max(now);
    tx.exec(sql::APPROVE, vals![id, officer, now, from]).await?;
    tx.exec(sql::SUPERSEDE, vals![v.table.id, id, from]).await?;
    targeting::changed(tx).await?;
    let fact = TableApproved { version: id, label: v.label(), valid_from: from };
    tx.append(v.table.id.subject(), Some(officer), None, fact);
    Ok(())
}

fn reasoned(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() {
        let what = bi("须写明理由", "the reason is missing");
        return Err(Refusal::new("risk_table.reason", what)
            .missing("reason", "", bi("写明理由", "say why"))
            .into());
    }
    Ok(reason)
}

/// Takes a version out of force now.
pub async fn close(tx: &mut Tx, by: &Actor, id: RiskTableVersionId, reason: &str) -> Result<()> {
    let (officer, now, reason) = (officer(by)?, tx.now(), reasoned(reason)?);
    let v = must(tx, id).await?;
    stands(&v, State::Approved)?;
    tx.exec(sql::CLOSE, vals![id, now, officer, reason]).await?;
    targeting::changed(tx).await?;
    let fact = TableClosed { version: id, label: v.label(), reason: reason.into() };
    tx.append(v.table.id.subject(), Some(officer), None, fact);
    Ok(())
}

/// Gives up a version that never was in force.
pub async fn drop_version(tx: &mut Tx, by: &Actor, id: RiskTableVersionId, reason: &str) -> Result<()> {
    let (officer, reason) = (officer(by)?, reasoned(reason)?);
    let v = must(tx, id).await?;
    if tx.exec(sql::DROP, vals![id, officer, reason]).await? == 0 {
        stands(&v, State::Draft)?;
    }
    let fact = TableClosed { version: id, label: v.label(), reason: reason.into() };
    tx.append(v.table.id.subject(), Some(officer), None, fact);
    Ok(())
}
