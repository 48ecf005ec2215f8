//! The verbs on operators, plants, farms and products.

use super::{Operator, Plant, Product, sql};
use kernel::{
    Actor, Bilingual, FarmId, OperatorId, PlantId, ProductId, Refusal, Result, bi,
    registry::{ClassChanged, FarmFiled, OperatorListed, PlantFiled, ProductListed},
};
use store::{Tx, vals};

/// Lists an operator.
pub async fn list_operator(
    tx: &mut Tx,
    by: &Actor,
    code: &str,
    kind: &str,
    name: Bilingual,
    class: i64,
) -> Result<Operator> {
    if !["exporter", "importer", "agent"].contains(&kind)
        || !(1..=5).contains(&class)
        || code.trim().is_empty()
    {
        return Err(Refusal::new(
            "registry.operator",
            bi("企业资料不符合要求", "the operator's entry is not acceptable"),
        )
        .missing("kind", kind, bi("exporter、importer 或 agent", "exporter, importer or agent"))
        .missing("class", class, bi("1 至 5 类", "1 to 5"))
        .missing("code", code, bi("不得为空", "not empty"))
        .into());
    }
    let id = tx.id::<OperatorId>();
    let now = tx.now();
    tx.exec(sql::OPERATOR_ADD, vals![id, code, kind, &name.zh, &name.en, class, now]).await?;
    let fact = OperatorListed { operator: id, code: code.into(), kind: kind.into(), class };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(Operator { id, code: code.into(), kind: kind.into(), name, class })
}

/// Changes an operator's class, with its reason.
pub async fn set_class(tx: &mut Tx, by: &Actor, operator: &Operator, class: i64, reason: &str) -> Result<()> {
    if !(1..=5).contains(&class) || reason.trim().is_empty() {
        return Err(Refusal::new(
            "registry.class",
            bi("类别调整须有依据", "a change of class needs its ground"),
        )
        .missing("class", class, bi("1 至 5 类", "1 to 5"))
        .missing("reason", reason, bi("写明依据", "name the ground"))
        .into());
    }
    tx.exec(sql::OPERATOR_CLASS, vals![operator.id, class]).await?;
    let fact = ClassChanged { operator: operator.id, from: operator.class, to: class, reason: reason.into() };
    tx.append(operator.id.subject(), by.officer, None, fact);
    Ok(())
}

/// Files an export food establishment with the branch that supervises it.
pub async fn file_plant(
    tx: &mut Tx,
    by: &Actor,
    filing_no: &str,
    operator: OperatorId,
    name: Bilingual,
    branch: kernel::UnitId,
) -> Result<Plant> {
    let id = tx.id::<PlantId>();
    let now = tx.now();
    tx.exec(sql::PLANT_ADD, vals![id, filing_no, operator, &name.zh, &name.en, branch, now]).await?;
    tx.append(
        id.subject(),
        by.officer,
        Some(branch),
        PlantFiled { plant: id, filing_no: filing_no.into(), operator },
    );
    Ok(Plant { id, filing_no: filing_no.into(), operator, name, branch })
}

/// Files a raw-material farm: its area in mu and the most that it can deliver a month, in kilograms.
pub async fn file_farm(
    tx: &mut Tx,
    by: &Actor,
    filing_no: &str,
    plant: &Plant,
    name: &Bilingual,
    area_mu: i64,
    month_max_kg: i64,
) -> Result<FarmId> {
    let id = tx.id::<FarmId>();
    let now = tx.now();
    let vals = vals![id, filing_no, plant.id, &name.zh, &name.en, area_mu, month_max_kg, now];
    tx.exec(sql::FARM_ADD, vals).await?;
    let fact = FarmFiled { farm: id, filing_no: filing_no.into(), plant: plant.id };
    tx.append(id.subject(), by.officer, Some(plant.branch), fact);
    Ok(id)
}

/// Lists a product with its risk level.
pub async fn list_product(
    tx: &mut Tx,
    by: &Actor,
    hs: &str,
    name: Bilingual,
    risk: &str,
    food: bool,
) -> Result<Product> {
    let digits = (4..=13).contains(&hs.len()) && hs.bytes().all(|b| b.is_ascii_digit());
    if !["high", "medium", "low"].contains(&risk) || !digits {
        return Err(Refusal::new(
            "registry.product",
            bi("产品资料不符合要求", "the product's entry is not acceptable"),
        )
        .missing("risk", risk, bi("high、medium 或 low", "high, medium or low"))
        .missing("hs", hs, bi("4 至 13 位数字", "4 to 13 digits"))
        .into());
    }
    let id = tx.id::<ProductId>();
    let now = tx.now();
    tx.exec(sql::PRODUCT_ADD, vals![id, hs, &name.zh, &name.en, risk, food, now]).await?;
    tx.append(
        id.subject(),
        by.officer,
        None,
        ProductListed { product: id, hs: hs.into(), risk: risk.into() },
    );
    Ok(Product { id, hs: hs.into(), name, risk: risk.into(), food })
}
