//! What pages, API and wings read of operators, plants and products.

use super::{Farm, Operator, Plant, Product, sql};
use kernel::{Actor, FarmId, OperatorId, PlantId, ProductId, Result, Scope, bi};
use store::{Row, Tx, vals};

fn operator_row(r: &Row) -> Result<Operator> {
    let name = bi(r.get::<String>(3)?, r.get::<String>(4)?);
    Ok(Operator { id: r.get(0)?, code: r.get(1)?, kind: r.get(2)?, name, class: r.get(5)? })
}

fn plant_row(r: &Row) -> Result<Plant> {
    let name = bi(r.get::<String>(3)?, r.get::<String>(4)?);
    Ok(Plant { id: r.get(0)?, filing_no: r.get(1)?, operator: r.get(2)?, name, branch: r.get(5)? })
}

fn farm_row(r: &Row) -> Result<Farm> {
    let name = bi(r.get::<String>(3)?, r.get::<String>(4)?);
    let (area_mu, month_max_kg) = (r.get(5)?, r.get(6)?);
    Ok(Farm { id: r.get(0)?, filing_no: r.get(1)?, plant: r.get(2)?, name, area_mu, month_max_kg })
}

fn product_row(r: &Row) -> Result<Product> {
    let name = bi(r.get::<String>(2)?, r.get::<String>(3)?);
    Ok(Product { id: r.get(0)?, hs: r.get(1)?, name, risk: r.get(4)?, food: r.get(5)? })
}

/// One operator.
pub async fn operator(tx: &mut Tx, id: OperatorId) -> Result<Option<Operator>> {
    tx.opt(sql::OPERATOR, vals![id]).await?.map(|r| operator_row(&r)).transpose()
}

/// One operator by its code.
pub async fn operator_by_code(tx: &mut Tx, code: &str) -> Result<Option<Operator>> {
    tx.opt(sql::OPERATOR_BY_CODE, vals![code]).await?.map(|r| operator_row(&r)).transpose()
}

/// Operators after a code, in its order.
pub async fn operators(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Operator>> {
    tx.all(sql::OPERATORS, vals![after, limit]).await?.iter().map(operator_row).collect()
}

/// One plant.
pub async fn plant(tx: &mut Tx, id: PlantId) -> Result<Option<Plant>> {
    tx.opt(sql::PLANT, vals![id]).await?.map(|r| plant_row(&r)).transpose()
}

/// One plant by its filing number.
pub async fn plant_by_no(tx: &mut Tx, filing_no: &str) -> Result<Option<Plant>> {
    tx.opt(sql::PLANT_BY_NO, vals![filing_no]).await?.map(|r| plant_row(&r)).transpose()
}

/// Plants after a filing number, in its order.
pub async fn plants(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Plant>> {
    tx.all(sql::PLANTS, vals![after, limit]).await?.iter().map(plant_row).collect()
}

/// Plants within an actor's reach after a filing number, in its order.
pub async fn plants_within(tx: &mut Tx, by: &Actor, after: &str, limit: i64) -> Result<Vec<Plant>> {
    let rows = match by.scope {
        Scope::Bureau => tx.all(sql::PLANTS, vals![after, limit]).await?,
        Scope::Branch(own) => tx.all(sql::PLANTS_IN, vals![after, limit, own]).await?,
        Scope::Operator(own) => tx.all(sql::PLANTS_OWN, vals![after, limit, own]).await?,
    };
    rows.iter().map(plant_row).collect()
}

/// The plants of an operator.
pub async fn plants_of(tx: &mut Tx, operator: OperatorId) -> Result<Vec<Plant>> {
    tx.all(sql::PLANTS_OF, vals![operator]).await?.iter().map(plant_row).collect()
}

/// One product by its HS code.
pub async fn product_by_hs(tx: &mut Tx, hs: &str) -> Result<Option<Product>> {
    tx.opt(sql::PRODUCT_BY_HS, vals![hs]).await?.map(|r| product_row(&r)).transpose()
}

/// Products after an HS code, in its order.
pub async fn products(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Product>> {
    tx.all(sql::PRODUCTS, vals![after, limit]).await?.iter().map(product_row).collect()
}

/// One product.
pub async fn product(tx: &mut Tx, id: ProductId) -> Result<Option<Product>> {
    tx.opt(sql::PRODUCT, vals![id]).await?.map(|r| product_row(&r)).transpose()
}

/// One farm.
pub async fn farm(tx: &mut Tx, id: FarmId) -> Result<Option<Farm>> {
    tx.opt(sql::FARM, vals![id]).await?.map(|r| farm_row(&r)).transpose()
}

/// Farms after a filing number, in its order.
pub async fn farms(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Farm>> {
    tx.all(sql::FARMS, vals![after, limit]).await?.iter().map(farm_row).collect()
}

/// The farms that supply a plant.
pub async fn farms_of(tx: &mut Tx, plant: PlantId) -> Result<Vec<Farm>> {
    tx.all(sql::FARMS_OF, vals![plant]).await?.iter().map(farm_row).collect()
}
