//! The crates of the workspace, as the walls know them.

use super::{
    code,
    code::Source,
    resolve::CrateMap,
    tree::{exists, read},
};

/// The crates that do no input or output, from the ground up. A machine is handed the time and gives its effects back.
pub(super) const PURE: [&str; 4] = ["clinic", "exchange", "signaling", "media"];
/// The crate of the server: sockets, threads, tasks, disk.
pub(super) const SERVER: &str = "teranga";

/// The pure crates that exist.
pub(super) fn pure() -> Vec<&'static str> {
    PURE.into_iter().filter(|folder| exists(&format!("{folder}/src/lib.rs"))).collect()
}

/// The folder of the sources of every crate of the product.
pub(super) fn folders() -> Vec<String> {
    let mut folders = vec!["src".to_owned()];
    folders.extend(pure().iter().map(|folder| format!("{folder}/src")));
    folders
}

/// The sources of a crate by the folder that they stand in.
pub(super) fn sources_of(folder: &str) -> Vec<Source> {
    code::sources(&format!("{folder}/lib.rs"))
}

/// The modules of a crate by the folder of its sources, with what each names.
pub(super) fn map_of(folder: &str) -> CrateMap {
    CrateMap::new(&sources_of(folder))
}

/// The module directly under the root of the crate in `folder` that `file` belongs to; none for the root itself.
pub(super) fn top_module(folder: &str, file: &str) -> Option<String> {
    let below = file.strip_prefix(folder)?.trim_start_matches('/');
    let name = below.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&name)).then(|| format!("{folder}/{name}"))
}

/// The names of the crates that the manifest in `folder` lists as `[dependencies]`.
pub(super) fn dependencies(folder: &str) -> Vec<String> {
    let manifest = read(&format!("{folder}/Cargo.toml"));
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let table = lines.take_while(|line| !line.starts_with('['));
    let names =
        table.filter_map(|line| line.split(['.', '=', ' ']).next()).map(|name| name.trim_matches('"'));
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(str::to_owned).collect()
}

/// The name by which other crates import the crate in `folder`, as in `teranga_media`.
pub(super) fn import_name(folder: &str) -> String {
    match folder.strip_suffix("/src").unwrap_or(folder) {
        "src" => SERVER.to_owned(),
        pure => format!("{SERVER}_{pure}"),
    }
}
