//! The Core Business Vocabulary 2.0: standard terms and their three notations (bare word, URN,
//! GS1 Web URI).

use super::scope::Scope;
use std::borrow::Cow;

/// A list of standard terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vocabulary {
    /// Prefix of the URN notation.
    pub urn: &'static str,
    /// Prefix of the Web URI notation.
    pub web: &'static str,
    /// The bare words.
    pub terms: &'static [&'static str],
}

/// Business steps (CBV 2.0, 7.1).
pub const BIZ_STEP: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:bizstep:",
    web: "https://ref.gs1.org/cbv/BizStep-",
    terms: &[
        "accepting",
        "arriving",
        "assembling",
        "collecting",
        "commissioning",
        "consigning",
        "creating_class_instance",
        "cycle_counting",
        "decommissioning",
        "departing",
        "destroying",
        "disassembling",
        "dispensing",
        "encoding",
        "entering_exiting",
        "holding",
        "inspecting",
        "installing",
        "killing",
        "loading",
        "other",
        "packing",
        "picking",
        "receiving",
        "removing",
        "repackaging",
        "repairing",
        "replacing",
        "reserving",
        "retail_selling",
        "sampling",
        "sensor_reporting",
        "shipping",
        "staging_outbound",
        "stock_taking",
        "stocking",
        "storing",
        "transporting",
        "unloading",
        "unpacking",
        "void_shipping",
    ],
};

/// Dispositions (CBV 2.0, 7.2).
pub const DISPOSITION: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:disp:",
    web: "https://ref.gs1.org/cbv/Disp-",
    terms: &[
        "active",
        "available",
        "completeness_inferred",
        "completeness_verified",
        "conformant",
        "container_closed",
        "container_open",
        "damaged",
        "destroyed",
        "dispensed",
        "disposed",
        "encoded",
        "expired",
        "in_progress",
        "in_transit",
        "inactive",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "needs_replacement",
        "no_pedigree_match",
        "non_conformant",
        "non_sellable_other",
        "partially_dispensed",
        "recalled",
        "reserved",
        "retail_sold",
        "returned",
        "sellable_accessible",
        "sellable_not_accessible",
        "stolen",
        "unavailable",
        "unknown",
    ],
};

/// Business transaction types (CBV 2.0, 7.3).
pub const BTT: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:btt:",
    web: "https://ref.gs1.org/cbv/BTT-",
    terms: &[
        "bol",
        "cert",
        "desadv",
        "inv",
        "pedigree",
        "po",
        "poc",
        "prodorder",
        "recadv",
        "rma",
        "testprd",
        "testres",
        "upevt",
    ],
};

/// Source and destination types (CBV 2.0, 7.4).
pub const SDT: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:sdt:",
    web: "https://ref.gs1.org/cbv/SDT-",
    terms: &["location", "owning_party", "possessing_party"],
};

/// Error reasons (CBV 2.0, 7.5).
pub const ERROR_REASON: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:er:",
    web: "https://ref.gs1.org/cbv/ER-",
    terms: &["did_not_occur", "incorrect_data"],
};

/// Components of a vector measured (CBV 2.0, 7.8).
pub const COMPONENT: Vocabulary = Vocabulary {
    urn: "urn:epcglobal:cbv:comp:",
    web: "https://ref.gs1.org/cbv/Comp-",
    terms: &[
        "altitude",
        "axial_distance",
        "azimuth",
        "easting",
        "elevation_angle",
        "height",
        "latitude",
        "longitude",
        "northing",
        "polar_angle",
        "spherical_radius",
        "x",
        "y",
        "z",
    ],
};

/// Sensor alert types (GS1 Web Vocabulary).
pub const ALERT: Vocabulary =
    Vocabulary { urn: "gs1:", web: "https://gs1.org/voc/", terms: &["ALARM_CONDITION", "ERROR_CONDITION"] };

/// Measurement types (GS1 Web Vocabulary).
pub const MEASUREMENT: Vocabulary = Vocabulary {
    urn: "gs1:",
    web: "https://gs1.org/voc/",
    terms: &[
        "AbsoluteHumidity",
        "AbsorbedDose",
        "AbsorbedDoseRate",
        "Acceleration",
        "Altitude",
        "AmountOfSubstance",
        "AmountOfSubstancePerUnitVolume",
        "Angle",
        "AngularAcceleration",
        "AngularMomentum",
        "AngularVelocity",
        "Area",
        "Capacitance",
        "Conductance",
        "Conductivity",
        "Count",
        "Density",
        "Dimensionless",
        "DoseEquivalent",
        "DoseEquivalentRate",
        "DynamicViscosity",
        "ElectricCharge",
        "ElectricCurrent",
        "ElectricCurrentDensity",
        "ElectricFieldStrength",
        "Energy",
        "Exposure",
        "Force",
        "Frequency",
        "Illuminance",
        "Inductance",
        "Irradiance",
        "KinematicViscosity",
        "Length",
        "LinearMomentum",
        "Luminance",
        "LuminousFlux",
        "LuminousIntensity",
        "MagneticFlux",
        "MagneticFluxDensity",
        "MagneticVectorPotential",
        "Mass",
        "MassConcentration",
        "MassFlowRate",
        "MassPerAreaTime",
        "MemoryCapacity",
        "MolalityOfSolute",
        "MolarEnergy",
        "MolarMass",
        "MolarVolume",
        "Power",
        "Pressure",
        "RadiantFlux",
        "RadiantIntensity",
        "Radioactivity",
        "RelativeHumidity",
        "Resistance",
        "Resistivity",
        "SolidAngle",
        "SpecificVolume",
        "Speed",
        "SurfaceDensity",
        "SurfaceTension",
        "Temperature",
        "Time",
        "Torque",
        "Voltage",
        "Volume",
        "VolumeFlowRate",
        "VolumeFraction",
        "VolumetricFlux",
        "Wavenumber",
    ],
};

