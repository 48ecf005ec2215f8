//! The verbs on challenges.

use super::{Challenge, Criteria, Proposal, Standing, fair, read, red_line, rules, sql, terms, workload};
use crate::brand;
use crate::decide::{self, Decider};
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells, Definition, Direction, Figure, of_unit};
use kernel::{
    Actor, ChallengeId, Date, OfficerId, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{
        ChallengeApproved, ChallengeAwarded, ChallengeObjected, ChallengeProposed, ChallengeScored,
        ChallengeTaken, CriteriaPublished, ObjectionAnswered, ParticipationCounted,
    },
};
use registry::people;
use sha2::{Digest, Sha256};
use store::{Tx, vals};

fn quarter(day: Date) -> String {
    format!("{}-Q{}", day.year(), (day.month() - 1) / 3 + 1)
}

fn at_stage(c: &Challenge, stage: &str, needed: kernel::Bilingual) -> Result<()> {
    if c.stage == stage {
        return Ok(());
    }
    let what = bi("活动目前不能办理这一步", "this step is not open for the challenge now");
    Err(Refusal::new("challenge.stage", what).missing("stage", &c.stage, needed).into())
}

/// Proposes a challenge. Beyond the contests that a quarter allows, the leading group must approve it first.
pub async fn propose(tx: &mut Tx, c: &Catalogue, by: &Actor, p: &Proposal) -> Result<ChallengeId> {
    decide::by(by, Decider::Secretariat, bi("组织比学活动", "propose a challenge"))?;
    let mut no = Refusal::new("challenge.proposal", bi("活动方案不完整", "the proposal is incomplete"));
    let texts = [("code", &p.code), ("name_zh", &p.name.zh), ("name_en", &p.name.en)];
    for (field, text) in texts {
        if text.trim().is_empty() {
            no = no.missing(field, "", bi("须写明", "it must be said"));
        }
    }
    match c.newest(&p.indicator) {
        Ok(d) if d.works() && !d.watch_only && !d.side_information && !d.money => {}
        _ => {
            let needed =
                bi("选择有记录来源且可比较的指标", "choose an indicator that works and may be compared");
            no = no.missing("indicator", &p.indicator, needed);
        }
    }
    if p.red_lines.is_empty() {
        no = no.missing("red_lines", "", bi("至少选择一条红线", "choose at least one red line"));
    }
    let branches: Vec<UnitId> = people::branches(tx).await?.into_iter().map(|u| u.id).collect();
    let units = if p.units.is_empty() { branches.clone() } else { p.units.clone() };
    if units.len() < 2 || units.iter().any(|u| !branches.contains(u)) {
        no = no.missing("units", units.len(), bi("选择至少两个分支机构", "choose two branches or more"));
    }
    if p.ends_on <= p.starts_on {
        no = no.missing("ends_on", p.ends_on, bi("须晚于开始日", "later than the first day"));
    }
    if tx.opt(sql::TAKEN, vals![&p.code]).await?.is_some() {
        no = no.missing("code", &p.code, bi("代码已用", "the code is taken"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let quarter = quarter(p.starts_on);
    let others = workload::of_units(tx, &units, p.starts_on, p.ends_on).await?;
    let (most, _) = brand::number(tx, "challenge.contests_a_quarter").await?;
    let stage = if others >= most { "waiting" } else { "proposed" };
    let (id, now) = (tx.id::<ChallengeId>(), tx.now());
    let row = vals![
        id,
        &p.code,
        &p.name.zh,
        &p.name.en,
        &p.indicator,
        p.starts_on,
        p.ends_on,
        &quarter,
        p.tie_rule.code(),
        terms::write(&p.red_lines),
        stage,
        others,
        by.officer,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    for unit in units {
        tx.exec(sql::UNIT_ADD, vals![id, unit]).await?;
    }
    let fact = ChallengeProposed {
        challenge: id,
        indicator: p.indicator.clone(),
        starts_on: p.starts_on,
        ends_on: p.ends_on,
        others,
    };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(id)
}

/// The leading group approves a challenge beyond the number of the quarter.
pub async fn approve(tx: &mut Tx, by: &Actor, id: ChallengeId, reason: &str) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("批准增加的活动", "approve a further contest"))?;
    let c = read::one(tx, id).await?;
    at_stage(&c, "waiting", bi("须为待批准", "it would have to wait for approval"))?;
    if reason.trim().is_empty() {
        let no =
            Refusal::new("challenge.approval", bi("须写明人员能否承担", "say why the staff can bear it"));
        return Err(no.missing("reason", "", bi("写明理由", "say why")).into());
    }
    tx.exec(sql::STAGE, vals![id, "waiting", "proposed"]).await?;
    tx.append(
        id.subject(),
        by.officer,
        None,
        ChallengeApproved { challenge: id, reason: reason.trim().into() },
    );
    Ok(())
}

/// A unit's figure between two months, as it is known now.
async fn figures(
    tx: &mut Tx,
    c: &Catalogue,
    d: &Definition,
    units: &[UnitId],
    w: Window,
) -> Result<Vec<(UnitId, Figure)>> {
    let cells = Cells::read(tx, c, &d.id, w.first, w.last).await?;
    units.iter().map(|u| Ok((*u, of_unit(c, d, &cells, Some(*u), w)?))).collect()
}

/// The units that a contest was proposed for; all branches where the proposal is older than that list.
async fn units_of(tx: &mut Tx, id: ChallengeId) -> Result<Vec<UnitId>> {
    let rows = tx.all(sql::UNITS, vals![id]).await?;
    if rows.is_empty() {
        return Ok(people::branches(tx).await?.into_iter().map(|u| u.id).collect());
    }
    rows.iter().map(|r| r.get(0)).collect()
}

/// Publishes the criteria: indicator, fair groups, baselines and tie rule are frozen some days before the first day.
pub async fn publish(tx: &mut Tx, c: &Catalogue, by: &Actor, id: ChallengeId) -> Result<Criteria> {
    decide::by(by, Decider::Secretariat, bi("公布比学标准", "publish the criteria"))?;
    let challenge = read::one(tx, id).await?;
    if challenge.stage == "waiting" {
        let what =
            bi("本季度活动已满，须领导小组批准", "the quarter is full: the leading group must approve it");
        let needed = bi("提请领导小组批准", "bring it before the leading group");
        return Err(Refusal::new("challenge.workload", what)
            .missing("others", challenge.others, needed)
            .into());
    }
    at_stage(&challenge, "proposed", bi("须为方案", "it would have to be a proposal"))?;
    let (days, _) = brand::number(tx, "challenge.criteria_days").await?;
    let today = tx.now().date();
    let latest = challenge.starts_on.checked_sub(jiff::Span::new().days(days)).unwrap_or(challenge.starts_on);
    if today > latest {
        let what = bi("标准须提前公布", "the criteria are published beforehand");
        let needed = bi(format!("最迟 {latest}"), format!("by {latest} at the latest"));
        return Err(Refusal::new("challenge.criteria_first", what)
            .missing("starts_on", challenge.starts_on, needed)
            .into());
    }
    let d = c.newest(&challenge.indicator)?;
    let units = units_of(tx, id).await?;
    let now = month(today);
    let year = figures(tx, c, d, &units, Window { first: now - 12, last: now - 1 }).await?;
    let mut peers = fair::comparable(tx, c, &units, now).await?;
    for (peer, (_, f)) in peers.iter_mut().zip(&year) {
        peer.volume = f.n;
    }
    let criteria = Criteria {
        indicator: d.id.clone(),
        version: d.version,
        up: d.direction == Direction::Up,
        groups: rules::fair_groups(&peers),
        baseline: year.iter().map(|(unit, f)| (*unit, f.value)).collect(),
        baseline_interval: year.iter().map(|(unit, f)| (*unit, f.interval)).collect(),
        tie_rule: challenge.tie_rule,
        red_lines: challenge.red_lines,
        matched: peers,
    };
    let body = serde_json::to_string(&criteria)?;
    let sha256 = hex::encode(Sha256::digest(body.as_bytes()));
    let at = tx.now();
    tx.exec(sql::PUBLISHED, vals![id, body, &sha256, at]).await?;
    for unit in units {
        tx.exec(sql::UNIT_ADD, vals![id, unit]).await?;
    }
    let groups = i64::try_from(criteria.groups.len()).unwrap_or(0);
    tx.append(id.subject(), by.officer, None, CriteriaPublished { challenge: id, sha256, groups });
    Ok(criteria)
}

/// The head of a unit enters an officer who takes part; to be there once is not enough to be counted twice.
pub async fn take_part(tx: &mut Tx, by: &Actor, id: ChallengeId, officer: OfficerId) -> Result<()> {
    let none = || Refusal::new("registry.not_found", bi("没有该人员", "there is no such officer"));
    let o = people::officer(tx, officer).await?.ok_or_else(|| kernel::No::from(none()))?;
    let unit = o.branch.unwrap_or(o.unit);
    decide::by(by, Decider::UnitHead(unit), bi("登记参加人员", "enter who takes part"))?;
    let c = read::one(tx, id).await?;
    at_stage(&c, "published", bi("标准公布后登记", "after the criteria are published"))?;
    // A contest beyond the number was approved for its units; any other takes nobody beyond it.
    let (most, _) = brand::number(tx, "challenge.contests_a_quarter").await?;
    let others = workload::of_officer(tx, officer, id, c.starts_on, c.ends_on).await?;
    if others >= most && c.others < most {
        let what = bi(
            "该人员本季度参加的活动已满",
            "this officer takes part in as many contests as a quarter allows",
        );
        let needed = bi("由其他人员参加", "another officer takes part");
        return Err(Refusal::new("challenge.workload", what).missing("others", others, needed).into());
    }
    let now = tx.now();
    if tx.exec(sql::MEMBER_ADD, vals![id, officer, unit, now]).await? == 1 {
        tx.append(officer.subject(), by.officer, Some(unit), ChallengeTaken { challenge: id, officer });
    }
    Ok(())
}

/// Scores a challenge after its last day, by the criteria that were frozen and by nothing else.
pub async fn score(tx: &mut Tx, c: &Catalogue, by: &Actor, id: ChallengeId) -> Result<Vec<Standing>> {
    decide::by(by, Decider::Secretariat, bi("计分", "score a challenge"))?;
    let challenge = read::one(tx, id).await?;
    at_stage(&challenge, "published", bi("须已公布标准", "its criteria would have to be published"))?;
    let today = tx.now().date();
    if today <= challenge.ends_on {
        let needed = bi(format!("{} 之后", challenge.ends_on), format!("after {}", challenge.ends_on));
        let what = bi("活动尚未结束", "the challenge is still running");
        return Err(Refusal::new("challenge.running", what)
            .missing("ends_on", challenge.ends_on, needed)
            .into());
    }
    let Some(k) = challenge.criteria else { return Err(kernel::No::fault("published without criteria")) };
    let d = c.on(&k.indicator, challenge.ends_on)?;
    let units: Vec<UnitId> = k.groups.iter().flatten().copied().collect();
    let w = Window { first: month(challenge.starts_on), last: month(challenge.ends_on) };
    let mut all = Vec::new();
    for (unit, f) in figures(tx, c, d, &units, w).await? {
        let group = k.groups.iter().position(|g| g.contains(&unit)).map_or(0, |g| g + 1);
        let base = k.baseline.iter().find(|(u, _)| *u == unit).and_then(|(_, v)| *v);
        let around = k.baseline_interval.iter().find(|(u, _)| *u == unit).and_then(|(_, i)| *i);
        let gained = f.value.zip(base).map(|(v, b)| rules::gain(k.up, (v, f.interval), (b, around)));
        all.push(Standing {
            unit,
            group,
            level_place: None,
            gain_place: None,
            value: f.value,
            interval: f.interval,
            n: f.n,
            gain: gained.map(|g| g.0),
            gain_interval: gained.and_then(|g| g.1),
        });
    }
    let size = |u: UnitId| k.matched.iter().find(|p| p.unit == u).map_or(0, |p| p.volume);
    let standings = rules::rank(k.up, k.tie_rule, size, all);
    let body = serde_json::to_string(&standings)?;
    let sha256 = hex::encode(Sha256::digest(body.as_bytes()));
    let now = tx.now();
    tx.exec(sql::SCORED, vals![id, body, now]).await?;
    let count = i64::try_from(standings.len()).unwrap_or(0);
    tx.append(id.subject(), by.officer, None, ChallengeScored { challenge: id, sha256, units: count });
    participation(tx, by, &units, today).await?;
    Ok(standings)
}

/// Counts for every unit who took part in a challenge since the half-year began.
async fn participation(tx: &mut Tx, by: &Actor, units: &[UnitId], today: Date) -> Result<()> {
    let first = Date::new(today.year(), if today.month() > 6 { 7 } else { 1 }, 1).unwrap_or(today);
    for unit in units {
        let staff: i64 = tx.one(sql::STAFF, vals![*unit]).await?.get(0)?;
        let took_part: i64 =
            tx.one(sql::TOOK_PART, vals![*unit, Timestamp::start_of(first)]).await?.get(0)?;
        let fact = ParticipationCounted { unit: *unit, staff, took_part };
        tx.append(unit.subject(), by.officer, Some(*unit), fact);
    }
    Ok(())
}

/// A unit objects to its score, once.
pub async fn object(tx: &mut Tx, by: &Actor, id: ChallengeId, unit: UnitId, text: &str) -> Result<()> {
    decide::by(by, Decider::UnitHead(unit), bi("提出异议", "object"))?;
    let c = read::one(tx, id).await?;
    at_stage(&c, "scored", bi("计分后授奖前", "after scoring and before the award"))?;
    let mut no = Refusal::new("challenge.objection", bi("不能提出异议", "this objection cannot be taken"));
    if text.trim().is_empty() {
        no = no.missing("text", "", bi("写明异议", "say what is wrong"));
    }
    let now = tx.now();
    if no.missing.is_empty() && tx.exec(sql::OBJECT, vals![id, unit, text.trim(), now]).await? == 0 {
        no =
            no.missing("unit", unit, bi("已提出过异议或不在活动中", "it objected already, or takes no part"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let fact = ChallengeObjected { challenge: id, unit, text: text.trim().into() };
    tx.append(id.subject(), by.officer, Some(unit), fact);
    Ok(())
}

/// The reviewers answer an objection; the secretariat that scored does not answer for itself.
pub async fn answer(
    tx: &mut Tx,
    by: &Actor,
    id: ChallengeId,
    unit: UnitId,
    upheld: bool,
    reason: &str,
) -> Result<()> {
    decide::by(by, Decider::Reviewer, bi("答复异议", "answer an objection"))?;
    let mut no = Refusal::new("challenge.answer", bi("不能答复", "this answer cannot be given"));
    if reason.trim().is_empty() {
        no = no.missing("reason", "", bi("写明理由", "say why"));
    }
    if no.missing.is_empty() && tx.exec(sql::ANSWER, vals![id, unit, upheld, reason.trim()]).await? == 0 {
        no = no.missing("unit", unit, bi("没有待答复的异议", "no objection of it waits"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let fact = ObjectionAnswered { challenge: id, unit, upheld, reason: reason.trim().into() };
    tx.append(id.subject(), by.officer, Some(unit), fact);
    Ok(())
}

/// The leading group awards a challenge. It waits while objections are open or were upheld, and stops at each red line
/// that the contest was published with.
pub async fn award(
    tx: &mut Tx,
    catalogue: &Catalogue,
    by: &Actor,
    id: ChallengeId,
    unit: UnitId,
) -> Result<()> {
    decide::by(by, Decider::LeadingGroup, bi("授奖", "award a challenge"))?;
    let c = read::one(tx, id).await?;
    at_stage(&c, "scored", bi("须已计分", "it would have to be scored"))?;
    let mut no = Refusal::new("challenge.award", bi("不能授奖", "it cannot be awarded"));
    let open = read::objections(tx, id).await?.into_iter().filter(|o| o.upheld != Some(false)).count();
    if open > 0 {
        no = no.missing("objections", open, bi("先答复异议", "objections are answered first"));
    }
    for (line, what) in red_line::crossed(tx, catalogue, &c, unit).await? {
        no = no.missing("red_line", what, line.crossed());
    }
    let first = |s: &&Standing| s.unit == unit && (s.level_place == Some(1) || s.gain_place == Some(1));
    if !c.standings.iter().any(|s| first(&s)) {
        no = no.missing(
            "unit",
            unit,
            bi("须为本组水平或进步第一", "first of its group by level, or first by improvement"),
        );
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    tx.exec(sql::AWARDED, vals![id, unit]).await?;
    tx.append(id.subject(), by.officer, Some(unit), ChallengeAwarded { challenge: id, unit });
    Ok(())
}
