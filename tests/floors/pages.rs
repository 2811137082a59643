//! The pages: which folder of `web/` imports which, and that they name no host but the server they came from.
//! The wall against import circles in TypeScript stands in `web/test/`, beside the code that it reads.

use std::collections::BTreeSet;

use super::tree::{files, hold, read};

const APPS: [&str; 4] = ["home", "kiosk", "doctor", "ops"];
/// `protocol ← client ← ui ← apps`: a folder imports from those before it.
const ORDER: [&str; 3] = ["protocol", "client", "ui"];
/// Addresses that name a thing and are never fetched.
const NAMES_NOT_PLACES: [&str; 1] = ["www.w3.org"];

#[test]
fn pages_import_only_downwards() {
    let mut found = Vec::new();
    for (file, text) in files("web", &["ts", "tsx"]) {
        let Some(home) = file.split('/').nth(1) else { continue };
        for import in imports(&text) {
            let Some(folder) = folder_of(&file, &import) else { continue };
            if !may_import(home, &folder) {
                found.push(format!("{file} imports {import}"));
            }
        }
    }
    hold(
        "in `web/`, protocol ← client ← ui ← {kiosk, doctor, ops, home}, and these four never import each other.",
        "the client has no screen and the screens share nothing but `ui`, so that each page stays small and each part is tested alone.",
        &found,
    );
}

#[test]
fn the_pages_know_no_other_host() {
    let built = files("web/dist", &["html", "js", "css", "json", "svg", "webmanifest"]);
    assert!(!built.is_empty(), "web/dist is empty: run scripts/build first");
    let named = built.iter().flat_map(|(file, text)| hosts(text).into_iter().map(move |host| (file, host)));
    let elsewhere: BTreeSet<_> = named
        .filter(|(_, host)| !NAMES_NOT_PLACES.contains(&host.as_str()))
        .map(|(file, host)| format!("{file}: {host}"))
        .collect();
    hold(
        "the built pages name no other host.",
        "patient data stays in the country: nothing is loaded from or sent to anywhere but the server itself.",
        &elsewhere.into_iter().collect::<Vec<_>>(),
    );
}

#[test]
fn lock_files_name_no_host() {
    let locks = ["web/package-lock.json", "tests/package-lock.json"];
    let found = locks.into_iter().filter(|lock| read(lock).contains("\"resolved\": \"http"));
    hold(
        "no lock file of npm pins the address of a registry.",
        "everybody builds from the registry that their own machine is set to.",
        &found.map(str::to_owned).collect::<Vec<_>>(),
    );
}

/// What a TypeScript file imports, static or not.
fn imports(text: &str) -> Vec<String> {
    let marks = ["from \"", "from '", "import \"", "import '", "import(\"", "import('"];
    marks
        .iter()
        .flat_map(|mark| text.split(mark).skip(1))
        .filter_map(|rest| rest.split(['"', '\'']).next())
        .map(str::to_owned)
        .collect()
}

/// The folder of `web/` that a relative import of `file` leads to; none for packages.
fn folder_of(file: &str, import: &str) -> Option<String> {
    if !import.starts_with('.') {
        return None;
    }
    let mut path: Vec<_> = file.split('/').collect();
    path.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.get(1).map(|room| (*room).to_owned())
}

fn may_import(from: &str, to: &str) -> bool {
    let rank = |folder: &str| ORDER.iter().position(|one| *one == folder);
    let is_app = APPS.contains(&from);
    match (rank(from), rank(to)) {
        (Some(from), Some(to)) => to <= from,
        (Some(_), None) => !APPS.contains(&to),
        (None, None) if is_app => from == to || !APPS.contains(&to),
        _ => true,
    }
}

/// Every host that stands in an absolute address.
fn hosts(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    ["http://", "https://", "ws://", "wss://", "stun:", "turn:"]
        .iter()
        .flat_map(|scheme| text.split(scheme).skip(1))
        .map(|rest| rest.chars().take_while(|c| is_name(*c)).collect::<String>())
        .filter(|host| host.contains('.'))
        .collect()
}
