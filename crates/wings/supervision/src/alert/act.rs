//! The verbs of cases and alerts.

use super::{Alert, Measures, Scope, State, effect, read, rules, sql};
use kernel::{
    Actor, AlertId, No, NotificationId, OfficerId, PlantId, Refusal, Result, Timestamp, bi,
    supervision::{AlertApproved, AlertProposed, AlertRefused, AlertReviewed, RiskInformed},
};
use registry::rules as book;
use store::{Tx, vals};

/// Risk information, as it is entered.
#[derive(Clone, Debug, Default)]
pub struct Information {
    /// Goods and hazard in short.
    pub title: String,
    /// The hazard.
    pub hazard: String,
    /// Code of its source.
    pub source: String,
    /// The information itself.
    pub information: String,
    /// What it is about, as far as it is known.
    pub scope: Scope,
}

/// An assessment with the alert that follows from it.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// Goods and hazard in short.
    pub title: String,
    /// The hazard.
    pub hazard: String,
    /// Severity, 1 to 5.
    pub severity: i64,
    /// Likelihood, 1 to 5.
    pub likelihood: i64,
    /// On what the assessment rests.
    pub evidence: String,
    /// What it is about.
    pub scope: Scope,
    /// What it asks for.
    pub measures: Measures,
    /// From when; at once when it is approved without.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// When it is to be reviewed.
    pub review_at: Option<Timestamp>,
}

/// The officer who acts.
fn officer(by: &Actor) -> Result<OfficerId> {
    by.officer.ok_or_else(|| {
        Refusal::new("alert.officer", bi("只有检验检疫人员可以办理", "only an officer may do this")).into()
    })
}

/// Opens a case on risk information.
pub async fn inform(tx: &mut Tx, by: &Actor, i: &Information) -> Result<AlertId> {
    let officer = officer(by)?;
    rules::information(i)?;
    add(tx, Some(officer), i, None).await
}

async fn add(
    tx: &mut Tx,
    officer: Option<OfficerId>,
    i: &Information,
    notification: Option<NotificationId>,
) -> Result<AlertId> {
    let (id, now) = (tx.id::<AlertId>(), tx.now());
    let year = now.date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("alert/{year}")]).await?.get(0)?;
    let no = format!("AL{year}{n:06}");
    let s = &i.scope;
    let (title, hazard) = (rules::clean(&i.title), rules::clean(&i.hazard));
    let row = vals![
        id,
        &no,
        title,
        &hazard,
        &i.source,
        rules::clean(&i.information),
        notification,
        &s.direction,
        &s.hs,
        s.operator,
        s.plant,
        &s.market,
        officer,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = RiskInformed { alert: id, no, source: i.source.clone(), hazard, notification };
    tx.append(id.subject(), officer, None, fact);
    Ok(id)
}

