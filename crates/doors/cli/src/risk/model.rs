//! The learned score over the bureau's own records: trained, registered, approved, stood down, looked after.

use super::args::ModelDo;
use super::{refuse, score::write};
use crate::{say::Say, text};
use ::risk::score::Options;
use flow::Desk;
use kernel::{Actor, No, Refusal, Result, Scope, Timestamp, bi};
use registry::people;
use serde_json::json;
use std::{process::ExitCode, time::Instant};
use store::Tx;
use supervision::score::{self, Registered};

/// The officer of a staff number, as who acts.
async fn officer(tx: &mut Tx, staff_no: &str) -> Result<Actor> {
    let Some(known) = people::officer_by_no(tx, staff_no).await? else {
        let no = Refusal::new("score.officer", bi("没有这名人员", "there is no such officer"));
        return Err(no.missing("by", staff_no, bi("给出工号", "give a staff number")).into());
    };
    Ok(Actor { officer: Some(known.id), unit: None, name: known.name, roles: vec![], scope: Scope::Bureau })
}

async fn found(tx: &mut Tx, which: &str) -> Result<Registered> {
    score::one(tx, which).await?.ok_or_else(|| {
        let no = Refusal::new("score.not_found", bi("没有这个评分模型", "there is no such model"));
        no.missing("model", which, bi("给出编号，如 S-1", "give its number, as S-1")).into()
    })
}

/// Runs one of the commands.
pub(crate) async fn run(desk: &Desk, what: &ModelDo, say: Say) -> Result<ExitCode> {
    match what {
        ModelDo::Train { out, seed, shuffle } => {
            let started = Instant::now();
            let mut tx = desk.read().await?;
            let options = Options { seed: *seed, ..Options::default() };
            let model = score::learn(&mut tx, &options, *shuffle).await?;
            drop(tx);
            write(out, model.to_json().map_err(No::fault)?.as_bytes())?;
            let (card, seconds) = (&model.card, started.elapsed().as_secs_f64());
            let auc = card.held_back_auc.map_or_else(|| "-".to_owned(), |a| format!("{a:.3}"));
            let value = json!({
                "results": card.cases, "violations": card.violations, "features": card.features.len(),
                "held_back_auc": card.held_back_auc, "seconds": seconds, "shuffled": shuffle, "model": out,
            });
            say.done(
                &value,
                &format!(
                    "{} results, {} violations; area under the curve on the latest {auc}; {seconds:.1} s\nmodel written to {}",
                    card.cases,
                    card.violations,
                    out.display()
                ),
            );
        }
        ModelDo::Register { file, by, note } => {
            let content = text::text(file)?;
            let mut tx = desk.begin().await?;
            let by = officer(&mut tx, by).await?;
            let id = score::register(&mut tx, &by, &content, note).await?;
            let m = found(&mut tx, &id.to_string()).await?;
            desk.finish(tx).await?;
            tell(&m, say)?;
        }
        ModelDo::Approve { model, by, from } => {
            let mut tx = desk.begin().await?;
            let (by, m) = (officer(&mut tx, by).await?, found(&mut tx, model).await?);
            let day = match from {
                Some(day) => {
                    day.parse().map_err(|_| refuse(std::path::Path::new(day), "不是日期", "not a date"))?
                }
                None => tx.now().date(),
            };
            score::approve(&mut tx, &by, m.id, Timestamp::start_of(day)).await?;
            let m = found(&mut tx, model).await?;
            desk.finish(tx).await?;
            tell(&m, say)?;
        }
        ModelDo::StandDown { model, by, reason } => {
            let mut tx = desk.begin().await?;
            let (by, m) = (officer(&mut tx, by).await?, found(&mut tx, model).await?);
            score::stand_down(&mut tx, &by, m.id, reason).await?;
            let m = found(&mut tx, model).await?;
            desk.finish(tx).await?;
            tell(&m, say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(m: &Registered, say: Say) -> Result<()> {
    let since = m.valid_from.map_or_else(String::new, |from| format!(", in force from {}", from.rfc3339()));
    say.done(&serde_json::to_value(m)?, &format!("{} {} {}{since}", m.label, m.state.name().en, m.hash));
    Ok(())
}
