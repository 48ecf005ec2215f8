//! The supply of export plants: spray records of fields, raw material with the proof of its registered farm, and
//! production lots built from it.
//!
//! Nothing here keeps goods from being recorded: what came, came. Raw material that was harvested within a pre-harvest
//! interval is refused at first, because it can still go back or its day be mistaken; entered knowingly, it is entered
//! as it was. A production lot whose raw material lacks its proof, or was harvested within a pre-harvest interval, is flawed from the moment it is
//! built; the consignment lots that bear its number are held, and a targeted check is ordered, whether they were
//! declared before or after. A farm that delivers more in a month than it is filed for opens an alert and no more.

mod act;
mod read;
mod rules;
mod source;
mod sql;

pub use act::{build, hold_declared, hold_production, receive, record_spray};
pub use read::{
    Before, alerts, farm_by_no, flaws, inputs, newest_productions, newest_raw, production_by_no,
    productions_of, raw_by_no, raw_from, raw_of, sprays, sprays_of,
};
pub use rules::earliest;
pub use source::show_source;
pub use sql::STATEMENTS;

use kernel::{FarmId, PlantId, ProductionId, Quantity, RawLotId, Timestamp};

/// The room whose holds these are.
pub const ORIGIN: &str = "source";

/// A spraying of a field, as it is entered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SprayEntry {
    /// Filing number of the farm.
    pub farm: String,
    /// The field.
    pub field: String,
    /// What was sprayed.
    pub product: String,
    /// Pre-harvest interval of the product, in days.
    pub interval_days: i64,
    /// The day, ISO 8601.
    pub applied_on: String,
}

/// Raw material that came to a plant, as it is entered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawEntry {
    /// Filing number of the plant.
    pub plant: String,
    /// Number of the raw lot.
    pub no: String,
    /// Filing number of the farm that the proof names; empty without a proof.
    pub farm: String,
    /// Number of the supply proof; empty without one.
    pub proof_no: String,
    /// The field.
    pub field: String,
    /// HS code.
    pub hs: String,
    /// Kilograms, at most three decimal places.
    pub kilograms: String,
    /// The day of harvest, ISO 8601.
    pub harvested_on: String,
    /// The day it came, ISO 8601.
    pub received_on: String,
    /// It is entered although it was harvested within a pre-harvest interval: what is built from it is held.
    pub known_early: bool,
}

/// A production lot, as it is entered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionEntry {
    /// Filing number of the plant.
    pub plant: String,
    /// Number of the lot, as the plant prints it and as it will be declared.
    pub no: String,
    /// HS code.
    pub hs: String,
    /// Kilograms made, at most three decimal places.
    pub kilograms: String,
    /// The day of making, ISO 8601.
    pub made_on: String,
    /// Numbers of the raw lots that went in, with kilograms.
    pub inputs: Vec<(String, String)>,
}

/// A raw lot.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RawLot {
    /// Its row.
    pub id: RawLotId,
    /// The plant.
    pub plant: PlantId,
    /// Its number.
    pub no: String,
    /// The registered farm of its proof.
    pub farm: Option<FarmId>,
    /// Number of the proof.
    pub proof_no: String,
    /// The field.
    pub field: String,
    /// HS code.
    pub hs: String,
    /// How much came.
    pub quantity: Quantity,
    /// The day of harvest.
    pub harvested_on: String,
    /// The day it came.
    pub received_on: String,
}

/// A production lot.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Production {
    /// Its row.
    pub id: ProductionId,
    /// The plant.
    pub plant: PlantId,
    /// Its number.
    pub no: String,
    /// HS code.
    pub hs: String,
    /// How much was made.
    pub quantity: Quantity,
    /// The day of making.
    pub made_on: String,
    /// What targeted tests were ordered for.
    pub tests: Vec<String>,
}

/// A spraying of a field.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spray {
    /// What was sprayed.
    pub product: String,
    /// Pre-harvest interval in days.
    pub interval_days: i64,
    /// The day.
    pub applied_on: String,
}

/// A spraying with the field it was on.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldSpray {
    /// The field.
    pub field: String,
    /// The spraying.
    pub spray: Spray,
}

/// What is wrong with the raw material of a production lot.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub enum Flaw {
    /// A raw lot has no supply proof of a registered farm.
    Unproven {
        /// Its number.
        raw: String,
    },
    /// A raw lot was harvested within the pre-harvest interval of what its field was sprayed with.
    Interval {
        /// Its number.
        raw: String,
        /// What was sprayed.
        product: String,
        /// The interval in days.
        interval_days: i64,
        /// Days from spraying to harvest.
        waited_days: i64,
    },
}

/// A farm that delivered more in a month than it is filed for.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SupplyAlert {
    /// The farm.
    pub farm: FarmId,
    /// The month, `2026-04`.
    pub month: String,
    /// Delivered when the alert was last raised, in thousandths of a kilogram.
    pub delivered: i64,
    /// The filed maximum in kilograms.
    pub maximum_kg: i64,
    /// When it opened.
    pub at: Timestamp,
}
