//! Results and their corrections. A result is a row for ever; the one that corrects it says why.

use super::{LabTest, Sample, judge, read, rules, sql};
use crate::competence::{Licensed, Test, note_step};
use crate::declaration::{Stage, advance, clock::Standing, resume_clock};
use kernel::{Actor, Decimal, Missing, No, Refusal, Result, ResultId, TestId, bi, supervision::TestResulted};
use registry::rules::{self as book, Status};
use store::{Tx, vals};

/// A result as it is entered.
#[derive(Clone, Debug, Default)]
pub struct NewResult {
    /// Key of the request, so that sending it twice records it once.
    pub key: String,
    /// The test.
    pub test: Option<TestId>,
    /// Whether the analyte is below the limit of quantification.
    pub below_loq: bool,
    /// Value as typed; empty when below the limit of quantification.
    pub value: String,
    /// Unit of all figures.
    pub unit: String,
    /// Limit of quantification as typed.
    pub loq: String,
    /// Expanded uncertainty (k = 2) as typed; may be empty.
    pub uncertainty: String,
}

struct Figures {
    value: Option<Decimal>,
    loq: Decimal,
    uncertainty: Option<Decimal>,
}

fn figures(new: &NewResult) -> Result<Figures> {
    let mut gaps = Vec::new();
    let mut number = |field: &str, text: &str, needed| {
        let read = text.trim().parse::<Decimal>().ok().filter(|d| !d.is_sign_negative() && text.len() <= 20);
        if read.is_none() {
            gaps.push(Missing { field: field.into(), value: text.chars().take(30).collect(), needed });
        }
        read
    };
    let plain = || bi("不小于零的数，小数点用“.”", "a number not below zero, with a decimal point");
    let loq = number("loq", &new.loq, plain());
    let value = if new.below_loq { None } else { number("value", &new.value, plain()) };
    let uncertainty = if new.uncertainty.trim().is_empty() {
        None
    } else {
        number("uncertainty", &new.uncertainty, plain())
    };
    if let (Some(v), Some(l)) = (value, loq)
        && v < l
    {
        let needed = bi("低于定量限，请勾选“低于定量限”", "below the limit of quantification: tick that box");
        gaps.push(Missing { field: "value".into(), value: v.to_string(), needed });
    }
    if new.below_loq && !new.value.trim().is_empty() {
        let needed = bi("低于定量限时不填数值", "no value when below the limit of quantification");
        gaps.push(Missing { field: "value".into(), value: new.value.clone(), needed });
    }
    if !rules::unit_known(&new.unit) {
        let needed = bi("选择结果的单位", "choose the unit of the result");
        gaps.push(Missing { field: "result_unit".into(), value: new.unit.clone(), needed });
    }
    if new.key.is_empty() || new.key.len() > 100 {
        let needed = bi("请刷新页面后重新提交", "reload the page and submit again");
        gaps.push(Missing { field: "_key".into(), value: String::new(), needed });
    }
    match loq {
        Some(loq) if gaps.is_empty() => Ok(Figures { value, loq, uncertainty }),
        _ => {
            let what = bi("检测结果尚不完整", "the result is not complete yet");
            let remedy = bi("改正所列各栏", "Mend the fields named");
            Err(Refusal { missing: gaps, remedy, ..Refusal::new("laboratory.result", what) }.into())
        }
    }
}

/// Records the result of a test; the last one sends the consignment to the decision.
pub async fn record(tx: &mut Tx, by: &Actor, license: &Licensed<Test>, new: &NewResult) -> Result<ResultId> {
    if let Some(id) = sent_before(tx, new).await? {
        return Ok(id);
    }
    let (sample, test) = tested(tx, by, license, new).await?;
    if test.state != "requested" {
        let what = bi("本项目已有结果", "this test has its result already");
        return Err(Refusal::new("laboratory.resulted", what)
            .missing(
                "test",
                &test.analyte,
                bi("如有误，请更正并写明理由", "correct it, with the reason, when it is wrong"),
            )
            .into());
    }
    note_step(tx, license).await?;
    if tx.exec(sql::TEST_RESULTED, vals![test.id]).await? != 1 {
        return Err(Refusal::new("laboratory.stale", bi("他人已先录入结果", "another result came first"))
            .missing("test", &test.analyte, bi("刷新页面查看", "reload the page and look"))
            .into());
    }
    let id = add(tx, license, &sample, &test, new, None).await?;
    let stage = stage_of(tx, &sample).await?;
    if stage == Some(Stage::Testing) && read::open_tests(tx, sample.declaration).await? == 0 {
        resume_clock(tx, sample.declaration, Standing::Laboratory).await?;
        advance(tx, sample.declaration, &[Stage::Testing], Stage::Deciding, None).await?;
    }
    Ok(id)
}

