//! What the documents name exists: files and folders, types and functions, metrics.

use std::collections::BTreeSet;

use super::tree::{exists, files, hold};

/// Endings of file names that are taken for a path.
const ENDINGS: [&str; 14] =
    ["rs", "ts", "tsx", "js", "mjs", "py", "md", "toml", "json", "service", "css", "html", "sql", "yml"];

const WHY: &str = "a document that names what is no longer there sends its reader astray. Name it as it is now called, \
                   with its path from the root of the repository.";

#[test]
fn files_named_in_documents_exist() {
    let mut found = Vec::new();
    for (document, text) in documents() {
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        let missing =
            paths(&text).into_iter().filter(|path| !exists(path) && !exists(&format!("{folder}/{path}")));
        found.extend(missing.map(|path| format!("{document}: {path}")));
    }
    hold("every file and folder that a document names exists.", WHY, &found);
}

#[test]
fn types_and_functions_named_in_documents_exist() {
    let code = words(&["rs", "ts", "tsx", "mjs", "js"]);
    let mut found = Vec::new();
    for (document, text) in documents() {
        let names = quoted(&text).into_iter().filter(|one| is_name_in_code(one));
        let missing =
            names.filter(|name| name.split("::").any(|part| !code.contains(part.trim_end_matches("()"))));
        found.extend(missing.map(|name| format!("{document}: {name}")));
    }
    hold("every `Type::function` that a document names exists.", WHY, &found);
}

#[test]
fn metrics_named_in_documents_exist() {
    let code = words(&["rs"]);
    let mut found = Vec::new();
    for (document, text) in documents() {
        let metrics = quoted(&text).into_iter().filter_map(|one| one.split('{').next().map(str::to_owned));
        let missing =
            metrics.filter(|name| name.starts_with("teranga_") && is_word(name) && !code.contains(name));
        found.extend(missing.map(|name| format!("{document}: {name}")));
    }
    hold("every metric that a document names exists.", WHY, &found);
}

#[test]
fn a_path_is_told_from_other_words() {
    let text = "See `src/a.rs` and [b](adr/0001-b.md#c), `web/client/`, `a.rs`, not `x/y`, `https://h/a.md`, `*.rs` or `a b.rs`.";
    assert_eq!(paths(text), ["src/a.rs", "adr/0001-b.md", "web/client/", "a.rs"].map(str::to_owned).into());
}

/// The documents of the repository: name and text.
fn documents() -> Vec<(String, String)> {
    files("", &["md"])
}

/// What a document quotes or links to and looks like the path of a file, or of a folder when it ends with a slash.
fn paths(text: &str) -> BTreeSet<String> {
    let linked =
        text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()).map(str::to_owned);
    let all = quoted(text).into_iter().chain(linked);
    all.filter(|one| is_path(one)).collect()
}

fn is_path(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    let is_file = ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !text.starts_with('.');
    plain && (is_file || text.ends_with('/') && !text.starts_with('/'))
}

fn is_name_in_code(text: &str) -> bool {
    text.contains("::") && text.split("::").all(|part| is_word(part.trim_end_matches("()")))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What stands between single backticks.
fn quoted(text: &str) -> Vec<String> {
    let outside_blocks = text.split("```").step_by(2);
    let quoted = outside_blocks.flat_map(|part| part.split('`').skip(1).step_by(2));
    quoted.map(str::to_owned).collect()
}

/// Every word of the code, strings and comments included.
fn words(endings: &[&str]) -> BTreeSet<String> {
    let folders = ["src", "media", "signaling", "clinic", "exchange", "web", "tests", "benches", "fuzz"];
    let texts = folders.iter().flat_map(|folder| files(folder, endings)).map(|(_, text)| text);
    let split = |text: String| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map(str::to_owned).collect::<Vec<_>>()
    };
    texts.flat_map(split).collect()
}
