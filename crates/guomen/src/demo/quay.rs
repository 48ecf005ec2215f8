//! The demonstration on the quay: a team is drawn, the goods are opened, samples are taken, two officers sign.

use super::{cast::Cast, dice::Dice, play::one};
use kernel::{Actor, No, Result, Role};
use registry::rules;
use store::Tx;
use supervision::{
    competence::{Inspect, Sample, admit},
    declaration::Declaration,
    inspection::{self, Entry, InspectionTask, ItemEntry, State},
    laboratory::{self, NewSample},
};

/// Consignments in a thousand in which something is found.
const NONCONFORMING: i64 = 35;
/// Inspections in a thousand at which samples are taken.
const SAMPLED: i64 = 300;
/// What is tested for.
const ANALYTES: [&str; 5] = ["chloramphenicol", "aoz", "malachite_green", "chlorpyrifos", "cadmium"];

/// The next deed of an inspection; gives the minutes until the one after it.
pub(super) async fn inspect(tx: &mut Tx, cast: &Cast, dice: &mut Dice, d: &Declaration) -> Result<i64> {
    let tasks = inspection::of_declaration(tx, d.id).await?;
    let t = tasks.into_iter().find(|t| t.state.is_live()).ok_or_else(|| No::fault("no task"))?;
    let manager = one(cast, dice, Some(d.branch), Role::Manager)?;
    match t.state {
        State::Open => {
            inspection::draw_team(tx, manager, t.id, t.version, t.team_min, "").await?;
            Ok(dice.between(20, 120))
        }
        State::Assigned if inspection::appointment(tx, t.id).await?.is_none() => {
            let at = tx.now().plus_hours(dice.between(2, 30));
            let place = (at, "一号查验场 Inspection yard 1", &[][..]);
            inspection::appoint(tx, manager, t.id, t.version, place, None).await?;
            Ok(dice.between(90, 700))
        }
        State::Assigned => {
            record(tx, cast, dice, &t).await?;
            Ok(dice.between(5, 60))
        }
        _ => {
            let second = member(tx, cast, &t, 1).await?;
            let license = admit::<Inspect>(tx, &second, d.id).await?;
            inspection::sign(tx, &second, &license, t.id, t.version).await?;
            Ok(dice.between(60, 500))
        }
    }
}

async fn member(tx: &mut Tx, cast: &Cast, t: &InspectionTask, nth: usize) -> Result<Actor> {
    let team = inspection::team(tx, t.id).await?;
    let officer = team.get(nth).map(|m| m.officer);
    let found = cast.officers.iter().find(|a| a.officer == officer);
    found.cloned().ok_or_else(|| No::fault("a team of strangers"))
}

async fn record(tx: &mut Tx, cast: &Cast, dice: &mut Dice, t: &InspectionTask) -> Result<()> {
    let leader = member(tx, cast, t, 0).await?;
    let lots = inspection::lots(tx, t.id).await?;
    let food = lots.first().is_some_and(|l| l.hs.as_str() < "25");
    if food && dice.happens(SAMPLED) {
        let license = admit::<Sample>(tx, &leader, t.declaration).await?;
        let lot = dice.pick(&lots);
        let new = NewSample {
            key: format!("demo-{}-{}", t.id, lot.lot),
            lot: Some(lot.lot),
            unit_no: String::new(),
            quantity: "0.5".into(),
            unit: "KGM".into(),
            seal: format!("GM{:07}", dice.between(1, 9_999_999)),
            place: "一号查验场 Inspection yard 1".into(),
            tests: vec![((*dice.pick(&ANALYTES)).to_owned(), String::new())],
            replaces: None,
        };
        laboratory::take(tx, &license, &new).await?;
    }
    let rules = rules::rules(tx).await?;
    let pack = rules.by_label(&t.rule_version).ok_or_else(|| No::fault("a rule version is gone"))?;
    let bad = dice.happens(NONCONFORMING);
    let items = pack.pack.item.iter().map(|i| ItemEntry {
        code: i.code.clone(),
        verdict: "conform".into(),
        value: if i.unit.is_empty() {
            String::new()
        } else {
            format!("-{}.{}", dice.between(18, 22), dice.between(0, 9))
        },
        ..ItemEntry::default()
    });
    let items = items.collect();
    let found = lots.iter().enumerate().map(|(n, l)| {
        let nonconforming = if bad && n == 0 { l.plan.reject } else { 0 };
        (l.plan.sample_size.to_string(), nonconforming.to_string())
    });
    let entry = Entry {
        key: format!("demo-{}-{}", t.id, t.version),
        lots: found.collect(),
        items,
        witness: "企业代表".into(),
        remarks: String::new(),
    };
    let license = admit::<Inspect>(tx, &leader, t.declaration).await?;
    inspection::write(tx, &leader, &license, t.id, t.version, &entry).await.map(drop)
}