/// Opens a case on a notification, once; what the notification says of goods, market and plant is its first scope.
pub async fn from_notification(tx: &mut Tx, by: &Actor, notification: NotificationId) -> Result<AlertId> {
    if let Some(r) = tx.opt(sql::OF_NOTIFICATION, vals![notification]).await? {
        return r.get(0);
    }
    let r = tx.opt(sql::NOTIFICATION, vals![notification]).await?;
    let r = r.ok_or_else(|| {
        No::from(Refusal::new("notification.none", bi("没有这份通报", "there is no such notification")))
    })?;
    let (no, reference, product, hazard): (String, String, String, String) =
        (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
    let (origin, market): (String, Option<String>) = (r.get(4)?, r.get(5)?);
    let (plant, own): (Option<PlantId>, bool) = (r.get(6)?, r.get(8)?);
    // Goods of our own go out to the market that complained; goods of others may come in from their origin.
    let country = if own { market.unwrap_or_default() } else { origin };
    let known = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    let scope = Scope {
        direction: if own { "export" } else { "import" }.into(),
        market: if known { country } else { String::new() },
        plant,
        ..Scope::default()
    };
    let title: String = format!("{product} {hazard}").chars().take(120).collect();
    let hazard = if hazard.trim().is_empty() { "—".to_owned() } else { hazard };
    let information = format!("{no} {reference}");
    let i = Information { title, hazard, source: "notification".into(), information, scope };
    add(tx, by.officer, &i, Some(notification)).await
}

/// The case, or the refusal that says there is none; refused unless it stands where the verb needs it.
async fn standing_at(tx: &mut Tx, id: AlertId, needs: State) -> Result<Alert> {
    let a = read::must(tx, id).await?;
    if a.state == needs {
        return Ok(a);
    }
    let needed =
        bi(format!("应处于：{}", needs.name().zh), format!("it would have to be: {}", needs.name().en));
    let what = bi("预警目前不能办理这一步", "this step is not open for the alert now");
    Err(Refusal::new("alert.state", what)
        .missing("state", a.state.code(), needed)
        .remedy(bi("刷新页面", "Reload the page"))
        .into())
}

fn moved(rows: u64) -> Result<()> {
    if rows == 1 {
        return Ok(());
    }
    let what = bi("其他人刚刚办理了这份预警", "somebody else just acted on this alert");
    Err(Refusal::new("alert.moved", what).remedy(bi("刷新页面", "Reload the page")).into())
}

/// Nobody acts on an alert about an operator in which he has an interest.
async fn impartial(tx: &mut Tx, officer: OfficerId, scope: &Scope) -> Result<()> {
    if tx.opt(sql::INTEREST, vals![officer, scope.operator, scope.plant]).await?.is_none() {
        return Ok(());
    }
    let what =
        bi("与该企业有利害关系，须回避", "you have an interest in this operator: another officer acts");
    Err(Refusal::new("competence.interest", what).clause("Regulation (EU) 2017/625 art. 5(1)").into())
}

/// Assesses a case and proposes an alert on it.
pub async fn propose(tx: &mut Tx, by: &Actor, id: AlertId, p: &Proposal) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let a = standing_at(tx, id, State::Informed).await?;
    impartial(tx, officer, &p.scope).await?;
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, now.date())?;
    let level = rules::proposal(p, &pack.pack, now)?;
    let (s, m) = (&p.scope, &p.measures);
    let rate = i64::try_from(m.rate_ppm).map_err(No::fault)?;
    let row = vals![
        id,
        rules::clean(&p.title),
        rules::clean(&p.hazard),
        &s.direction,
        &s.hs,
        s.operator,
        s.plant,
        &s.market,
        p.severity,
        p.likelihood,
        &level,
        rules::clean(&p.evidence),
        &m.lane,
        rate,
        m.hold,
        serde_json::to_string(&m.tests)?,
        pack.label(),
        p.starts_at,
        p.ends_at,
        p.review_at,
        officer,
        now
    ];
    moved(tx.exec(sql::PROPOSE, row).await?)?;
    let fact = AlertProposed {
        alert: a.id,
        severity: p.severity,
        likelihood: p.likelihood,
        level,
        hs: s.hs.clone(),
        lane: m.lane.clone(),
        rate_ppm: m.rate_ppm,
        hold: m.hold,
        rule_version: pack.label(),
    };
    tx.append(id.subject(), Some(officer), None, fact);
    Ok(())
}

