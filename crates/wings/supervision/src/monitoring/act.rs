//! The verbs of the monitoring plan.

use super::{Plan, read, rules, sql};
use kernel::{
    Actor, Date, LotId, MonitoringPlanId, MonitoringSampleId, No, OfficerId, Refusal, Result, Timestamp, bi,
    supervision::{
        MonitoringApproved, MonitoringDrawn, MonitoringPlanned, MonitoringReported, Sampled, TestResulted,
    },
};
use registry::rules as book;
use store::{Tx, vals};

/// Samples of a plan and strata, at most.
const MOST: i64 = 20_000;
/// Days after its month within which a sample is reported.
const REPORT_DAYS: i64 = 30;

/// A stratum as it is written.
#[derive(Clone, Debug, Default)]
pub struct NewStratum {
    /// What it is called.
    pub name: String,
    /// `export` or `import`, or empty for both.
    pub direction: String,
    /// Leading digits of HS codes.
    pub hs: String,
    /// The country abroad; empty for all.
    pub market: String,
    /// Code of the analyte.
    pub analyte: String,
    /// Weight of risk, 1 to 5.
    pub weight: i64,
}

/// A plan as it is written.
#[derive(Clone, Debug, Default)]
pub struct NewPlan {
    /// Code.
    pub code: String,
    /// The year.
    pub year: i64,
    /// What it is for.
    pub title: String,
    /// Samples in all.
    pub total: i64,
    /// Strata.
    pub strata: Vec<NewStratum>,
}

fn officer(by: &Actor) -> Result<OfficerId> {
    by.officer.ok_or_else(|| {
        Refusal::new("monitoring.officer", bi("只有检验检疫人员可以办理", "only an officer may do this"))
            .into()
    })
}

