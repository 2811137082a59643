//! Documents that the real binary draws in a process of its own, and those that it refuses or that its limits end.

use std::{fs, path::Path, process::Command};
use teranga::attachment_check::{Refusal, document::DocumentRenderer};
use teranga_clinic::image;

fn renderer() -> DocumentRenderer {
    DocumentRenderer::new(env!("CARGO_BIN_EXE_teranga").into())
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents").join(name))
        .expect("a fixture")
}

async fn drawn(name: &str) -> Result<usize, Refusal> {
    renderer().render(fixture(name)).await.map(|pictures| pictures.len())
}

#[tokio::test]
async fn pages_become_plain_pictures_on_which_something_is_seen() {
    let pictures = renderer().render(fixture("ecg.pdf")).await.unwrap();
    assert_eq!(pictures.len(), 2);
    for picture in &pictures {
        let (_, width, height) = image::inspect(picture).expect("a plain picture");
        assert_eq!((width, height), (1_600, 1_130));
        assert!(picture.len() > 20_000, "an empty page has {} bytes", picture.len());
    }
}

#[tokio::test]
async fn what_cannot_be_drawn_has_its_reason() {
    assert_eq!(drawn("picture.pdf").await, Err(Refusal::DocumentKind), "a PNG");
    assert_eq!(renderer().render(Vec::new()).await, Err(Refusal::DocumentKind));
    assert_eq!(renderer().render(b"%PDF-1.7 and nothing else".to_vec()).await, Err(Refusal::DocumentKind));
    assert_eq!(drawn("two-hundred-pages.pdf").await, Err(Refusal::DocumentPages));
    assert_eq!(drawn("no-page.pdf").await, Err(Refusal::DocumentPages));
    assert_eq!(drawn("encrypted.pdf").await, Err(Refusal::DocumentEncrypted));
}

#[tokio::test]
async fn a_bomb_ends_with_its_process_and_the_next_document_is_drawn() {
    assert_eq!(drawn("bomb-of-forms.pdf").await, Err(Refusal::DocumentTooHard));
    assert_eq!(drawn("bomb-of-pixels.pdf").await, Err(Refusal::DocumentTooHard));
    assert_eq!(drawn("ecg.pdf").await, Ok(2));
}

/// A document in which bytes are changed is drawn or refused; it neither hangs nor ends this process.
#[tokio::test]
async fn a_changed_document_is_drawn_or_refused() {
    let whole = fixture("ecg.pdf");
    for seed in 1..=6_usize {
        let mut changed = whole.clone();
        for nth in 0..seed * 4 {
            let at = (nth + 1) * seed * 7_919 % whole.len();
            changed[at] = changed[at].wrapping_add(seed.to_le_bytes()[0]);
        }
        match renderer().render(changed).await {
            Ok(pictures) => assert!(pictures.iter().all(|picture| image::inspect(picture).is_some())),
            Err(refusal) => assert_ne!(refusal, Refusal::Damaged, "seed {seed}"),
        }
    }
}

#[tokio::test]
async fn a_binary_that_is_not_there_is_no_drawing() {
    let missing = DocumentRenderer::new("/nowhere/teranga".into());
    assert_eq!(missing.render(fixture("ecg.pdf")).await, Err(Refusal::MachineBusy));
}

/// The tool is for the server, and people who look for help do not find it.
#[test]
fn the_subcommand_is_hidden() {
    let help = Command::new(env!("CARGO_BIN_EXE_teranga")).arg("--help").output().unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("render-document"));
}

/// `@resources`, which the unit forbids, has both system calls by which the process confines itself (systemd 254, `systemd-analyze syscall-filter`).
#[test]
fn the_systemd_unit_permits_what_the_process_confines_itself_with() {
    let unit = include_str!("../deploy/teranga.service");
    let filters: Vec<_> = unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")).collect();
    let forbidden =
        filters.iter().position(|filter| filter.starts_with('~')).expect("a list of what is forbidden");
    for call in ["prlimit64", "setpriority"] {
        let permitted = |filter: &&str| filter.split(' ').any(|one| one == call);
        assert!(filters[forbidden..].iter().any(permitted), "{call} is forbidden");
    }
}
