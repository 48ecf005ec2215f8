//! Certificates (证书): an official paper drafted from the record, signed by an officer, checked by anyone.
//!
//! States: *draft* → *signed* (numbered without gaps by year and branch, with a code and an Ed25519 signature over
//! its canonical form) → *withdrawn*, or *replaced* by an amended copy at the moment that copy is signed. A draft may
//! be dropped. A signed body never changes: what ends a certificate stands beside it. Only what the record lacks is
//! filled in by hand. The signatory holds an authorisation to certify, did no station of another group on the
//! consignment, and, where the rules say so, released none of its lots.

mod act;
mod canon;
mod code;
mod compose;
mod country;
mod paper;
mod read;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{draft, drop_draft, fill, note_miss, replace, sign, withdraw};
pub use canon::canonical;
pub use code::plain_code;
pub use paper::{Check, Kind, Wrong, json_file, seal, verify};
pub use read::{by_code, list, of_declaration, one, throttled};
pub use sql::STATEMENTS;

use kernel::{
    AuthorisationId, Bilingual, CertificateId, DeclarationId, OfficerId, OperatorId, Timestamp, UnitId, bi,
};
use serde::{Deserialize, Serialize};

/// The form of a signed body; a later form gets another name.
pub const FORM: &str = "guomen-certificate/1";

/// A country or region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
}

/// One goods line: the released lots of one product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goods {
    /// HS code.
    pub hs: String,
    /// Name: as declared, and as the registry has it in English.
    pub name: Bilingual,
    /// Lot numbers.
    pub lots: Vec<String>,
    /// Decimal number.
    pub quantity: String,
    /// UN/ECE rec 20 code.
    pub unit: String,
}

/// The producing plant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Establishment {
    /// Filing number.
    pub number: String,
    /// Its name.
    pub name: Bilingual,
}

/// What the record says; nobody types it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Title of the certificate.
    pub title: Bilingual,
    /// Issuing bureau.
    pub bureau: Bilingual,
    /// Place of issue: the branch.
    pub place: Bilingual,
    /// Number of the declaration.
    pub declaration: String,
    /// Consignor: the operator that declared.
    pub consignor: Bilingual,
    /// Origin.
    pub origin: Place,
    /// Destination.
    pub destination: Place,
    /// Producing plant, for food.
    pub plant: Option<Establishment>,
    /// Goods.
    pub goods: Vec<Goods>,
    /// First and last day of inspection, when there was one.
    pub inspected: Option<(String, String)>,
    /// What is attested.
    pub statement: Bilingual,
    /// On which records it rests.
    pub basis: Bilingual,
    /// Rule version of the consignment.
    pub rule_version: String,
}

/// What the record lacks and an officer fills in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Filled {
    /// Consignee.
    pub consignee: String,
    /// Address of the consignee.
    pub consignee_address: String,
    /// Means of transport: `sea`, `air`, `rail`, `road`, or empty.
    pub transport: String,
    /// Vessel, flight, train or plate.
    pub conveyance: String,
    /// Container numbers.
    pub containers: String,
    /// Seal numbers.
    pub seals: String,
    /// Number and kind of packages.
    pub packages: String,
    /// Remarks.
    pub remarks: String,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// [`FORM`].
    pub form: String,
    /// Kind code.
    pub kind: String,
    /// Number.
    pub number: String,
    /// Code of the public check.
    pub code: String,
    /// From the record.
    pub record: Record,
    /// Filled in.
    pub filled: Filled,
    /// Number of the certificate that it replaces.
    pub replaces: Option<String>,
    /// Signatory's name.
    pub officer: Bilingual,
    /// Authorisation used, short.
    pub authority: String,
    /// When, RFC 3339.
    pub signed_at: String,
    /// The bureau's public key, hex.
    pub public_key: String,
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet signed.
    Draft,
    /// Signed and in force.
    Valid,
    /// Withdrawn.
    Withdrawn,
    /// Replaced by an amended copy.
    Replaced,
    /// A draft that was given up.
    Dropped,
}

impl Standing {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Draft => "draft",
            Standing::Valid => "valid",
            Standing::Withdrawn => "withdrawn",
            Standing::Replaced => "replaced",
            Standing::Dropped => "dropped",
        }
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            Standing::Draft => bi("草稿", "draft"),
            Standing::Valid => bi("有效", "valid"),
            Standing::Withdrawn => bi("已撤销", "withdrawn"),
            Standing::Replaced => bi("已被替换", "replaced"),
            Standing::Dropped => bi("已作废草稿", "dropped draft"),
        }
    }
}

/// The signature of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signed {
    /// Number.
    pub no: String,
    /// Code.
    pub code: String,
    /// The canonical form that was signed.
    pub body: String,
    /// Ed25519 public key.
    pub public_key: Vec<u8>,
    /// Ed25519 signature over the bytes of `body`.
    pub signature: Vec<u8>,
    /// Signatory.
    pub officer: OfficerId,
    /// Authorisation used.
    pub authorisation: AuthorisationId,
    /// When.
    pub at: Timestamp,
}

/// How a certificate ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<OfficerId>,
    /// Why.
    pub reason: String,
    /// The certificate in its place.
    pub replaced_by: Option<CertificateId>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Certificate {
    /// Its row.
    pub id: CertificateId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Branch.
    pub branch: UnitId,
    /// Operator.
    pub operator: OperatorId,
    /// Kind code.
    pub kind: String,
    /// From the record.
    pub record: Record,
    /// Filled in.
    pub filled: Filled,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// The certificate that it is to replace, and why.
    pub replaces: Option<(CertificateId, String)>,
    /// Its signature.
    pub signed: Option<Signed>,
    /// How it stands.
    pub standing: Standing,
    /// How it ended.
    pub ended: Option<End>,
}

impl Certificate {
    /// What was signed, as values.
    pub fn body(&self) -> kernel::Result<Option<Body>> {
        self.signed.as_ref().map(|s| Ok(serde_json::from_str(&s.body)?)).transpose()
    }
}
