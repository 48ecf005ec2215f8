//! Facts of the supply of plants: spray records, raw material with its proofs, production lots.

use crate::{DeclarationId, FarmId, LotId, PlantId, ProductionId, RawLotId, SettlementId, SprayId};
use serde::{Deserialize, Serialize};

/// A spraying of a field was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SprayRecorded {
    /// The record.
    pub spray: SprayId,
    /// The farm.
    pub farm: FarmId,
    /// The field.
    pub field: String,
    /// What was sprayed.
    pub product: String,
    /// Pre-harvest interval of the product, in days.
    pub interval_days: i64,
    /// The day, ISO 8601.
    pub applied_on: String,
}

/// Raw material came to a plant, with or without a supply proof of a registered farm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawReceived {
    /// The raw lot.
    pub raw_lot: RawLotId,
    /// Its number.
    pub no: String,
    /// The plant.
    pub plant: PlantId,
    /// The registered farm that its supply proof names.
    pub farm: Option<FarmId>,
}

/// A farm delivered more in a month than it is filed for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyExceeded {
    /// The farm.
    pub farm: FarmId,
    /// The month, `2026-04`.
    pub month: String,
    /// Delivered so far, in thousandths of a kilogram.
    pub delivered: i64,
    /// The filed maximum, in kilograms.
    pub maximum_kg: i64,
}

/// A production lot was built from raw lots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotBuilt {
    /// The production lot.
    pub production: ProductionId,
    /// The plant.
    pub plant: PlantId,
    /// Its number.
    pub no: String,
    /// Raw lots that went in.
    pub inputs: u32,
    /// Codes of what is wrong with its raw material; it is held while there are any.
    pub flaws: Vec<String>,
    /// What a targeted test was ordered for.
    pub tests: Vec<String>,
}

/// What stood behind a lot of export food on the day it was released: its production lot, and the proofs of the raw
/// material in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceShown {
    /// The release.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// The production lot; none when the plant entered none of this number.
    pub production: Option<ProductionId>,
    /// Raw lots that went in.
    pub raw_lots: u32,
    /// Of these, the ones without a supply proof of a registered farm.
    pub unproven: u32,
    /// Of these, the ones drawn on beyond what came, or of a farm beyond what it is filed for in that month.
    pub over: u32,
    /// Whether every raw lot has its proof and no balance is negative.
    pub sound: bool,
}
