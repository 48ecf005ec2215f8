//! Operators with their class, plants, farms, and products with their risk level.
//!
//! Filing (备案) is not approval (注册登记): plants and farms are filed here, nothing is approved.

mod act;
mod read;
mod sql;

pub use act::{file_farm, file_plant, list_operator, list_product, set_class, set_risk};
pub use read::{
    farm, farms, farms_of, operator, operator_by_code, operators, plant, plant_by_no, plants, plants_of,
    plants_within, product, product_by_hs, products,
};
pub use sql::STATEMENTS;

use kernel::{Bilingual, FarmId, OperatorId, PlantId, ProductId, UnitId};

/// An exporter, importer or agent.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Operator {
    /// Its row.
    pub id: OperatorId,
    /// Its code.
    pub code: String,
    /// `exporter`, `importer` or `agent`.
    pub kind: String,
    /// Its name.
    pub name: Bilingual,
    /// Enterprise class, 1 best; the rule pack says how many there are.
    pub class: i64,
}

/// An export food establishment.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Plant {
    /// Its row.
    pub id: PlantId,
    /// Filing number.
    pub filing_no: String,
    /// Its operator.
    pub operator: OperatorId,
    /// Its name.
    pub name: Bilingual,
    /// The branch that supervises it.
    pub branch: UnitId,
}

/// A raw-material farm.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Farm {
    /// Its row.
    pub id: FarmId,
    /// Filing number.
    pub filing_no: String,
    /// The plant that it supplies.
    pub plant: PlantId,
    /// Its name.
    pub name: Bilingual,
    /// Its area in mu.
    pub area_mu: i64,
    /// The most that it can deliver a month, in kilograms.
    pub month_max_kg: i64,
}

/// A product by HS code.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Product {
    /// Its row.
    pub id: ProductId,
    /// HS code, 6 digits or more.
    pub hs: String,
    /// Its name.
    pub name: Bilingual,
    /// Risk level: `high`, `medium` or `low`.
    pub risk: String,
    /// Whether it is food.
    pub food: bool,
}
