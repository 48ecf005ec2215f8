//! The verbs on authorisations.

use super::{Task, read, sql};
use kernel::{
    Actor, AuthorisationId, OfficerId, Refusal, Result, Timestamp, bi,
    supervision::{AuthorisationEnded, Authorised},
};
use registry::{over_branch, people, rules as book};
use store::{Tx, vals};

/// What is to be granted.
#[derive(Clone, Debug)]
pub struct NewAuthorisation {
    /// To whom.
    pub officer: OfficerId,
    /// For which duty.
    pub duty: Task,
    /// On which goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
    /// On what it rests.
    pub reason: String,
}

/// Authorises an officer; nobody authorises himself.
pub async fn authorise(tx: &mut Tx, by: &Actor, new: NewAuthorisation) -> Result<AuthorisationId> {
    checked(by, &new)?;
    reached(tx, by, new.officer).await?;
    grant(tx, by, new, false).await
}

/// Delegates a duty in an emergency, for a few hours; certificates are never covered, because importing
/// countries are told who signs.
pub async fn delegate(tx: &mut Tx, by: &Actor, new: NewAuthorisation) -> Result<AuthorisationId> {
    checked(by, &new)?;
    reached(tx, by, new.officer).await?;
    if new.duty == Task::Certify {
        let what = bi("签证不得临时委派", "certification cannot be delegated in an emergency");
        return Err(Refusal::new("competence.delegation_certify", what)
            .missing(
                "duty",
                "certify",
                bi("签证官须事先通报进口国", "signatories are notified to importing countries beforehand"),
            )
            .remedy(bi("请已通报的签证官签发", "Ask a notified certifying officer to sign"))
            .into());
    }
    let rules = book::rules(tx).await?;
    let most = book::adopted(&rules, tx.now().date())?.pack.number("delegation.max_hours")?;
    let hours = (new.valid_to.0 - new.valid_from.0) / Timestamp::HOUR;
    if hours > most.value {
        let what = bi("临时委派超过最长时限", "the emergency delegation is longer than the rule allows");
        let needed = bi(format!("最长 {} 小时", most.value), format!("at most {} hours", most.value));
        return Err(Refusal::new("competence.delegation_hours", what)
            .clause(&most.citation)
            .missing("valid_to", format!("{hours} h"), needed)
            .into());
    }
    grant(tx, by, new, true).await
}

/// A branch authorises its own officers; the bureau authorises everyone.
async fn reached(tx: &mut Tx, by: &Actor, officer: OfficerId) -> Result<()> {
    match people::officer(tx, officer).await? {
        Some(o) => over_branch(by, o.branch),
        None => Err(Refusal::new("registry.not_found", bi("没有该人员", "there is no such officer"))
            .missing("officer", officer, bi("从人员列表选择", "choose one from the list of officers"))
            .into()),
    }
}

fn checked(by: &Actor, new: &NewAuthorisation) -> Result<()> {
    let mut no = Refusal::new("competence.grant", bi("不能授权", "this authorisation cannot be granted"));
    if by.officer == Some(new.officer) {
        no = no.missing("officer", new.officer, bi("不得自我授权", "nobody authorises himself"));
    }
    if new.reason.trim().is_empty() {
        no = no.missing(
            "reason",
            "",
            bi("写明考核或委派依据", "name the assessment or the emergency that it rests on"),
        );
    }
    if new.valid_to <= new.valid_from {
        no = no.missing(
            "valid_to",
            new.valid_to.rfc3339(),
            bi("须晚于起始时间", "it must be later than the start"),
        );
    }
    if new.hs_prefix.len() > 10 || !new.hs_prefix.bytes().all(|b| b.is_ascii_digit()) {
        no = no.missing(
            "hs_prefix",
            &new.hs_prefix,
            bi(
                "HS 编码前几位，最多十位数字；全部商品留空",
                "leading digits of an HS code, at most ten; empty for all goods",
            ),
        );
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

async fn grant(tx: &mut Tx, by: &Actor, new: NewAuthorisation, emergency: bool) -> Result<AuthorisationId> {
    let id = tx.id::<AuthorisationId>();
    let now = tx.now();
    let NewAuthorisation { officer, duty, hs_prefix, valid_from, valid_to, reason } = new;
    let row = vals![
        id,
        officer,
        duty.code(),
        &hs_prefix,
        valid_from,
        valid_to,
        emergency,
        &reason,
        by.officer,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    let duty = duty.code().to_owned();
    let fact =
        Authorised { authorisation: id, officer, duty, hs_prefix, valid_from, valid_to, emergency, reason };
    tx.append(officer.subject(), by.officer, None, fact);
    Ok(id)
}

/// Suspends or withdraws an authorisation from now on.
pub async fn end(tx: &mut Tx, by: &Actor, id: AuthorisationId, how: &str, reason: &str) -> Result<()> {
    let mut no = Refusal::new("competence.end", bi("不能终止授权", "this authorisation cannot be ended"));
    if !["suspended", "withdrawn"].contains(&how) {
        no = no.missing("how", how, bi("suspended（暂停）或 withdrawn（撤销）", "suspended or withdrawn"));
    }
    if reason.trim().is_empty() {
        no = no.missing("reason", "", bi("写明理由", "say why"));
    }
    let found = read::one(tx, id).await?;
    let Some(a) = found.filter(|a| a.ended.is_none()) else {
        return Err(no
            .missing("authorisation", id, bi("没有这项有效授权", "there is no such authorisation in force"))
            .into());
    };
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    reached(tx, by, a.officer).await?;
    let now = tx.now();
    tx.exec(sql::END, vals![id, now, how, reason]).await?;
    let (duty, how, reason) = (a.duty.code().to_owned(), how.to_owned(), reason.to_owned());
    let fact = AuthorisationEnded { authorisation: id, officer: a.officer, duty, how, reason };
    tx.append(a.officer.subject(), by.officer, None, fact);
    Ok(())
}
