//! The desk: every act of every door runs in one transaction here, together with all that
//! follows it at once.

use crate::wiring::{self, Now};
use excellence::standing_rule;
use kernel::{Actor, Chance, Clock, DeclarationId, Result, StandingRuleId, supervision::ActRefused};
use registry::rules;
use store::{Db, Tx};
use supervision::{
    alert, certificate, class_review, correction,
    declaration::{self, Lodgement},
    inspection, monitoring, notification, regime, release, series, supply, targeting,
};

/// Where acts are done.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
}

impl Desk {
    /// Begins an act.
    pub async fn begin(&self) -> Result<Tx> {
        self.db.begin(&self.clock, &self.chance).await
    }

    /// Begins a reading.
    pub async fn read(&self) -> Result<Tx> {
        self.db.read(&self.clock).await
    }

    /// Does what follows the facts of the act, and makes everything durable.
    pub async fn finish(&self, mut tx: Tx) -> Result<()> {
        self.follow(&mut tx, 0).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends an act: what was done is finished, what was refused is undone. A refusal of a gate of competence
    /// is itself recorded, about `subject`, because the law wants to see that the gate held.
    pub async fn conclude<T>(&self, tx: Tx, by: &Actor, subject: &str, done: Result<T>) -> Result<T> {
        match done {
            Ok(value) => {
                self.finish(tx).await?;
                Ok(value)
            }
            Err(no) => {
                tx.rollback().await?;
                if let Some(r) = no.refusal().filter(|r| r.code.starts_with("competence.")) {
                    let mut tx = self.begin().await?;
                    let missing = r.missing.iter().map(|m| format!("{} {}", m.field, m.value)).collect();
                    let (code, clause) = (r.code.clone(), r.clause.clone());
                    let fact = ActRefused { officer: by.officer, code, clause, missing };
                    tx.append(subject.to_owned(), by.officer, by.unit, fact);
                    tx.commit().await?;
                }
                Err(no)
            }
        }
    }

    /// Lodges one declaration, in a transaction of its own.
    pub async fn lodge(&self, by: &Actor, lodgement: &Lodgement) -> Result<DeclarationId> {
        let mut tx = self.begin().await?;
        let id = declaration::lodge(&mut tx, by, lodgement).await?;
        self.finish(tx).await?;
        Ok(id)
    }

    /// Does what follows the facts of an act from number `done` on, and what follows that, until nothing does;
    /// gives the number of facts followed. An act within a longer transaction is followed at its own time.
    pub async fn follow(&self, tx: &mut Tx, mut done: usize) -> Result<usize> {
        while let Some(envelope) = tx.facts().get(done) {
            let next = wiring::now(&envelope.fact);
            done += 1;
            match next {
                Now::Nothing => {}
                Now::Target(declaration) => {
                    if targeting::target(tx, declaration).await?.under_alert {
                        alert::catch_up(tx, declaration).await?;
                    }
                    supply::hold_declared(tx, declaration).await?;
                }
                Now::HoldProduction(production) => supply::hold_production(tx, production).await?,
                Now::Retarget(declaration) => {
                    if targeting::retarget(tx, declaration).await?.under_alert {
                        alert::catch_up(tx, declaration).await?;
                    }
                    supply::hold_declared(tx, declaration).await?;
                }
                Now::Route(declaration) => {
                    if !release::by_rule(tx, declaration).await? {
                        inspection::open(tx, declaration).await?;
                    }
                }
                Now::InspectAgain(declaration, reason) => {
                    inspection::reopen(tx, declaration, &reason).await?;
                }
                Now::CancelInspection(declaration) => inspection::cancel(tx, declaration).await?,
                Now::NoteRecord(record) => {
                    let verdicts = inspection::lot_verdicts(tx, record.declaration).await?;
                    let lots: Vec<_> = verdicts.iter().map(|v| (v.lot, v.accepted && v.conforming)).collect();
                    release::note_record(tx, &record, &lots).await?;
                    regime::note(tx, record.declaration, record.conforming).await?;
                }
                Now::NoteResult(result) => {
                    release::note_result(tx, &result).await?;
                    monitoring::note_result(tx, &result).await?;
                }
                Now::NoteSampled(sampled) => monitoring::note_sampled(tx, &sampled).await?,
                Now::Settle(settled) => {
                    if settled.outcome == "release" {
                        supply::show_source(tx, &settled).await?;
                    }
                    if settled.complete {
                        certificate::draft(tx, settled.declaration).await?;
                        series::count(tx, settled.declaration).await?;
                    }
                }
                Now::ProposeLots(id) => notification::propose(tx, id).await?,
                Now::Intensify(declaration) => series::apply(tx, declaration).await?,
                Now::Tighten(id) => {
                    series::open(tx, id).await?;
                    alert::from_notification(tx, &Actor::system(), id).await?;
                    class_review::open(tx, id).await?;
                }
                Now::AskCorrection(id, cause) => {
                    correction::open(tx, id, &cause).await?;
                }
                Now::StepDown(id) => series::step_down(tx, id).await?,
                Now::Enact(rule) => enact(tx, rule).await?,
                Now::Repeal(rule) => repeal(tx, rule).await?,
            }
        }
        Ok(done)
    }
}

/// Adopts the rule pack as a decided rule changes it.
async fn enact(tx: &mut Tx, rule: StandingRuleId) -> Result<()> {
    let text = standing_rule::pack_text(tx, rule).await?;
    let adopted = rules::adopt_pack(tx, &Actor::system(), &text).await?;
    standing_rule::enacted(tx, rule, adopted).await
}

/// Adopts the rule pack with what a withdrawn rule had changed put back.
async fn repeal(tx: &mut Tx, rule: StandingRuleId) -> Result<()> {
    let text = standing_rule::restored_text(tx, rule).await?;
    let adopted = rules::adopt_pack(tx, &Actor::system(), &text).await?;
    standing_rule::repealed(tx, rule, adopted).await
}
