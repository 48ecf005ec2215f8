//! Facts about who and what exists, and under which rules.

use crate::{
    Date, FarmId, OfficerId, OperatorId, PlantId, PostId, ProductId, RulePackId, UnitId, fact::facts,
};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen in the registry.
    Registry {
        UnitOpened => "registry.unit_opened",
        PostDefined => "registry.post_defined",
        OfficerPosted => "registry.officer_posted",
        InterestDeclared => "registry.interest_declared",
        OperatorListed => "registry.operator_listed",
        ClassChanged => "registry.class_changed",
        PlantFiled => "registry.plant_filed",
        FarmFiled => "registry.farm_filed",
        ProductListed => "registry.product_listed",
        RiskChanged => "registry.risk_changed",
        RulePackAdopted => "registry.rule_pack_adopted",
    }
}

/// A unit of the bureau was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitOpened {
    /// The unit.
    pub unit: UnitId,
    /// Its code.
    pub code: String,
    /// Bureau, branch or section.
    pub kind: String,
    /// The unit above it.
    pub parent: Option<UnitId>,
}

/// A post was defined with the tasks that it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostDefined {
    /// The post.
    pub post: PostId,
    /// Its code.
    pub code: String,
    /// The tasks that its holder must be authorised for.
    pub tasks: Vec<String>,
}

/// An officer took up a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfficerPosted {
    /// The officer.
    pub officer: OfficerId,
    /// Staff number.
    pub staff_no: String,
    /// The unit.
    pub unit: UnitId,
    /// The post.
    pub post: PostId,
}

/// An officer declared an interest; from then on the officer stands aside in that operator's matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterestDeclared {
    /// The officer.
    pub officer: OfficerId,
    /// The operator.
    pub operator: OperatorId,
}

/// An operator was listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatorListed {
    /// The operator.
    pub operator: OperatorId,
    /// Its code.
    pub code: String,
    /// Exporter, importer or agent.
    pub kind: String,
    /// Enterprise class at listing, 1 best.
    pub class: i64,
}

/// An operator's class changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassChanged {
    /// The operator.
    pub operator: OperatorId,
    /// The class before.
    pub from: i64,
    /// The class from now on.
    pub to: i64,
    /// Why.
    pub reason: String,
}

/// An export food establishment was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlantFiled {
    /// The plant.
    pub plant: PlantId,
    /// Filing number.
    pub filing_no: String,
    /// Its operator.
    pub operator: OperatorId,
}

/// A raw-material farm was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FarmFiled {
    /// The farm.
    pub farm: FarmId,
    /// Filing number.
    pub filing_no: String,
    /// The plant that it supplies.
    pub plant: PlantId,
}

/// A product was listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductListed {
    /// The product.
    pub product: ProductId,
    /// HS code.
    pub hs: String,
    /// Risk level: high, medium or low.
    pub risk: String,
}

/// A product's risk level changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskChanged {
    /// The product.
    pub product: ProductId,
    /// The level before: high, medium or low.
    pub from: String,
    /// The level from now on.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// A version of a rule pack was adopted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RulePackAdopted {
    /// The version's row.
    pub rule_pack: RulePackId,
    /// The pack's code, such as `CN-2026`.
    pub code: String,
    /// The version label.
    pub version: String,
    /// First day in force.
    pub effective_from: Date,
    /// SHA-256 of its text, hex.
    pub sha256: String,
}
