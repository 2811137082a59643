//! The licences of what the product is made of, and the packages that may not come in: what `cargo deny` would say of
//! `deny.toml`, without that tool and without a network.

use std::{collections::BTreeMap, process::Command};

use super::tree::{hold, read, root};

#[test]
fn no_banned_package_comes_in() {
    let banned = quoted_after(&read("deny.toml"), "crate = ");
    assert!(banned.len() > 3, "deny.toml is read wrongly");
    let packages = packages();
    let came: Vec<_> = banned.into_iter().filter(|name| packages.contains_key(name)).collect();
    hold(
        "no package that `deny.toml` bans is part of the product.",
        "`deny.toml` says it beside each of them.",
        &came,
    );
}

#[test]
fn every_licence_is_allowed() {
    let allowed = list_after(&read("deny.toml"), "allow = [");
    assert!(allowed.len() > 5, "deny.toml is read wrongly");
    let unfit = packages().into_iter().filter(|(_, licence)| !fits(licence, &allowed));
    let unfit: Vec<_> = unfit.map(|(name, licence)| format!("{name}: {licence}")).collect();
    hold(
        "every package has a licence that `deny.toml` allows.",
        "the product is given away under EUPL-1.2, and some licences forbid that. Look at the licence before you allow it.",
        &unfit,
    );
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

/// True if an SPDX expression can be met with the licences `allowed`: `AND` binds tighter than `OR`, brackets first.
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
