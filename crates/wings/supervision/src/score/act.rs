//! The life of a model: registered, approved by a second person, stood down.

use super::{JOB, Registered, State, read, sql};
use crate::targeting;
use kernel::{
    Actor, No, OfficerId, Refusal, Result, RiskModelId, Timestamp, bi,
    supervision::{ModelApproved, ModelRegistered, ModelStoodDown},
};
use risk::score::record::Model;
use store::{Tx, document, job, vals};

/// Media type of a stored model.
const MEDIA: &str = "application/json";

fn officer(by: &Actor) -> Result<OfficerId> {
    by.officer.ok_or_else(|| {
        Refusal::new("score.officer", bi("只有检验检疫人员可以办理", "only an officer may do this")).into()
    })
}

async fn must(tx: &mut Tx, id: RiskModelId) -> Result<Registered> {
    read::one(tx, &id.to_string()).await?.ok_or_else(|| {
        Refusal::new("score.not_found", bi("没有这个评分模型", "there is no such model")).into()
    })
}

/// Enters a trained model: its bytes are kept under their SHA-256, its card beside them. Nothing follows it yet.
pub async fn register(tx: &mut Tx, by: &Actor, text: &str, note: &str) -> Result<RiskModelId> {
    let (officer, now) = (officer(by)?, tx.now());
    let what = bi("评分模型不能登记", "the model cannot be registered");
    let mut no = Refusal::new("score.model", what);
    let model = Model::from_json(text);
    if let Err(e) = &model {
        no = no.missing("model", "", bi(format!("不是本系统的评分模型：{e}"), e.clone()));
    }
    if note.trim().is_empty() {
        no = no.missing(
            "note",
            "",
            bi("写明训练所用数据和用途", "say on what it was trained and what it is for"),
        );
    }
    let (Ok(model), true) = (model, no.missing.is_empty()) else { return Err(no.into()) };
    let sha256 = document::keep(tx, MEDIA, text.as_bytes().to_vec()).await?;
    let hash = hex::encode(sha256);
    if let Some(r) = tx.opt(sql::BY_HASH, vals![&hash]).await? {
        let known: String = r.get(0)?;
        let needed = bi(format!("已登记为 {known}"), format!("it is registered as {known}"));
        return Err(no.missing("hash", hash, needed).into());
    }
    let n: i64 = tx.one(sql::NEXT, vals![]).await?.get(0)?;
    let (id, label, card) = (tx.id::<RiskModelId>(), format!("S-{n}"), &model.card);
    let count = |n: usize| i64::try_from(n).map_err(No::fault);
    let (cases, violations) = (count(card.cases)?, count(card.violations)?);
    let row = vals![
        id,
        &label,
        &hash,
        sha256,
        card.days.0,
        card.days.1,
        cases,
        violations,
        note.trim(),
        officer,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    // Histories begin with the first model; the job brings them up to date.
    job::add(tx, JOB, &format!("{label} {}", now.rfc3339()), "{}", now).await?;
    tx.append(id.subject(), Some(officer), None, ModelRegistered { model: id, label, hash, cases });
    Ok(id)
}

/// Approves a model from a day on; what was in force ends there. Who entered it does not approve it.
pub async fn approve(tx: &mut Tx, by: &Actor, id: RiskModelId, from: Timestamp) -> Result<()> {
    let (officer, now) = (officer(by)?, tx.now());
    let m = must(tx, id).await?;
    if m.state != State::Registered {
        let needed = bi("应处于：已登记", "it would have to be: registered");
        let what = bi("该模型目前不能批准", "the model cannot be approved now");
        return Err(Refusal::new("score.state", what).missing("state", m.state.code(), needed).into());
    }
    if m.registered.0 == Some(officer) {
        let what = bi("登记模型的人不能自己批准", "who registered a model does not approve it");
        return Err(Refusal::new("score.second_person", what)
            .remedy(bi("请另一名风险或质量负责人批准", "Ask another risk analyst, or the quality manager"))
            .into());
    }
    if from < Timestamp::start_of(now.date()) {
        let what = bi("生效日期不合适", "the first day does not fit");
        let needed = bi("不早于今日", "not before today");
        return Err(Refusal::new("score.from", what).missing("from", from.date(), needed).into());
    }
    let from = from.max(now);
    tx.exec(sql::APPROVE, vals![id, officer, now, from]).await?;
    tx.exec(sql::SUPERSEDE, vals![id, from]).await?;
    targeting::changed(tx).await?;
    let fact = ModelApproved { model: id, label: m.label, hash: m.hash, valid_from: from };
    tx.append(id.subject(), Some(officer), None, fact);
    Ok(())
}

/// Takes a model out of force now, or gives it up before it was.
pub async fn stand_down(tx: &mut Tx, by: &Actor, id: RiskModelId, reason: &str) -> Result<()> {
    let officer = officer(by)?;
    let reason = reason.trim();
    if reason.is_empty() {
        let what = bi("须写明理由", "the reason is missing");
        let no = Refusal::new("score.reason", what);
        return Err(no.missing("reason", "", bi("写明理由", "say why")).into());
    }
    let m = must(tx, id).await?;
    if m.state == State::Down {
        let what = bi("该模型已停用", "the model has stood down already");
        return Err(Refusal::new("score.state", what).into());
    }
    close(tx, &m, Some(officer), reason).await
}

/// Targeting goes on without it from now on.
pub(super) async fn close(tx: &mut Tx, m: &Registered, by: Option<OfficerId>, reason: &str) -> Result<()> {
    let now = tx.now();
    tx.exec(sql::CLOSE, vals![m.id, now, by, reason]).await?;
    targeting::changed(tx).await?;
    let fact = ModelStoodDown {
        model: m.id,
        label: m.label.clone(),
        by_itself: by.is_none(),
        reason: reason.into(),
    };
    tx.append(m.id.subject(), by, None, fact);
    Ok(())
}
