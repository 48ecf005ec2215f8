//! The verbs of the release desk, and release by rule.

use super::{DESK, Dossier, LotFile, Outcome, REASONS, read, rules, sql};
use crate::{
    competence::{Licensed, Release, note_step},
    declaration::{self, Stage},
};
use kernel::{
    Actor, AuthorisationId, DeclarationId, LotId, No, OfficerId, Refusal, Result, SettlementId, bi,
    supervision::{HoldLifted, Settled, Treated},
};
use store::{Tx, vals};

/// Longest note.
const MAX_NOTE: usize = 1000;

/// What is to be decided, on which lots.
#[derive(Clone, Debug)]
pub struct Order {
    /// The lots; at least one.
    pub lots: Vec<LotId>,
    /// The outcome.
    pub outcome: Outcome,
    /// Reason code of a hold or a disposal; a release reads its own.
    pub reason: String,
    /// In words; with the reason `other` it is needed.
    pub note: String,
}

/// Who decides.
struct Hand {
    officer: Option<OfficerId>,
    authorisation: Option<AuthorisationId>,
}

pub(super) fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(MAX_NOTE).collect()
}

/// The consignment under lock, with all that speaks about it.
pub(super) async fn open(tx: &mut Tx, id: DeclarationId) -> Result<Dossier> {
    tx.exec(sql::LOCK, vals![id]).await?;
    read::dossier(tx, &Actor::system(), id).await?.ok_or_else(|| No::fault(format!("no {}", id.subject())))
}

/// Settles lots: one signed row each. All or none; one refusal names every lot that may not go this way.
pub async fn settle(tx: &mut Tx, license: &Licensed<Release>, order: &Order) -> Result<Vec<SettlementId>> {
    let d = open(tx, license.declaration).await?;
    let mut chosen = Vec::new();
    for lot in &order.lots {
        let Some(file) = d.lots.iter().find(|l| l.id == *lot) else {
            return Err(Refusal::new("release.lot", bi("本批没有该批次", "the consignment has no such lot"))
                .missing("lot", lot, bi("从本页选择批次", "choose the lots on this page"))
                .into());
        };
        if !chosen.iter().any(|c: &&LotFile| c.id == file.id) {
            chosen.push(file);
        }
    }
    checked(tx, &d, &chosen, order)?;
    note_step(tx, license).await?;
    let hand = Hand { officer: Some(license.officer), authorisation: Some(license.authorisation) };
    write(tx, &d, &chosen, order, &hand).await
}

