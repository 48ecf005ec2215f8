//! The verbs of targeting.

use super::{Inputs, decide, read, sql};
use kernel::{
    Actor, DecisionId, DeclarationId, No, Refusal, Result, UnitId, bi,
    supervision::{CheckAdded, Targeted},
};
use registry::rules as book;
use store::{Tx, vals};

/// Decides the lane of a lodged declaration under the rules of its own day.
pub async fn target(tx: &mut Tx, declaration: DeclarationId) -> Result<DecisionId> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let inputs = Inputs {
        no: r.get(0)?,
        direction: r.get(1)?,
        class: r.get(2)?,
        risk: r.get(3)?,
        market: r.get(4)?,
        mode: r.get(5)?,
    };
    let rule_version: String = r.get(6)?;
    let branch: UnitId = r.get(7)?;
    let rules = book::rules(tx).await?;
    let pack =
        rules.by_label(&rule_version).ok_or_else(|| No::fault(format!("no rule version {rule_version}")))?;
    let seed: [u8; 32] = tx.chance().bytes();
    let o = decide(&inputs, &pack.pack, &seed);
    let id = tx.id::<DecisionId>();
    let now = tx.now();
    let row = vals![
        id,
        declaration,
        &o.lane,
        ppm(o.rate_ppm)?,
        ppm(o.draw_ppm)?,
        o.selected,
        &o.basis,
        seed,
        serde_json::to_string(&inputs)?,
        serde_json::to_string(&o.reasons)?,
        &rule_version,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    tx.exec(sql::SET_LANE, vals![declaration, &o.lane, o.selected]).await?;
    let fact = Targeted {
        decision: id,
        declaration,
        lane: o.lane,
        rate_ppm: o.rate_ppm,
        draw_ppm: o.draw_ppm,
        selected: o.selected,
        basis: o.basis,
        rule_version,
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
    // No officer stands behind it; the column keeps the id of nobody.
    let row = vals![declaration, reason, kernel::MIN_UUID, tx.now()];
    if tx.exec(sql::CHECK_ADD, row).await? == 0 {
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
