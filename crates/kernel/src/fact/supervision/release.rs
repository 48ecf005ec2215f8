//! Facts of release and of certificates.

use crate::{CertificateId, DeclarationId, LotId, SettlementId, Timestamp};
use serde::{Deserialize, Serialize};

/// A lot was released, held, treated, returned or destroyed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The settlement.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// `release`, `hold`, `treat`, `return` or `destroy`.
    pub outcome: String,
    /// Reason code.
    pub basis: String,
    /// Whether a rule did it, without an officer.
    pub by_rule: bool,
    /// Whether every lot of the declaration has its final outcome now.
    pub complete: bool,
    /// When the declaration was accepted.
    pub accepted_at: Option<Timestamp>,
    /// Rule version.
    pub rule_version: String,
}

/// A hold was lifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldLifted {
    /// The settlement that held the lot.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// Why.
    pub reason: String,
}

/// The treatment that was ordered for a lot was carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Treated {
    /// The settlement that ordered it.
    pub settlement: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// How, and under which paper.
    pub note: String,
}

/// A consignment was found in a container under a seal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stowed {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Container number.
    pub container: String,
    /// Seal number.
    pub seal: String,
}

/// A lot was taken out of its container under supervision, and the container sealed anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotRemoved {
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// Container number.
    pub container: String,
    /// The new seal.
    pub seal: String,
    /// Photographs that show it.
    pub photographs: u32,
}

/// A certificate was drafted from the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Kind of certificate.
    pub kind: String,
}

/// What the record lacks was filled in on a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateFilled {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Fields that changed.
    pub changed: Vec<String>,
}

/// A draft was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftDropped {
    /// The draft.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A certificate was signed and numbered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certified {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// SHA-256 of the canonical form that was signed, hex.
    pub sha256: String,
}

/// A certificate was withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateWithdrawn {
    /// The certificate.
    pub certificate: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A certificate was replaced by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateReplaced {
    /// The certificate that no longer holds.
    pub certificate: CertificateId,
    /// The one that took its place.
    pub by: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}
