//! The floors of the house: what may lean on what. A rule here is one that a reviewer would otherwise have to remember.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Crates that read a clock, open a socket, spawn a task or touch a disk: never under the two pure machines.
const IO_CRATES: [&str; 15] = [
    "async-std",
    "axum",
    "hyper",
    "mio",
    "nix",
    "quinn-udp",
    "reqwest",
    "rustix",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "tokio-tungstenite",
    "webrtc",
];

/// The standard library's ways out.
const IO_PATHS: [&str; 8] = [
    "std::fs",
    "std::process",
    "std::thread",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "println!",
    "eprintln!",
];

/// Files in which people and packets meet.
const HALLWAY: [&str; 1] = ["src/bridge.rs"];
/// The only folder that names the WebRTC engine.
const ENGINE: &str = "media/src/peer/";
/// The only file that asks what time it is.
const CLOCK: &str = "src/clock.rs";
/// Longer than this, a file is more than one idea.
const MAX_LINES: usize = 610;
/// Addresses that are names of things, not places to go: nothing is ever fetched from them.
const NAMES_NOT_PLACES: [&str; 1] = ["www.w3.org"];

const APPS: [&str; 4] = ["home", "kiosk", "doctor", "ops"];
/// `protocol ← client ← ui ← apps`: a folder imports from those before it.
const WEB_ORDER: [&str; 3] = ["protocol", "client", "ui"];

#[test]
fn the_pure_machines_lean_on_no_io() {
    for machine in ["clinic", "media", "signaling"] {
        let manifest = read(machine, "Cargo.toml");
        let table = section(&manifest, "[dependencies]");
        let bad: Vec<_> = table.lines().filter(|line| IO_CRATES.contains(&crate_of(line))).collect();
        assert!(bad.is_empty(), "{machine}/Cargo.toml leans on IO: {bad:?}");
        refuse_words(&sources(&format!("{machine}/src")), &IO_PATHS, &[]);
    }
}

#[test]
fn people_and_packets_meet_in_one_place() {
    let both: Vec<_> = sources("src")
        .into_iter()
        .filter(|(_, code)| code.contains("teranga_media::") && code.contains("teranga_signaling::"))
        .map(|(name, _)| name)
        .filter(|name| !HALLWAY.contains(&name.as_str()))
        .collect();
    assert!(both.is_empty(), "only {HALLWAY:?} may name both machines, not {both:?}");
    for (machine, other) in [("media", "teranga_signaling"), ("signaling", "teranga_media")] {
        refuse_words(&sources(&format!("{machine}/src")), &[other], &[]);
    }
}

#[test]
fn one_folder_names_the_engine() {
    let mut code = sources("media/src");
    code.extend(sources("src"));
    code.extend(sources("signaling/src"));
    refuse_words(&code, &["str0m"], &[ENGINE]);
}

#[test]
fn the_clock_has_one_door() {
    let mut code = sources("media/src");
    code.extend(sources("src"));
    code.extend(sources("signaling/src"));
    refuse_words(&code, &["Instant::now", "SystemTime::now"], &[CLOCK]);
}

