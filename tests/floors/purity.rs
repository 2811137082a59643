//! The pure crates do no input or output, time is read in one file, and the WebRTC engine is named in one folder.

use super::{crates, tree::hold};

/// Crates that read a clock, open a socket, spawn a task or touch a disk.
const IO_CRATES: [&str; 20] = [
    "async-nats",
    "async-std",
    "axum",
    "hyper",
    "hyper-util",
    "mio",
    "nix",
    "object_store",
    "quinn-udp",
    "reqwest",
    "rustix",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "tokio-rustls",
    "tokio-tungstenite",
    "tungstenite",
    "webrtc",
];

/// What the standard library offers of the same. Addresses (`std::net::SocketAddr`) are values and may be used.
const IO_PATHS: [&str; 13] = [
    "std::env",
    "std::fs",
    "std::io::stdin",
    "std::io::stdout",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
    "std::println",
    "std::eprintln",
    "std::dbg",
];

/// The ways to ask what time it is.
const CLOCKS: [&str; 3] =
    ["std::time::Instant::now", "std::time::SystemTime::now", "tokio::time::Instant::now"];
/// The only file that asks.
const CLOCK: &str = "src/clock.rs";

/// The WebRTC engine, and the only folder that names it.
const ENGINE: &str = "str0m";
const ENGINE_FOLDER: &str = "media/src/peer/";

#[test]
fn pure_crates_do_no_io() {
    let mut found = Vec::new();
    for folder in crates::pure() {
        for name in crates::dependencies(folder).into_iter().filter(|name| IO_CRATES.contains(&name.as_str()))
        {
            found.push(format!("{folder}/Cargo.toml depends on {name}"));
        }
        let banned =
            |path: &str| IO_CRATES.iter().map(|name| name.replace('-', "_")).any(|one| leads_to(path, &one));
        found.extend(named(&format!("{folder}/src"), |path| {
            banned(path) || IO_PATHS.iter().any(|one| leads_to(path, one))
        }));
    }
    hold(
        "the pure crates (clinic, exchange, signaling, media) open no socket, read no file, spawn nothing and print nothing.",
        "a machine that is handed its inputs and the time can be tested in a moment, a failure repeats, and what must not \
         leave the country cannot leave by it. Hand the thing in as an argument, or give it back as an effect for `src` to perform.",
        &found,
    );
}

#[test]
fn time_has_one_door() {
    let folders = crates::folders();
    let readers =
        folders.iter().flat_map(|folder| named(folder, |path| CLOCKS.iter().any(|one| leads_to(path, one))));
    let found: Vec<_> = readers.filter(|line| !line.starts_with(CLOCK)).collect();
    hold(
        "only `src/clock.rs` reads a clock.",
        "code that is handed `now` can be tested with any time, and ten minutes pass in a moment. Take `now` as an argument, \
         or ask `crate::clock` in `src`.",
        &found,
    );
}

#[test]
fn the_engine_is_named_in_one_folder() {
    let folders = crates::folders();
    let naming = folders.iter().flat_map(|folder| named(folder, |path| leads_to(path, ENGINE)));
    let found: Vec<_> = naming.filter(|line| !line.starts_with(ENGINE_FOLDER)).collect();
    hold(
        "the WebRTC engine (str0m) is named in `media/src/peer/` only.",
        "an engine that is behind one folder can be renewed or exchanged without touching the rooms. Let `peer` translate what \
         you need into types of ours.",
        &found,
    );
}

#[test]
fn a_path_leads_where_its_words_do() {
    assert!(leads_to("std::fs", "std::fs"));
    assert!(leads_to("std::fs::read", "std::fs"));
    assert!(!leads_to("std::fsync", "std::fs"));
    assert!(!leads_to("std", "std::fs"));
}

/// True if `path` is `place` or something in it.
fn leads_to(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every file of a crate that names a path which `matches`, with the path.
fn named(folder: &str, matches: impl Fn(&str) -> bool) -> Vec<String> {
    let map = crates::map_of(folder);
    let lines = map.modules().flat_map(|module| {
        let paths = module.references.paths.iter().map(|path| path.join("::"));
        paths.filter(|path| matches(path)).map(|path| format!("{}: {path}", module.file)).collect::<Vec<_>>()
    });
    lines.collect()
}
