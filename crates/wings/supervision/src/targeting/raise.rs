//! A measure that comes into force bears on pending consignments at once: each is decided again from its own stored
//! inputs and seed, so that only the measure differs, and only upwards.

use super::{Decision, Measure, act, again::tell_check, decide, read, sql, standing};
use kernel::{DecisionId, DeclarationId, No, Result, Timestamp, UnitId, bi};
use registry::rules as book;
use store::{Tx, vals};

/// What a measure did to one consignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The decision taken again.
    pub decision: DecisionId,
    /// Whether the consignment was not selected before and is now.
    pub selected: bool,
}

/// Decides a pending consignment again with measures that were not there; none when all of them were, or when no
/// lane was decided yet.
pub async fn raise(tx: &mut Tx, declaration: DeclarationId, measures: &[Measure]) -> Result<Option<Raised>> {
    tx.exec(sql::LOCK, vals![declaration]).await?;
    let Some(stored) = read::decision(tx, declaration).await? else { return Ok(None) };
    let known =
        |m: &Measure| stored.inputs.measures.iter().any(|k| (&k.basis, &k.source) == (&m.basis, &m.source));
    let fresh: Vec<Measure> = measures.iter().filter(|m| !known(m)).cloned().collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    let r = tx.one(sql::STANDS, vals![declaration]).await?;
    let (before, stage, branch): (bool, String, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let reason = fresh.iter().map(Measure::says).fold(bi("", ""), |all, one| {
        let join = |a: &str, b: &str, with: &str| {
            if a.is_empty() { b.to_owned() } else { format!("{a}{with}{b}") }
        };
        bi(join(&all.zh, &one.zh, "；"), join(&all.en, &one.en, "; "))
    });
    let decision = again(tx, &stored, fresh, before, branch).await?;
    let selected: bool = tx.one(sql::STANDS, vals![declaration]).await?.get(0)?;
    let newly = selected && !before;
    if newly {
        tell_check(tx, (declaration, branch), &stage, &format!("{} / {}", reason.zh, reason.en));
    }
    Ok(Some(Raised { decision, selected: newly }))
}

async fn again(
    tx: &mut Tx,
    stored: &Decision,
    mut fresh: Vec<Measure>,
    before: bool,
    branch: UnitId,
) -> Result<DecisionId> {
    let mut inputs = stored.inputs.clone();
    inputs.measures.append(&mut fresh);
    let (rules, stands) = (book::rules(tx).await?, standing::standing(tx).await?);
    let version = &stored.rule_version;
    let pack = rules.by_label(version).ok_or_else(|| No::fault(format!("no rule version {version}")))?;
    let seed = stored.seed_bytes()?;
    let outcome = decide(&inputs, &pack.pack, &stands.tables, &seed);
    // The newest decision is found by its instant: it never shares that of the one it follows.
    let at = Timestamp(tx.now().0.max(stored.at.0 + 1));
    let decided = act::Decided { inputs, outcome, seed, rule_version: version.clone(), at };
    act::write(tx, stored.declaration, branch, decided, before).await
}
