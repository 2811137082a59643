//! The files of the repository, as the walls read them, and the sentence with which a wall fails.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that we did not write.
const NOT_OURS: [&str; 6] = ["node_modules", "target", "corpus", "artifacts", "dist", ".git"];

/// Fails with the name of the wall, its reason and what was found, unless nothing was found.
#[track_caller]
pub(super) fn hold(wall: &str, why: &str, found: &[String]) {
    assert!(
        found.is_empty(),
        "\nThis wall does not hold: {wall}\nIt stands because {why}\n{} found:\n  {}",
        found.len(),
        found.join("\n  ")
    );
}

/// Path from the root, and text, of every file under `folder` with one of these endings, in alphabetical order.
pub(super) fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                if !is_not_ours(&path) {
                    folders.push(path);
                }
            } else if has_ending(&path, endings) {
                found.push((path_from_root(&path), fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

/// The text of one file; panics if it cannot be read.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// True if the file or folder exists.
pub(super) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// The root of the repository: cargo runs the tests of a package in that package's folder.
pub(super) fn root() -> PathBuf {
    std::env::current_dir().expect("there is a current folder")
}

fn is_not_ours(path: &Path) -> bool {
    NOT_OURS.iter().any(|name| path.ends_with(name))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one))
}

fn path_from_root(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}
