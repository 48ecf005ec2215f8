//! How a stream moves: by the result of each lot, and by what an officer finds between lots.

use super::{Stream, code, read, sql};
use crate::regime::heading;
use kernel::{
    Actor, DeclarationId, FactId, No, OfficerId, OperatorId, Refusal, Result, UnitId, bi,
    supervision::StreamMoved,
};
use sampling::iso2859::switching::{Change, Phase, Report, Switching, score_change};
use sampling::iso2859::{Aql, Level, PlanType, plan};
use store::{Tx, vals};

/// Longest note.
const TEXT: usize = 1000;

/// A lot that was inspected for the first time.
#[derive(Clone, Debug)]
pub(crate) struct Inspected<'a> {
    /// The operator.
    pub(crate) operator: OperatorId,
    /// HS code of its line.
    pub(crate) hs: &'a str,
    /// Units in the lot.
    pub(crate) lot_size: u64,
    /// Acceptance quality limit, thousandths of a per cent.
    pub(crate) aql_thousandths: i64,
    /// Nonconforming units found.
    pub(crate) nonconforming: u64,
    /// Whether the plan accepted it.
    pub(crate) accepted: bool,
    /// The consignment.
    pub(crate) declaration: DeclarationId,
    /// The branch that inspected.
    pub(crate) branch: UnitId,
}

/// Counts a lot that was inspected for the first time. While acceptance is discontinued nothing counts.
pub(crate) async fn note(tx: &mut Tx, lot: &Inspected<'_>) -> Result<()> {
    let heading = heading(lot.hs);
    let known = tx.opt(sql::ONE, vals![lot.operator, heading]).await?;
    let mut switching: Switching = match &known {
        Some(r) => serde_json::from_str(&r.get::<String>(5)?)?,
        None => Switching::default(),
    };
    let Some(severity) = switching.phase.severity() else { return Ok(()) };
    let wrong = |e: sampling::Error| No::fault(e);
    let aql: Aql = kernel::Decimal::new(lot.aql_thousandths, 3).to_string().parse().map_err(wrong)?;
    let plan = plan(lot.lot_size, Level::II, aql, severity, PlanType::Single).map_err(wrong)?;
    let found = u32::try_from(lot.nonconforming).unwrap_or(u32::MAX);
    let score = score_change(&plan, &[found]).map_err(wrong)?;
    let report = Report::Lot { accepted: lot.accepted, original: true, score, reduced_agreed: false };
    let change = switching.report(report).map_err(wrong)?;
    let state = serde_json::to_string(&switching)?;
    let (phase, score, now) = (code(switching.phase), i64::from(switching.score), tx.now());
    match &known {
        None => tx.exec(sql::ADD, vals![lot.operator, heading, phase, score, state, 1_i64, now]).await?,
        Some(r) => {
            let (lots, version): (i64, i64) = (r.get(6)?, r.get(8)?);
            let row = vals![lot.operator, heading, phase, score, state, lots + 1, now, version];
            tx.exec(sql::SET, row).await?
        }
    };
    let Some(change) = change else { return Ok(()) };
    let by = (None, Some(lot.branch));
    moved(tx, (lot.operator, heading), &change, by, "", Some(lot.declaration)).await
}

/// Writes a change of phase down and tells it.
async fn moved(
    tx: &mut Tx,
    (operator, heading): (OperatorId, &str),
    change: &Change,
    (officer, unit): (Option<OfficerId>, Option<UnitId>),
    note: &str,
    declaration: Option<DeclarationId>,
) -> Result<()> {
    let serde_json::Value::String(reason) = serde_json::to_value(change.reason)? else {
        return Err(No::fault("a reason has no code"));
    };
    let (from, to, now) = (code(change.from), code(change.to), tx.now());
    let id = tx.id::<FactId>();
    let row = vals![id, operator, heading, from, to, &reason, note, officer, declaration, now];
    tx.exec(sql::MOVE_ADD, row).await?;
    let (from, to) = (from.to_owned(), to.to_owned());
    let fact =
        StreamMoved { operator, heading: heading.into(), from, to, reason, note: note.into(), declaration };
    tx.append(operator.subject(), officer, unit, fact);
    Ok(())
}

/// What an officer finds between lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Production is steady: reduced inspection begins, when the score has reached 30 (ISO 2859-1, 9.3.3.1).
    Steady,
    /// Production is irregular or delayed: reduced inspection ends (ISO 2859-1, 9.3.4).
    Irregular,
    /// The corrective action is effective: acceptance resumes under tightened inspection (ISO 2859-1, 9.4).
    Effective,
}

/// Decides on a finding, with its grounds.
///
/// # Errors
/// `stream.state` where the finding leads nowhere; `stream.reason` without grounds; `stream.stale` when the stream changed
/// since the officer looked.
pub async fn decide(
    tx: &mut Tx,
    by: &Actor,
    (operator, heading): (OperatorId, &str),
    version: i64,
    note: &str,
    finding: Finding,
) -> Result<()> {
    let report = match finding {
        Finding::Steady => Report::ReducedAgreed,
        Finding::Irregular => Report::ProductionIrregular,
        Finding::Effective => Report::CorrectiveActionEffective,
    };
    let officer = by.officer.ok_or_else(|| {
        Refusal::new("stream.officer", bi("只有工作人员可以办理", "only an officer may do this"))
    })?;
    let note: String = note.trim().chars().take(TEXT).collect();
    if note.is_empty() {
        let what = bi("须写明依据", "the grounds are missing");
        return Err(Refusal::new("stream.reason", what)
            .missing("reason", "", bi("写明看到了什么、依据什么", "say what was seen, and where"))
            .into());
    }
    let s = read::one(tx, operator, heading).await?;
    let mut switching = s.switching.clone();
    let done = if s.version == version { switching.report(report).ok().flatten() } else { None };
    let Some(change) = done else { return Err(closed(&s, version).into()) };
    let row = vals![
        operator,
        heading,
        code(switching.phase),
        i64::from(switching.score),
        serde_json::to_string(&switching)?,
        s.lots,
        tx.now(),
        version
    ];
    if tx.exec(sql::SET, row).await? != 1 {
        return Err(closed(&s, -1).into());
    }
    moved(tx, (operator, heading), &change, (Some(officer), by.unit), &note, None).await
}

/// Why a step is not open.
fn closed(s: &Stream, version: i64) -> Refusal {
    let score = s.switching.score;
    let remedy = bi("刷新页面，看目前的严格度", "Reload the page and see how it stands now");
    if s.version != version {
        let what = bi("其间又有新的结果", "a new result came in meanwhile");
        let needed = bi("看过新的结果再决定", "look at the new result, then decide");
        return Refusal::new("stream.stale", what).missing("version", version, needed).remedy(remedy);
    }
    let phase = super::name(code(s.switching.phase));
    let what = bi("目前的严格度不能办理这一步", "this step is not open at this severity");
    let needed = if s.switching.phase == Phase::Normal {
        bi(
            format!("正常检验下转移得分达到 30 方可放宽，目前 {score}"),
            format!("reduced inspection needs a switching score of 30; it is {score}"),
        )
    } else {
        bi(format!("目前：{}", phase.zh), format!("it is: {}", phase.en))
    };
    Refusal::new("stream.state", what)
        .clause("ISO 2859-1:1999, 9.3")
        .missing("phase", code(s.switching.phase), needed)
        .remedy(remedy)
}
