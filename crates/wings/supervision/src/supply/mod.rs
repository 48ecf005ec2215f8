//! The supply of export plants: spray records of fields, raw material with the proof of its registered farm, and
//! production lots built from it.
//!
//! Nothing here refuses goods at the plant's gate: what came, came, and is entered as it was. A production lot whose
//! raw material lacks its proof, or was harvested within a pre-harvest interval, is flawed from the moment it is
//! built; the consignment lots that bear its number are held, and a targeted check is ordered, whether they were
//! declared before or after. A farm that delivers more in a month than it is filed for opens an alert and no more.

mod act;
mod read;
mod rules;
mod sql;

pub use act::{build, hold_declared, hold_production, receive, record_spray};
pub use read::{alerts, flaws, inputs, production_by_no, raw_by_no, sprays};
pub use sql::STATEMENTS;

use kernel::{FarmId, PlantId, ProductionId, Quantity, RawLotId, Timestamp};

/// The room whose holds these are.
pub const ORIGIN: &str = "source";

/// A spraying of a field, as it is entered.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug, Default)]
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
}

/// A production lot, as it is entered.
#[derive(Clone, Debug, Default)]
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
