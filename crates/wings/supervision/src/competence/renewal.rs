//! Renewing an authorisation that is in force: the yearly witnessed task stands in for a whole assessment. What has run
//! out, was ended or was an emergency is not renewed; it needs an assessment.

use super::act::{full_term, grant, months_from, number, reached};
use super::{Authorisation, Basis, NewAuthorisation, read, sql};
use kernel::{Actor, AssessmentId, AuthorisationId, Refusal, Result, Role, Timestamp, bi};
use store::{Tx, vals};

/// Within how many months the task was witnessed.
const WITNESSED_WITHIN: i64 = 12;

/// Renews an authorisation in force for the time of the rules, from now on; gives the new one.
pub async fn renew(tx: &mut Tx, by: &Actor, id: AuthorisationId) -> Result<AuthorisationId> {
    let mut no = Refusal::new("competence.renewal", bi("不能续期", "this authorisation cannot be renewed"))
        .remedy(bi("另行安排考核", "Open a new assessment"));
    let now = tx.now();
    let in_force =
        |a: &Authorisation| a.ended.is_none() && !a.emergency && a.valid_from <= now && now < a.valid_to;
    let Some(a) = read::one(tx, id).await?.filter(in_force) else {
        let needed = bi("须为有效的授权，临时委派除外", "it is in force, and no emergency delegation");
        return Err(no.missing("authorisation", id, needed).into());
    };
    reached(tx, by, a.officer).await?;
    if !by.has(&[Role::Manager, Role::Registrar]) {
        let what = bi("续期由负责人或质量管理员办理", "a branch head or the quality manager renews");
        return Err(Refusal::new("competence.decider", what).into());
    }
    if by.officer == Some(a.officer) {
        no = no.missing("officer", a.officer, bi("不得自我授权", "nobody authorises himself"));
    }
    let valid_to = full_term(tx).await?;
    if valid_to <= a.valid_to {
        let needed = bi("现有效期更长", "it holds longer already");
        no = no.missing("valid_to", a.valid_to.rfc3339(), needed);
    }
    let witnessed = witnessed(tx, &a, now).await?;
    if witnessed.is_none() {
        let needed = bi(
            "近十二个月内须有合格的见证任务",
            "a task of this duty on these goods was witnessed and passed within twelve months",
        );
        no = no.missing("witness", a.duty.code(), needed);
    }
    let Some(assessment) = witnessed.filter(|_| no.missing.is_empty()) else { return Err(no.into()) };
    let new = NewAuthorisation {
        officer: a.officer,
        duty: a.duty,
        hs_prefix: a.hs_prefix,
        valid_from: now,
        valid_to,
        reason: format!("{} · {}", id.subject(), assessment.subject()),
    };
    grant(tx, by, new, Basis::Renewal).await
}

/// The newest witnessed task that was passed and covers the authorisation.
async fn witnessed(tx: &mut Tx, a: &Authorisation, now: Timestamp) -> Result<Option<AssessmentId>> {
    let mark = number(tx, "assessment.pass_mark").await? * 1000;
    let since = months_from(now, -WITNESSED_WITHIN);
    for r in tx.all(sql::WITNESSED, vals![a.officer, a.duty.code(), since]).await? {
        let milli: i64 = r.get(2)?;
        if milli >= mark && a.hs_prefix.starts_with(r.text(1)?) {
            return r.get(0).map(Some);
        }
    }
    Ok(None)
}
