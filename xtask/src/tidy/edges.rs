//! The direction of the house: which crate may lean on which, read from `cargo metadata`.

use super::Finding;
use serde_json::Value;
use std::path::Path;

/// The room of a crate, by its folder.
#[derive(Clone, Debug, PartialEq)]
enum Room {
    Kernel,
    Engine(String),
    Store,
    Registry,
    Wing(String),
    Excellence,
    Flow,
    Door,
    Guomen,
    Stories,
    Testkit,
    Xtask,
}

impl Room {
    /// The room of a folder such as `crates/wings/supervision`.
    fn of(folder: &str) -> Option<Room> {
        let parts: Vec<&str> = folder.split('/').collect();
        Some(match parts[..] {
            ["crates", "kernel"] => Room::Kernel,
            ["crates", "engines", name] => Room::Engine(name.to_owned()),
            ["crates", "store"] => Room::Store,
            ["crates", "registry"] => Room::Registry,
            ["crates", "wings", name] => Room::Wing(name.to_owned()),
            ["crates", "excellence"] => Room::Excellence,
            ["crates", "flow"] => Room::Flow,
            ["crates", "doors", _] => Room::Door,
            ["crates", "guomen"] => Room::Guomen,
            ["crates", "testkit"] => Room::Testkit,
            ["stories"] => Room::Stories,
            ["xtask"] => Room::Xtask,
            _ => return None,
        })
    }

    /// Whether a crate of this room may lean on one of `below`. Skipping downwards is fine, upwards never.
    fn may_use(&self, below: &Room) -> bool {
        use Room::{
            Door, Engine, Excellence, Flow, Guomen, Kernel, Registry, Store, Stories, Testkit, Wing, Xtask,
        };
        match (self, below) {
            (Stories, b) => !matches!(b, Stories | Xtask),
            (Kernel | Engine(_) | Xtask, _) | (_, Guomen | Stories | Xtask | Testkit) => false,
            (Guomen, _) => true,
            (Door, b) => !matches!(b, Door),
            // The desk reads documents of events batch by batch, on a thread of their own.
            (Flow, Engine(e)) => e == "trace",
            (Flow | Testkit, b) => matches!(b, Wing(_) | Excellence | Registry | Store | Kernel),
            (Excellence, b) => matches!(b, Registry | Store | Kernel),
            (Wing(w), Wing(b)) => w == "service" && b == "supervision",
            (Wing(w), Engine(e)) => match w.as_str() {
                "supervision" => ["sampling", "risk", "trace"].contains(&e.as_str()),
                "people" => e == "search",
                _ => false,
            },
            (Wing(_), b) => matches!(b, Registry | Store | Kernel),
            (Registry, b) => matches!(b, Store | Kernel),
            (Store, b) => matches!(b, Kernel),
        }
    }
}

/// Every edge between crates of the workspace that runs against the direction.
pub(super) fn check(metadata: &Value) -> Result<Vec<Finding>, String> {
    let root = metadata["workspace_root"].as_str().ok_or("no workspace_root")?;
    let members = metadata["workspace_members"].as_array().ok_or("no workspace_members")?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let folder = |manifest: &str| {
        let dir = Path::new(manifest).parent().unwrap_or(Path::new(""));
        dir.strip_prefix(root).ok().map(|d| d.to_string_lossy().replace('\\', "/"))
    };
    let mut findings = Vec::new();
    for p in packages.iter().filter(|p| members.contains(&p["id"])) {
        let name = p["name"].as_str().unwrap_or_default();
        let here = folder(p["manifest_path"].as_str().unwrap_or_default()).unwrap_or_default();
        let Some(room) = Room::of(&here) else {
            findings.push(Finding::new(&here, 0, format!("the crate {name} has no room in the house")));
            continue;
        };
        for d in p["dependencies"].as_array().into_iter().flatten() {
            let Some(path) = d["path"].as_str().and_then(|d| folder(&format!("{d}/Cargo.toml"))) else {
                continue;
            };
            let dev = d["kind"].as_str() == Some("dev");
            let fits = Room::of(&path).is_some_and(|below| {
                // The test kit serves every test, except those of the pure engines and of this tool.
                let kit = dev && below == Room::Testkit && !matches!(room, Room::Engine(_) | Room::Xtask);
                kit || room.may_use(&below)
            });
            if !fits {
                findings.push(Finding::new(
                    &here,
                    0,
                    format!("{name} may not lean on {path}: against the direction"),
                ));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn house(from: &str, to: &str, kind: Value) -> Vec<Finding> {
        let metadata = json!({
            "workspace_root": "/house", "workspace_members": ["a"],
            "packages": [{"id": "a", "name": "a", "manifest_path": format!("/house/{from}/Cargo.toml"),
                "dependencies": [{"name": "b", "path": format!("/house/{to}"), "kind": kind}, {"name": "serde"}]}],
        });
        check(&metadata).expect("metadata")
    }

    #[test]
    fn edges_down_the_house_are_fine() {
        for (from, to) in [
            ("crates/guomen", "crates/doors/web"),
            ("crates/doors/web", "crates/flow"),
            ("crates/doors/cli", "crates/engines/sampling"),
            ("crates/flow", "crates/wings/supervision"),
            ("crates/wings/service", "crates/wings/supervision"),
            ("crates/wings/supervision", "crates/engines/risk"),
            ("crates/registry", "crates/kernel"),
            ("crates/store", "crates/kernel"),
        ] {
            assert_eq!(house(from, to, Value::Null), [], "{from} -> {to}");
        }
        assert_eq!(house("crates/store", "crates/testkit", json!("dev")), []);
        assert_eq!(house("stories", "crates/testkit", Value::Null), []);
    }

    #[test]
    fn edges_up_or_across_are_caught() {
        for (from, to) in [
            ("crates/kernel", "crates/store"),
            ("crates/store", "crates/registry"),
            ("crates/engines/risk", "crates/kernel"),
            ("crates/engines/risk", "crates/engines/trace"),
            ("crates/wings/supervision", "crates/wings/service"),
            ("crates/wings/supervision", "crates/engines/forms"),
            ("crates/wings/supervision", "crates/flow"),
            ("crates/registry", "crates/engines/risk"),
            ("crates/flow", "crates/doors/web"),
            ("crates/doors/web", "crates/doors/api"),
            ("crates/excellence", "crates/wings/supervision"),
            ("crates/store", "crates/testkit"),
            ("crates/attic", "crates/kernel"),
        ] {
            assert_eq!(house(from, to, Value::Null).len(), 1, "{from} -> {to}");
        }
        assert_eq!(house("crates/engines/risk", "crates/testkit", json!("dev")).len(), 1);
    }
}
