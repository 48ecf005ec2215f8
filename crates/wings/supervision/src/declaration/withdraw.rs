//! Withdrawal (撤回): the party takes its declaration back, as far as that does not let goods slip past a check.
//!
//! Free until an inspection is ordered; not while one goes on (whoever was told of an inspection waits for its
//! end), never while a lot is held or a result failed, for those goods need a decision of the bureau.

use super::{Stage, advance, read, sql};
use kernel::{
    Actor, DeclarationId, Fact, LotId, Missing, Refusal, Result, Supervision, bi, supervision::Withdrawn,
};
use std::collections::BTreeMap;
use store::{Tx, ledger, vals};

/// A declarant who was told of an examination cannot invalidate the declaration before it took place.
const TOLD: &str = "Regulation (EU) 952/2013 art. 174 (pattern)";
/// Most facts of a declaration that are read.
const FACTS: i64 = 1000;

/// Withdraws a declaration with its reason.
pub async fn withdraw(tx: &mut Tx, by: &Actor, id: DeclarationId, reason: &str) -> Result<()> {
    let Some(d) = read::one(tx, by, id).await? else { return Err(super::amend::none(id)) };
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        let needed = bi("写明撤回理由（最多 500 字）", "say why (at most 500 characters)");
        let what = bi("撤回须写明理由", "a withdrawal needs its reason");
        return Err(Refusal::new("declaration.reason", what).missing("reason", "", needed).into());
    }
    if matches!(d.stage, Stage::Inspecting | Stage::Testing) {
        let what =
            bi("已实施查验，办结前不能撤回", "an inspection goes on: it cannot be withdrawn before its end");
        let needed = bi("待查验、检测结束", "the inspection and its tests have to end");
        let remedy = bi(
            "等待结果；合格的，结束后可以撤回",
            "Wait for the result; if it is good, it may be withdrawn then",
        );
        return Err(Refusal::new("declaration.inspecting", what)
            .clause(TOLD)
            .missing("stage", d.stage.code(), needed)
            .remedy(remedy)
            .into());
    }
    let stored = ledger::of_subject(tx, &id.subject(), FACTS).await?;
    let facts = stored.iter().rev().filter_map(|f| Fact::decode(&f.kind, &f.body).transpose());
    let facts = facts.collect::<std::result::Result<Vec<_>, _>>()?;
    let against = obstacles(&facts);
    if !against.is_empty() {
        let what = bi(
            "有未了结的暂扣或不合格结果，不能撤回",
            "a hold or a failed result is open: it cannot be withdrawn",
        );
        let remedy = bi("由放行审核员先作出处置", "The release officer settles the lots first");
        let no = Refusal { missing: against, ..Refusal::new("declaration.open_stop", what) };
        return Err(no.remedy(remedy).into());
    }
    let from = [Stage::Lodged, Stage::Returned, Stage::Accepted, Stage::Deciding];
    let stage = d.stage.code();
    advance(tx, id, &from, Stage::Withdrawn, None).await?;
    let now = tx.now();
    let row = vals![id, stage, reason, by.officer, &by.name.zh, &by.name.en, now];
    tx.exec(sql::WITHDRAWAL_ADD, row).await?;
    let fact = Withdrawn { declaration: id, reason: reason.into() };
    tx.append(id.subject(), by.officer, Some(d.branch), fact);
    Ok(())
}

/// What stands against a withdrawal, from the facts of the consignment, the oldest first: lots that are held,
/// inspections that did not conform and tests that failed.
pub fn obstacles(facts: &[Fact]) -> Vec<Missing> {
    let mut held: BTreeMap<LotId, String> = BTreeMap::new();
    let mut failed: BTreeMap<String, String> = BTreeMap::new();
    for fact in facts {
        let Fact::Supervision(fact) = fact else { continue };
        match fact {
            Supervision::Settled(s) if s.outcome == "hold" => {
                held.insert(s.lot, s.basis.clone());
            }
            Supervision::Settled(s) => {
                held.remove(&s.lot);
            }
            Supervision::HoldLifted(h) => {
                held.remove(&h.lot);
            }
            Supervision::ResultRecorded(r) if !r.conforming => {
                failed.insert(format!("inspection/{}", r.task), r.findings.join(", "));
            }
            Supervision::ResultRecorded(r) => {
                failed.remove(&format!("inspection/{}", r.task));
            }
            Supervision::TestResulted(t) => {
                let key = format!("test/{}/{}", t.sample, t.analyte);
                if t.verdict == "fail" {
                    failed.insert(key, t.analyte.clone());
                } else {
                    failed.remove(&key);
                }
            }
            _ => {}
        }
    }
    let gap = |field: &str, value: &String, zh: &str, en: &str| Missing {
        field: field.into(),
        value: value.chars().take(120).collect(),
        needed: bi(zh, en),
    };
    let held =
        held.values().map(|v| gap("hold", v, "解除暂扣或作出处置", "the hold has to be lifted or settled"));
    let failed =
        failed.values().map(|v| gap("result", v, "不合格须作出处置", "a failed result needs its disposal"));
    held.chain(failed).collect()
}
