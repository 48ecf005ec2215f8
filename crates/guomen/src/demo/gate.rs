//! The demonstration at the gate: lots are released or turned back, certificates are signed.

use super::{cast::Cast, dice::Dice, play::one};
use kernel::{Actor, No, Result, Role};
use store::Tx;
use supervision::{
    certificate::{self, Filled},
    competence::{Certify, Release, admit},
    declaration::Declaration,
    release::{self, Order, Outcome},
};

const CONSIGNEES: [&str; 6] = [
    "Kita Foods K.K.",
    "Harbor Grocers Inc.",
    "Nordsee Handel GmbH",
    "Hanil Trading Co.",
    "Zuider Import B.V.",
    "Andes Alimentos S.A.",
];

/// Settles every lot: what conforms is released, what does not is returned, destroyed or held.
pub(super) async fn settle(
    tx: &mut Tx,
    cast: &Cast,
    dice: &mut Dice,
    d: &Declaration,
) -> Result<Option<i64>> {
    let releaser = one(cast, dice, Some(d.branch), Role::Releaser)?;
    let mut file = dossier(tx, d).await?;
    if d.mode == "consolidated" && file.stowage.is_none() {
        let license = admit::<Release>(tx, releaser, d.id).await?;
        let number = container(dice);
        release::stow(tx, &license, &number, &format!("CN{:06}", dice.between(1, 999_999))).await?;
        file = dossier(tx, d).await?;
    }
    let now = tx.now();
    let open = |l: &release::LotFile| l.settlements.iter().all(|s| s.ended.is_some());
    let (good, bad): (Vec<_>, Vec<_>) =
        file.lots.iter().filter(|l| open(l)).partition(|l| release::against(&file, l, now).is_empty());
    let order = |lots: &[&release::LotFile], outcome, reason: &str| Order {
        lots: lots.iter().map(|l| l.id).collect(),
        outcome,
        reason: reason.into(),
        note: String::new(),
    };
    let license = admit::<Release>(tx, releaser, d.id).await?;
    if !bad.is_empty() {
        let outcome = if dice.happens(600) { Outcome::Return } else { Outcome::Destroy };
        release::settle(tx, &license, &order(&bad, outcome, "nonconforming")).await?;
        // Turning one lot back may leave the others of its container waiting: then the desk looks again.
        let file = dossier(tx, d).await?;
        let free: Vec<_> =
            file.lots.iter().filter(|l| open(l) && release::against(&file, l, now).is_empty()).collect();
        if !free.is_empty() {
            release::settle(tx, &license, &order(&free, Outcome::Release, "")).await?;
        }
    } else if !good.is_empty() {
        release::settle(tx, &license, &order(&good, Outcome::Release, "")).await?;
    }
    Ok((d.direction == "export").then(|| dice.between(20, 300)))
}

async fn dossier(tx: &mut Tx, d: &Declaration) -> Result<release::Dossier> {
    release::dossier(tx, &Actor::system(), d.id).await?.ok_or_else(|| No::fault("no dossier"))
}

/// Fills in and signs the certificates that were drafted.
pub(super) async fn certify(
    tx: &mut Tx,
    cast: &Cast,
    dice: &mut Dice,
    d: &Declaration,
) -> Result<Option<i64>> {
    let certifier = one(cast, dice, Some(d.branch), Role::Certifier)?;
    for c in certificate::of_declaration(tx, d.id).await? {
        if c.signed.is_some() || c.ended.is_some() {
            continue;
        }
        let license = admit::<Certify>(tx, certifier, d.id).await?;
        let filled = Filled {
            consignee: (*dice.pick(&CONSIGNEES)).into(),
            transport: "sea".into(),
            ..c.filled.clone()
        };
        certificate::fill(tx, &license, c.id, &filled).await?;
        certificate::sign(tx, &license, c.id).await?;
    }
    Ok(None)
}

/// A container number with its check digit (ISO 6346, annex A).
fn container(dice: &mut Dice) -> String {
    let body = format!("GMNU{:06}", dice.between(0, 999_999));
    let value = |c: char| match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        // Letters count from ten, leaving out the multiples of eleven.
        _ => {
            let n = u32::from(c) - u32::from('A') + 10;
            n + n.saturating_sub(1) / 10
        }
    };
    let sum: u32 = body.chars().enumerate().map(|(i, c)| value(c) << i).sum();
    format!("{body}{}", sum % 11 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_numbers_pass_the_check_of_the_release_desk() {
        let mut dice = Dice::new(1);
        for _ in 0..200 {
            let number = container(&mut dice);
            assert!(release::container_number(&number).is_some(), "{number}");
        }
    }
}
