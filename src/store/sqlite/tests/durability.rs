//! Acknowledged means durable: a process that appends is killed at any moment, many times over, and
//! nothing that it was told is there may be missing.

use super::{Folder, add, consultation, noted, requested};
use crate::{
    data_folder::default_key_file,
    store::{Journal, SqliteStore},
};
use std::{
    env,
    io::{BufRead, BufReader, Write, stdout},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Number of kills. `TERANGA_KILLS=1000` gives the long version.
const KILLS: u128 = 20;

const FOLDER: &str = "TERANGA_TEST_FOLDER";
const ROUND: &str = "TERANGA_TEST_ROUND";

/// Appends for ever to a consultation of its own, and says each number once it is acknowledged. Runs only
/// as the child of the test below.
#[tokio::test]
async fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let id = consultation(env::var(ROUND).unwrap().parse().unwrap());
    let store = SqliteStore::open(Path::new(&folder), &default_key_file(Path::new(&folder))).await.unwrap();
    let mut number = add(&store, id, &requested(id, 1)).await.unwrap();
    loop {
        writeln!(stdout(), "acknowledged {number}").unwrap();
        number = add(&store, id, &noted(id, number.0)).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let kills = env::var("TERANGA_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let acknowledged: Vec<usize> = (0..kills).map(|round| killed(&folder, round)).collect();
    let store = folder.open().await;
    for (round, acknowledged) in (0..).zip(acknowledged) {
        let stored = store.rows(consultation(round)).await.unwrap().len();
        assert!(stored >= acknowledged, "round {round}: {acknowledged} acknowledged, {stored} stored");
    }
}

/// Lets a child append and kills it after some milliseconds, another number each time; how many facts it
/// was told are stored.
fn killed(folder: &Path, round: u128) -> usize {
    let mut child = spawn(folder, round);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut last = lines.by_ref().find_map(|line| acknowledged(&line)).expect("the child can append");
    let delay_ms = u64::try_from(round * 7 % 40).unwrap();
    thread::sleep(Duration::from_millis(delay_ms));
    child.kill().unwrap();
    last = lines.filter_map(|line| acknowledged(&line)).last().unwrap_or(last);
    child.wait().unwrap();
    last
}

fn spawn(folder: &Path, round: u128) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "store::sqlite::tests::durability::child"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn acknowledged(line: &str) -> Option<usize> {
    line.rsplit_once("acknowledged ")?.1.parse().ok()
}