/// What a value of a vocabulary field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term<'a> {
    /// A standard term, by its bare word.
    Standard(&'static str),
    /// A word or URI in the standard's own space that the standard does not define.
    Unknown,
    /// A URI of the user's own.
    Own(&'a str),
}

/// Notations of the older CBV and of the ratified ontology that mean a standard vocabulary's space.
const HOSTS: &[(&str, &str)] = &[
    ("http://ref.gs1.org/cbv/", "https://ref.gs1.org/cbv/"),
    ("https://ns.gs1.org/cbv/", "https://ref.gs1.org/cbv/"),
    ("http://ns.gs1.org/cbv/", "https://ref.gs1.org/cbv/"),
    ("cbv:", "https://ref.gs1.org/cbv/"),
    ("http://gs1.org/voc/", "https://gs1.org/voc/"),
    ("https://www.gs1.org/voc/", "https://gs1.org/voc/"),
    ("http://www.gs1.org/voc/", "https://gs1.org/voc/"),
];

/// The space of the CBV's Web URIs, and its closed lists.
const CBV: &str = "https://ref.gs1.org/cbv/";
const LISTS: &[&str] = &["BizStep-", "Disp-", "BTT-", "SDT-", "ER-", "Comp-"];

impl Vocabulary {
    fn find(&self, word: &str) -> Option<&'static str> {
        self.terms.iter().find(|t| **t == word).copied()
    }

    /// The Web URI of a bare word, if the word is of this vocabulary.
    #[must_use]
    pub fn expand_word(&self, word: &str) -> Option<String> {
        self.find(word).map(|term| format!("{}{term}", self.web))
    }

    /// Classifies a value in any notation; in XML a bare word is no notation.
    #[must_use]
    pub fn classify<'a>(&self, value: &'a str, bare_allowed: bool) -> Term<'a> {
        if !value.contains(':') {
            return match self.find(value) {
                Some(term) if bare_allowed => Term::Standard(term),
                _ => Term::Unknown,
            };
        }
        if let Some(word) = value.strip_prefix(self.urn) {
            return self.find(word).map_or(Term::Unknown, Term::Standard);
        }
        let host = HOSTS.iter().find_map(|(from, to)| value.strip_prefix(from).map(|rest| (*to, rest)));
        let web: Cow<'_, str> =
            host.map_or(Cow::Borrowed(value), |(to, rest)| Cow::Owned(format!("{to}{rest}")));
        match web.strip_prefix(self.web) {
            // The Web Vocabulary has terms for more than sensors: an unlisted one is its affair,
            // except where the value claims the space of a closed CBV list.
            Some(word) => self.find(word).map_or(Term::Unknown, Term::Standard),
            // A CURIE of the prefix cbv that names none of the lists is taken as the user's own.
            None if value.starts_with("cbv:")
                && !LISTS.iter().any(|l| web.strip_prefix(CBV).is_some_and(|w| w.starts_with(l))) =>
            {
                Term::Own(value)
            }
            None if value.starts_with("urn:epcglobal:cbv:") || web.starts_with(CBV) => Term::Unknown,
            None => Term::Own(value),
        }
    }

    /// The value as JSON writes it: a standard term as its bare word, all else unchanged.
    #[must_use]
    pub fn to_json<'a>(&self, value: &'a str) -> &'a str {
        match self.classify(value, true) {
            Term::Standard(term) => term,
            _ => value,
        }
    }

    /// The value as XML writes it: a standard term as its URN (GS1 Web Vocabulary: CURIE).
    #[must_use]
    pub fn to_xml<'a>(&self, value: &'a str) -> Cow<'a, str> {
        match self.classify(value, true) {
            Term::Standard(term) => Cow::Owned(format!("{}{term}", self.urn)),
            _ => Cow::Borrowed(value),
        }
    }
}

/// The Web URI of a CBV URN such as `urn:epcglobal:cbv:bizstep:receiving`; `None` if it is none of
/// the closed lists (a business transaction identifier, `…:bt:…`, stays as it is).
#[must_use]
pub fn urn_to_web(urn: &str) -> Option<String> {
    [BIZ_STEP, DISPOSITION, BTT, SDT, ERROR_REASON, COMPONENT]
        .iter()
        .find_map(|v| urn.strip_prefix(v.urn).map(|word| format!("{}{word}", v.web)))
}

/// Expands a CURIE of the standard's own prefixes. `gs1:` counts only where the document declares
/// it, as the published hash vectors have it; `cbv:` and `epcis:` always stand for the standard's.
#[must_use]
pub fn expand_standard_curie(value: &str, scope: &Scope) -> Option<String> {
    if let Some(rest) = value.strip_prefix("cbv:") {
        return Some(format!("https://ref.gs1.org/cbv/{rest}"));
    }
    if let Some(rest) = value.strip_prefix("epcis:") {
        return Some(format!("https://ref.gs1.org/epcis/{rest}"));
    }
    let rest = value.strip_prefix("gs1:")?;
    scope.declared("gs1").map(|namespace| format!("{namespace}{rest}"))
}