/// Corrects the result that counts by a new one. The old one stays; a correction is allowed at any time,
/// because a wrong result must not stand, and after a release it is the beginning of a follow-up.
pub async fn correct(
    tx: &mut Tx,
    by: &Actor,
    license: &Licensed<Test>,
    old: ResultId,
    new: &NewResult,
    reason: &str,
) -> Result<ResultId> {
    if let Some(id) = sent_before(tx, new).await? {
        return Ok(id);
    }
    let (sample, test) = tested(tx, by, license, new).await?;
    let reason = reason.trim();
    let valid = test.valid().map(|r| r.id);
    if valid != Some(old) || reason.is_empty() || reason.chars().count() > 1000 {
        let mut no = Refusal::new("laboratory.correction", bi("不能更正", "this correction cannot be taken"));
        if valid != Some(old) {
            let needed = bi("只能更正现行有效的结果", "only the result that counts is corrected");
            no = no.missing("result", old, needed);
        }
        if reason.is_empty() || reason.chars().count() > 1000 {
            no = no.missing("reason", "", bi("写明更正理由", "say why it is corrected"));
        }
        return Err(no.into());
    }
    note_step(tx, license).await?;
    add(tx, license, &sample, &test, new, Some((old, reason))).await
}

async fn sent_before(tx: &mut Tx, new: &NewResult) -> Result<Option<ResultId>> {
    let Some(r) = tx.opt(sql::RESULT_BY_KEY, vals![&new.key]).await? else { return Ok(None) };
    Ok((new.test == Some(r.get(1)?)).then_some(r.get(0)?))
}

/// The sample and the test that a result belongs to, when the sample may be tested.
async fn tested(
    tx: &mut Tx,
    by: &Actor,
    license: &Licensed<Test>,
    new: &NewResult,
) -> Result<(Sample, LabTest)> {
    let none = || No::from(Refusal::new("laboratory.not_found", bi("没有这项检测", "there is no such test")));
    let test = new.test.ok_or_else(none)?;
    let r = tx.opt(sql::TEST, vals![test]).await?.ok_or_else(none)?;
    let sample = read::one(tx, by, r.get(1)?).await?;
    if sample.declaration != license.declaration {
        return Err(none());
    }
    let test = read::tests(tx, sample.id).await?.into_iter().find(|t| t.id == test).ok_or_else(none)?;
    let needed = match sample.state.as_str() {
        "received" => return Ok((sample, test)),
        "void" => bi("样品已失效，须重新抽样", "the sample is void: take one that replaces it"),
        _ => bi("实验室尚未按封识完好接收", "the laboratory has not received it with its seal whole"),
    };
    Err(Refusal::new(
        "laboratory.not_received",
        bi("该样品不能出具结果", "no result can come from this sample"),
    )
    .missing("sample", &sample.no, needed)
    .remedy(bi("先在样品流转中登记", "Record the hand-over first"))
    .into())
}

async fn stage_of(tx: &mut Tx, sample: &Sample) -> Result<Option<Stage>> {
    let code: String = tx.one(sql::SUBJECT, vals![sample.declaration]).await?.get(0)?;
    Ok(Stage::parse(&code))
}

async fn add(
    tx: &mut Tx,
    license: &Licensed<Test>,
    s: &Sample,
    test: &LabTest,
    new: &NewResult,
    corrects: Option<(ResultId, &str)>,
) -> Result<ResultId> {
    let f = figures(new)?;
    let book = book::rules(tx).await?;
    let pack = book.by_label(&s.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    // Imports are judged by the limits at home, exports by those of their market.
    let market = if s.direction == "import" { "CN" } else { s.market.as_str() };
    let limit = pack.pack.limit_for(&test.analyte, market, &s.hs);
    let judged = judge(f.value, &new.unit, f.loq, f.uncertainty, limit);
    let (at, citation, status) = match &judged.limit {
        Some((at, citation, status)) => {
            let status = if *status == Status::Verified { "verified" } else { "unverified" };
            (at.to_string(), citation.clone(), status)
        }
        None => (String::new(), String::new(), ""),
    };
    let id = tx.id::<ResultId>();
    let now = tx.now();
    let text = |d: Option<Decimal>| d.map(|d| d.to_string()).unwrap_or_default();
    let row = vals![
        id,
        test.id,
        s.declaration,
        s.lot,
        &test.analyte,
        new.below_loq,
        text(f.value),
        &new.unit,
        f.loq.to_string(),
        text(f.uncertainty),
        at,
        citation,
        status,
        judged.verdict,
        judged.reason.zh,
        judged.reason.en,
        license.officer,
        license.authorisation,
        corrects.map(|c| c.0),
        corrects.map_or("", |c| c.1),
        &new.key,
        now
    ];
    tx.exec(sql::RESULT_ADD, row).await?;
    let fact = TestResulted {
        result: id,
        sample: s.id,
        declaration: s.declaration,
        lot: s.lot,
        analyte: test.analyte.clone(),
        verdict: judged.verdict.into(),
        corrects: corrects.map(|c| c.0),
    };
    tx.append(s.declaration.subject(), Some(license.officer), Some(s.branch), fact);
    Ok(id)
}
