//! The gate (阶段评估): the effect against the peers, the guards, three views apart, and one outcome.

use super::act::at_stage;
use super::effect::{Effect, effect, micro, worse};
use super::rules::{Scores, Weights, open_outcomes, weighted};
use super::{Brand, Charter, months_later, number, read, sql};
use crate::decide::{self, Decider};
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells, Direction, Figure, of_unit, peers};
use kernel::{
    Actor, BrandId, GateId, No, OfficerId, Refusal, Result, Timestamp, UnitId, bi, excellence::GateHeld,
};
use registry::people;
use serde::Serialize;
use store::{Tx, vals};

/// What the reviewers bring to a gate.
#[derive(Clone, Debug)]
pub struct GateInput {
    /// The independent team, at least one.
    pub reviewers: Vec<OfficerId>,
    /// The three views.
    pub scores: Scores,
    /// `continue`, `adjust`, `stop` or `pass`.
    pub outcome: String,
    /// What the team says.
    pub note: String,
}

/// A guard as the gate saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuardSeen {
    /// Indicator.
    pub indicator: String,
    /// The year before the charter.
    pub before: Figure,
    /// Since.
    pub after: Figure,
    /// Whether it got worse beyond chance; none when that cannot be told.
    pub broken: Option<bool>,
}

/// What a gate found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Its row.
    pub id: GateId,
    /// Outcome.
    pub outcome: String,
    /// The weighted score, thousandths.
    pub weighted_milli: i64,
    /// The effect of the brand.
    pub effect: Effect,
    /// Guards.
    pub guards: Vec<GuardSeen>,
}

/// Holds a gate. The figures come from the ledger at this moment; only the three views and the outcome are brought.
pub async fn hold_gate(
    tx: &mut Tx,
    c: &Catalogue,
    by: &Actor,
    id: BrandId,
    input: &GateInput,
) -> Result<Gate> {
    decide::by(by, Decider::Secretariat, bi("召开阶段评估", "hold a gate"))?;
    let b = read::one(tx, id).await?;
    at_stage(&b, &["creating"])?;
    let now = tx.now();
    independent(tx, &b, &input.reviewers).await?;
    let (_, charter, _, _) =
        read::charter(tx, id).await?.ok_or_else(|| No::fault("a brand without a charter at its gate"))?;
    let (weighted_milli, label) = score(tx, input.scores).await?;
    let effect = effect_of(tx, c, &b).await?;
    let guards = guards_of(tx, c, &b, &charter).await?;
    let broken: Vec<String> =
        guards.iter().filter(|g| g.broken == Some(true)).map(|g| g.indicator.clone()).collect();
    let untold = untold(c, &charter, &guards);
    let over = now.date() > b.ends_on();
    let open = open_outcomes(effect.better, broken.len() + untold.len(), over);
    if !open.contains(&input.outcome.as_str()) {
        let no = closed_outcome(&input.outcome, &effect, (&broken, &untold), &open);
        let no = if over { at_its_end(no, &b) } else { no };
        return Err(no.into());
    }
    let (gate, due_at) = (tx.id::<GateId>(), b.gate_due.unwrap_or(now));
    let (s, reviewers) = (input.scores, dedup(&input.reviewers));
    let team: Vec<String> = reviewers.iter().map(ToString::to_string).collect();
    let row = vals![
        gate,
        id,
        &input.outcome,
        s.own_milli,
        s.users_milli,
        s.superior_milli,
        weighted_milli,
        serde_json::to_string(&effect)?,
        serde_json::to_string(&guards)?,
        &input.note,
        due_at,
        by.officer,
        now,
        &label,
        team.join(",")
    ];
    tx.exec(sql::GATE_ADD, row).await?;
    move_on(tx, &b, &input.outcome, due_at).await?;
    let (effect_micro, interval) = micro(&effect);
    let fact = GateHeld {
        gate,
        brand: id,
        outcome: input.outcome.clone(),
        own_milli: s.own_milli,
        users_milli: s.users_milli,
        superior_milli: s.superior_milli,
        weighted_milli,
        effect_micro,
        broken_guards: broken,
        due_at,
        rule_version: label,
        effect_low_micro: interval.map(|i| i.0),
        effect_high_micro: interval.map(|i| i.1),
        uncertain: effect.uncertain,
        reviewers,
    };
    tx.append(id.subject(), by.officer, Some(b.positioning.unit), fact);
    Ok(Gate { id: gate, outcome: input.outcome.clone(), weighted_milli, effect, guards })
}

