//! The verbs on standing rules.

use super::{Decision, Draft, StandingRule, rules, sql};
use crate::brand::{self, Brand};
use crate::decide::{self as who, Decider};
use crate::indicator::Catalogue;
use crate::indicator::period::month;
use crate::practice;
use kernel::{
    Actor, BrandId, No, Refusal, Result, RulePackId, StandingRuleId, bi,
    excellence::{RuleDecided, RuleDrafted, RuleEnacted, RuleReviewed},
};
use registry::rules as book;
use sha2::{Digest, Sha256};
use store::{Row, Tx, vals};

/// Drafts a rule from a brand whose effect held in at least half of the units that adopted its practice.
pub async fn draft(tx: &mut Tx, c: &Catalogue, by: &Actor, id: BrandId, d: &Draft) -> Result<StandingRuleId> {
    who::by(by, Decider::Secretariat, bi("起草制度", "draft a standing rule"))?;
    let b = brand::one(tx, id).await?;
    if b.stage != "passed" {
        let needed = bi("通过评估的品牌才能上升为制度", "only a brand that passed becomes a rule");
        let what = bi("品牌尚未通过评估", "the brand has not passed its gate");
        return Err(Refusal::new("standing_rule.not_passed", what).missing("stage", &b.stage, needed).into());
    }
    let (adopters, held) = replicated(tx, c, &b).await?;
    if !rules::held_in_half(held, adopters) {
        let what = bi("采纳单位中效果保持的不足一半", "the effect held in fewer than half of the adopters");
        let needed = bi("至少一半采纳单位效果保持", "it holds in at least half of them");
        return Err(Refusal::new("standing_rule.not_replicated", what)
            .missing("adopters", format!("{held}/{adopters}"), needed)
            .into());
    }
    let mut no = Refusal::new("standing_rule.draft", bi("制度草案不完整", "the draft is incomplete"));
    for (field, text) in [("title.zh", &d.title.zh), ("title.en", &d.title.en), ("body", &d.body)] {
        if text.trim().is_empty() {
            no = no.missing(field, "", bi("须写明", "it must be written"));
        }
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let all = book::rules(tx).await?;
    if let Some(no) = rules::change_gaps(&book::adopted(&all, tx.now().date())?.pack, &d.change) {
        return Err(no.into());
    }
    let rule = tx.id::<StandingRuleId>();
    let change = serde_json::to_string(&d.change)?;
    let sha256 = hex::encode(Sha256::digest(serde_json::to_vec(d)?));
    let now = tx.now();
    let row = vals![rule, id, &d.title.zh, &d.title.en, &d.body, change, &sha256, by.officer, now];
    tx.exec(sql::ADD, row).await?;
    let fact = RuleDrafted { rule, brand: id, sha256, adopters, held };
    tx.append(rule.subject(), by.officer, Some(b.positioning.unit), fact);
    Ok(rule)
}

/// How many units adopted the practice, and in how many of them the indicator went the right way net of those that
/// did not, since the month of their adoption.
async fn replicated(tx: &mut Tx, c: &Catalogue, b: &Brand) -> Result<(i64, i64)> {
    let Some(p) = practice::by_brand(tx, b.id).await? else { return Ok((0, 0)) };
    let adopters = practice::adopters(tx, p.id).await?;
    let mut others = brand::bystanders(tx, b).await?;
    others.retain(|u| !adopters.iter().any(|(a, _)| a == u));
    let now = month(tx.now().date());
    let (mut n, mut held) = (0, 0);
    for (unit, at) in adopters {
        let from = month(at.date());
        let effect =
            brand::effect(tx, c, &b.positioning.indicator, unit, &others, (from, (now - 1).max(from)))
                .await?;
        n += 1;
        held += i64::from(effect.better == Some(true));
    }
    Ok((n, held))
}

pub(super) fn row(r: &Row) -> Result<StandingRule> {
    let change: String = r.get(5)?;
    Ok(StandingRule {
        id: r.get(0)?,
        brand: r.get(1)?,
        draft: Draft {
            title: bi(r.get::<String>(2)?, r.get::<String>(3)?),
            body: r.get(4)?,
            change: serde_json::from_str(&change)?,
        },
        stage: r.get(6)?,
        drafted_by: r.get(7)?,
        opinion: r.get(8)?,
        no: r.get(9)?,
        effective_from: r.get(10)?,
        review_on: r.get(11)?,
        rule_version: r.get(12)?,
        ends_on: r.get(13)?,
        ended_version: r.get(14)?,
    })
}

/// One rule.
pub async fn one(tx: &mut Tx, id: StandingRuleId) -> Result<StandingRule> {
    let none = || No::from(Refusal::new("standing_rule.none", bi("没有这项制度", "there is no such rule")));
    row(&tx.opt(sql::ONE, vals![id]).await?.ok_or_else(none)?)
}

/// Rules of a brand, newest first.
pub async fn by_brand(tx: &mut Tx, id: BrandId) -> Result<Vec<StandingRule>> {
    tx.all(sql::OF_BRAND, vals![id]).await?.iter().map(row).collect()
}

/// When a rule was measured again, and whether its level held; none before.
pub async fn measured(tx: &mut Tx, id: StandingRuleId) -> Result<Option<(kernel::Timestamp, Option<bool>)>> {
    tx.opt(sql::MEASURE_OF, vals![id]).await?.map(|r| Ok((r.get(0)?, r.get(1)?))).transpose()
}

fn at_stage(r: &StandingRule, stage: &str, needed: kernel::Bilingual) -> Result<()> {
    if r.stage == stage {
        return Ok(());
    }
    let what = bi("制度目前不能办理这一步", "this step is not open for the rule now");
    Err(Refusal::new("standing_rule.stage", what).missing("stage", &r.stage, needed).into())
}

/// The legal review, by somebody who did not draft it.
pub async fn review(tx: &mut Tx, by: &Actor, id: StandingRuleId, lawful: bool, opinion: &str) -> Result<()> {
    who::by(by, Decider::Reviewer, bi("法制审核", "review a rule"))?;
    let r = one(tx, id).await?;
    who::not_own(by, r.drafted_by)?;
    at_stage(&r, "drafted", bi("须为草案", "it would have to be a draft"))?;
    if opinion.trim().is_empty() {
        let no = Refusal::new("standing_rule.opinion", bi("须有法制意见", "a legal opinion is needed"));
        return Err(no.missing("opinion", "", bi("写明审核意见", "write the opinion")).into());
    }
    let stage = if lawful { "reviewed" } else { "unlawful" };
    tx.exec(sql::REVIEWED, vals![id, stage, by.officer, opinion]).await?;
    let fact = RuleReviewed { rule: id, lawful, opinion: opinion.into() };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(())
}

/// The bureau meeting decides and the chief signs: number, minutes, first day and day of review, all of them. The
/// change of the rule pack follows in the same act.
pub async fn decide(tx: &mut Tx, by: &Actor, id: StandingRuleId, d: &Decision) -> Result<()> {
    who::by(by, Decider::LeadingGroup, bi("审定制度", "decide a standing rule"))?;
    let r = one(tx, id).await?;
    at_stage(&r, "reviewed", bi("须先通过法制审核", "the legal review must have found it lawful"))?;
    let today = tx.now().date();
    let mut no = Refusal::new("standing_rule.decision", bi("审定不完整", "the decision is incomplete"));
    for (field, text) in [("no", &d.no), ("minutes", &d.minutes)] {
        if text.trim().is_empty() {
            no = no.missing(field, "", bi("须写明", "it must be given"));
        }
    }
    if tx.opt(sql::NUMBERED, vals![&d.no]).await?.is_some() {
        no = no.missing("no", &d.no, bi("文号已用", "the number is taken"));
    }
    if d.effective_from < today {
        no = no.missing("effective_from", d.effective_from, bi("不得追溯", "a rule does not reach back"));
    }
    if d.review_on <= d.effective_from {
        no = no.missing("review_on", d.review_on, bi("须晚于生效日", "it must be later than its first day"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let all = book::rules(tx).await?;
    let base = book::adopted(&all, d.effective_from)?;
    rules::no_later_pack(&all, base.effective_from, d.effective_from)?;
    if let Some(no) = rules::change_gaps(&base.pack, &r.draft.change) {
        return Err(no.into());
    }
    let now = tx.now();
    let row = vals![id, &d.no, &d.minutes, d.effective_from, d.review_on, by.officer, now];
    tx.exec(sql::DECIDED, row).await?;
    tx.exec(brand::STAGE_SET, vals![r.brand, "passed", "ruled", &d.no, now]).await?;
    let fact = RuleDecided {
        rule: id,
        brand: r.brand,
        no: d.no.clone(),
        minutes: d.minutes.clone(),
        effective_from: d.effective_from,
        review_on: d.review_on,
    };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(())
}

/// The text of the rule pack as a decided rule changes it.
pub async fn pack_text(tx: &mut Tx, id: StandingRuleId) -> Result<String> {
    let r = one(tx, id).await?;
    let all = book::rules(tx).await?;
    toml::to_string(&rules::changed_pack(&all, &r)?).map_err(No::fault)
}

/// The pack was adopted: the rule is in force from its day.
pub async fn enacted(tx: &mut Tx, id: StandingRuleId, rule_pack: RulePackId) -> Result<()> {
    let all = book::rules(tx).await?;
    let adopted = all.adopted.iter().find(|a| a.id == rule_pack);
    let version = adopted.ok_or_else(|| No::fault("the adopted pack is not there"))?.label();
    tx.exec(sql::ENACTED, vals![id, &version]).await?;
    tx.append(id.subject(), None, None, RuleEnacted { rule: id, rule_pack, version });
    Ok(())
}
