//! The verbs of targeting.

use super::{Goods, Inputs, Outcome, Standing, Subject, decide, read, sql, standing};
use crate::{regime, score};
use kernel::{
    Actor, DecisionId, DeclarationId, No, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{CheckAdded, Targeted},
};
use registry::rules::{self as book, Pack};
use store::{Tx, vals};

/// A decision that is to be written.
pub(super) struct Decided {
    pub(super) inputs: Inputs,
    pub(super) outcome: Outcome,
    pub(super) seed: [u8; 32],
    pub(super) rule_version: String,
    pub(super) at: Timestamp,
}

/// A lane that was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aimed {
    /// The decision.
    pub decision: DecisionId,
    /// Whether an alert bore on it.
    pub under_alert: bool,
}

/// Decides the lane of a lodged declaration under the rules of its own day and the alerts of this hour.
pub async fn target(tx: &mut Tx, declaration: DeclarationId) -> Result<Aimed> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let mut inputs = Inputs {
        no: r.get(0)?,
        direction: r.get(1)?,
        class: r.get(2)?,
        risk: r.get(3)?,
        market: r.get(4)?,
        mode: r.get(5)?,
        order: 1,
        measures: Vec::new(),
        tables: Vec::new(),
        goods: None,
        score: None,
    };
    let (rule_version, branch): (String, UnitId) = (r.get(6)?, r.get(7)?);
    let rules = book::rules(tx).await?;
    let pack =
        rules.by_label(&rule_version).ok_or_else(|| No::fault(format!("no rule version {rule_version}")))?;
    let stands = standing::of_version(tx, r.get(15)?).await?;
    let asks = !pack.pack.exemption.is_empty() || regime::begins_strict(&pack.pack);
    if asks || !stands.is_empty() {
        bear(tx, declaration, &r, (&stands, &pack.pack), &mut inputs).await?;
    }
    let seed: [u8; 32] = tx.chance().bytes();
    let outcome = decide(&inputs, &pack.pack, &stands.tables, &seed);
    let at = tx.now();
    let under_alert = inputs.measures.iter().any(|m| m.basis == "alert");
    let decided = Decided { inputs, outcome, seed, rule_version, at };
    let decision = write(tx, declaration, branch, decided, false).await?;
    Ok(Aimed { decision, under_alert })
}

/// Looks up what alerts, regimes and tables ask about, and enters what bears on the consignment.
async fn bear(
    tx: &mut Tx,
    declaration: DeclarationId,
    r: &store::Row,
    (stands, pack): (&Standing, &Pack),
    inputs: &mut Inputs,
) -> Result<()> {
    let mut hs: Vec<String> = Vec::new();
    for line in tx.all(sql::HS, vals![declaration]).await? {
        let code: String = line.get(0)?;
        if !hs.contains(&code) {
            hs.push(code);
        }
    }
    let (direction, market) = (inputs.direction.as_str(), inputs.market.as_str());
    let subject = Subject { direction, market, operator: r.get(8)?, plant: r.get(9)?, hs: &hs };
    inputs.measures = stands.measures(&subject, &inputs.risk, pack, tx.now());
    inputs.tables = stands.tables.in_force(r.get(10)?);
    let plant: Option<String> = r.get(14)?;
    inputs.goods = Some(Goods {
        origin: r.get(11)?,
        port: r.get(12)?,
        operator: r.get(13)?,
        plant: plant.unwrap_or_default(),
        hs,
    });
    let now = tx.now();
    if let Some(acting) = stands.scores.iter().find(|s| s.acts_at(now)) {
        inputs.score = Some(score::mark(tx, acting, declaration).await?);
    }
    Ok(())
}

/// Writes a decision down; a consignment that was selected before stays so.
pub(super) async fn write(
    tx: &mut Tx,
    declaration: DeclarationId,
    branch: UnitId,
    d: Decided,
    before: bool,
) -> Result<DecisionId> {
    let (id, o) = (tx.id::<DecisionId>(), d.outcome);
    let mark = d.inputs.score.as_ref();
    let row = vals![
        id,
        declaration,
        &o.lane,
        ppm(o.rate_ppm)?,
        ppm(o.draw_ppm)?,
        o.selected,
        &o.basis,
        d.seed,
        serde_json::to_string(&d.inputs)?,
        serde_json::to_string(&o.reasons)?,
        &d.rule_version,
        d.at,
        mark.map(|m| m.hash.clone()),
        mark.map(|m| ppm(m.said.probability_ppm)).transpose()?,
        mark.and_then(|m| m.expected_loss)
    ];
    tx.exec(sql::ADD, row).await?;
    tx.exec(sql::SET_LANE, vals![declaration, &o.lane, o.selected || before]).await?;
    let fact = Targeted {
        decision: id,
        declaration,
        lane: o.lane,
        rate_ppm: o.rate_ppm,
        draw_ppm: o.draw_ppm,
        selected: o.selected,
        basis: o.basis,
        rule_version: d.rule_version,
    };
    tx.append(declaration.subject(), None, Some(branch), fact);
    Ok(id)
}

