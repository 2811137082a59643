//! Sealed, appended, resumed; and what is left by `kill -9`, by time, by a lost key.

use super::{Appended, PhotoOf, Vault};
use crate::store::{StoreError, testing::Folder};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdout},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};
use teranga_clinic::{
    id::{ConsultationId, PhotoId},
    time::Timestamp,
};
use uuid::Uuid;

const fn photo(number: u128) -> PhotoOf {
    (ConsultationId(Uuid::from_u128(1)), PhotoId(Uuid::from_u128(number)))
}

fn vault(folder: &Folder) -> Vault {
    fs::create_dir_all(&**folder).unwrap();
    Vault::open(folder).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder.join("photos")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

const fn held(before: usize, now: usize) -> Appended {
    Appended::Held { before, now }
}

#[tokio::test]
async fn pieces_come_back_as_a_whole() {
    let folder = Folder::new();
    let store = vault(&folder);
    assert_eq!(store.begin(photo(1), b"header".to_vec()).await.unwrap(), 0);
    assert_eq!(store.append(photo(1), 0, b"abc".to_vec()).await.unwrap(), held(0, 3));
    assert_eq!(store.append(photo(1), 3, b"def".to_vec()).await.unwrap(), held(3, 6));
    let again = vault(&folder);
    assert_eq!(again.begin(photo(1), b"header".to_vec()).await.unwrap(), 6, "found after a restart");
    again.finish(photo(1)).await.unwrap();
    again.finish(photo(1)).await.unwrap();
    let read = again.read(photo(1)).await.unwrap().unwrap();
    assert_eq!((read.header, read.bytes, read.whole), (b"header".to_vec(), b"abcdef".to_vec(), true));
    assert!(again.read(photo(2)).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_said_again_is_not_written_again_and_gaps_are_refused() {
    let folder = Folder::new();
    let store = vault(&folder);
    assert_eq!(store.append(photo(1), 0, b"x".to_vec()).await.unwrap(), Appended::Gap, "not begun");
    store.begin(photo(1), vec![]).await.unwrap();
    store.append(photo(1), 0, b"abc".to_vec()).await.unwrap();
    assert_eq!(store.append(photo(1), 0, b"abc".to_vec()).await.unwrap(), held(3, 3));
    assert_eq!(store.append(photo(1), 2, b"cd".to_vec()).await.unwrap(), held(3, 4));
    assert_eq!(store.append(photo(1), 5, b"f".to_vec()).await.unwrap(), Appended::Gap);
    assert_eq!(store.read(photo(1)).await.unwrap().unwrap().bytes, b"abcd");
}

#[tokio::test]
async fn another_photo_under_the_name_begins_anew() {
    let folder = Folder::new();
    let store = vault(&folder);
    store.begin(photo(1), b"one".to_vec()).await.unwrap();
    store.append(photo(1), 0, b"abc".to_vec()).await.unwrap();
    assert_eq!(store.begin(photo(1), b"two".to_vec()).await.unwrap(), 0);
    assert!(store.read(photo(1)).await.unwrap().unwrap().bytes.is_empty());
}

#[tokio::test]
async fn the_disk_tells_neither_what_it_shows_nor_whose_it_is() {
    let folder = Folder::new();
    let store = vault(&folder);
    let secret = b"a wound of somebody".repeat(20);
    for number in [1, 2] {
        store.begin(photo(number), b"header of somebody".to_vec()).await.unwrap();
        store.append(photo(number), 0, secret.clone()).await.unwrap();
    }
    let (one, two) = (fs::read(&files(&folder)[0]).unwrap(), fs::read(&files(&folder)[1]).unwrap());
    assert_ne!(one, two, "the same photo twice is not the same file");
    for path in files(&folder) {
        let content = fs::read(&path).unwrap();
        assert!(!content.windows(8).any(|window| window == b"somebody"));
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (consultation, photo) = photo(1);
        assert!(![consultation.0, photo.0].iter().any(|id| name.contains(&id.simple().to_string()[24..])));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let key = folder.join("photos.key");
    assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_changed_file_is_refused_and_a_torn_end_is_dropped() {
    let folder = Folder::new();
    let store = vault(&folder);
    store.begin(photo(1), vec![]).await.unwrap();
    store.append(photo(1), 0, b"abc".to_vec()).await.unwrap();
    let path = files(&folder).remove(0);
    let good = fs::read(&path).unwrap();
    for torn in [&[0, 0, 0, 9, 1, 2][..], &[0; 64], &[255; 40]] {
        fs::write(&path, [&good, torn].concat()).unwrap();
        assert_eq!(store.read(photo(1)).await.unwrap().unwrap().bytes, b"abc");
    }
    assert_eq!(store.append(photo(1), 3, b"d".to_vec()).await.unwrap(), held(3, 4));
    store.finish(photo(1)).await.unwrap();
    let path = files(&folder).remove(0);
    let mut bad = fs::read(&path).unwrap();
    *bad.last_mut().unwrap() ^= 1;
    fs::write(&path, bad).unwrap();
    assert!(matches!(store.read(photo(1)).await, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn a_transfer_that_never_ends_leaves_nothing() {
    let folder = Folder::new();
    let store = vault(&folder);
    for number in [1, 2] {
        store.begin(photo(number), vec![]).await.unwrap();
        store.append(photo(number), 0, b"abc".to_vec()).await.unwrap();
    }
    store.finish(photo(2)).await.unwrap();
    let touched = fs::metadata(&files(&folder)[0]).unwrap().modified().unwrap();
    let touched = touched.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let touched = Timestamp(u64::try_from(touched).unwrap());
    assert_eq!(store.sweep(touched.plus_ms(29 * 60_000)).await.unwrap(), 0);
    assert_eq!(store.sweep(touched.plus_ms(31 * 60_000)).await.unwrap(), 1);
    assert!(store.read(photo(1)).await.unwrap().is_none());
    assert!(store.read(photo(2)).await.unwrap().unwrap().whole, "what is complete stays");
}

#[tokio::test]
async fn without_its_key_the_vault_does_not_open() {
    let folder = Folder::new();
    let store = vault(&folder);
    store.begin(photo(1), vec![]).await.unwrap();
    fs::rename(folder.join("photos.key"), folder.join("kept")).unwrap();
    assert!(Vault::open(&folder).is_err(), "a new key would lose every photo");
    fs::rename(folder.join("kept"), folder.join("photos.key")).unwrap();
    assert!(Vault::open(&folder).is_ok());
    fs::write(folder.join("photos.key"), "short").unwrap();
    assert!(matches!(Vault::open(&folder), Err(StoreError::Corrupt(_))));
}

const FOLDER: &str = "TERANGA_TEST_VAULT";

/// Appends for ever and says how much is acknowledged. Runs only as the child of the test below.
#[tokio::test]
async fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let store = Vault::open(Path::new(&folder)).unwrap();
    let mut held = store.begin(photo(1), b"header".to_vec()).await.unwrap();
    loop {
        writeln!(stdout(), "acknowledged {held}").unwrap();
        let piece = (held..held + 1_000).map(|at| at.to_le_bytes()[0]).collect();
        let Appended::Held { now, .. } = store.append(photo(1), held, piece).await.unwrap() else { return };
        held = now;
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = Folder::new();
    drop(vault(&folder));
    for round in 0..8 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "store::vault::tests::child"])
            .env(FOLDER, &*folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut told = lines.filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse::<usize>().ok());
        let first = told.next().unwrap();
        thread::sleep(Duration::from_millis(round * 5));
        child.kill().unwrap();
        let last = told.last().unwrap_or(first);
        child.wait().unwrap();
        let held = vault(&folder).read(photo(1)).await.unwrap().unwrap();
        assert!(held.bytes.len() >= last, "{last} acknowledged, {} held", held.bytes.len());
        assert!(held.bytes.iter().enumerate().all(|(at, byte)| *byte == at.to_le_bytes()[0]));
    }
}
