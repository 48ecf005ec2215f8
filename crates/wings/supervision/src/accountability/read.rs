//! What a panel sees: who decided, on which evidence of that day, under which rules, and every override.

use super::sql;
use kernel::{
    Actor, AuthorisationId, DecisionReviewId, DeclarationId, No, NotificationId, OfficerId, Refusal, Result,
    Scope, SettlementId, Timestamp, UnitId, bi,
};
use registry::over_branch;
use serde::Serialize;
use store::{Row, Tx, vals};

/// A review as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// Its row.
    pub id: DecisionReviewId,
    /// The consignment.
    pub declaration: DeclarationId,
    /// The decision.
    pub settlement: SettlementId,
    /// Who decided; none for a release by rule.
    pub decided_by: Option<OfficerId>,
    /// When.
    pub decided_at: Timestamp,
    /// Rule version then in force.
    pub rule_version: String,
    /// What called for the review.
    pub reason: String,
    /// Who opened it.
    pub opened_by: Option<OfficerId>,
    /// When.
    pub opened_at: Timestamp,
    /// The finding; empty while it is open.
    pub finding: String,
    /// On what the finding rests.
    pub grounds: String,
    /// Duty that the lesson is for.
    pub duty: String,
    /// Topic of the question bank that the lesson is for.
    pub topic: String,
    /// The lesson.
    pub lesson: String,
    /// Who recorded the finding.
    pub found_by: Option<OfficerId>,
    /// When.
    pub found_at: Option<Timestamp>,
    /// The foreign notification that called for the review.
    pub notification: Option<NotificationId>,
}

fn row(r: &Row) -> Result<Review> {
    Ok(Review {
        id: r.get(0)?,
        declaration: r.get(1)?,
        settlement: r.get(2)?,
        decided_by: r.get(3)?,
        decided_at: r.get(4)?,
        rule_version: r.get(5)?,
        reason: r.get(6)?,
        opened_by: r.get(7)?,
        opened_at: r.get(8)?,
        finding: r.get(9)?,
        grounds: r.get(10)?,
        duty: r.get(11)?,
        topic: r.get(12)?,
        lesson: r.get(13)?,
        found_by: r.get(14)?,
        found_at: r.get(15)?,
        notification: r.get(16)?,
    })
}

/// One review within reach.
pub async fn one(tx: &mut Tx, by: &Actor, id: DecisionReviewId) -> Result<Review> {
    let none =
        || No::from(Refusal::new("accountability.not_found", bi("没有这次评议", "there is no such review")));
    let review = row(&tx.opt(sql::ONE, vals![id]).await?.ok_or_else(none)?)?;
    let branch = settlement(tx, review.settlement).await?.branch;
    over_branch(by, Some(branch)).map_err(|_| none())?;
    Ok(review)
}

/// Reviews within reach, newest first.
pub async fn list(tx: &mut Tx, by: &Actor, limit: i64) -> Result<Vec<Review>> {
    let branch = match by.scope {
        Scope::Bureau => None,
        Scope::Branch(own) => Some(own),
        Scope::Operator(_) => return Ok(Vec::new()),
    };
    tx.all(sql::LIST, vals![branch, limit]).await?.iter().map(row).collect()
}

/// Reviews of a consignment's decisions.
pub async fn of_declaration(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Review>> {
    tx.all(sql::OF_DECLARATION, vals![id]).await?.iter().map(row).collect()
}

/// A decision as the release desk stored it.
pub(super) struct Decision {
    pub(super) declaration: DeclarationId,
    pub(super) branch: UnitId,
    pub(super) outcome: String,
    pub(super) reason: String,
    pub(super) note: String,
    pub(super) officer: Option<OfficerId>,
    pub(super) authorisation: Option<AuthorisationId>,
    pub(super) rule_version: String,
    pub(super) at: Timestamp,
}

pub(super) async fn settlement(tx: &mut Tx, id: SettlementId) -> Result<Decision> {
    let none = || {
        let what = bi("没有这项决定", "there is no such decision");
        No::from(Refusal::new("accountability.no_decision", what))
    };
    let r = tx.opt(sql::SETTLEMENT, vals![id]).await?.ok_or_else(none)?;
    Ok(Decision {
        declaration: r.get(0)?,
        branch: r.get(1)?,
        outcome: r.get(2)?,
        reason: r.get(3)?,
        note: r.get(4)?,
        officer: r.get(5)?,
        authorisation: r.get(6)?,
        rule_version: r.get(7)?,
        at: r.get(8)?,
    })
}

/// A piece of evidence that was on file when it was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// Its kind.
    pub kind: String,
    /// What it says.
    pub what: String,
    /// Its verdict.
    pub verdict: String,
    /// When it was noted.
    pub at: Timestamp,
}

/// Somebody decided otherwise than rule or draw proposed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Override {
    /// `check_added` or `emergency_delegation`.
    pub kind: &'static str,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Option<OfficerId>,
    /// When.
    pub at: Timestamp,
}

/// Everything that was known and in force when it was decided, and nothing that came later.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier {
    /// Number of the declaration.
    pub no: String,
    /// Outcome of the decision.
    pub outcome: String,
    /// Its reason code.
    pub reason: String,
    /// Its note.
    pub note: String,
    /// Evidence on file by then, oldest first.
    pub evidence: Vec<Evidence>,
    /// Overrides by then.
    pub overrides: Vec<Override>,
}

/// The dossier of a review.
pub async fn dossier(tx: &mut Tx, review: &Review) -> Result<Dossier> {
    let d = settlement(tx, review.settlement).await?;
    let mut evidence = Vec::new();
    for r in tx.all(sql::EVIDENCE, vals![d.declaration, d.at]).await? {
        evidence.push(Evidence { kind: r.get(0)?, what: r.get(1)?, verdict: r.get(2)?, at: r.get(3)? });
    }
    let mut overrides = Vec::new();
    for r in tx.all(sql::CHECKS, vals![d.declaration, d.at]).await? {
        overrides.push(Override { kind: "check_added", reason: r.get(0)?, by: r.get(1)?, at: r.get(2)? });
    }
    if let Some(id) = d.authorisation
        && let Some(r) = tx.opt(sql::EMERGENCY, vals![id]).await?
        && r.get::<bool>(0)?
    {
        overrides.push(Override {
            kind: "emergency_delegation",
            reason: r.get(1)?,
            by: r.get(2)?,
            at: r.get(3)?,
        });
    }
    let no = tx.one(sql::NO_OF, vals![d.declaration]).await?.get(0)?;
    Ok(Dossier { no, outcome: d.outcome, reason: d.reason, note: d.note, evidence, overrides })
}