/// Where a brand goes after its gate, and when it is to be looked at again.
async fn move_on(tx: &mut Tx, b: &Brand, outcome: &str, due_at: Timestamp) -> Result<()> {
    let now = tx.now();
    let (months, _) = number(tx, "brand.decide_months").await?;
    let (stage, gate_due, decide_due) = match outcome {
        "pass" => ("passed", None, Some(months_later(now, months))),
        "stop" => ("stopped", None, None),
        _ => (b.stage.as_str(), Some(months_later(due_at, 3).min(end_of(b))), b.decide_due),
    };
    tx.exec(sql::GATED, vals![b.id, stage, gate_due, decide_due, now]).await?;
    Ok(())
}

/// Each officer of a team once.
fn dedup(all: &[OfficerId]) -> Vec<OfficerId> {
    let first = |n: &usize| !all[..*n].contains(&all[*n]);
    (0..all.len()).filter(first).map(|n| all[n]).collect()
}

/// The first moment after the last day of a brand.
fn end_of(b: &Brand) -> Timestamp {
    let last = b.ends_on();
    Timestamp::start_of(last.tomorrow().unwrap_or(last))
}

/// Nobody of the team is of the brand's unit, and nobody proposed the brand; each who is not independent is named.
async fn independent(tx: &mut Tx, b: &Brand, team: &[OfficerId]) -> Result<()> {
    let unit = b.positioning.unit;
    let what = bi("评审组须独立于品牌所在单位", "the team is independent of the brand's unit");
    let mut no = Refusal::new("brand.independent", what);
    if team.is_empty() {
        no = no.missing("reviewers", "", bi("至少一名评审人", "at least one reviewer"));
    }
    for reviewer in team {
        let officer = people::officer(tx, *reviewer).await?;
        let outside = officer.as_ref().is_some_and(|o| o.unit != unit && o.branch != Some(unit));
        if outside && b.proposed_by != Some(*reviewer) {
            continue;
        }
        let who = officer.map_or_else(|| reviewer.to_string(), |o| format!("{} {}", o.staff_no, o.name.zh));
        let needed =
            bi("不独立：请其他单位人员评审", "not independent: an officer of another unit reviews it");
        no = no.missing("reviewers", who, needed);
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

/// The weighted score under the weights of the pack in force, and the label of that pack.
async fn score(tx: &mut Tx, scores: Scores) -> Result<(i64, String)> {
    let (own, label) = number(tx, "gate.weight_own").await?;
    let (users, _) = number(tx, "gate.weight_users").await?;
    let (superior, _) = number(tx, "gate.weight_superior").await?;
    let weights = Weights { own, users, superior };
    let Some(score) = weighted(scores, weights) else {
        let what = bi("评分或权重有误", "a score or the weights are wrong");
        let needed =
            bi("三项得分 0 至 100，权重合计 100", "three scores from 0 to 100, weights that make 100");
        let found = format!("{scores:?} {weights:?}");
        return Err(Refusal::new("brand.scores", what).missing("scores", found, needed).into());
    };
    Ok((score, label))
}

/// Guards of the charter with a better side of which nothing can be told: with their records gone or too few, nobody
/// passes on them. The guard of every brand is seen too, and stops a pass only when it is known to be broken.
fn untold(c: &Catalogue, charter: &Charter, guards: &[GuardSeen]) -> Vec<String> {
    let sided = |g: &&GuardSeen| {
        charter.guards.contains(&g.indicator)
            && c.newest(&g.indicator).is_ok_and(|d| d.works() && d.direction != Direction::Watch)
    };
    let none = guards.iter().filter(|g| g.broken.is_none()).filter(sided);
    none.map(|g| g.indicator.clone()).collect()
}

fn closed_outcome(
    outcome: &str,
    effect: &Effect,
    (broken, untold): (&[String], &[String]),
    open: &[&str],
) -> Refusal {
    let what = bi("本次评估不能作出这一结论", "this outcome is not open at this gate");
    let choose = bi(format!("可选：{}", open.join("、")), format!("open: {}", open.join(", ")));
    let mut no = Refusal::new("brand.outcome", what).missing("outcome", outcome, choose);
    if outcome == "pass" {
        for g in broken {
            let needed = bi("护栏指标变差，不能通过", "a guard got worse, so it cannot pass");
            no = no.missing("guard", g, needed);
        }
        for g in untold {
            let needed = bi("护栏指标样本不足，无法判断", "too few records to tell whether the guard holds");
            no = no.missing("guard", g, needed);
        }
        if effect.better != Some(true) {
            let net = effect.net.map_or_else(|| "-".to_owned(), |n| format!("{n:.4}"));
            let needed = bi("相对同类单位须有正向净效果", "it must gain on its peers");
            no = no.missing("effect", net, needed);
        }
    }
    no
}

/// At its end a brand does not go on by a gate.
fn at_its_end(no: Refusal, b: &Brand) -> Refusal {
    let last = b.ends_on();
    let needed = bi(
        format!("实施期已于 {last} 结束：通过或停止"),
        format!("its time ended on {last}: it passes or it stops"),
    );
    let remedy = if b.prolonged {
        bi("已延长过一次，只能通过、停止或结束", "It was prolonged once: it passes, stops or is closed")
    } else {
        bi("或提请领导小组延长一次", "Or the leading group prolongs it once")
    };
    no.missing("ends_on", last, needed).remedy(remedy)
}

/// Months from the charter to the last month that is over, or to this one when none is.
pub(crate) async fn months_since_charter(tx: &mut Tx, id: BrandId) -> Result<(i32, i32)> {
    let r = tx.one(sql::CHARTER_FIRST, vals![id]).await?;
    let frozen: Timestamp = r.get(0)?;
    let (from, now) = (month(frozen.date()), month(tx.now().date()));
    Ok((from, (now - 1).max(from)))
}

/// The peers of a unit that do not take part in the brand themselves.
pub(crate) async fn bystanders(tx: &mut Tx, b: &Brand) -> Result<Vec<UnitId>> {
    let own =
        people::unit(tx, b.positioning.unit).await?.ok_or_else(|| No::fault("a brand without a unit"))?;
    let joined = read::peers_of(tx, b.id).await?;
    let (_, group) = peers(tx, &own).await?;
    Ok(group.into_iter().map(|u| u.id).filter(|u| *u != own.id && !joined.contains(u)).collect())
}

/// The effect of a brand as the ledger tells it now.
pub async fn effect_of(tx: &mut Tx, c: &Catalogue, b: &Brand) -> Result<Effect> {
    let others = bystanders(tx, b).await?;
    let months = months_since_charter(tx, b.id).await?;
    let p = &b.positioning;
    effect(tx, c, &p.indicator, p.unit, &others, months).await
}

/// The guard of every brand: what forms for brands cost in working time.
pub const EVERY_BRAND: &str = "PC10";

/// The guard of every brand, where the charter does not name it itself.
fn common_guard(charter: &Charter) -> Option<&'static str> {
    charter.guards.iter().all(|g| g != EVERY_BRAND).then_some(EVERY_BRAND)
}

async fn guards_of(tx: &mut Tx, c: &Catalogue, b: &Brand, charter: &Charter) -> Result<Vec<GuardSeen>> {
    let (from, to) = months_since_charter(tx, b.id).await?;
    let after = Window { first: from, last: to };
    let before = after.year_before();
    let mut seen = Vec::new();
    for g in charter.guards.iter().map(String::as_str).chain(common_guard(charter)) {
        let d = c.newest(g)?;
        let cells = Cells::read(tx, c, g, before.first, after.last).await?;
        let unit = Some(b.positioning.unit);
        let (was, is) = (of_unit(c, d, &cells, unit, before)?, of_unit(c, d, &cells, unit, after)?);
        let broken = d.works().then(|| worse(d, &was, &is, (12, i64::from(to - from) + 1))).flatten();
        seen.push(GuardSeen { indicator: g.to_owned(), before: was, after: is, broken });
    }
    Ok(seen)
}
