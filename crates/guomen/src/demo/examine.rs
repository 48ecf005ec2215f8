//! Inspection and laboratory of the demonstration: a team is drawn, samples go to the laboratory, one officer writes
//! the record and another signs, and the analysts find something now and then.

use super::{cast::Cast, dice::Dice, play};
use kernel::{Actor, No, OfficerId, Result, Role, bi};
use registry::rules::{self as book, Pack};
use store::Tx;
use supervision::competence::{Inspect, Sample as Sampling, Test, admit};
use supervision::declaration::Declaration;
use supervision::inspection::{self, Entry, InspectionTask, ItemEntry, Member, State};
use supervision::laboratory::{self, HandOver, NewResult, NewSample, Sample};

/// The next deed of an inspection; gives the minutes until the one after it.
pub(super) async fn inspect(
    tx: &mut Tx,
    cast: &Cast,
    dice: &mut Dice,
    d: &Declaration,
) -> Result<Option<i64>> {
    let tasks = inspection::of_declaration(tx, d.id).await?;
    let Some(task) = tasks.into_iter().find(|t| t.state.is_live()) else { return Ok(None) };
    let team = inspection::team(tx, task.id).await?;
    match task.state {
        State::Open => {
            let head = play::one(cast, dice, Some(d.branch), Role::Manager)?;
            match inspection::draw_team(tx, head, task.id, task.version, 0, "").await {
                Ok(_) => Ok(Some(dice.between(60, 900))),
                // Too few may inspect these goods: somebody will have to be authorised first.
                Err(No::Refused(_)) => Ok(None),
                Err(fault) => Err(fault),
            }
        }
        State::Assigned => {
            let leader = actor(cast, &team, 0)?;
            if laboratory::of_declaration(tx, d.id).await?.is_empty() && dice.happens(350) {
                take(tx, dice, &leader, d, &task).await?;
                return Ok(Some(dice.between(10, 60)));
            }
            write(tx, dice, &leader, &task).await?;
            Ok(Some(dice.between(10, 240)))
        }
        State::Recorded => {
            let second = actor(cast, &team, 1)?;
            let license = admit::<Inspect>(tx, &second, d.id).await?;
            inspection::sign(tx, &second, &license, task.id, task.version).await?;
            Ok(Some(dice.between(60, 600)))
        }
        State::Done | State::Cancelled => Ok(None),
    }
}

fn actor(cast: &Cast, team: &[Member], at: usize) -> Result<Actor> {
    let officer: Option<OfficerId> = team.get(at).map(|m| m.officer);
    let found = cast.officers.iter().find(|a| a.officer == officer);
    found.cloned().ok_or_else(|| No::fault("an officer of the team is not in the cast"))
}

async fn pack(tx: &mut Tx, label: &str) -> Result<Pack> {
    let rules = book::rules(tx).await?;
    rules.by_label(label).map(|a| a.pack.clone()).ok_or_else(|| No::fault(format!("no rule version {label}")))
}

async fn take(tx: &mut Tx, dice: &mut Dice, by: &Actor, d: &Declaration, t: &InspectionTask) -> Result<()> {
    let lots = inspection::lots(tx, t.id).await?;
    let (lot, pack) = (dice.pick(&lots).clone(), pack(tx, &t.rule_version).await?);
    let analytes: Vec<_> = pack.analyte.iter().filter(|a| a.code != "moisture").collect();
    let new = NewSample {
        key: format!("demo/{}", t.id),
        lot: Some(lot.lot),
        unit_no: lot.plan.units.first().map(u64::to_string).unwrap_or_default(),
        quantity: "0.5".into(),
        unit: "KGM".into(),
        seal: format!("F{}", d.no),
        place: "查验场地 inspection yard".into(),
        tests: vec![(dice.pick(&analytes).code.clone(), String::new())],
        replaces: None,
    };
    let license = admit::<Sampling>(tx, by, d.id).await?;
    laboratory::take(tx, &license, &new).await.map(drop)
}

async fn write(tx: &mut Tx, dice: &mut Dice, by: &Actor, t: &InspectionTask) -> Result<()> {
    let (lots, pack) = (inspection::lots(tx, t.id).await?, pack(tx, &t.rule_version).await?);
    let marks = dice.happens(40);
    let items = pack.item.iter().map(|i| {
        let bad = marks && i.code == "MARK";
        let measured = if i.code == "TEMP" { "not_applicable" } else { "conform" };
        ItemEntry {
            code: i.code.clone(),
            verdict: if bad { "nonconform" } else { measured }.into(),
            value: if i.unit == "kg" { "10.02".into() } else { String::new() },
            finding: if bad { "M1".into() } else { String::new() },
            note: String::new(),
        }
    });
    let items = items.collect();
    let mut found = Vec::new();
    for lot in &lots {
        let p = &lot.plan;
        let bad = if dice.happens(25) {
            p.reject.min(p.sample_size)
        } else {
            u64::from(dice.happens(150)).min(p.accept)
        };
        found.push((p.sample_size.to_string(), bad.to_string()));
    }
    let entry = Entry {
        key: format!("demo/{}/{}", t.id, t.version),
        lots: found,
        items,
        witness: String::new(),
        remarks: String::new(),
    };
    let license = admit::<Inspect>(tx, by, t.declaration).await?;
    inspection::write(tx, by, &license, t.id, t.version, &entry).await.map(drop)
}

/// The next deed of the laboratory: it takes a sample over, then gives the result of its next test.
pub(super) async fn test(tx: &mut Tx, cast: &Cast, dice: &mut Dice, d: &Declaration) -> Result<Option<i64>> {
    let analyst = play::one(cast, dice, None, Role::Laboratory)?.clone();
    for sample in laboratory::of_declaration(tx, d.id).await? {
        if sample.state == "sealed" {
            receive(tx, &analyst, &sample).await?;
            return Ok(Some(dice.between(120, 900)));
        }
        let tests = laboratory::tests(tx, sample.id).await?;
        let Some(next) = tests.iter().find(|t| t.state == "requested") else { continue };
        let fails = dice.happens(30);
        let new = NewResult {
            key: format!("demo/{}", next.id),
            test: Some(next.id),
            below_loq: !fails,
            value: if fails { "0.9".into() } else { String::new() },
            unit: "mg/kg".into(),
            loq: "0.0001".into(),
            uncertainty: if fails { "0.1".into() } else { String::new() },
        };
        let license = admit::<Test>(tx, &analyst, d.id).await?;
        laboratory::record(tx, &analyst, &license, &new).await?;
        return Ok(Some(dice.between(60, 600)));
    }
    Ok(None)
}

async fn receive(tx: &mut Tx, by: &Actor, s: &Sample) -> Result<()> {
    let laboratory = bi("技术中心", "Technical Centre");
    let h = HandOver {
        seen: s.custody,
        to: format!("{} {}", laboratory.zh, laboratory.en),
        laboratory: true,
        seal_read: s.seal.clone(),
        intact: true,
        note: String::new(),
    };
    laboratory::hand_over(tx, by, s.id, &h).await.map(drop)
}
