//! What the people of the demonstration do next with a consignment, by where it stands.

use super::{bench, cast::Cast, cast::GOODS, dice::Dice, gate, quay};
use kernel::{Actor, DeclarationId, No, Result, Role, UnitId};
use store::Tx;
use supervision::{
    competence::{Accept, admit},
    declaration::{self, Declaration, GoodsLine, Lodgement, LotEntry, Stage},
};

/// Markets of exports, origins of imports.
const MARKETS: [&str; 8] = ["JP", "US", "DE", "KR", "NL", "CL", "AU", "VN"];
const MODES: [&str; 8] =
    ["general", "general", "general", "general", "general", "bonded", "consolidated", "ecommerce"];

/// A party lodges its `i`th declaration.
pub(super) async fn lodge(tx: &mut Tx, cast: &Cast, dice: &mut Dice, i: usize) -> Result<DeclarationId> {
    let lodgement = if dice.happens(620) { export(cast, dice, i) } else { import(cast, dice, i) };
    declaration::lodge(tx, &Actor::system(), &lodgement).await
}

fn export(cast: &Cast, dice: &mut Dice, i: usize) -> Lodgement {
    let plant = dice.pick(&cast.plants);
    let lines: Vec<_> = (0..1 + usize::from(dice.happens(250)))
        .map(|k| line(dice, plant.goods[k % plant.goods.len()], &format!("{i:06}{k}")))
        .collect();
    Lodgement {
        direction: "export".into(),
        branch: plant.branch.clone(),
        operator: cast.firms.get(&plant.operator).cloned().unwrap_or_default(),
        plant: Some(plant.filing_no.clone()),
        market: (*dice.pick(&MARKETS)).into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: (*dice.pick(&MODES)).into(),
        lines,
        ..Lodgement::default()
    }
}

fn import(cast: &Cast, dice: &mut Dice, i: usize) -> Lodgement {
    let brought: Vec<usize> = (0..GOODS.len()).filter(|g| !GOODS[*g].5).collect();
    let (from, goods) = (*dice.pick(&MARKETS), *dice.pick(&brought));
    Lodgement {
        direction: "import".into(),
        branch: dice.pick(&cast.branches).code.clone(),
        operator: dice.pick(&cast.importers).clone(),
        plant: None,
        market: from.into(),
        origin: from.into(),
        port: "CNNGB".into(),
        mode: (*dice.pick(&MODES)).into(),
        lines: vec![line(dice, goods, &format!("{i:06}"))],
        ..Lodgement::default()
    }
}

fn line(dice: &mut Dice, goods: usize, lot: &str) -> GoodsLine {
    let (hs, zh, _, _, food, _) = GOODS[goods];
    let lots = 1 + i64::from(food) * dice.between(0, 2);
    let each = dice.between(40, 2400);
    GoodsLine {
        hs: hs.into(),
        name: zh.into(),
        quantity: (each * lots).to_string(),
        unit: if food { "KGM".into() } else { "H87".into() },
        lots: (0..lots)
            .map(|n| LotEntry { no: format!("{lot}{}", n + 1), quantity: each.to_string() })
            .collect(),
    }
}

/// Whether somebody still has something to do.
pub(super) fn goes_on(d: &Declaration) -> bool {
    match d.stage {
        Stage::Lodged | Stage::Inspecting | Stage::Testing | Stage::Deciding => true,
        Stage::Released => d.direction == "export",
        _ => false,
    }
}

/// The next deed on a consignment; gives the minutes of work until the one after it, if there is one.
pub(super) async fn next(
    tx: &mut Tx,
    cast: &Cast,
    dice: &mut Dice,
    id: DeclarationId,
) -> Result<Option<i64>> {
    let found = declaration::one(tx, &Actor::system(), id).await?;
    let d = found.ok_or_else(|| No::fault(format!("no declaration {id}")))?;
    match d.stage {
        Stage::Lodged => {
            let clerk = one(cast, dice, Some(d.branch), Role::Clerk)?;
            let license = admit::<Accept>(tx, clerk, id).await?;
            declaration::accept(tx, &license).await?;
            Ok(Some(dice.between(30, 400)))
        }
        Stage::Inspecting => quay::inspect(tx, cast, dice, &d).await.map(Some),
        Stage::Testing => bench::test(tx, cast, dice, &d).await.map(Some),
        Stage::Deciding => gate::settle(tx, cast, dice, &d).await,
        Stage::Released if d.direction == "export" => gate::certify(tx, cast, dice, &d).await,
        _ => Ok(None),
    }
}

/// One holder of a role in a branch, or in the bureau.
pub(super) fn one<'a>(
    cast: &'a Cast,
    dice: &mut Dice,
    branch: Option<UnitId>,
    role: Role,
) -> Result<&'a Actor> {
    let holders = cast.holders(branch, role);
    if holders.is_empty() {
        return Err(No::fault(format!("nobody is {}", role.code())));
    }
    Ok(*dice.pick(&holders))
}
