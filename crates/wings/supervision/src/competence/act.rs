//! The verbs on authorisations.

use super::{Basis, Task, read, sql};
use kernel::{
    Actor, AuthorisationId, OfficerId, Refusal, Result, Role, Timestamp, bi,
    supervision::{AuthorisationEnded, Authorised},
};
use registry::{over_branch, people, rules as book};
use store::{Tx, vals};

/// Staff take up a post only after passing their assessment.
const QUALIFIED: &str = "进出口商品检验法 (2021) 第二十九条";

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

/// Authorises an officer; nobody authorises himself. The quality manager enters what was authorised before or
/// elsewhere, and the row says that it is such a record; a branch head authorises whoever passed the assessment.
pub async fn authorise(tx: &mut Tx, by: &Actor, new: NewAuthorisation) -> Result<AuthorisationId> {
    checked(by, &new)?;
    reached(tx, by, new.officer).await?;
    let records = by.officer.is_none() || by.has(&[Role::Registrar]);
    if !records {
        assessed(tx, &new).await?;
    }
    let basis = if records { Basis::Record } else { Basis::Assessment };
    grant(tx, by, new, basis).await
}

/// Authorises who passed an assessment; the act is the rule's, not a person's.
pub(crate) async fn authorise_assessed(tx: &mut Tx, new: NewAuthorisation) -> Result<AuthorisationId> {
    let by = Actor::system();
    checked(&by, &new)?;
    grant(tx, &by, new, Basis::Assessment).await
}

/// Until when an authorisation that is given now holds by the rules.
pub(crate) async fn full_term(tx: &mut Tx) -> Result<Timestamp> {
    let months = number(tx, "assessment.validity_months").await?;
    Ok(months_from(tx.now(), months))
}

/// A number of the pack in force today.
pub(super) async fn number(tx: &mut Tx, key: &str) -> Result<i64> {
    let rules = book::rules(tx).await?;
    Ok(book::adopted(&rules, tx.now().date())?.pack.number(key)?.value)
}

/// The same time of the day so many months later, or earlier.
pub(super) fn months_from(at: Timestamp, months: i64) -> Timestamp {
    let (civil, months) = (at.civil(), i32::try_from(months).unwrap_or(0));
    let day = civil.date().checked_add(jiff::Span::new().months(months)).unwrap_or(civil.date());
    Timestamp::at(day, civil.hour(), civil.minute())
}

/// Refuses an authorisation that no passed assessment of this duty on these goods covers until its end.
async fn assessed(tx: &mut Tx, new: &NewAuthorisation) -> Result<()> {
    let months = number(tx, "assessment.validity_months").await?;
    let since = months_from(tx.now(), -months);
    let mut until = None;
    for r in tx.all(sql::PASSED, vals![new.officer, new.duty.code(), since]).await? {
        if new.hs_prefix.starts_with(r.text(0)?) {
            until = until.max(Some(months_from(r.get(1)?, months)));
        }
    }
    let what =
        bi("该人员没有通过本项考核", "the officer has passed no assessment of this duty on these goods");
    let mut no = Refusal::new("competence.unassessed", what).clause(QUALIFIED).remedy(bi(
        "先安排考核；确有紧急情况的办理临时委派",
        "Open an assessment first; in an emergency, delegate for some hours",
    ));
    no = match until {
        None => {
            let goods = if new.hs_prefix.is_empty() { "" } else { "/" };
            let task = format!("{}{goods}{}", new.duty.code(), new.hs_prefix);
            no.missing("assessment", task, bi("须先通过考核", "it is passed first"))
        }
        Some(until) if new.valid_to > until => {
            let day = until.date();
            let needed = bi(format!("考核有效至 {day}"), format!("the assessment holds until {day}"));
            no.missing("valid_to", new.valid_to.rfc3339(), needed)
        }
        Some(_) => return Ok(()),
    };
    Err(no.into())
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
    grant(tx, by, new, Basis::Emergency).await
}

/// A branch authorises its own officers; the bureau authorises everyone.
pub(super) async fn reached(tx: &mut Tx, by: &Actor, officer: OfficerId) -> Result<()> {
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

pub(super) async fn grant(
    tx: &mut Tx,
    by: &Actor,
    new: NewAuthorisation,
    basis: Basis,
) -> Result<AuthorisationId> {
    let emergency = basis == Basis::Emergency;
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
        now,
        basis.code()
    ];
    tx.exec(sql::ADD, row).await?;
    let (duty, basis) = (duty.code().to_owned(), basis.code().to_owned());
    let fact = Authorised {
        authorisation: id,
        officer,
        duty,
        hs_prefix,
        valid_from,
        valid_to,
        emergency,
        reason,
        basis,
    };
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
