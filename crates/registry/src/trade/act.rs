//! The verbs on operators, plants, farms and products.

use super::{Operator, Plant, Product, sql};
use crate::{find, over_branch, over_bureau, people::entered};
use kernel::{
    Actor, Bilingual, FarmId, OperatorId, PlantId, ProductId, Refusal, Result, bi,
    registry::{ClassChanged, FarmFiled, OperatorListed, PlantFiled, ProductListed, RiskChanged},
};
use store::{Tx, vals};

/// Risk levels of products.
const RISKS: [&str; 3] = ["high", "medium", "low"];

/// Lists an operator.
pub async fn list_operator(
    tx: &mut Tx,
    by: &Actor,
    code: &str,
    kind: &str,
    name: Bilingual,
    class: i64,
) -> Result<Operator> {
    let mut no =
        Refusal::new("registry.operator", bi("企业资料不符合要求", "the operator's entry is not acceptable"));
    if !["exporter", "importer", "agent"].contains(&kind) {
        no = no.missing("kind", kind, bi("exporter、importer 或 agent", "exporter, importer or agent"));
    }
    if !(1..=5).contains(&class) {
        no = no.missing("class", class, bi("1 至 5 类", "1 to 5"));
    }
    entered(no, code, &name)?;
    let id = tx.id::<OperatorId>();
    let now = tx.now();
    tx.exec(sql::OPERATOR_ADD, vals![id, code, kind, &name.zh, &name.en, class, now]).await?;
    find::put(tx, "operator", id.0, code, &name).await?;
    let fact = OperatorListed { operator: id, code: code.into(), kind: kind.into(), class };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(Operator { id, code: code.into(), kind: kind.into(), name, class })
}

/// Changes an operator's class, with its reason.
pub async fn set_class(tx: &mut Tx, by: &Actor, operator: &Operator, class: i64, reason: &str) -> Result<()> {
    over_bureau(by)?;
    let mut no = Refusal::new("registry.class", bi("类别调整须有依据", "a change of class needs its ground"));
    if !(1..=5).contains(&class) || class == operator.class {
        no = no.missing("class", class, bi("1 至 5 类，且不同于现类别", "1 to 5, and another than now"));
    }
    if reason.trim().is_empty() {
        no = no.missing("reason", reason, bi("写明依据", "name the ground"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
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
    over_branch(by, Some(branch))?;
    let no = Refusal::new("registry.plant", bi("备案资料不符合要求", "the filing is not acceptable"));
    entered(no, filing_no, &name)?;
    let id = tx.id::<PlantId>();
    let now = tx.now();
    tx.exec(sql::PLANT_ADD, vals![id, filing_no, operator, &name.zh, &name.en, branch, now]).await?;
    find::put(tx, "plant", id.0, filing_no, &name).await?;
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
    over_branch(by, Some(plant.branch))?;
    let mut no = Refusal::new("registry.farm", bi("备案资料不符合要求", "the filing is not acceptable"));
    for (field, value) in [("area_mu", area_mu), ("month_max_kg", month_max_kg)] {
        if value <= 0 {
            no = no.missing(field, value, bi("须大于零的整数", "a whole number above zero"));
        }
    }
    entered(no, filing_no, name)?;
    let id = tx.id::<FarmId>();
    let now = tx.now();
    let vals = vals![id, filing_no, plant.id, &name.zh, &name.en, area_mu, month_max_kg, now];
    tx.exec(sql::FARM_ADD, vals).await?;
    find::put(tx, "farm", id.0, filing_no, name).await?;
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
    over_bureau(by)?;
    let mut no =
        Refusal::new("registry.product", bi("产品资料不符合要求", "the product's entry is not acceptable"));
    if !RISKS.contains(&risk) {
        no = no.missing("risk", risk, bi("high、medium 或 low", "high, medium or low"));
    }
    if !digits {
        no = no.missing("hs", hs, bi("4 至 13 位数字", "4 to 13 digits"));
    }
    entered(no, hs, &name)?;
    let id = tx.id::<ProductId>();
    let now = tx.now();
    tx.exec(sql::PRODUCT_ADD, vals![id, hs, &name.zh, &name.en, risk, food, now]).await?;
    find::put(tx, "product", id.0, hs, &name).await?;
    tx.append(
        id.subject(),
        by.officer,
        None,
        ProductListed { product: id, hs: hs.into(), risk: risk.into() },
    );
    Ok(Product { id, hs: hs.into(), name, risk: risk.into(), food })
}

/// Changes a product's risk level, with its reason.
pub async fn set_risk(tx: &mut Tx, by: &Actor, product: &Product, risk: &str, reason: &str) -> Result<()> {
    over_bureau(by)?;
    let mut no =
        Refusal::new("registry.risk", bi("风险等级调整须有依据", "a change of risk level needs its ground"));
    if !RISKS.contains(&risk) || risk == product.risk {
        let needed = bi("high、medium 或 low，且不同于现等级", "high, medium or low, and another than now");
        no = no.missing("risk", risk, needed);
    }
    if reason.trim().is_empty() {
        no = no.missing("reason", reason, bi("写明依据", "name the ground"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    tx.exec(sql::PRODUCT_RISK, vals![product.id, risk]).await?;
    let (from, to, reason) = (product.risk.clone(), risk.to_owned(), reason.to_owned());
    tx.append(product.id.subject(), by.officer, None, RiskChanged { product: product.id, from, to, reason });
    Ok(())
}
