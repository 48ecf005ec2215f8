//! The verbs on brands, but for gates and grades.

use super::{Brand, Charter, Positioning, Proposed, evidence, months_later, number, read, rules, sql};
use crate::decide::{self, Decider};
use crate::indicator::period::month;
use crate::indicator::{Catalogue, months_of_baseline};
use kernel::{
    Actor, BrandId, GateId, No, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{
        ActivityNoted, BrandClosed, BrandProlonged, BrandProposed, BrandReturned, CharterFrozen,
        EndorsementRefused, PeerJoined, TaskReported,
    },
};
use sha2::{Digest, Sha256};
use store::{Tx, vals};

/// Proposes a brand to the leading group. What lasts less than a year is kept as an activity; what another unit
/// has promised already is refused with the offer to join; what lacks its baseline goes back with the gap named.
pub async fn propose(tx: &mut Tx, c: &Catalogue, by: &Actor, p: &Positioning) -> Result<Proposed> {
    decide::by(by, Decider::UnitHead(p.unit), bi("提出品牌", "propose a brand"))?;
    let (year, _) = number(tx, "brand.horizon_months").await?;
    if !rules::lasts_a_year(p.starts_on, p.ends_on, year) {
        let id = add(tx, by, p, "activity", 0).await?;
        let days = i64::from(p.starts_on.until(p.ends_on).map_or(0, |s| s.get_days())) + 1;
        tx.append(id.subject(), by.officer, Some(p.unit), ActivityNoted { brand: id, unit: p.unit, days });
        return Ok(Proposed::Activity(id));
    }
    if let Some(other) = read::living(tx).await?.into_iter().find(|b| {
        let o = &b.positioning;
        rules::is_duplicate(p, &o.promise, &o.indicator, &o.mechanism)
    }) {
        let what = bi("已有单位作出同一承诺", "another unit has made this promise already");
        let code = &other.positioning.code;
        let remedy = bi(format!("可作为同类单位加入 {code}"), format!("Join {code} as a peer instead"));
        let needed = bi("不重复创建", "the same promise is not made twice");
        return Err(Refusal::new("brand.duplicate", what)
            .missing("promise", code, needed)
            .remedy(remedy)
            .into());
    }
    let today = month(tx.now().date());
    let d = c.newest(&p.indicator).ok();
    let baseline = match d.filter(|d| d.works()) {
        Some(_) => months_of_baseline(tx, c, &p.indicator, p.unit, today).await?,
        None => 0,
    };
    let (least, _) = number(tx, "brand.baseline_months").await?;
    if let Some(no) = rules::gaps(p, d, baseline, least) {
        return Err(no.into());
    }
    let id = add(tx, by, p, "proposed", baseline).await?;
    let fact = BrandProposed {
        brand: id,
        unit: p.unit,
        family: p.family.clone(),
        mechanism: p.mechanism.clone(),
        indicator: p.indicator.clone(),
        baseline_months: baseline,
    };
    tx.append(id.subject(), by.officer, Some(p.unit), fact);
    Ok(Proposed::Brand(id))
}