fn checked(p: &NewPlan, pack: &book::Pack, today: Date) -> Result<()> {
    let mut no = Refusal::new("monitoring.plan", bi("监控计划不能保存", "the plan cannot be saved"));
    for (field, text) in [("code", &p.code), ("title", &p.title)] {
        if text.trim().is_empty() || text.chars().count() > 120 {
            no = no.missing(field, text, bi("1 至 120 字", "1 to 120 characters"));
        }
    }
    let this = i64::from(today.year());
    if !(this..=this + 1).contains(&p.year) {
        no = no.missing("year", p.year, bi("今年或明年", "this year or the next"));
    }
    let n = i64::try_from(p.strata.len()).unwrap_or(i64::MAX);
    if n == 0 || n > 500 {
        no = no.missing("strata", n, bi("1 至 500 层", "1 to 500 strata"));
    }
    if p.total < n || p.total > MOST {
        let needed =
            bi(format!("不少于层数，不超过 {MOST}"), format!("one a stratum at least, {MOST} at most"));
        no = no.missing("total", p.total, needed);
    }
    for (at, s) in (1..).zip(&p.strata) {
        let place = |field: &str| format!("strata[{at}].{field}");
        if s.name.trim().is_empty() {
            no = no.missing(place("name"), "", bi("不能为空", "it cannot be empty"));
        }
        if !["", "export", "import"].contains(&s.direction.as_str()) {
            no = no.missing(
                place("direction"),
                &s.direction,
                bi("export、import 或留空", "export, import or empty"),
            );
        }
        if s.hs.is_empty() || s.hs.len() > 10 || !s.hs.bytes().all(|b| b.is_ascii_digit()) {
            no = no.missing(place("hs"), &s.hs, bi("商品编码前缀", "leading digits of HS codes"));
        }
        if !pack.analyte.iter().any(|a| a.code == s.analyte) {
            no = no.missing(
                place("analyte"),
                &s.analyte,
                bi("规则包中的检测项目", "an analyte of the rule pack"),
            );
        }
        if !(1..=5).contains(&s.weight) {
            no = no.missing(place("weight"), s.weight, bi("1 至 5", "1 to 5"));
        }
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

/// Drafts a plan: counts last year's lots, shares the samples out, and spreads them over the months that are left.
pub async fn draft(tx: &mut Tx, by: &Actor, p: &NewPlan) -> Result<MonitoringPlanId> {
    let (officer, now) = (officer(by)?, tx.now());
    let today = now.date();
    let all = book::rules(tx).await?;
    let pack = book::adopted(&all, today)?;
    checked(p, &pack.pack, today)?;
    if tx.opt(sql::KNOWN, vals![&p.code]).await?.is_some() {
        let needed = bi("换一个代码", "give it another code");
        let what = bi("已有这份计划", "there is such a plan already");
        return Err(Refusal::new("monitoring.duplicate", what).missing("code", &p.code, needed).into());
    }
    let id = tx.id::<MonitoringPlanId>();
    let seed: [u8; 32] = tx.chance().bytes();
    let label = pack.label();
    let row = vals![id, &p.code, p.year, p.title.trim(), p.total, seed, &label, officer, now];
    tx.exec(sql::ADD, row).await?;
    let since = Timestamp(now.0 - 365 * Timestamp::DAY);
    let mut lots = Vec::new();
    for s in &p.strata {
        let row = vals![since, now, &s.direction, format!("{}%", s.hs), &s.market];
        lots.push(tx.one(sql::LOTS, row).await?.get::<i64>(0)?);
    }
    let sizes: Vec<i64> = lots.iter().zip(&p.strata).map(|(n, s)| n * s.weight).collect();
    let first = if p.year > i64::from(today.year()) { 1 } else { i64::from(today.month()) };
    for ((at, s), (n, lots)) in
        (1_i64..).zip(&p.strata).zip(rules::allocate(p.total, &sizes).into_iter().zip(lots))
    {
        let stratum: uuid::Uuid = tx.id();
        let row = vals![
            stratum,
            id,
            at,
            s.name.trim(),
            &s.direction,
            &s.hs,
            &s.market,
            &s.analyte,
            s.weight,
            lots,
            n
        ];
        tx.exec(sql::STRATUM_ADD, row).await?;
        for (ordinal, month) in (1_i64..).zip(rules::months(&seed, &format!("{} {at}", p.code), n, first)) {
            let sample = tx.id::<MonitoringSampleId>();
            let due_at = due(p.year, month)?;
            let row = vals![sample, id, stratum, ordinal, format!("{}-{month:02}", p.year), due_at];
            tx.exec(sql::SAMPLE_ADD, row).await?;
        }
    }
    Ok(id)
}

/// A sample is reported within thirty days after its month.
fn due(year: i64, month: i64) -> Result<Timestamp> {
    let start =
        Date::new(i16::try_from(year).map_err(No::fault)?, i8::try_from(month).map_err(No::fault)?, 1);
    let next = start.map_err(No::fault)?.last_of_month().tomorrow().map_err(No::fault)?;
    Ok(Timestamp(Timestamp::start_of(next).0 + REPORT_DAYS * Timestamp::DAY))
}

async fn must(tx: &mut Tx, id: MonitoringPlanId) -> Result<Plan> {
    read::one(tx, id).await?.ok_or_else(|| {
        Refusal::new("monitoring.not_found", bi("没有这份计划", "there is no such plan")).into()
    })
}

/// Approves a plan; somebody else than its author. Its samples are planned from then on.
pub async fn approve(tx: &mut Tx, by: &Actor, id: MonitoringPlanId) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let plan = must(tx, id).await?;
    if plan.drafted.0 == Some(officer) {
        let what = bi("编写计划的人不能自己审批", "who drafted a plan does not approve it");
        return Err(Refusal::new("monitoring.second_person", what)
            .remedy(bi("请另一名风险或质量负责人审批", "Ask another risk analyst, or the quality manager"))
            .into());
    }
    if tx.exec(sql::APPROVE, vals![id, officer, now]).await? == 0 {
        let what = bi("计划已经批准", "the plan is approved already");
        return Err(Refusal::new("monitoring.state", what).into());
    }
    let fact = MonitoringApproved { plan: id, code: plan.code, samples: plan.total };
    tx.append(id.subject(), Some(officer), None, fact);
    for r in tx.all(sql::ALL, vals![id]).await? {
        let fact = MonitoringPlanned { sample: r.get(0)?, plan: id, due_at: r.get(1)?, analyte: r.get(2)? };
        tx.append(id.subject(), Some(officer), None, fact);
    }
    Ok(())
}

/// Draws the lot of a planned sample within its month; gives whether there was one to draw from.
pub async fn draw(tx: &mut Tx, by: &Actor, id: MonitoringSampleId) -> Result<bool> {
    officer(by)?;
    chosen(tx, by, id, None).await
}

/// Replaces a drawn lot that cannot be sampled; flagged, with its reason.
pub async fn substitute(tx: &mut Tx, by: &Actor, id: MonitoringSampleId, reason: &str) -> Result<bool> {
    officer(by)?;
    if reason.trim().is_empty() {
        let what = bi("替代样品须写明理由", "a substitute needs its reason");
        return Err(Refusal::new("monitoring.reason", what)
            .missing("reason", reason, bi("写明为何不能采样", "say why the lot cannot be sampled"))
            .into());
    }
    chosen(tx, by, id, Some(reason.trim())).await
}

async fn chosen(tx: &mut Tx, by: &Actor, id: MonitoringSampleId, reason: Option<&str>) -> Result<bool> {
    let r = tx.opt(sql::SAMPLE, vals![id]).await?.ok_or_else(|| {
        No::from(Refusal::new("monitoring.not_found", bi("没有这个样品", "there is no such sample")))
    })?;
    let plan: MonitoringPlanId = r.get(0)?;
    let (month, state): (String, String) = (r.get(1)?, r.get(3)?);
    let (rounds, approved): (i64, String) = (r.get(5)?, r.get(11)?);
    let needs = if reason.is_some() { "drawn" } else { "planned" };
    let what = bi("目前不能抽取", "it cannot be drawn now");
    let mut no = Refusal::new("monitoring.draw", what);
    if approved != "approved" {
        no = no.missing("plan", &approved, bi("计划须先批准", "the plan has to be approved first"));
    }
    if state != needs {
        no = no.missing("state", &state, bi(format!("应为 {needs}"), format!("it would have to be {needs}")));
    }
    let start: Date = format!("{month}-01").parse().map_err(No::fault)?;
    let start = Timestamp::start_of(start);
    if tx.now() < start {
        no = no.missing("month", &month, bi("该月尚未开始", "its month has not begun"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let (direction, hs, market): (String, String, String) = (r.get(6)?, r.get(7)?, r.get(8)?);
    let seed: Vec<u8> = r.get(10)?;
    let seed: [u8; 32] = seed.try_into().map_err(|_| No::fault("the stored seed is not 32 bytes"))?;
    let found = tx.all(sql::CANDIDATES, vals![plan, start, direction, format!("{hs}%"), market]).await?;
    let mut keys = Vec::with_capacity(found.len());
    for f in &found {
        keys.push(format!("{} {}", f.get::<String>(3)?, f.get::<String>(1)?));
    }
    let round = rounds + i64::from(reason.is_some());
    let now = tx.now();
    let picked = rules::pick(&seed, &id.to_string(), round, &keys);
    let Some(f) = picked.map(|at| &found[at]) else {
        if let Some(reason) = reason {
            tx.exec(sql::UNDRAWN, vals![id, round, reason]).await?;
        }
        return Ok(false);
    };
    let lot: LotId = f.get(0)?;
    let declaration: kernel::DeclarationId = f.get(2)?;
    let n = i64::try_from(found.len()).map_err(No::fault)?;
    tx.exec(sql::DRAWN, vals![id, lot, declaration, round, reason, n, now]).await?;
    let fact = MonitoringDrawn {
        sample: id,
        plan,
        lot,
        declaration,
        candidates: n,
        substitute: round > 0,
        reason: reason.unwrap_or_default().into(),
    };
    tx.append(plan.subject(), by.officer, None, fact);
    Ok(true)
}

/// A sample was taken from a lot: it is that of the plan, where one was drawn there.
pub async fn note_sampled(tx: &mut Tx, f: &Sampled) -> Result<()> {
    let now = tx.now();
    tx.exec(sql::TAKEN, vals![f.lot, f.sample, now]).await.map(drop)
}

/// The laboratory reported on an analyte of a lot: that completes the samples of the plan that wait for it.
pub async fn note_result(tx: &mut Tx, f: &TestResulted) -> Result<()> {
    if f.corrects.is_some() {
        return Ok(());
    }
    for r in tx.all(sql::WAITING, vals![f.lot, &f.analyte]).await? {
        let (id, now): (MonitoringSampleId, _) = (r.get(0)?, tx.now());
        tx.exec(sql::REPORTED, vals![id, now, &f.verdict, f.sample]).await?;
        let plan: MonitoringPlanId = tx.one(sql::SAMPLE, vals![id]).await?.get(0)?;
        let fact = MonitoringReported { sample: id, plan, verdict: f.verdict.clone() };
        tx.append(plan.subject(), None, None, fact);
    }
    Ok(())
}