#[test]
fn pages_lean_only_downwards() {
    let mut wrong = Vec::new();
    for (name, text) in files("web", &["ts", "tsx"]) {
        let Some(home) = name.split('/').nth(1) else { continue };
        for import in imports(&text) {
            let Some(room) = room_of(&name, &import) else { continue };
            if !may_import(home, &room) {
                wrong.push(format!("{name} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "against protocol ← client ← ui ← apps: {wrong:#?}");
}

#[test]
fn no_file_is_more_than_one_idea() {
    let rooms = ["src", "clinic", "media", "signaling", "web", "tests", "benches", "fuzz"];
    let long: Vec<_> = rooms
        .iter()
        .flat_map(|room| files(room, &["rs", "ts", "tsx", "mjs"]))
        .filter(|(name, text)| text.lines().count() > MAX_LINES && name != "web/protocol/messages.ts")
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "over {MAX_LINES} lines: {long:#?}");
}

#[test]
fn the_pages_know_no_other_host() {
    let built = files("web/dist", &["html", "js", "css", "json", "svg", "webmanifest"]);
    assert!(!built.is_empty(), "web/dist is empty: run scripts/build first");
    let mut elsewhere = BTreeSet::new();
    for (name, text) in built {
        for host in hosts(&text) {
            if !NAMES_NOT_PLACES.contains(&host.as_str()) {
                elsewhere.insert(format!("{name}: {host}"));
            }
        }
    }
    assert!(elsewhere.is_empty(), "the pages name other hosts: {elsewhere:#?}");
}

#[test]
fn locks_name_no_host() {
    for lock in ["web/package-lock.json", "tests/package-lock.json"] {
        let text = read(lock, "");
        assert!(!text.contains("\"resolved\": \"http"), "{lock} pins a registry's address");
    }
}

/// What `cargo deny` would say of `deny.toml`, without the tool and without a network.
#[test]
fn nothing_banned_comes_in_and_every_licence_fits() {
    let rules = read("", "deny.toml");
    let (banned, allowed) = (quoted_after(&rules, "crate = "), list_after(&rules, "allow = ["));
    assert!(banned.len() > 3 && allowed.len() > 5, "deny.toml is read wrongly");
    let packages = packages();
    let came: Vec<_> = banned.iter().filter(|name| packages.contains_key(*name)).collect();
    assert!(came.is_empty(), "banned by deny.toml: {came:?}");
    let unfit: Vec<_> = packages.iter().filter(|(_, licence)| !fits(licence, &allowed)).collect();
    assert!(unfit.is_empty(), "licences to look at: {unfit:#?}");
}

#[test]
fn a_licence_fits_when_one_of_its_choices_does() {
    let allowed = ["MIT", "Unicode-3.0"].map(str::to_owned);
    let fits = |expression| fits(expression, &allowed);
    assert!(fits("MIT OR GPL-3.0"));
    assert!(fits("(GPL-2.0 OR MIT) AND Unicode-3.0"));
    assert!(fits("MIT/Apache-2.0"));
    assert!(fits("GPL-3.0 OR MIT AND Unicode-3.0"));
    assert!(!fits("GPL-3.0"));
    assert!(!fits("MIT AND GPL-3.0"));
    assert!(!fits("(MIT OR GPL-3.0) AND GPL-2.0"));
    assert!(!fits(""));
}

#[test]
fn comments_and_tests_are_not_code() {
    let text = "//! str0m\nuse a::B; // str0m\nlet x = \"http://h\";\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n str0m\n}\n";
    assert_eq!(code_of(text), "\nuse a::B; \nlet x = \"http://h\";\n");
}

#[test]
fn a_place_is_a_file_or_a_folder() {
    assert!(is_in("media/src/peer/path.rs", "media/src/peer/"));
    assert!(is_in("src/clock.rs", "src/clock.rs"));
    assert!(!is_in("media/src/peer.rs", "media/src/peer/"));
    assert!(!is_in("src/clock.rs.rs", "src/clock.rs"));
}

/// Fails if any of `words` stands in the code of a file that is not `allowed`: by its name, or by its folder's,
/// which ends with a slash.
fn refuse_words(code: &BTreeMap<String, String>, words: &[&str], allowed: &[&str]) {
    let found: Vec<_> = code
        .iter()
        .filter(|(name, _)| !allowed.iter().any(|place| is_in(name, place)))
        .flat_map(|(name, text)| {
            let hits = words.iter().filter(|word| text.contains(**word));
            hits.map(move |word| format!("{name}: {word}"))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// Whether a file is this place, or in it when it is a folder.
fn is_in(name: &str, place: &str) -> bool {
    name == place || (place.ends_with('/') && name.starts_with(place))
}

/// The code of each Rust file of a folder, without comments and unit tests.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let all = files(folder, &["rs"]);
    all.into_iter()
        .filter(|(name, _)| !name.ends_with("/tests.rs") && !name.contains("/tests/"))
        .map(|(name, text)| (name, code_of(&text)))
        .collect()
}

fn code_of(text: &str) -> String {
    before_tests(text).iter().fold(String::new(), |mut kept, line| {
        let comment = line.trim_start().starts_with("//");
        kept.push_str(if comment { "" } else { line.split(" // ").next().unwrap_or_default() });
        if !comment && line.contains(" // ") {
            kept.push(' ');
        }
        kept.push('\n');
        kept
    })
}

/// The lines above the inner module of tests, which may carry more attributes than `cfg(test)`.
fn before_tests(text: &str) -> Vec<&str> {
    let lines: Vec<_> = text.lines().collect();
    let begins_tests = |at: usize| {
        let mut below = lines[at + 1..].iter().skip_while(|line| line.starts_with("#["));
        lines[at] == "#[cfg(test)]"
            && below.next().is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    let end = (0..lines.len()).find(|at| begins_tests(*at)).unwrap_or(lines.len());
    lines[..end].to_vec()
}

/// Name (from the root) and text of every file under `folder` with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                if !skipped(&path) {
                    folders.push(path);
                }
            } else if has_ending(&path, endings) {
                found.push((name_of(&path), fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

/// What we did not write; `web/dist` is looked at only when it is asked for.
fn skipped(path: &Path) -> bool {
    ["node_modules", "target", "corpus", "artifacts", "dist"].iter().any(|name| path.ends_with(name))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one))
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(folder: &str, file: &str) -> String {
    let path = if file.is_empty() { root().join(folder) } else { root().join(folder).join(file) };
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a manifest between `header` and the next table.
fn section<'a>(manifest: &'a str, header: &str) -> &'a str {
    let start = manifest.find(header).map_or(manifest.len(), |at| at + header.len());
    let rest = &manifest[start..];
    &rest[..rest.find("\n[").unwrap_or(rest.len())]
}

fn crate_of(line: &str) -> &str {
    line.split(['.', '=', ' ']).next().unwrap_or_default().trim()
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
fn room_of(file: &str, import: &str) -> Option<String> {
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
    let rank = |room: &str| WEB_ORDER.iter().position(|one| *one == room);
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

/// Name and licence of every package that the product is made of or with, as cargo tells them.
fn packages() -> BTreeMap<String, String> {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--edges", "normal,build", "--prefix", "none", "--format", "{p}|{l}|"])
        .args(["--locked", "--offline", "--target", &platform])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let name_and_licence = |line: &str| {
        let mut parts = line.split('|');
        let name = parts.next()?.split(' ').next()?;
        Some((name.to_owned(), parts.next()?.to_owned()))
    };
    String::from_utf8_lossy(&output.stdout).lines().filter_map(name_and_licence).collect()
}

/// The first quoted word after each `key`.
fn quoted_after(text: &str, key: &str) -> Vec<String> {
    text.split(key).skip(1).filter_map(|rest| Some(rest.split('"').nth(1)?.to_owned())).collect()
}

/// The quoted words of the list that `opening` begins.
fn list_after(text: &str, opening: &str) -> Vec<String> {
    let list = text.split(opening).nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met with the licences `allowed`: `AND` binds tighter than `OR`, brackets first.
fn fits(expression: &str, allowed: &[String]) -> bool {
    let mut flat = expression.replace('/', " OR ");
    while let Some(open) = flat.rfind('(') {
        let Some(close) = flat[open..].find(')').map(|at| open + at) else { return false };
        let verdict = if fits(&flat[open + 1..close], allowed) { "yes" } else { "no" };
        flat.replace_range(open..=close, verdict);
    }
    let has = |licence: &str| licence == "yes" || allowed.iter().any(|one| one == licence);
    flat.split(" OR ").any(|choice| choice.split(" AND ").all(|licence| has(licence.trim())))
}
