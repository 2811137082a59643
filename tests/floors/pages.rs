//! The pages name no host but the server that they came from. The walls between the pages' own folders and files, circles
//! included, stand in `web/test/imports.test.ts`, beside the code that they read.

use std::collections::BTreeSet;

use super::tree::{files, hold, read};

/// Addresses that name a thing and are never fetched.
const NAMES_NOT_PLACES: [&str; 1] = ["www.w3.org"];

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
