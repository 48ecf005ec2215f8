//! The demonstration in the laboratory: samples come in under seal, results go out.

use super::{cast::Cast, dice::Dice, play::one};
use kernel::{Result, Role};
use registry::rules;
use store::Tx;
use supervision::{
    competence::{Test, admit},
    declaration::Declaration,
    laboratory::{self, HandOver, NewResult, Sample},
};

/// Results in a thousand that are above their limit.
const ABOVE: i64 = 40;

/// The next deed on the samples of a consignment; gives the minutes until the one after it.
pub(super) async fn test(tx: &mut Tx, cast: &Cast, dice: &mut Dice, d: &Declaration) -> Result<i64> {
    let analyst = one(cast, dice, None, Role::Laboratory)?;
    for s in laboratory::of_declaration(tx, d.id).await? {
        if s.state == "sealed" {
            let received = HandOver {
                seen: s.custody,
                to: "局实验室 Laboratory of the bureau".into(),
                laboratory: true,
                seal_read: s.seal.clone(),
                intact: true,
                note: String::new(),
            };
            laboratory::hand_over(tx, analyst, s.id, &received).await?;
            return Ok(dice.between(240, 1200));
        }
        for test in laboratory::tests(tx, s.id).await? {
            if test.state == "requested" {
                let license = admit::<Test>(tx, analyst, d.id).await?;
                let new = result(tx, dice, &s, &test).await?;
                laboratory::record(tx, analyst, &license, &new).await?;
                return Ok(dice.between(60, 400));
            }
        }
    }
    Ok(600)
}

/// A value well below the limit, or now and then above it; without a limit, below what can be quantified.
async fn result(tx: &mut Tx, dice: &mut Dice, s: &Sample, test: &laboratory::LabTest) -> Result<NewResult> {
    let rules = rules::rules(tx).await?;
    let pack = rules.by_label(&s.rule_version);
    let limit = pack.and_then(|p| p.pack.limit_for(&test.analyte, &s.market, &s.hs));
    let above = dice.happens(ABOVE);
    let value: Option<kernel::Decimal> = limit.map(|l| l.value);
    let (value, unit, loq) = match (value, limit) {
        (Some(v), Some(l)) => {
            let share =
                kernel::Decimal::new(if above { dice.between(12, 30) } else { dice.between(1, 6) }, 1);
            let loq = v / kernel::Decimal::from(20);
            ((v * share).normalize().to_string(), l.unit.clone(), loq.normalize().to_string())
        }
        _ => (String::new(), "mg/kg".to_owned(), "0.01".to_owned()),
    };
    Ok(NewResult {
        key: format!("demo-{}", test.id),
        test: Some(test.id),
        below_loq: value.is_empty(),
        value,
        unit,
        loq,
        uncertainty: String::new(),
    })
}
