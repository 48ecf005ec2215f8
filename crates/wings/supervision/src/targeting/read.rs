//! Reading decisions, and taking them again.

use crate::score;

use super::{Decision, Outcome, Replay, decide, sql, standing};
use kernel::{DeclarationId, No, Result};
use registry::rules as book;
use store::{Tx, vals};

/// The decision on a declaration.
pub async fn decision(tx: &mut Tx, declaration: DeclarationId) -> Result<Option<Decision>> {
    let Some(r) = tx.opt(sql::OF_DECLARATION, vals![declaration]).await? else { return Ok(None) };
    let (inputs, reasons): (String, String) = (r.get(8)?, r.get(9)?);
    let ppm = |n: i64| u64::try_from(n).map_err(No::fault);
    let outcome = Outcome {
        lane: r.get(2)?,
        rate_ppm: ppm(r.get(3)?)?,
        draw_ppm: ppm(r.get(4)?)?,
        selected: r.get(5)?,
        basis: r.get(6)?,
        reasons: serde_json::from_str(&reasons)?,
    };
    Ok(Some(Decision {
        id: r.get(0)?,
        declaration: r.get(1)?,
        inputs: serde_json::from_str(&inputs)?,
        outcome,
        seed: hex::encode(r.get::<Vec<u8>>(7)?),
        rule_version: r.get(10)?,
        at: r.get(11)?,
        added: r.get(12)?,
    }))
}

/// Takes a stored decision again from its own inputs, seed and rule version.
pub async fn replay(tx: &mut Tx, declaration: DeclarationId) -> Result<Option<Replay>> {
    let Some(stored) = decision(tx, declaration).await? else { return Ok(None) };
    let rules = book::rules(tx).await?;
    let version = &stored.rule_version;
    let pack = rules.by_label(version).ok_or_else(|| No::fault(format!("no rule version {version}")))?;
    let stands = standing::standing(tx).await?;
    if let Some(gone) = stored.inputs.tables.iter().find(|label| !stands.tables.knows(label)) {
        return Err(No::fault(format!("no decision table {gone}")));
    }
    let replayed = decide(&stored.inputs, &pack.pack, &stands.tables, &stored.seed_bytes()?);
    let scored = match &stored.inputs.score {
        Some(mark) => score::rescore(tx, mark).await?,
        None => true,
    };
    let same = scored && replayed == stored.outcome;
    Ok(Some(Replay { stored, replayed, same }))
}

impl Decision {
    /// The seed of its draw.
    pub(super) fn seed_bytes(&self) -> Result<[u8; 32]> {
        let bytes = hex::decode(&self.seed).ok().and_then(|s| s.try_into().ok());
        bytes.ok_or_else(|| No::fault("the stored seed is not 32 bytes"))
    }
}
