//! Who may import whom: between crates, and between the top-level modules of a crate.

use std::collections::BTreeSet;

use super::{
    circles::modules_that_import,
    crates::{self, import_name},
    tree::{exists, hold},
};

/// What each pure crate may import of ours.
const CRATES: [(&str, &[&str]); 4] =
    [("clinic", &[]), ("exchange", &["clinic"]), ("signaling", &["clinic"]), ("media", &[])];

/// The only folder that may import both machines, `signaling` and `media`.
const BRIDGE: &str = "src/bridge/";

/// The modules of a crate from the roof to the ground, a row a layer. A module imports only from rows below its own; whoever
/// stands in no row is the ground, which imports nothing from the rows.
struct Layers {
    folder: &'static str,
    rows: &'static [&'static [&'static str]],
}

const LAYERS: [Layers; 3] = [
    Layers {
        folder: "src",
        rows: &[
            &["cli"],
            &["app", "demo", "native"],
            &["http"],
            &["rota"],
            &["referrals"],
            &["health"],
            &["metrics"],
            &["bridge"],
            &["net"],
            &["journal", "audit_watch", "link_history", "declarations", "identity", "outbound", "signatures"],
            &["sockets", "dpp"],
            &["store"],
            &["config"],
        ],
    },
    Layers {
        folder: "signaling/src",
        rows: &[
            &["hub"],
            &["calls"],
            &["dispatch"],
            &["cases"],
            &["presence"],
            &["context"],
            &["config"],
            &["registry", "session"],
        ],
    },
    Layers {
        folder: "media/src",
        rows: &[
            &["sfu"],
            &["room"],
            &["peer", "mix", "plan"],
            &["track", "red_policy"],
            &["allocate"],
            &["link"],
            &["opus_file"],
            &["rtp"],
        ],
    },
];

#[test]
fn crates_import_only_downwards() {
    let mut found = Vec::new();
    for folder in crates::pure() {
        let allowed =
            CRATES.iter().find(|(name, _)| *name == folder).map_or(&[][..], |(_, allowed)| *allowed);
        let refused = crates::PURE
            .into_iter()
            .chain(["src"])
            .filter(|other| *other != folder && !allowed.contains(other));
        let refused: BTreeSet<_> = refused.map(import_name).collect();
        let listed =
            crates::dependencies(folder).into_iter().filter(|name| refused.contains(&name.replace('-', "_")));
        found.extend(listed.map(|name| format!("{folder}/Cargo.toml depends on {name}")));
        for (file, name) in ours_imported(&format!("{folder}/src")) {
            if refused.contains(&name) {
                found.push(format!("{file} imports {name}"));
            }
        }
    }
    hold(
        "`clinic` imports no crate of ours, `exchange` and `signaling` only `clinic`, `media` none, and none of them the server.",
        "`signaling` knows people and no packet, `media` knows packets and no person, and what a patient's record is depends on \
         neither. A type that two of them need belongs to `clinic`, or is translated in `src/bridge/`.",
        &found,
    );
}

#[test]
fn only_the_bridge_imports_both_machines() {
    let mut both = Vec::new();
    for module in crates::map_of("src").modules() {
        let names =
            |machine: &str| module.references.paths.iter().any(|path| path[0] == import_name(machine));
        if names("signaling") && names("media") && !module.file.starts_with(BRIDGE) {
            both.push(module.file.clone());
        }
    }
    hold(
        "only `src/bridge/` imports both machines.",
        "people and packets meet in one place, so that a name cannot find another way into the media path. Let the bridge \
         translate, and hand over its result.",
        &both,
    );
}

#[test]
fn modules_import_only_downwards() {
    let mut found = Vec::new();
    for layers in &LAYERS {
        for (from, targets) in modules_that_import(layers.folder) {
            for (to, names) in targets {
                if !layers.may_import(&from, &to) {
                    let names: Vec<_> = names.into_iter().collect();
                    found.push(format!("{from} imports {} from {to}", names.join(", ")));
                }
            }
        }
    }
    hold(
        "a module imports only what stands below it (the rows are in `tests/floors/layers.rs`, the reasons in `docs/ARCHITECTURE.md`).",
        "the order in which the code can be read, tested and replaced is the order of these rows. Move what both need further \
         down, or hand it in.",
        &found,
    );
}

#[test]
fn every_module_of_a_row_exists() {
    let mut found = Vec::new();
    for layers in &LAYERS {
        let missing = layers.rows.iter().copied().flatten().filter(|name| {
            let path = format!("{}/{name}", layers.folder);
            !exists(&format!("{path}.rs")) && !exists(&format!("{path}/mod.rs"))
        });
        found.extend(missing.map(|name| format!("{}/{name}", layers.folder)));
    }
    hold(
        "every module in the rows exists.",
        "a row that names nothing holds nothing. Take the name out.",
        &found,
    );
}

#[test]
fn a_row_is_above_the_next_and_the_ground_is_below_all() {
    let layers = Layers { folder: "a", rows: &[&["roof"], &["left", "right"]] };
    assert!(layers.may_import("a/roof", "a/left"));
    assert!(layers.may_import("a/left", "a/ground"));
    assert!(layers.may_import("a/ground", "a/soil"));
    assert!(!layers.may_import("a/left", "a/right"));
    assert!(!layers.may_import("a/left", "a/roof"));
    assert!(!layers.may_import("a/ground", "a/right"));
}

impl Layers {
    fn may_import(&self, from: &str, to: &str) -> bool {
        let row = |module: &str| {
            let name = module.rsplit('/').next().unwrap_or_default();
            self.rows.iter().position(|row| row.contains(&name)).unwrap_or(self.rows.len())
        };
        row(from) < row(to) || row(from) == self.rows.len() && row(to) == self.rows.len()
    }
}

/// Every file of a crate with each crate of ours that it imports.
fn ours_imported(folder: &str) -> BTreeSet<(String, String)> {
    let map = crates::map_of(folder);
    let pairs = map.modules().flat_map(|module| {
        let first_words = module.references.paths.iter().map(|path| path[0].clone());
        first_words.filter(|word| word.starts_with(crates::SERVER)).map(|word| (module.file.clone(), word))
    });
    pairs.collect()
}