/// Approves an alert. One whose first instant has come acts at once, in this very transaction.
pub async fn approve(tx: &mut Tx, by: &Actor, id: AlertId) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let a = standing_at(tx, id, State::Proposed).await?;
    impartial(tx, officer, &a.scope).await?;
    let rules = book::rules(tx).await?;
    let pack = rules.by_label(&a.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    let two = pack.pack.number("alert.second_person")?;
    let author = a.proposed.and_then(|p| p.0);
    if two.value > 0 && author == Some(officer) {
        let what = bi("提出预警的人不能自己审批", "who proposed an alert does not approve it");
        return Err(Refusal::new("alert.second_person", what)
            .clause(&two.citation)
            .remedy(bi("请另一名风险或质量负责人审批", "Ask another risk analyst, or the quality manager"))
            .into());
    }
    if let Some(end) = a.ends_at.filter(|end| *end <= now) {
        let what = bi("已过截止时间", "its end has passed");
        let needed = bi("退回作者改期", "return it to its author for another date");
        return Err(Refusal::new("alert.over", what).missing("ends", end.date(), needed).into());
    }
    let starts_at = a.starts_at.map_or(now, |s| s.max(now));
    moved(tx.exec(sql::APPROVE, vals![id, officer, now, starts_at]).await?)?;
    let fact = AlertApproved { alert: id, starts_at, ends_at: a.ends_at, review_at: a.review_at };
    tx.append(id.subject(), Some(officer), None, fact);
    crate::targeting::changed(tx).await?;
    if starts_at <= now { effect::activate(tx, id).await } else { Ok(()) }
}

fn reasoned(reason: &str) -> Result<String> {
    let reason = rules::clean(reason);
    if reason.is_empty() {
        let what = bi("须写明理由", "the reason is missing");
        return Err(Refusal::new("alert.reason", what)
            .missing("reason", "", bi("写明理由", "say why"))
            .into());
    }
    Ok(reason)
}

/// Gives a proposed alert back to its author.
pub async fn return_to_author(tx: &mut Tx, by: &Actor, id: AlertId, reason: &str) -> Result<()> {
    let (officer, reason) = (officer(by)?, reasoned(reason)?);
    standing_at(tx, id, State::Proposed).await?;
    moved(tx.exec(sql::RETURN, vals![id]).await?)?;
    let fact = AlertRefused { alert: id, how: "returned".into(), reason };
    tx.append(id.subject(), Some(officer), None, fact);
    Ok(())
}

/// Closes a case without an alert.
pub async fn dismiss(tx: &mut Tx, by: &Actor, id: AlertId, reason: &str) -> Result<()> {
    let (officer, reason, now) = (officer(by)?, reasoned(reason)?, tx.now());
    standing_at(tx, id, State::Informed).await?;
    let row = vals![id, "informed", "dismissed", now, officer, &reason];
    moved(tx.exec(sql::END, row).await?)?;
    let fact = AlertRefused { alert: id, how: "dismissed".into(), reason };
    tx.append(id.subject(), Some(officer), None, fact);
    Ok(())
}

/// Lifts an alert that acts: what it held is let go, what it selected stays selected.
pub async fn lift(tx: &mut Tx, by: &Actor, id: AlertId, reason: &str) -> Result<()> {
    let (officer, reason) = (officer(by)?, reasoned(reason)?);
    let a = standing_at(tx, id, State::Active).await?;
    impartial(tx, officer, &a.scope).await?;
    effect::end(tx, &a, State::Lifted, Some(officer), &reason).await
}

/// An alert was looked at again and goes on until another day of review.
pub async fn review(tx: &mut Tx, by: &Actor, id: AlertId, next: Timestamp, reason: &str) -> Result<()> {
    let (officer, reason, now) = (officer(by)?, reasoned(reason)?, tx.now());
    let a = standing_at(tx, id, State::Active).await?;
    let rules = book::rules(tx).await?;
    let pack = rules.by_label(&a.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    let days = pack.pack.number("alert.max_days")?.value;
    if next <= now || next.0 > now.0 + days * Timestamp::DAY {
        let needed = bi(format!("从今日起最长 {days} 天"), format!("after today, and within {days} days"));
        let what = bi("复核日期不合适", "the day of review does not fit");
        return Err(Refusal::new("alert.review", what).missing("review", next.date(), needed).into());
    }
    moved(tx.exec(sql::REVIEW, vals![id, next]).await?)?;
    tx.append(id.subject(), Some(officer), None, AlertReviewed { alert: id, review_at: next, reason });
    Ok(())
}
