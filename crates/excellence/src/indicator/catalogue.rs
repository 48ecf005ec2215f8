//! The catalogue: every definition that the bureau keeps, checked together and made ready for the fold.

use super::definition::{self, Definition};
use super::plan::Plan;
use kernel::{Date, No, Refusal, Result, bi};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Files that the product ships, one a group.
const SHIPPED: [(&str, &str); 5] = [
    ("regulatory.toml", include_str!("../../../../indicators/regulatory.toml")),
    ("service.toml", include_str!("../../../../indicators/service.toml")),
    ("people.toml", include_str!("../../../../indicators/people.toml")),
    ("lifecycle.toml", include_str!("../../../../indicators/lifecycle.toml")),
    ("side.toml", include_str!("../../../../indicators/side.toml")),
];
const POLICY: &str = include_str!("../../../../indicators/policy.toml");
/// The form of what a fold stores of cases and authorisations; another form is folded anew.
const STATE_FORM: u32 = 2;
const POLICY_FILE: &str = "policy.toml";

/// What holds for all figures alike.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Days after the end of a month until its figures are frozen.
    pub close_after_days: i64,
    /// Cases under which no rate is given.
    pub least_for_rate: i64,
    /// Cases under which nothing is given for a group.
    pub least_for_group: i64,
    /// Where these numbers are written.
    pub citation: String,
    /// Whether they were read there.
    pub status: String,
}

/// The catalogue.
#[derive(Debug)]
pub struct Catalogue {
    /// Definitions by id, then version.
    pub definitions: Vec<Definition>,
    /// What holds for all.
    pub policy: Policy,
    /// What the fold needs.
    pub plan: Plan,
    /// SHA-256 over everything that changes figures, hex: another catalogue folds anew.
    pub fingerprint: String,
}

impl Catalogue {
    /// The catalogue that ships with the product.
    pub fn shipped() -> Result<Arc<Catalogue>> {
        static KEPT: OnceLock<Arc<Catalogue>> = OnceLock::new();
        if let Some(kept) = KEPT.get() {
            return Ok(kept.clone());
        }
        let read = Arc::new(Catalogue::of(&SHIPPED, POLICY)?);
        Ok(KEPT.get_or_init(|| read).clone())
    }

    /// The catalogue of a folder of TOML files, one of them `policy.toml`.
    pub fn folder(path: &Path) -> Result<Catalogue> {
        let cannot = |e: std::io::Error| {
            let what = bi("指标目录无法读取", "the folder of indicators cannot be read");
            No::from(Refusal::new("indicator.folder", what).missing(
                "catalogue",
                path.display(),
                bi(e.to_string(), e.to_string()),
            ))
        };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            if file.extension().is_some_and(|e| e == "toml") {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&file).map_err(cannot)?));
            }
        }
        files.sort();
        let policy = files.iter().find(|f| f.0 == POLICY_FILE).map_or(POLICY, |f| f.1.as_str());
        let rest: Vec<(&str, &str)> =
            files.iter().filter(|f| f.0 != POLICY_FILE).map(|(n, t)| (n.as_str(), t.as_str())).collect();
        Catalogue::of(&rest, policy)
    }

    /// The catalogue of these files.
    pub fn of(files: &[(&str, &str)], policy: &str) -> Result<Catalogue> {
        let refuse = |field: &str, e: String| {
            let what = bi("指标目录有误", "the catalogue of indicators is wrong");
            No::from(Refusal::new("indicator.catalogue", what).missing(field, "", bi(e.clone(), e)))
        };
        let policy: Policy = toml::from_str(policy).map_err(|e| refuse(POLICY_FILE, e.to_string()))?;
        let mut definitions = Vec::new();
        for (file, text) in files {
            definitions.extend(definition::parse(file, text)?);
        }
        definitions.sort_by(|a, b| a.id.cmp(&b.id).then(a.version.cmp(&b.version)));
        for pair in definitions.windows(2) {
            if pair[0].id == pair[1].id && !follows(&pair[0], &pair[1]) {
                let e = "two versions must follow each other: another version, to = the next one's from";
                return Err(refuse(&pair[1].id, e.into()));
            }
        }
        let known = |id: &String| definitions.iter().any(|d| d.id == *id);
        if let Some(unknown) = definitions.iter().flat_map(|d| &d.guards).find(|g| !known(g)) {
            return Err(refuse(unknown, "a guard that no definition has".into()));
        }
        let plan = Plan::of(&definitions).map_err(|e| refuse("plan", e.0))?;
        let mut hash = Sha256::new();
        hash.update(STATE_FORM.to_be_bytes());
        hash.update(policy.close_after_days.to_be_bytes());
        for d in definitions.iter().filter(|d| d.works()) {
            hash.update(serde_json::to_vec(d)?);
        }
        Ok(Catalogue { definitions, policy, plan, fingerprint: hex::encode(hash.finalize()) })
    }

    /// The version of a definition in force on a day; the newest when none was in force then.
    pub fn on(&self, id: &str, day: Date) -> Result<&Definition> {
        let of = || self.definitions.iter().rev().filter(|d| d.id == id);
        of().find(|d| d.in_force(day)).or_else(|| of().next()).ok_or_else(|| {
            let what = bi("没有这个指标", "there is no such indicator");
            let needed = bi("见 guomen indicator list", "see guomen indicator list");
            Refusal::new("indicator.none", what).missing("indicator", id, needed).into()
        })
    }

    /// The newest version of a definition.
    pub fn newest(&self, id: &str) -> Result<&Definition> {
        self.on(id, Date::MAX)
    }
}

fn follows(a: &Definition, b: &Definition) -> bool {
    a.version < b.version && a.to.is_some() && a.to == b.from
}
