//! The verbs on assessments.

use super::settle::settle;
use super::{Assessment, Bank, Outcome, bank, read, sql};
use crate::competence::Task;
use kernel::{
    Actor, AssessmentId, Bilingual, DecisionReviewId, No, OfficerId, Refusal, Result, Role, Timestamp,
    UnitId, bi,
    supervision::{AssessmentOpened, RecordsReviewed, TaskWitnessed, TheoryMarked},
};
use registry::{over_branch, people, rules as book};
use store::{Tx, vals};

fn refused(code: &str, what: Bilingual, field: &str, value: impl std::fmt::Display, needed: Bilingual) -> No {
    Refusal::new(code, what).missing(field, value, needed).into()
}

async fn officer(tx: &mut Tx, id: OfficerId) -> Result<people::Officer> {
    let none = || {
        let what = bi("没有该人员", "there is no such officer");
        refused(
            "registry.not_found",
            what,
            "officer",
            id,
            bi("从人员列表选择", "choose one from the list of officers"),
        )
    };
    people::officer(tx, id).await?.ok_or_else(none)
}

/// A number of the pack in force today, and the pack's label.
pub(super) async fn number(tx: &mut Tx, key: &str) -> Result<(i64, String)> {
    let rules = book::rules(tx).await?;
    let adopted = book::adopted(&rules, tx.now().date())?;
    Ok((adopted.pack.number(key)?.value, adopted.label()))
}