fn ppm(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(No::fault)
}

/// An officer adds a check on suspicion.
pub async fn add_check(tx: &mut Tx, by: &Actor, declaration: DeclarationId, reason: &str) -> Result<()> {
    let Some(officer) = by.officer else {
        return Err(Refusal::new(
            "targeting.officer",
            bi("只有检验检疫人员可以加查", "only an officer may add a check"),
        )
        .into());
    };
    if reason.trim().is_empty() {
        return Err(Refusal::new(
            "targeting.reason",
            bi("加查须写明理由", "an added check needs its reason"),
        )
        .missing("reason", reason, bi("写明可疑之处", "say what is suspicious"))
        .into());
    }
    refuse_when_over(tx, declaration).await?;
    let branch: UnitId = tx.one(sql::SUBJECT, vals![declaration]).await?.get(7)?;
    let now = tx.now();
    tx.exec(sql::CHECK_ADD, vals![declaration, reason, officer, now]).await?;
    tx.exec(sql::SET_SELECTED, vals![declaration]).await?;
    let fact = CheckAdded { declaration, reason: reason.into() };
    tx.append(declaration.subject(), Some(officer), Some(branch), fact);
    Ok(())
}

/// A rule adds a check, for what it names; goods that are settled already are left alone.
pub async fn check_by_rule(tx: &mut Tx, declaration: DeclarationId, reason: &str) -> Result<()> {
    if let Err(no) = refuse_when_over(tx, declaration).await {
        return if no.refusal().is_some() { Ok(()) } else { Err(no) };
    }
    let branch: UnitId = tx.one(sql::SUBJECT, vals![declaration]).await?.get(7)?;
    let row = vals![declaration, reason, None::<kernel::OfficerId>, tx.now()];
    if tx.exec(sql::CHECK_ADD_FIRST, row).await? == 0 {
        return Ok(());
    }
    tx.exec(sql::SET_SELECTED, vals![declaration]).await?;
    let fact = CheckAdded { declaration, reason: reason.into() };
    tx.append(declaration.subject(), None, Some(branch), fact);
    Ok(())
}

/// Goods that left the bureau's hands are not inspected any more; what is suspected then is a follow-up.
async fn refuse_when_over(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let stage: String = tx.one(sql::STAGE, vals![declaration]).await?.get(0)?;
    if !["released", "certified", "disposed", "withdrawn"].contains(&stage.as_str()) {
        return Ok(());
    }
    Err(Refusal::new(
        "targeting.too_late",
        bi("本批已办结，不能加查", "the consignment is settled; no check can be added"),
    )
    .missing("stage", stage, bi("应在放行或处置之前", "it would have to be before release or disposal"))
    .remedy(bi("转入后续监管", "Begin a follow-up instead"))
    .into())
}

/// Nobody can remove a check: the refusal says so and names the draw.
pub async fn remove_check(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let Some(d) = read::decision(tx, declaration).await? else {
        return Err(Refusal::new("targeting.none", bi("尚未布控", "no lane was decided yet")).into());
    };
    Err(Refusal::new(
        "targeting.not_removable",
        bi("抽中的批次不得取消查验", "a selected consignment cannot be deselected"),
    )
    .clause("Regulation (EU) 2019/2129 art. 3 (pattern)")
    .missing(
        "selected",
        d.outcome.selected,
        bi(
            format!("抽签 {} / 比例 {}（百万分之）", d.outcome.draw_ppm, d.outcome.rate_ppm),
            format!("draw {} under rate {} (parts per million)", d.outcome.draw_ppm, d.outcome.rate_ppm),
        ),
    )
    .remedy(bi("可以凭理由加查，不可减查", "A check may be added with a reason, never removed"))
    .into())
}
