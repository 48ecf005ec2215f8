//! How an assessment is decided, and what follows from it.

use super::act::{branch_of, number};
use super::{Assessment, Outcome, PassRules, Shown, read, rules, sql};
use crate::competence::{self, NewAuthorisation};
use kernel::{Actor, AssessmentId, AuthorisationId, Result, supervision::AssessmentDecided};
use store::{Tx, vals};

/// Staff take up a post only after passing their assessment.
const QUALIFIED: &str = "进出口商品检验法 (2021) 第二十九条";

/// Decides the assessment as far as it can be decided, and does what follows.
pub(super) async fn settle(tx: &mut Tx, by: &Actor, id: AssessmentId) -> Result<Outcome> {
    let a = read::one(tx, id).await?;
    let (pass_mark, label) = number(tx, "assessment.pass_mark").await?;
    let (retest_days, _) = number(tx, "assessment.retest_days").await?;
    let shown = Shown {
        theory_milli: a.theory_milli,
        witness_milli: a.witness_milli,
        critical_failed: &a.critical_failed,
        records_sound: a.records_sound,
    };
    let today = tx.now().date();
    let outcome = rules::outcome(&shown, PassRules { pass_mark, retest_days }, today);
    let (word, failed, retest_on, authorisation) = match &outcome {
        Outcome::Open => return Ok(outcome),
        Outcome::Authorised => ("authorised", Vec::new(), None, Some(grant(tx, &a).await?)),
        Outcome::NotAuthorised { failed, retest_on } => {
            if failed.contains(&"critical") {
                suspend(tx, &a, &rules::reason(failed).zh).await?;
            }
            ("not_authorised", failed.clone(), Some(*retest_on), None)
        }
    };
    let now = tx.now();
    tx.exec(sql::DECIDED, vals![id, word, retest_on, now, authorisation]).await?;
    let fact = AssessmentDecided {
        assessment: id,
        officer: a.officer,
        duty: a.duty.code().into(),
        outcome: word.into(),
        failed: failed.into_iter().map(str::to_owned).collect(),
        authorisation,
        retest_on,
        rule_version: label,
    };
    let branch = branch_of(tx, a.officer).await?;
    tx.append(id.subject(), by.officer, branch, fact);
    Ok(outcome)
}

/// Authorises the candidate for the time of the rule pack; the act is the rule's, not a person's.
async fn grant(tx: &mut Tx, a: &Assessment) -> Result<AuthorisationId> {
    let new = NewAuthorisation {
        officer: a.officer,
        duty: a.duty,
        hs_prefix: a.hs_prefix.clone(),
        valid_from: tx.now(),
        valid_to: competence::full_term(tx).await?,
        reason: format!("{} · {QUALIFIED}", a.id.subject()),
    };
    competence::authorise_assessed(tx, new).await
}

/// Suspends what the officer holds for this duty on these goods, and nothing else.
async fn suspend(tx: &mut Tx, a: &Assessment, reason: &str) -> Result<()> {
    let now = tx.now();
    for held in competence::of_officer(tx, a.officer).await? {
        let same = held.duty == a.duty && held.ended.is_none() && held.valid_to > now;
        let goods = held.hs_prefix.starts_with(&a.hs_prefix) || a.hs_prefix.starts_with(&held.hs_prefix);
        if same && goods {
            competence::end(tx, &Actor::system(), held.id, "suspended", reason).await?;
        }
    }
    Ok(())
}
