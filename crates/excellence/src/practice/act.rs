//! The verbs on practices and offers.

use super::{Offer, Package, Practice, sql};
use crate::brand;
use crate::decide::{self, Decider};
use crate::indicator;
use kernel::{
    Actor, BrandId, No, OfferId, PracticeId, Refusal, Result, Timestamp, UnitId, bi,
    excellence::{OfferAnswered, PracticeOffered, PracticePackaged},
};
use registry::people;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Row, Tx, vals};

/// Packages what a brand that passed has learned; the effect and its interval come from the gate, not from the author.
pub async fn package(tx: &mut Tx, by: &Actor, id: BrandId, p: &Package) -> Result<PracticeId> {
    decide::by(by, Decider::Secretariat, bi("编制典型经验", "package a practice"))?;
    let b = brand::one(tx, id).await?;
    let gates = brand::gates(tx, id).await?;
    let passed = gates.iter().rev().find(|g| g.outcome == "pass");
    let Some(passed) = passed.filter(|_| b.stage == "passed") else {
        let what = bi("通过评估的品牌才能编制典型经验", "only a brand that passed its gate is packaged");
        let needed = bi("先通过评估", "pass a gate first");
        return Err(Refusal::new("practice.not_passed", what).missing("stage", &b.stage, needed).into());
    };
    let mut no =
        Refusal::new("practice.incomplete", bi("典型经验不完整", "the practice package is incomplete"));
    let empty = |list: &[String]| list.iter().all(|s| s.trim().is_empty());
    let parts = [
        (
            "preconditions",
            p.preconditions.trim().is_empty(),
            bi("写明前提条件", "say what must be there before"),
        ),
        ("steps", empty(&p.steps), bi("写明步骤", "write the steps")),
        ("forms", empty(&p.forms), bi("附上表格清单", "name its forms")),
        ("side_effects", p.side_effects.trim().is_empty(), bi("写明附带影响", "say what else it brought")),
        (
            "does_not_fit_if",
            p.does_not_fit_if.trim().is_empty(),
            bi("写明不适用情形", "say where it does not fit"),
        ),
        (
            "effect.interval",
            passed.effect["interval"].is_null(),
            bi(
                "效果须有区间：同类单位或样本不足",
                "the effect needs its interval: too few peers or cases to tell",
            ),
        ),
    ];
    for (field, lacks, needed) in parts {
        if lacks {
            no = no.missing(field, "", needed);
        }
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let body = serde_json::to_string(&json!({ "package": p, "effect": passed.effect, "gate": passed.id }))?;
    let sha256 = hex::encode(Sha256::digest(body.as_bytes()));
    let practice = tx.id::<PracticeId>();
    let now = tx.now();
    tx.exec(sql::ADD, vals![practice, id, body, &sha256, by.officer, now]).await?;
    let fact = PracticePackaged { practice, brand: id, sha256 };
    tx.append(practice.subject(), by.officer, Some(b.positioning.unit), fact);
    Ok(practice)
}

fn practice(r: &Row) -> Result<Practice> {
    let body: String = r.get(2)?;
    Ok(Practice { id: r.get(0)?, brand: r.get(1)?, body: serde_json::from_str(&body)?, sha256: r.get(3)? })
}

/// The practice of a brand.
pub async fn by_brand(tx: &mut Tx, id: BrandId) -> Result<Option<Practice>> {
    tx.opt(sql::OF_BRAND, vals![id]).await?.map(|r| practice(&r)).transpose()
}

/// Offers a practice to every peer of the unit that made it; each is asked to answer within the time of the rule pack.
pub async fn offer(tx: &mut Tx, by: &Actor, id: PracticeId) -> Result<Vec<OfferId>> {
    decide::by(by, Decider::Secretariat, bi("推广典型经验", "offer a practice"))?;
    let p = one(tx, id).await?;
    let b = brand::one(tx, p.brand).await?;
    let own =
        people::unit(tx, b.positioning.unit).await?.ok_or_else(|| No::fault("a brand without a unit"))?;
    let (_, peers) = indicator::peers(tx, &own).await?;
    let (days, _) = brand::number(tx, "practice.answer_days").await?;
    let now = tx.now();
    let due_at = Timestamp(now.0 + days * Timestamp::DAY);
    let mut offers = Vec::new();
    for peer in peers.into_iter().filter(|u| u.id != own.id) {
        let offer = tx.id::<OfferId>();
        if tx.exec(sql::OFFER_ADD, vals![offer, id, peer.id, due_at, now]).await? == 1 {
            let fact = PracticeOffered { offer, practice: id, unit: peer.id, due_at };
            // The secretariat's work: what a peer makes of an offer is never counted for or against that peer.
            tx.append(offer.subject(), by.officer, None, fact);
            offers.push(offer);
        }
    }
    Ok(offers)
}

fn row(r: &Row) -> Result<Offer> {
    Ok(Offer {
        id: r.get(0)?,
        practice: r.get(1)?,
        unit: r.get(2)?,
        due_at: r.get(3)?,
        answer: r.get(4)?,
        reason: r.get(5)?,
        answered_at: r.get(6)?,
        late: r.get(7)?,
    })
}

/// An offer with the brand that it came from, and when it was made.
fn with_brand(r: &Row) -> Result<(Offer, BrandId, Timestamp)> {
    Ok((row(r)?, r.get(8)?, r.get(9)?))
}

/// Offers that a unit has not answered yet.
pub(crate) async fn open_of(tx: &mut Tx, unit: UnitId) -> Result<Vec<(Offer, BrandId, Timestamp)>> {
    tx.all(sql::OPEN_OF, vals![unit]).await?.iter().map(with_brand).collect()
}

/// Offers that nobody answered by their day.
pub(crate) async fn overdue(tx: &mut Tx) -> Result<Vec<(Offer, BrandId, Timestamp)>> {
    let now = tx.now();
    tx.all(sql::OVERDUE, vals![now]).await?.iter().map(with_brand).collect()
}

/// Adopters whose practice nobody has seen operating yet.
pub(crate) async fn unseen(tx: &mut Tx) -> Result<Vec<(Offer, BrandId, Timestamp)>> {
    tx.all(sql::UNSEEN, vals![]).await?.iter().map(with_brand).collect()
}

/// One offer.
pub(super) async fn offer_one(tx: &mut Tx, id: OfferId) -> Result<Offer> {
    let none = || No::from(Refusal::new("practice.no_offer", bi("没有这项推广", "there is no such offer")));
    row(&tx.opt(sql::OFFER, vals![id]).await?.ok_or_else(none)?)
}

/// One practice.
pub(super) async fn one(tx: &mut Tx, id: PracticeId) -> Result<Practice> {
    let none =
        || No::from(Refusal::new("practice.none", bi("没有这项典型经验", "there is no such practice")));
    practice(&tx.opt(sql::ONE, vals![id]).await?.ok_or_else(none)?)
}

/// The offers of a practice.
pub async fn offers(tx: &mut Tx, id: PracticeId) -> Result<Vec<Offer>> {
    tx.all(sql::OFFERS, vals![id]).await?.iter().map(row).collect()
}

/// Units that adopted a practice, changed or not, and when.
pub async fn adopters(tx: &mut Tx, id: PracticeId) -> Result<Vec<(UnitId, Timestamp)>> {
    let all = offers(tx, id).await?;
    Ok(all.into_iter().filter(Offer::adopted).filter_map(|o| Some((o.unit, o.answered_at?))).collect())
}

/// The receiving unit answers for itself: adopt, adapt with what is changed, or decline with a reason. An answer after
/// its day is still taken, and marked as late: silence would leave the offer open for ever.
pub async fn answer(tx: &mut Tx, by: &Actor, id: OfferId, answer: &str, reason: &str) -> Result<()> {
    let o = offer_one(tx, id).await?;
    decide::by(by, Decider::UnitHead(o.unit), bi("答复推广", "answer an offer"))?;
    let mut no = Refusal::new("practice.answer", bi("答复不完整", "the answer is incomplete"));
    if !["adopt", "adapt", "decline"].contains(&answer) {
        no = no.missing("answer", answer, bi("adopt、adapt 或 decline", "adopt, adapt or decline"));
    }
    if answer != "adopt" && reason.trim().is_empty() {
        no = no.missing(
            "reason",
            "",
            bi("写明改动内容或不采纳理由", "say what is changed, or why it is declined"),
        );
    }
    let now = tx.now();
    let late = now > o.due_at;
    if no.missing.is_empty() && tx.exec(sql::ANSWER, vals![id, answer, reason, now, late]).await? == 0 {
        let before = o.answer.unwrap_or_default();
        no = no.missing("answer", before, bi("已经答复过", "it was answered already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let (answer, reason) = (answer.to_owned(), reason.to_owned());
    let fact = OfferAnswered { offer: id, practice: o.practice, unit: o.unit, answer, reason, late };
    tx.append(id.subject(), by.officer, Some(o.unit), fact);
    Ok(())
}