async fn add(tx: &mut Tx, by: &Actor, p: &Positioning, stage: &str, baseline: i64) -> Result<BrandId> {
    if read::by_code(tx, &p.code).await?.is_some() || p.code.trim().is_empty() {
        let needed = bi("换一个未用的代码", "choose a code that is not used");
        return Err(Refusal::new("brand.code", bi("品牌代码不可用", "the code of the brand cannot be used"))
            .missing("code", &p.code, needed)
            .into());
    }
    let id = tx.id::<BrandId>();
    let now = tx.now();
    let row = vals![
        id,
        &p.code,
        p.unit,
        &p.family,
        &p.mechanism,
        &p.name.zh,
        &p.name.en,
        &p.promise,
        &p.problem,
        &p.beneficiary,
        &p.core_work,
        &p.indicator,
        p.starts_on,
        p.ends_on,
        stage,
        baseline,
        by.officer,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    Ok(id)
}

/// Refuses an act that is not open at the brand's stage.
pub(crate) fn at_stage(b: &Brand, stages: &[&str]) -> Result<()> {
    if stages.contains(&b.stage.as_str()) {
        return Ok(());
    }
    let needed =
        bi(format!("应处于：{}", stages.join("、")), format!("it would have to be: {}", stages.join(", ")));
    let what = bi("品牌目前不能办理这一步", "this step is not open for the brand now");
    Err(Refusal::new("brand.stage", what).missing("stage", &b.stage, needed).into())
}

/// Refuses everything but a decision to a brand that passed and was left undecided: no pilot lasts for ever.
pub(crate) fn decided_in_time(b: &Brand, now: Timestamp) -> Result<()> {
    if b.stage != "passed" || b.decide_due.is_none_or(|due| now < due) {
        return Ok(());
    }
    let what =
        bi("通过后的期限已满，必须先作决定", "the time after the pass is over: it must be decided first");
    let needed = bi("定为制度、延长一次或结束", "make it a rule, prolong it once, or close it");
    Err(Refusal::new("brand.undecided", what)
        .missing("decide_due", b.decide_due.map_or(0, |d| d.0), needed)
        .remedy(bi("提请领导小组决定", "Bring it before the leading group"))
        .into())
}

async fn move_to(tx: &mut Tx, b: &Brand, stage: &str, reason: &str) -> Result<()> {
    let now = tx.now();
    if tx.exec(sql::STAGE_SET, vals![b.id, &b.stage, stage, reason, now]).await? == 1 {
        return Ok(());
    }
    at_stage(b, &[])
}

/// The leading group gives a proposal back.
pub async fn give_back(tx: &mut Tx, by: &Actor, id: BrandId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("退回提议", "give a proposal back"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["proposed"])?;
    let reason = reasoned(reason)?;
    move_to(tx, &b, "returned", &reason).await?;
    tx.append(id.subject(), by.officer, Some(b.positioning.unit), BrandReturned { brand: id, reason });
    Ok(())
}

pub(crate) fn reasoned(reason: &str) -> Result<String> {
    if reason.trim().is_empty() {
        let no = Refusal::new("brand.reason", bi("须写明理由", "a reason is needed"));
        return Err(no.missing("reason", "", bi("写明理由", "say why")).into());
    }
    Ok(reason.trim().to_owned())
}

/// A unit joins another unit's brand as a peer.
pub async fn join(tx: &mut Tx, by: &Actor, id: BrandId, unit: UnitId) -> Result<()> {
    decide::by(by, Decider::UnitHead(unit), bi("加入品牌", "join a brand"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["proposed", "creating", "passed"])?;
    let now = tx.now();
    if unit != b.positioning.unit && tx.exec(sql::PEER_ADD, vals![id, unit, now]).await? == 1 {
        tx.append(id.subject(), by.officer, Some(unit), PeerJoined { brand: id, unit });
    }
    Ok(())
}

/// The leading group approves a charter, and freezes it. A later revision needs a gate that said "adjust".
pub async fn approve(tx: &mut Tx, c: &Catalogue, by: &Actor, id: BrandId, charter: &Charter) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("批准章程", "approve a charter"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["proposed", "creating"])?;
    decide::not_own(by, b.proposed_by)?;
    let gate = if b.stage == "creating" { Some(adjusting_gate(tx, id).await?) } else { None };
    let guards: Vec<_> = charter.guards.iter().map(|g| c.newest(g).ok()).collect();
    let p = &b.positioning;
    if let Some(no) = rules::charter_gaps(charter, &p.indicator, &guards, (p.starts_on, p.ends_on)) {
        return Err(no.into());
    }
    let body = serde_json::to_string(charter)?;
    let sha256 = hex::encode(Sha256::digest(body.as_bytes()));
    let (revision, now) = (b.revision + 1, tx.now());
    let gate_due = Timestamp::start_of(charter.gate_on.tomorrow().unwrap_or(charter.gate_on));
    tx.exec(sql::CHARTER_ADD, vals![id, revision, body, &sha256, gate, by.officer, now]).await?;
    tx.exec(sql::CHARTERED, vals![id, revision, gate_due, now]).await?;
    tx.exec(sql::TASKS_FORGET, vals![id]).await?;
    let last: i64 = tx.one(sql::TASK_LAST, vals![id]).await?.get(0)?;
    for (no, t) in (last + 1..).zip(&charter.tasks) {
        tx.exec(sql::TASK_ADD, vals![id, no, &t.quarter, &t.what]).await?;
    }
    let fact = CharterFrozen { brand: id, revision, sha256, gate_due, gate };
    tx.append(id.subject(), by.officer, Some(p.unit), fact);
    Ok(())
}

pub(super) async fn adjusting_gate(tx: &mut Tx, id: BrandId) -> Result<GateId> {
    let frozen = || {
        let what =
            bi("章程已冻结，只能经阶段评估调整", "the charter is frozen, and changes through a gate only");
        let needed = bi("先召开评估并决定调整", "hold a gate that decides to adjust first");
        No::from(Refusal::new("brand.charter_frozen", what).missing("gate", "", needed))
    };
    let r = tx.opt(sql::GATE_LAST, vals![id]).await?.ok_or_else(frozen)?;
    let outcome: String = r.get(1)?;
    let last = read::charter(tx, id).await?;
    let held = read::gates(tx, id).await?.last().map(|g| g.held_at);
    // One revision for each gate: the charter must be older than the gate that asked for another.
    if outcome != "adjust" || last.is_some_and(|(_, _, _, at)| held.is_none_or(|h| at > h)) {
        return Err(frozen());
    }
    r.get(0)
}

/// The unit reports a task with the facts of its own work that prove it.
pub async fn report_task(
    tx: &mut Tx,
    by: &Actor,
    id: BrandId,
    no: i64,
    note: &str,
    facts: &[i64],
) -> Result<()> {
    let b = read::one(tx, id).await?;
    decide::by(by, Decider::UnitHead(b.positioning.unit), bi("报告任务", "report a task"))?;
    at_stage(&b, &["creating"])?;
    let lacking = Refusal::new("brand.evidence", bi("任务须有记录证明", "a task is proved by records"));
    let mut lacking = evidence::not_own(tx, lacking, b.positioning.unit, facts).await?;
    if facts.is_empty() {
        lacking = lacking.missing("facts", "", bi("至少一条账本记录", "at least one fact of the ledger"));
    }
    if !lacking.missing.is_empty() {
        return Err(lacking.into());
    }
    let list: Vec<String> = facts.iter().map(ToString::to_string).collect();
    let now = tx.now();
    let row = vals![id, no, now, by.officer, note, list.join(",")];
    if tx.exec(sql::TASK_REPORT, row).await? == 0 {
        let what = bi("没有这项待报任务", "there is no such task to report");
        return Err(Refusal::new("brand.task", what)
            .missing("task", no, bi("见章程任务表", "see the tasks of the charter"))
            .into());
    }
    let fact = TaskReported { brand: id, task: no, facts: facts.to_vec() };
    tx.append(id.subject(), by.officer, Some(b.positioning.unit), fact);
    Ok(())
}

/// The leading group prolongs a brand, once: one that passed and is not decided yet, or one that came to its last day
/// before it passed.
pub async fn prolong(tx: &mut Tx, by: &Actor, id: BrandId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("延长品牌", "prolong a brand"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["creating", "passed"])?;
    let reason = reasoned(reason)?;
    let (months, _) = number(tx, "brand.decide_months").await?;
    let now = tx.now();
    let last = b.ends_on();
    if b.stage == "creating" && now.date() < last {
        let what = bi("未到期的品牌不延长", "a brand is not prolonged before its end");
        let needed = bi(format!("{last} 起可延长一次"), format!("it may be prolonged once, from {last}"));
        return Err(Refusal::new("brand.not_over", what).missing("ends_on", last, needed).into());
    }
    let (until, done) = if b.stage == "creating" {
        let until = months_later(Timestamp::start_of(last), months);
        let gate = b.gate_due.unwrap_or(now).max(months_later(now, 3)).min(until);
        let row = vals![id, until.date(), gate, &reason, now];
        (until, tx.exec(sql::EXTENDED, row).await?)
    } else {
        let until = months_later(b.decide_due.unwrap_or(now), months);
        (until, tx.exec(sql::PROLONGED, vals![id, until, &reason, now]).await?)
    };
    if done == 0 {
        let what = bi("已延长过一次", "it was prolonged once already");
        let needed = bi("定为制度或结束", "make it a rule or close it");
        return Err(Refusal::new("brand.prolonged", what)
            .missing("brand", &b.positioning.code, needed)
            .into());
    }
    let unit = Some(b.positioning.unit);
    tx.append(id.subject(), by.officer, unit, BrandProlonged { brand: id, until, reason });
    Ok(())
}

/// The leading group closes a brand.
pub async fn close(tx: &mut Tx, by: &Actor, id: BrandId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("结束品牌", "close a brand"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["creating", "passed", "stopped", "returned"])?;
    let reason = reasoned(reason)?;
    move_to(tx, &b, "closed", &reason).await?;
    tx.append(id.subject(), by.officer, Some(b.positioning.unit), BrandClosed { brand: id, reason });
    Ok(())
}

/// An enterprise asked to carry the brand's name: the answer is always no, and the asking is recorded.
pub async fn refuse_endorsement(tx: &mut Tx, by: &Actor, id: BrandId, asked_by: &str) -> Result<Refusal> {
    let b = read::one(tx, id).await?;
    let fact = EndorsementRefused { brand: id, asked_by: asked_by.to_owned() };
    tx.append(id.subject(), by.officer, Some(b.positioning.unit), fact);
    let what = bi("组织品牌不为企业背书", "the bureau's brands endorse no enterprise");
    let needed =
        bi("企业产品、包装和广告不得使用品牌名称", "no product, package or advertisement carries the name");
    Ok(Refusal::new("brand.endorsement", what).missing("asked_by", asked_by, needed).remedy(bi(
        "可公开的是承诺与数据，见承诺页",
        "The promise and its figures are public; point to them",
    )))
}