/// Opens an assessment: draws the paper and the assessor from a fresh seed. The assessor holds the duty himself, is of
/// another unit, and stands aside for nobody of the two; when nobody is left, it fails with that reason.
pub async fn open(
    tx: &mut Tx,
    by: &Actor,
    candidate: OfficerId,
    duty: Task,
    hs_prefix: &str,
) -> Result<AssessmentId> {
    let o = officer(tx, candidate).await?;
    if !by.has(&[Role::Manager, Role::Registrar]) {
        let what =
            bi("考核由负责人或质量管理员安排", "a branch head or the quality manager opens an assessment");
        return Err(Refusal::new("competence.decider", what).into());
    }
    over_branch(by, o.branch)?;
    openable(tx, by, candidate, duty, hs_prefix).await?;
    let seed = i64::from_be_bytes(tx.chance().bytes());
    let assessor = draw_assessor(tx, &o, duty, seed).await?;
    let lessons = lessons(tx, candidate, duty).await?;
    let bank = Bank::newest(tx).await?;
    bank.keep(tx).await?;
    let (_, label) = number(tx, "assessment.pass_mark").await?;
    let id = tx.id::<AssessmentId>();
    let now = tx.now();
    let topics: Vec<&str> = lessons.iter().map(|(_, topic)| topic.as_str()).collect();
    let row = vals![
        id,
        candidate,
        duty.code(),
        hs_prefix,
        bank.version,
        seed,
        assessor,
        topics.join(","),
        by.officer,
        now,
        &label
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = AssessmentOpened {
        assessment: id,
        officer: candidate,
        duty: duty.code().into(),
        hs_prefix: hs_prefix.into(),
        bank: bank.version,
        seed,
        assessor,
        lessons: lessons.into_iter().map(|(id, _)| id).collect(),
    };
    tx.append(id.subject(), by.officer, o.branch, fact);
    Ok(id)
}

/// Refuses what cannot be opened: one's own assessment, a second one, or an attempt before its day.
async fn openable(tx: &mut Tx, by: &Actor, candidate: OfficerId, duty: Task, hs_prefix: &str) -> Result<()> {
    let mut no = Refusal::new("assessment.open", bi("不能安排考核", "this assessment cannot be opened"));
    if by.officer == Some(candidate) {
        no = no.missing("officer", candidate, bi("不得为自己安排考核", "nobody opens his own assessment"));
    }
    if hs_prefix.len() > 10 || !hs_prefix.bytes().all(|b| b.is_ascii_digit()) {
        no = no.missing(
            "hs_prefix",
            hs_prefix,
            bi("HS 编码前几位，全部商品留空", "leading digits of an HS code, empty for all goods"),
        );
    }
    if tx.opt(sql::OPEN_FOR, vals![candidate, duty.code()]).await?.is_some() {
        no = no.missing("duty", duty.code(), bi("已有进行中的考核", "one is running already"));
    }
    let today = tx.now().date();
    if let Some(r) = tx.opt(sql::RETEST, vals![candidate, duty.code()]).await? {
        let retest: Option<kernel::Date> = r.get(0)?;
        if let Some(day) = retest.filter(|d| *d > today) {
            no = no.missing(
                "retest_on",
                day,
                bi(format!("{day} 起可再考"), format!("another attempt is open from {day}")),
            );
        }
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

async fn draw_assessor(tx: &mut Tx, candidate: &people::Officer, duty: Task, seed: i64) -> Result<OfficerId> {
    let now = tx.now();
    let rows = tx.all(sql::ABLE, vals![duty.code(), now, candidate.unit, candidate.id]).await?;
    let able: Vec<OfficerId> = rows.iter().map(|r| r.get(0)).collect::<Result<_>>()?;
    bank::draw_officer(seed, &able).ok_or_else(|| {
        let what = bi("没有可抽取的考评员", "nobody is left to be drawn as assessor");
        let needed = bi(
            "考评员须持有该项授权、属其他单位且无须回避；规则不放宽",
            "an assessor holds the duty, is of another unit and does not stand aside; the rule is not relaxed",
        );
        Refusal::new("assessment.no_assessor", what)
            .missing("assessor", duty.code(), needed)
            .remedy(bi("请其他单位授权人员", "Ask another unit to authorise somebody"))
            .into()
    })
}

/// Lessons of reviews since the candidate last passed.
async fn lessons(tx: &mut Tx, candidate: OfficerId, duty: Task) -> Result<Vec<(DecisionReviewId, String)>> {
    let since: i64 = tx.one(sql::LAST_PASSED, vals![candidate, duty.code()]).await?.get(0)?;
    let rows = tx.all(sql::LESSONS, vals![duty.code(), since]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Declares that two people do not assess each other, and why; it is never taken back.
pub async fn recuse(tx: &mut Tx, by: &Actor, other: OfficerId, reason: &str) -> Result<()> {
    let what = || bi("不能登记回避", "this recusal cannot be noted");
    let Some(own) = by.officer.filter(|o| *o != other) else {
        return Err(refused(
            "assessment.recusal",
            what(),
            "officer",
            other,
            bi("选择另一人", "choose another person"),
        ));
    };
    officer(tx, other).await?;
    if reason.trim().is_empty() {
        return Err(refused("assessment.recusal", what(), "reason", "", bi("写明理由", "say why")));
    }
    let now = tx.now();
    tx.exec(sql::RECUSE, vals![own, other, reason.trim(), now]).await.map(drop)
}

/// The assessment, if it still runs and this is the person who acts in it.
async fn running(
    tx: &mut Tx,
    by: &Actor,
    id: AssessmentId,
    own: fn(&Assessment) -> OfficerId,
) -> Result<Assessment> {
    let a = read::one(tx, id).await?;
    if by.officer != Some(own(&a)) {
        let what = bi("这一步由另一人办理", "this step is another person's");
        let who = officer(tx, own(&a)).await?;
        let helper = kernel::Helper {
            officer: who.id,
            name: bi(
                format!("{} {}", who.staff_no, who.name.zh),
                format!("{} {}", who.staff_no, who.name.en),
            ),
        };
        return Err(Refusal::new("competence.not_assessor", what)
            .helpers(vec![helper])
            .remedy(bi("请本人办理", "Ask that person"))
            .into());
    }
    if a.decided() {
        let what = bi("考核已有结论", "the assessment is decided");
        return Err(refused(
            "assessment.decided",
            what,
            "outcome",
            &a.outcome,
            bi("另行安排考核", "open another one"),
        ));
    }
    Ok(a)
}

/// The candidate begins the theory test: its clock runs from here.
pub async fn begin(tx: &mut Tx, by: &Actor, id: AssessmentId) -> Result<Timestamp> {
    let a = running(tx, by, id, |a| a.officer).await?;
    if let Some((_, due)) = a.theory_began {
        return Ok(due);
    }
    let (minutes, _) = number(tx, "assessment.theory_minutes").await?;
    let now = tx.now();
    let due = Timestamp(now.0 + minutes * (Timestamp::HOUR / 60));
    tx.exec(sql::BEGIN, vals![id, now, due]).await?;
    Ok(due)
}

/// The candidate hands in the answers: code of a question and number of the option in the bank. What is handed in after
/// its time counts nothing.
pub async fn hand_in(
    tx: &mut Tx,
    by: &Actor,
    id: AssessmentId,
    answers: &[(String, usize)],
) -> Result<Outcome> {
    let a = running(tx, by, id, |a| a.officer).await?;
    let Some((_, due)) = a.theory_began.filter(|_| a.theory_milli.is_none()) else {
        let what = bi("理论考试未开始或已交卷", "the theory test was not begun, or was handed in already");
        return Err(refused(
            "assessment.theory",
            what,
            "theory",
            "",
            bi("先开始考试", "begin the test first"),
        ));
    };
    let now = tx.now();
    let bank = Bank::of_version(tx, a.bank).await?;
    let paper = bank.draw(a.duty, a.seed, &a.lessons);
    let in_time = now <= due;
    let right = if in_time { bank.right(&paper, answers) } else { 0 };
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    let score_milli = count(right) * 100_000 / count(paper.len()).max(1);
    let given: Vec<String> = answers.iter().map(|(code, n)| format!("{code}={n}")).collect();
    tx.exec(sql::MARKED, vals![id, score_milli, given.join(",")]).await?;
    let fact = TheoryMarked {
        assessment: id,
        officer: a.officer,
        duty: a.duty.code().into(),
        right: count(right),
        questions: count(paper.len()),
        score_milli,
        in_time,
    };
    let branch = branch_of(tx, a.officer).await?;
    tx.append(id.subject(), by.officer, branch, fact);
    settle(tx, by, id).await
}

pub(super) async fn branch_of(tx: &mut Tx, id: OfficerId) -> Result<Option<UnitId>> {
    Ok(officer(tx, id).await?.branch)
}

/// The assessor reports the witnessed task: the items that were done well. What is not named failed.
pub async fn witness(tx: &mut Tx, by: &Actor, id: AssessmentId, passed: &[String]) -> Result<Outcome> {
    let a = running(tx, by, id, |a| a.assessor).await?;
    if a.witness_milli.is_some() {
        let what = bi("见证任务已报告", "the witnessed task was reported already");
        return Err(refused(
            "assessment.witness",
            what,
            "witness",
            id,
            bi("结论以首次报告为准", "the first report stands"),
        ));
    }
    let bank = Bank::of_version(tx, a.bank).await?;
    let done = |code: &String| passed.contains(code);
    let points: i64 = bank.items(a.duty).filter(|i| done(&i.code)).map(|i| i.points).sum();
    let critical_failed: Vec<String> =
        bank.items(a.duty).filter(|i| i.critical && !done(&i.code)).map(|i| i.code.clone()).collect();
    let (score_milli, now) = (points * 1000, tx.now());
    tx.exec(sql::WITNESSED, vals![id, score_milli, critical_failed.join(","), now]).await?;
    let fact = TaskWitnessed {
        assessment: id,
        officer: a.officer,
        duty: a.duty.code().into(),
        score_milli,
        critical_failed,
    };
    let branch = branch_of(tx, a.officer).await?;
    tx.append(id.subject(), by.officer, branch, fact);
    settle(tx, by, id).await
}

/// The assessor reviews records of the candidate's work, named by their facts.
pub async fn review_records(
    tx: &mut Tx,
    by: &Actor,
    id: AssessmentId,
    sound: bool,
    facts: &[i64],
) -> Result<Outcome> {
    let a = running(tx, by, id, |a| a.assessor).await?;
    let mut no =
        Refusal::new("assessment.records", bi("记录审查不完整", "the review of records is incomplete"));
    if facts.is_empty() {
        no = no.missing("facts", "", bi("至少一条账本记录", "at least one fact of the ledger"));
    }
    for seq in facts {
        if let Some(needed) = read::not_of(tx, a.officer, *seq).await? {
            no = no.missing("facts", seq, needed);
        }
    }
    if a.records_sound.is_some() {
        no = no.missing("records", id, bi("已审查过", "they were reviewed already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let list: Vec<String> = facts.iter().map(ToString::to_string).collect();
    tx.exec(sql::RECORDS, vals![id, sound, list.join(",")]).await?;
    let fact = RecordsReviewed { assessment: id, officer: a.officer, sound, facts: facts.to_vec() };
    let branch = branch_of(tx, a.officer).await?;
    tx.append(id.subject(), by.officer, branch, fact);
    settle(tx, by, id).await
}
