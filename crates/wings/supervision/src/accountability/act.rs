//! The verbs on reviews of decisions.

use super::{FINDINGS, read, sql};
use crate::assessment::Bank;
use kernel::{
    Actor, DecisionReviewId, NotificationId, Refusal, Result, Role, SettlementId, bi,
    supervision::{DecisionFound, DecisionReviewOpened},
};
use registry::over_branch;
use store::{Tx, vals};

/// What a panel found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// One of [`FINDINGS`].
    pub finding: String,
    /// On what it rests.
    pub grounds: String,
    /// Topic of the question bank that the lesson is for; empty when nothing is to be learned.
    pub topic: String,
    /// The lesson.
    pub lesson: String,
}

/// Duty whose decisions are reviewed.
const DUTY: &str = "release";

/// Brings a decision before a panel. What calls for it, a foreign notification or something else, is no finding, and
/// enters no figure.
pub async fn open(
    tx: &mut Tx,
    by: &Actor,
    settlement: SettlementId,
    reason: &str,
    notification: Option<NotificationId>,
) -> Result<DecisionReviewId> {
    let d = read::settlement(tx, settlement).await?;
    over_branch(by, Some(d.branch))?;
    if !by.has(&[Role::Manager, Role::Auditor]) {
        let what = bi("评议由负责人或监督审计员提起", "a branch head or an auditor asks for a review");
        return Err(Refusal::new("competence.decider", what).into());
    }
    let mut no = Refusal::new("accountability.open", bi("不能提起评议", "this review cannot be opened"));
    if reason.trim().is_empty() {
        no = no.missing("reason", "", bi("写明由何引起", "say what calls for it"));
    }
    if let Some(n) = notification
        && tx.opt(sql::ABOUT, vals![n, settlement]).await?.is_none()
    {
        no = no.missing(
            "notification",
            n,
            bi("该通报与这批货无关", "it is about other lots than this decision"),
        );
    }
    let (id, now) = (tx.id::<DecisionReviewId>(), tx.now());
    let row = vals![
        id,
        d.declaration,
        settlement,
        d.officer,
        d.at,
        &d.rule_version,
        reason.trim(),
        by.officer,
        now,
        notification
    ];
    if no.missing.is_empty() && tx.exec(sql::ADD, row).await? == 0 {
        no = no.missing(
            "settlement",
            settlement,
            bi("该决定已在评议", "the decision is under review already"),
        );
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let fact = DecisionReviewOpened {
        review: id,
        declaration: d.declaration,
        settlement,
        decided_by: d.officer,
        decided_at: d.at,
        rule_version: d.rule_version,
        trigger: reason.trim().into(),
        notification,
    };
    tx.append(d.declaration.subject(), by.officer, Some(d.branch), fact);
    Ok(id)
}

/// The panel records its finding; nobody finds on his own decision.
pub async fn find(tx: &mut Tx, by: &Actor, id: DecisionReviewId, f: &Finding) -> Result<()> {
    let review = read::one(tx, by, id).await?;
    if !by.has(&[Role::Auditor]) {
        let what = bi("由评议组记录结论", "the review panel records the finding");
        return Err(Refusal::new("competence.decider", what).into());
    }
    if by.officer.is_some() && by.officer == review.decided_by {
        let what = bi("不得评议本人的决定", "nobody reviews his own decision");
        return Err(Refusal::new("competence.own_decision", what).into());
    }
    let mut no = Refusal::new("accountability.finding", bi("结论不完整", "the finding is incomplete"));
    if !FINDINGS.contains(&f.finding.as_str()) {
        let needed = bi("选择四种结论之一", "choose one of the four findings");
        no = no.missing("finding", &f.finding, needed);
    }
    if f.grounds.trim().is_empty() {
        no = no.missing(
            "grounds",
            "",
            bi("写明依据当时哪些证据", "say on which evidence of that day it rests"),
        );
    }
    if f.finding != FINDINGS[0] && f.lesson.trim().is_empty() {
        no = no.missing("lesson", "", bi("差错须有可学的教训", "an error carries its lesson"));
    }
    if !f.topic.is_empty() && !Bank::newest(tx).await?.has_topic(DUTY, &f.topic) {
        no = no.missing("topic", &f.topic, bi("题库中没有该主题", "the question bank has no such topic"));
    }
    let now = tx.now();
    let row = vals![id, &f.finding, f.grounds.trim(), DUTY, &f.topic, f.lesson.trim(), by.officer, now];
    if no.missing.is_empty() && tx.exec(sql::FOUND, row).await? == 0 {
        no = no.missing("finding", &review.finding, bi("已有结论", "it was found already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let branch = read::settlement(tx, review.settlement).await?.branch;
    let fact = DecisionFound {
        review: id,
        declaration: review.declaration,
        settlement: review.settlement,
        finding: f.finding.clone(),
        duty: DUTY.into(),
        topic: f.topic.clone(),
    };
    tx.append(review.declaration.subject(), by.officer, Some(branch), fact);
    Ok(())
}
