//! The one verb of indicators, setting a target, and what was set.

use super::catalogue::Catalogue;
use super::definition::{Definition, Measure};
use super::period::{Window, first_day};
use super::sql;
use crate::decide::{self, Decider};
use kernel::{Actor, Bilingual, Date, No, OfficerId, Refusal, Result, Timestamp, bi, excellence::TargetSet};
use serde::Serialize;
use store::{Tx, vals};

/// A target that the leading group set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// Its first day.
    pub from: Date,
    /// Thousandths of the indicator's unit.
    pub milli: i64,
    /// Why this value.
    pub reason: String,
    /// Who set it.
    pub set_by: Option<OfficerId>,
    /// When.
    pub set_at: Timestamp,
}

/// The targets that were set on an indicator, the one with the latest first day first.
pub async fn targets_of(tx: &mut Tx, indicator: &str) -> Result<Vec<Target>> {
    let rows = tx.all(sql::TARGETS_OF, vals![indicator]).await?;
    rows.iter()
        .map(|r| {
            let (from, milli, reason) = (r.get(0)?, r.get(1)?, r.get(2)?);
            Ok(Target { from, milli, reason, set_by: r.get(3)?, set_at: r.get(4)? })
        })
        .collect()
}

/// The target in force for a period: the bureau's own, else the one that ships with the definition.
pub async fn target(tx: &mut Tx, d: &Definition, w: Window) -> Result<Option<i64>> {
    let day = first_day(w.last);
    let own: Option<i64> = tx.opt(sql::TARGET, vals![&d.id, day]).await?.map(|r| r.get(0)).transpose()?;
    Ok(if d.watch_only { None } else { own.or(d.target_milli) })
}

/// Sets a target, in thousandths of the indicator's unit, from a day that has not passed: what was measured already
/// is not judged by a target that nobody knew. What is only watched never carries one, because a target on detection
/// leads to over-inspection, and a target on money to fines.
pub async fn set_target(
    tx: &mut Tx,
    catalogue: &Catalogue,
    by: &Actor,
    indicator: &str,
    milli: i64,
    from: Date,
    reason: &str,
) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("设定指标目标", "set a target"))?;
    let d = catalogue.newest(indicator)?;
    may_carry(d)?;
    let mut no = Refusal::new("indicator.target", bi("不能设定该目标", "this target cannot be set"));
    if milli < 0 || d.measure == Measure::Rate && milli > d.per * 1000 {
        let needed = match d.measure {
            Measure::Rate => bi(format!("0 到 {}", d.per), format!("from 0 to {}", d.per)),
            _ => bi("不小于 0", "0 or more"),
        };
        no = no.missing("value", kernel::Decimal::new(milli, 3).normalize(), needed);
    }
    let today = tx.now().date();
    if from < today {
        let needed = bi(format!("{today} 或以后，不追溯"), format!("{today} or later; no target looks back"));
        no = no.missing("from", from, needed);
    }
    if reason.trim().is_empty() {
        no = no.missing("reason", "", bi("写明为何是这个值", "say why it is this value"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let (now, reason) = (tx.now(), reason.trim());
    tx.exec(sql::TARGET_SET, vals![indicator, from, milli, reason, by.officer, now]).await?;
    let fact = TargetSet { indicator: indicator.into(), milli, from, reason: reason.into() };
    tx.append(format!("indicator/{indicator}"), by.officer, None, fact);
    Ok(())
}

/// Refuses a target where none may be.
fn may_carry(d: &Definition) -> Result<()> {
    if d.money {
        return Err(refused(
            "indicator.money",
            bi("罚款和收费不得设目标", "fines and fees carry no target"),
            &d.id,
        ));
    }
    if d.side_information {
        let what = bi("宣传数量只作参考，不设目标", "publicity is side information and carries no target");
        return Err(refused("indicator.side_information", what, &d.id));
    }
    if d.watch_only {
        let what = bi("该指标只观察，不设目标", "this indicator is only watched and carries no target");
        return Err(refused("indicator.watch_only", what, &d.id));
    }
    Ok(())
}

fn refused(code: &str, what: Bilingual, indicator: &str) -> No {
    let needed = bi("选择可设目标的指标", "choose an indicator that may carry a target");
    let remedy = bi(
        "可以与同类单位和自身基线比较，但不考核数值",
        "Compare it with peers and with its own baseline, but do not appraise anybody by it",
    );
    Refusal::new(code, what).missing("indicator", indicator, needed).remedy(remedy).into()
}