fn checked(tx: &Tx, d: &Dossier, chosen: &[&LotFile], order: &Order) -> Result<()> {
    let what = bi(
        format!("不能办理{}", order.outcome.name().zh),
        format!("{} is not possible", order.outcome.name().en),
    );
    let mut no = Refusal::new("release.against", what)
        .clause(&format!("{} 放行处置", d.declaration.rule_version))
        .remedy(bi("先处理所列各项；也可暂扣", "Settle the points listed first; a hold is possible"));
    if chosen.is_empty() {
        no = no.missing("lot", "", bi("至少选择一个批次", "choose at least one lot"));
    }
    for file in chosen {
        if order.outcome == Outcome::Release {
            for gap in rules::against(d, file, tx.now()) {
                no = no.missing(format!("{} {}", file.no, gap.field), gap.value, gap.needed);
            }
        } else {
            no = against_other(no, d, file);
        }
    }
    if order.outcome != Outcome::Release {
        if !REASONS.iter().any(|r| r.0 == order.reason) {
            no = no.missing("reason", &order.reason, bi("选择一个理由", "choose one of the reasons"));
        }
        if order.reason == "other" && clean(&order.note).is_empty() {
            no = no.missing("note", "", bi("写明其他理由", "say which other reason"));
        }
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

/// What stands against a hold, a treatment or a disposal: another stage, or an open settlement of this desk.
fn against_other(mut no: Refusal, d: &Dossier, file: &LotFile) -> Refusal {
    let stage = d.declaration.stage;
    if stage != Stage::Deciding {
        let needed = bi(
            format!("本批处于“{}”，须到待放行", stage.name().zh),
            format!("the consignment is {}; it has to be awaiting release", stage.name().en),
        );
        no = no.missing(format!("{} stage", file.no), stage.code(), needed);
    }
    for s in file.settlements.iter().filter(|s| s.ended.is_none() && read::of_desk(s)) {
        let needed = if s.outcome.is_final() {
            bi("已有最终处置", "it has its final outcome already")
        } else {
            bi("先结束现有处置", "end the open settlement first")
        };
        no = no.missing(format!("{} settlement", file.no), s.outcome.code(), needed);
    }
    no
}

async fn write(
    tx: &mut Tx,
    d: &Dossier,
    chosen: &[&LotFile],
    order: &Order,
    hand: &Hand,
) -> Result<Vec<SettlementId>> {
    let by_rule = hand.officer.is_none();
    let declaration = d.declaration.id;
    let mut finals = d.lots.iter().filter(|l| is_final(l)).count();
    let mut ids = Vec::with_capacity(chosen.len());
    let mut complete = false;
    for file in chosen {
        let id = tx.id::<SettlementId>();
        let basis = match (by_rule, order.outcome) {
            (true, _) => "by_rule",
            (_, Outcome::Release) => rules::ground(d, file),
            _ => &order.reason,
        };
        let evidence = serde_json::to_string(&rules::resting_on(d, file.id))?;
        let now = tx.now();
        let row = vals![
            id,
            declaration,
            file.id,
            d.declaration.branch,
            DESK,
            order.outcome.code(),
            basis,
            clean(&order.note),
            evidence,
            hand.officer,
            hand.authorisation,
            &d.declaration.rule_version,
            now
        ];
        tx.exec(sql::ADD, row).await?;
        finals += usize::from(order.outcome.is_final());
        complete = finals == d.lots.len();
        let fact = Settled {
            settlement: id,
            declaration,
            lot: file.id,
            outcome: order.outcome.code().into(),
            basis: basis.into(),
            by_rule,
            complete,
            accepted_at: d.declaration.accepted_at,
            rule_version: d.declaration.rule_version.clone(),
        };
        tx.append(declaration.subject(), hand.officer, Some(d.declaration.branch), fact);
        ids.push(id);
    }
    if complete {
        let before = d.lots.iter().any(|l| outcome_of(l) == Some(Outcome::Release));
        let to = if before || order.outcome == Outcome::Release { Stage::Released } else { Stage::Disposed };
        declaration::advance(tx, declaration, &[d.declaration.stage], to, None).await?;
    }
    Ok(ids)
}

fn outcome_of(lot: &LotFile) -> Option<Outcome> {
    lot.settlements.iter().find(|s| s.ended.is_none() && s.outcome.is_final()).map(|s| s.outcome)
}

fn is_final(lot: &LotFile) -> bool {
    outcome_of(lot).is_some()
}

/// Releases a consignment by rule, without an officer: accepted, in the lane `declaration`, neither drawn nor given
/// a check, and nothing held from elsewhere. Gives whether it did.
pub async fn by_rule(tx: &mut Tx, id: DeclarationId) -> Result<bool> {
    let r = tx.one(sql::WAY, vals![id]).await?;
    let (lane, selected, mode, stage): (String, bool, String, String) =
        (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
    let free =
        lane == "declaration" && !selected && mode != "consolidated" && stage == Stage::Accepted.code();
    if !free {
        return Ok(false);
    }
    let d = open(tx, id).await?;
    if d.lots.iter().any(|l| l.settlements.iter().any(|s| s.ended.is_none())) {
        return Ok(false);
    }
    let all: Vec<&LotFile> = d.lots.iter().collect();
    let lots = all.iter().map(|l| l.id).collect();
    let order = Order { lots, outcome: Outcome::Release, reason: String::new(), note: String::new() };
    write(tx, &d, &all, &order, &Hand { officer: None, authorisation: None }).await?;
    Ok(true)
}

/// Lifts a hold of this desk, with a reason.
pub async fn lift(tx: &mut Tx, license: &Licensed<Release>, id: SettlementId, reason: &str) -> Result<()> {
    let ended = end(tx, license, id, Outcome::Hold, "lifted", reason).await?;
    let fact =
        HoldLifted { settlement: id, declaration: license.declaration, lot: ended, reason: clean(reason) };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

/// The treatment that was ordered has been carried out; `note` says how and under which paper.
pub async fn finish_treatment(
    tx: &mut Tx,
    license: &Licensed<Release>,
    id: SettlementId,
    note: &str,
) -> Result<()> {
    let lot = end(tx, license, id, Outcome::Treat, "treated", note).await?;
    let fact = Treated { settlement: id, declaration: license.declaration, lot, note: clean(note) };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

async fn end(
    tx: &mut Tx,
    license: &Licensed<Release>,
    id: SettlementId,
    outcome: Outcome,
    how: &str,
    why: &str,
) -> Result<LotId> {
    let d = open(tx, license.declaration).await?;
    let found = d.lots.iter().flat_map(|l| &l.settlements).find(|s| s.id == id);
    let mut no = Refusal::new("release.end", bi("不能结束该处置", "this settlement cannot be ended"));
    match found {
        Some(s) if s.outcome == outcome && s.ended.is_none() && read::of_desk(s) => {}
        Some(s) if s.ended.is_none() && !read::of_desk(s) => {
            let needed = bi("由作出暂扣的部门解除", "it is lifted where it was laid");
            no = no.missing("origin", &s.origin, needed);
        }
        _ => {
            let needed = bi("没有这样的未结处置", "there is no such open settlement");
            no = no.missing("settlement", id, needed);
        }
    }
    if clean(why).is_empty() {
        no = no.missing("reason", "", bi("写明理由或依据", "say why, or under which paper"));
    }
    let (Some(s), true) = (found, no.missing.is_empty()) else { return Err(no.into()) };
    note_step(tx, license).await?;
    let now = tx.now();
    tx.exec(sql::END, vals![id, now, license.officer, how, clean(why)]).await?;
    Ok(s.lot)
}
