//! The title of a brand: awarded once it passed, kept or withdrawn every year.

use super::act::{at_stage, decided_in_time, reasoned};
use super::grade::unhelped;
use super::{Brand, read, sql};
use crate::decide::{self, Decider};
use kernel::{
    Actor, BrandId, Date, No, Refusal, Result, UnitId, bi,
    excellence::{TitleAwarded, TitleKept, TitleWithdrawn},
};
use registry::people;
use std::collections::BTreeMap;
use store::{Tx, vals};

/// Months until a title is reviewed.
const TITLE_MONTHS: i32 = 12;

/// Awards the title of a brand that passed. It is held back while a unit of the same branch lags without a plan.
pub async fn award_title(tx: &mut Tx, by: &Actor, id: BrandId) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("授予品牌称号", "award the title"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["passed", "ruled"])?;
    let now = tx.now();
    decided_in_time(&b, now)?;
    let own =
        people::unit(tx, b.positioning.unit).await?.ok_or_else(|| No::fault("a brand without a unit"))?;
    let units: BTreeMap<UnitId, people::Unit> =
        people::units(tx).await?.into_iter().map(|u| (u.id, u)).collect();
    let what = bi("本单位范围内有后进单位尚无帮扶计划", "a unit of the same branch lags without a help plan");
    let mut no = Refusal::new("brand.laggard", what);
    for (unit, mechanism, _, _) in unhelped(tx).await? {
        if let Some(u) = units.get(&unit).filter(|u| u.branch == own.branch) {
            let needed = bi(
                format!("先为 {} 制定帮扶计划", u.name.zh),
                format!("first a help plan for {}", u.name.en),
            );
            no = no.missing(&mechanism, &u.code, needed);
        }
    }
    if !no.missing.is_empty() {
        return Err(no.remedy(bi("帮扶计划确定后即可授予", "It can be awarded once the plan exists")).into());
    }
    let review_on = next_review(now.date())?;
    tx.exec(sql::TITLED, vals![id, review_on, now]).await?;
    let fact = TitleAwarded { brand: id, unit: own.id, review_on: Some(review_on) };
    tx.append(id.subject(), by.officer, Some(own.id), fact);
    Ok(())
}

fn next_review(today: Date) -> Result<Date> {
    today.checked_add(jiff::Span::new().months(TITLE_MONTHS)).map_err(No::fault)
}

fn untitled(b: &Brand) -> No {
    let what = bi("该品牌没有称号", "the brand carries no title");
    let needed = bi("先授予称号", "the title would have to be awarded first");
    Refusal::new("brand.no_title", what).missing("brand", &b.positioning.code, needed).into()
}

/// The leading group keeps a title that is due for its yearly review. A brand that ended keeps none.
pub async fn keep_title(tx: &mut Tx, by: &Actor, id: BrandId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("保留品牌称号", "keep the title"))?;
    let (b, reason) = (read::one(tx, id).await?, reasoned(reason)?);
    if !b.title {
        return Err(untitled(&b));
    }
    at_stage(&b, &["passed", "ruled"])?;
    let now = tx.now();
    if let Some(day) = b.title_review_on.filter(|day| *day > now.date()) {
        let what = bi("称号尚未到复审日期", "the title is not due for its review");
        let needed = bi(format!("{day} 起复审"), format!("it is reviewed from {day}"));
        return Err(Refusal::new("brand.title_not_due", what).missing("review_on", day, needed).into());
    }
    let review_on = next_review(now.date())?;
    tx.exec(sql::TITLED, vals![id, review_on, now]).await?;
    let unit = b.positioning.unit;
    tx.append(id.subject(), by.officer, Some(unit), TitleKept { brand: id, unit, reason, review_on });
    Ok(())
}

/// The leading group withdraws a title, at its review or before.
pub async fn withdraw_title(tx: &mut Tx, by: &Actor, id: BrandId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("撤销品牌称号", "withdraw the title"))?;
    let (b, reason) = (read::one(tx, id).await?, reasoned(reason)?);
    let now = tx.now();
    if tx.exec(sql::UNTITLED, vals![id, &reason, now]).await? == 0 {
        return Err(untitled(&b));
    }
    let unit = b.positioning.unit;
    tx.append(id.subject(), by.officer, Some(unit), TitleWithdrawn { brand: id, unit, reason });
    Ok(())
}
