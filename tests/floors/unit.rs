//! The wall of the systemd unit: what an attacker who has taken the server over could still do to the machine.

use std::process::Command;

/// The worst score that `systemd-analyze security` may give: 0 is the least exposed, 10 the most.
const EXPOSURE_MAX: f32 = 2.0;

#[test]
fn the_unit_exposes_little() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/teranga.service");
    let analysed = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", unit])
        .env("SYSTEMD_COLORS", "0")
        .output();
    let Ok(output) = analysed else {
        eprintln!("systemd-analyze is not installed; the unit was not looked at");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let level = text.lines().find_map(|line| line.split_once("Overall exposure level for"));
    let score: f32 = level
        .and_then(|(_, rest)| rest.split_once(": ")?.1.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(|| panic!("no score in:\n{text}{}", String::from_utf8_lossy(&output.stderr)));
    assert!(score <= EXPOSURE_MAX, "{score} of {EXPOSURE_MAX}:\n{text}");
}
