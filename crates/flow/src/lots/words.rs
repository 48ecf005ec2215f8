//! The words of a trace at the doors of programs: of JSON, of addresses and of the command line.

use trace::genealogy::{EdgeKind, Finding, NodeKind, Role};

/// What a node stands for.
#[must_use]
pub fn node_kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Lot => "lot",
        NodeKind::Process => "process",
        NodeKind::Place => "place",
        NodeKind::Origin => "origin",
        NodeKind::Document => "document",
        NodeKind::Text => "text",
    }
}

/// What joined the two ends of a link.
#[must_use]
pub fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Transformation => "transformation",
        EdgeKind::Aggregation => "packing",
        EdgeKind::Shipment => "shipment",
        EdgeKind::Receipt => "receipt",
        EdgeKind::Rework => "rework",
        EdgeKind::Unpacking => "unpacking",
        EdgeKind::Association => "association",
        EdgeKind::Transaction => "listing",
        EdgeKind::Delisting => "delisting",
        EdgeKind::Origin => "origin",
        EdgeKind::Observation => "observation",
        EdgeKind::Removal => "removal",
    }
}

/// What is missing at a break.
#[must_use]
pub fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::ProcessWithoutInputs => "process_without_inputs",
        Finding::LotWithoutInputs => "lot_without_inputs",
        Finding::LotWithoutOrigin => "lot_without_origin",
        Finding::WithinKnownGap => "within_known_gap",
    }
}

/// How a lot belongs to a gap.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Made => "made",
        Role::Available => "available",
        Role::Handled => "handled",
    }
}
