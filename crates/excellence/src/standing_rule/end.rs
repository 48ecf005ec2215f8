//! The end of a rule: kept for another year, or withdrawn from a day on which the pack says again what it said before.

use super::act::{one, row};
use super::{StandingRule, rules, sql};
use crate::brand;
use crate::decide::{self as who, Decider};
use kernel::{
    Actor, BrandId, Date, No, Refusal, Result, RulePackId, StandingRuleId, Timestamp, bi,
    excellence::{BrandClosed, RuleKept, RuleRepealed, RuleWithdrawn},
};
use registry::rules as book;
use serde::Serialize;
use store::{Row, Tx, vals};

/// Months until a rule that is kept is reviewed again.
const KEPT_MONTHS: i32 = 12;

/// How the leading group decided on a rule in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// Kept, or withdrawn.
    pub kept: bool,
    /// Why.
    pub reason: String,
    /// The next review, or the first day without the rule.
    pub day: Date,
}

/// The decisions on a rule in force, oldest first.
pub async fn decisions(tx: &mut Tx, id: StandingRuleId) -> Result<Vec<Ending>> {
    let read = |r: &Row| Ok(Ending { at: r.get(0)?, kept: r.get(1)?, reason: r.get(2)?, day: r.get(3)? });
    tx.all(sql::DECISIONS, vals![id]).await?.iter().map(read).collect()
}

/// Rules that are to be decided: past their review date, or measured again without their effect.
pub async fn review_due(tx: &mut Tx) -> Result<Vec<StandingRule>> {
    let today = tx.now().date();
    tx.all(sql::REVIEW_DUE, vals![today]).await?.iter().map(row).collect()
}

/// Refuses what is done to a rule that is not in force.
fn in_force(r: &StandingRule, today: Date) -> Result<()> {
    let (value, what, needed) = match (r.stage.as_str(), r.effective_from, r.ends_on) {
        ("withdrawn", _, Some(day)) => (
            day.to_string(),
            bi("该制度已废止", "the rule is withdrawn already"),
            bi("无须再作决定", "nothing is left to decide"),
        ),
        ("enacted", Some(from), _) if from <= today => return Ok(()),
        (stage, from, _) => (
            from.map_or_else(|| stage.to_owned(), |d| d.to_string()),
            bi("该制度尚未生效", "the rule is not in force"),
            bi("生效后再决定", "it is decided on once it is in force"),
        ),
    };
    Err(Refusal::new("standing_rule.not_in_force", what).missing("rule", value, needed).into())
}

/// The leading group keeps a rule that is due for its review; it is reviewed again in a year.
pub async fn keep(tx: &mut Tx, by: &Actor, id: StandingRuleId, reason: &str) -> Result<()> {
    who::by(by, Decider::LeadingGroup, bi("保留制度", "keep a standing rule"))?;
    let r = one(tx, id).await?;
    let (now, reason) = (tx.now(), brand::reasoned(reason)?);
    let today = now.date();
    in_force(&r, today)?;
    if !review_due(tx).await?.iter().any(|d| d.id == id) {
        let day = r.review_on.unwrap_or(today);
        let needed = bi(format!("{day} 起复审"), format!("it is reviewed from {day}"));
        let what = bi("尚未到复审日期", "it is not due for its review");
        return Err(Refusal::new("standing_rule.not_due", what).missing("review_on", day, needed).into());
    }
    let review_on = today.checked_add(jiff::Span::new().months(KEPT_MONTHS)).map_err(No::fault)?;
    tx.exec(sql::KEPT, vals![id, review_on]).await?;
    tx.exec(sql::DECISION_ADD, vals![id, now, true, &reason, review_on, by.officer]).await?;
    tx.append(id.subject(), by.officer, None, RuleKept { rule: id, brand: r.brand, reason, review_on });
    Ok(())
}

/// The leading group withdraws a rule from a day on. What it changed is put back in the same act by a new version of the
/// rule pack; what another rule changed since is left alone, and named.
pub async fn withdraw(tx: &mut Tx, by: &Actor, id: StandingRuleId, from: Date, reason: &str) -> Result<()> {
    who::by(by, Decider::LeadingGroup, bi("废止制度", "withdraw a standing rule"))?;
    let r = one(tx, id).await?;
    let (now, reason) = (tx.now(), brand::reasoned(reason)?);
    in_force(&r, now.date())?;
    if from < now.date() {
        let what = bi("不得追溯", "a withdrawal does not reach back");
        let needed = bi("今天或以后", "today or later");
        return Err(Refusal::new("standing_rule.decision", what).missing("from", from, needed).into());
    }
    let all = book::rules(tx).await?;
    rules::restored_pack(&all, &r, from)?;
    tx.exec(sql::WITHDRAWN, vals![id, from]).await?;
    tx.exec(sql::DECISION_ADD, vals![id, now, false, &reason, from, by.officer]).await?;
    close_brand(tx, by, &r).await?;
    tx.append(id.subject(), by.officer, None, RuleWithdrawn { rule: id, brand: r.brand, reason, from });
    Ok(())
}

/// A brand without a rule in force has come to its end.
async fn close_brand(tx: &mut Tx, by: &Actor, r: &StandingRule) -> Result<()> {
    let brand: BrandId = r.brand;
    let others = super::by_brand(tx, brand).await?;
    if others.iter().any(|o| o.id != r.id && o.stage == "enacted") {
        return Ok(());
    }
    let no = r.no.clone().unwrap_or_default();
    let reason = format!("{no} 已废止 / {no} was withdrawn");
    let now = tx.now();
    if tx.exec(brand::STAGE_SET, vals![brand, "ruled", "closed", &reason, now]).await? == 1 {
        let unit = brand::one(tx, brand).await?.positioning.unit;
        tx.append(brand.subject(), by.officer, Some(unit), BrandClosed { brand, reason });
    }
    Ok(())
}

/// The text of the rule pack with what a withdrawn rule had changed put back.
pub async fn restored_text(tx: &mut Tx, id: StandingRuleId) -> Result<String> {
    let r = one(tx, id).await?;
    let from = r.ends_on.ok_or_else(|| No::fault("a rule that is not withdrawn was to be repealed"))?;
    let all = book::rules(tx).await?;
    toml::to_string(&rules::restored_pack(&all, &r, from)?).map_err(No::fault)
}

/// The pack was adopted: the rule ends on its day.
pub async fn repealed(tx: &mut Tx, id: StandingRuleId, rule_pack: RulePackId) -> Result<()> {
    let all = book::rules(tx).await?;
    let adopted = all.adopted.iter().find(|a| a.id == rule_pack);
    let version = adopted.ok_or_else(|| No::fault("the adopted pack is not there"))?.label();
    tx.exec(sql::REPEALED, vals![id, &version]).await?;
    tx.append(id.subject(), None, None, RuleRepealed { rule: id, rule_pack, version });
    Ok(())
}
