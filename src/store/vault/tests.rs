//! The sealed photo store on a real disk: what is sealed, appended and resumed, and what is left by `kill -9`, by time
//! and by a lost key.

use super::{Appended, FileKey, FileName, SealedFiles, Upload};
use crate::store::{ObjectBlobs, StoreError, sealing::RecordKeys, testing::Folder, traits::blobs::Blobs};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdout},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, UNIX_EPOCH},
};
use teranga_clinic::{
    attachment::MediaType,
    id::{ConsultationId, PartyId, PhotoId},
    photo_rules::Announced,
    time::Timestamp,
};
use uuid::Uuid;

mod earlier_format;

const fn photo(number: u128) -> FileKey {
    let file = FileName::Photo(PhotoId(Uuid::from_u128(number)));
    FileKey { consultation: ConsultationId(Uuid::from_u128(1)), file }
}

fn post() -> PartyId {
    PartyId("post".into())
}

fn announced(bytes: usize) -> Announced {
    Announced { kind: MediaType::Webp, bytes, sha256: vec![7; 32], thumbnail: b"a small somebody".to_vec() }
}

async fn open(folder: &Path) -> SealedFiles {
    try_open(folder).await.unwrap()
}

async fn try_open(folder: &Path) -> Result<SealedFiles, StoreError> {
    let blobs = ObjectBlobs::in_folder(&folder.join("photos"))?;
    SealedFiles::open(folder, Arc::new(blobs), &RecordKeys::of_test()).await
}

fn files(folder: &Path, below: &str) -> Vec<PathBuf> {
    fs::read_dir(folder.join(below)).unwrap().map(|entry| entry.unwrap().path()).collect()
}

const fn durable(before: usize, now: usize) -> Appended {
    Appended::Durable { before, now }
}

async fn append(upload: &Arc<Upload>, offset: usize, piece: &[u8]) -> Appended {
    upload.append(offset, piece.to_vec()).await.unwrap()
}

#[tokio::test]
async fn pieces_come_back_as_a_whole() {
    let folder = Folder::new();
    let upload = open(&folder).await.begin(photo(1), &post(), announced(6)).await.unwrap();
    assert_eq!(upload.held(), 0);
    assert_eq!(append(&upload, 0, b"abc").await, durable(0, 3));
    assert_eq!(append(&upload, 3, b"def").await, durable(3, 6));
    let again = open(&folder).await;
    assert!(again.open_upload(photo(1), &post()).is_none(), "nothing is in memory after a restart");
    let upload = again.begin(photo(1), &post(), announced(6)).await.unwrap();
    assert_eq!((upload.held(), upload.bytes()), (6, b"abcdef".to_vec()), "found after a restart");
    again.finish(&upload).await.unwrap();
    again.finish(&upload).await.unwrap();
    let stored = again.stored(photo(1)).await.unwrap().unwrap();
    assert!(*stored.announced() == announced(6));
    assert_eq!(stored.read(0..usize::MAX).await.unwrap(), b"abcdef");
    assert!(again.stored(photo(2)).await.unwrap().is_none());
    assert!(files(&folder, "uploads").is_empty(), "the finished photo is the only copy");
}

#[tokio::test]
async fn a_part_is_read_from_the_records_that_hold_it() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let whole: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
    let upload = photos.begin(photo(1), &post(), announced(whole.len())).await.unwrap();
    append(&upload, 0, &whole).await;
    photos.finish(&upload).await.unwrap();
    let stored = photos.stored(photo(1)).await.unwrap().unwrap();
    for range in [0..1, 0..40_000, 4_095..4_097, 4_096..8_192, 39_999..40_000, 5_000..5_000, 100..39_000] {
        assert_eq!(stored.read(range.clone()).await.unwrap(), whole[range.clone()], "{range:?}");
    }
    assert_eq!(stored.read(39_990..90_000).await.unwrap(), whole[39_990..]);
    assert!(stored.read(50_000..90_000).await.unwrap().is_empty());
    let path = files(&folder, "photos").remove(0);
    let mut content = fs::read(&path).unwrap();
    *content.last_mut().unwrap() ^= 1;
    fs::write(&path, content).unwrap();
    assert_eq!(stored.read(0..4_096).await.unwrap(), whole[..4_096], "its record is good");
    assert!(matches!(stored.read(39_000..40_000).await, Err(StoreError::Corrupt(_))), "this one is not");
}

#[tokio::test]
async fn what_is_sent_again_is_not_written_again_and_gaps_are_refused() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    assert!(photos.resume(photo(1), &post()).await.unwrap().is_none(), "not begun");
    let upload = photos.begin(photo(1), &post(), announced(9)).await.unwrap();
    append(&upload, 0, b"abc").await;
    assert_eq!(append(&upload, 0, b"abc").await, durable(3, 3));
    assert_eq!(append(&upload, 2, b"cd").await, durable(3, 4));
    assert_eq!(append(&upload, 5, b"f").await, Appended::OutOfOrder);
    assert_eq!(upload.bytes(), b"abcd");
}

#[tokio::test]
async fn another_announcement_begins_anew() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let first = photos.begin(photo(1), &post(), announced(3)).await.unwrap();
    append(&first, 0, b"abc").await;
    let second = photos.begin(photo(1), &post(), announced(4)).await.unwrap();
    assert_eq!(second.held(), 0);
    assert_eq!(append(&first, 3, b"d").await, Appended::OutOfOrder, "the first one is closed");
    append(&second, 0, b"wxyz").await;
    photos.finish(&second).await.unwrap();
    assert_eq!(photos.begin(photo(1), &post(), announced(4)).await.unwrap().held(), 4, "finished");
    assert_eq!(photos.begin(photo(1), &post(), announced(5)).await.unwrap().held(), 0);
    assert!(photos.stored(photo(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_upload_is_open_only_to_its_party() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    photos.begin(photo(1), &post(), announced(3)).await.unwrap();
    assert!(photos.open_upload(photo(1), &post()).is_some());
    assert!(photos.open_upload(photo(1), &PartyId("other".into())).is_none());
}

#[tokio::test]
async fn a_discarded_upload_is_never_finished() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let upload = photos.begin(photo(1), &post(), announced(3)).await.unwrap();
    append(&upload, 0, b"abc").await;
    photos.discard(&upload).await.unwrap();
    assert!(matches!(photos.finish(&upload).await, Err(StoreError::Missing)));
    assert!(photos.resume(photo(1), &post()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_disk_that_fails_closes_the_upload_and_what_was_held_stays() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let upload = photos.begin(photo(1), &post(), announced(6)).await.unwrap();
    append(&upload, 0, b"abc").await;
    upload.close();
    assert_eq!(append(&upload, 3, b"def").await, Appended::OutOfOrder);
    let resumed = photos.resume(photo(1), &post()).await.unwrap().unwrap();
    assert_eq!(append(&resumed, 3, b"def").await, durable(3, 6));
    let resumed = open(&folder).await.resume(photo(1), &post()).await.unwrap().unwrap();
    assert_eq!(resumed.bytes(), b"abcdef");
}

#[tokio::test]
async fn the_disk_tells_neither_what_a_photo_shows_nor_whose_it_is() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let secret = b"a wound of somebody".repeat(20);
    for number in [1, 2, 3, 4] {
        let upload = photos.begin(photo(number), &post(), announced(secret.len())).await.unwrap();
        append(&upload, 0, &secret).await;
        if number > 2 {
            photos.finish(&upload).await.unwrap();
        }
    }
    let FileKey { consultation, file: FileName::Photo(photo) } = photo(1) else { panic!("it is a photo") };
    for below in ["uploads", "photos"] {
        let files = files(&folder, below);
        let contents: Vec<_> = files.iter().map(|path| fs::read(path).unwrap()).collect();
        assert_eq!(contents.len(), 2);
        assert_ne!(contents[0], contents[1], "the same photo twice is not the same file");
        for (path, content) in files.iter().zip(contents) {
            assert!(!content.windows(8).any(|window| window == b"somebody"));
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(
                ![consultation.0, photo.0].iter().any(|id| name.contains(&id.simple().to_string()[24..]))
            );
        }
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.join("uploads")), mode(&folder.join("photos"))), (0o700, 0o700));
    assert_eq!((mode(&files(&folder, "uploads")[0]), mode(&folder.join("photos.key"))), (0o600, 0o600));
}

#[tokio::test]
async fn a_changed_or_cut_photo_is_refused() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    let upload = photos.begin(photo(1), &post(), announced(5_000)).await.unwrap();
    append(&upload, 0, &[9; 5_000]).await;
    photos.finish(&upload).await.unwrap();
    let path = files(&folder, "photos").remove(0);
    let good = fs::read(&path).unwrap();
    let second_record = good.len() - (5_000 - 4_096 + 32);
    for bad in
        [&good[..good.len() - 1], &good[..second_record], &[&good[..], &[0; 40]].concat(), &[1; 9], &[]]
    {
        fs::write(&path, bad).unwrap();
        assert!(photos.stored(photo(1)).await.is_err(), "{} bytes", bad.len());
    }
    let exchanged = {
        let header = usize::try_from(u32::from_be_bytes(good[..4].try_into().unwrap())).unwrap() + 16;
        [&good[..header], &good[second_record..], &good[header..second_record]].concat()
    };
    fs::write(&path, exchanged).unwrap();
    let stored = photos.stored(photo(1)).await.unwrap().unwrap();
    assert!(matches!(stored.read(0..10).await, Err(StoreError::Corrupt(_))), "records know their place");
}

#[tokio::test]
async fn the_torn_end_of_an_upload_is_dropped() {
    let folder = Folder::new();
    let upload = open(&folder).await.begin(photo(1), &post(), announced(4)).await.unwrap();
    append(&upload, 0, b"abc").await;
    let path = files(&folder, "uploads").remove(0);
    let good = fs::read(&path).unwrap();
    for torn in [&[0, 0, 0, 9, 1, 2][..], &[0; 64], &[255; 40]] {
        fs::write(&path, [&good, torn].concat()).unwrap();
        let upload = open(&folder).await.resume(photo(1), &post()).await.unwrap().unwrap();
        assert_eq!(upload.bytes(), b"abc");
        assert_eq!(fs::read(&path).unwrap(), good);
    }
    let upload = open(&folder).await.resume(photo(1), &post()).await.unwrap().unwrap();
    assert_eq!(append(&upload, 3, b"d").await, durable(3, 4));
    fs::write(&path, &good[..20]).unwrap();
    assert!(open(&folder).await.resume(photo(1), &post()).await.unwrap().is_none(), "not even announced");
    assert!(files(&folder, "uploads").is_empty());
}

#[tokio::test]
async fn an_upload_that_never_ends_leaves_nothing() {
    let folder = Folder::new();
    let photos = open(&folder).await;
    for number in [1, 2] {
        let upload = photos.begin(photo(number), &post(), announced(3)).await.unwrap();
        append(&upload, 0, b"abc").await;
        if number == 2 {
            photos.finish(&upload).await.unwrap();
        }
    }
    let touched = fs::metadata(&files(&folder, "uploads")[0]).unwrap().modified().unwrap();
    let touched = Timestamp(u64::try_from(touched.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap());
    assert_eq!(photos.sweep(touched.plus_ms(24 * 3_600_000 - 60_000)).await.unwrap(), 0);
    assert!(photos.open_upload(photo(1), &post()).is_some());
    assert_eq!(photos.sweep(touched.plus_ms(24 * 3_600_000 + 60_000)).await.unwrap(), 1);
    assert!(photos.open_upload(photo(1), &post()).is_none());
    assert!(photos.resume(photo(1), &post()).await.unwrap().is_none());
    assert!(photos.stored(photo(2)).await.unwrap().is_some(), "what is finished stays");
}

#[tokio::test]
async fn without_its_key_nothing_opens() {
    for finished in [false, true] {
        let folder = Folder::new();
        let photos = open(&folder).await;
        let upload = photos.begin(photo(1), &post(), announced(0)).await.unwrap();
        if finished {
            photos.finish(&upload).await.unwrap();
        }
        fs::rename(folder.join("photos.key"), folder.join("kept")).unwrap();
        assert!(try_open(&folder).await.is_err(), "a new key would lose every photo");
        fs::rename(folder.join("kept"), folder.join("photos.key")).unwrap();
        assert!(try_open(&folder).await.is_ok());
        fs::write(folder.join("photos.key"), "short").unwrap();
        assert!(matches!(try_open(&folder).await, Err(StoreError::Corrupt(_))));
    }
}

/// A store of blobs that is full.
#[derive(Debug)]
struct FullBlobs;

#[async_trait::async_trait]
impl Blobs for FullBlobs {
    async fn put(&self, _: &str, _: Vec<u8>) -> Result<(), StoreError> {
        Err(StoreError::Full)
    }

    async fn read(&self, _: &str, _: std::ops::Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list(&self, _: usize) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn an_upload_survives_a_store_of_blobs_that_is_full() {
    let folder = Folder::new();
    fs::create_dir_all(&*folder).unwrap();
    let photos = SealedFiles::open(&folder, Arc::new(FullBlobs), &RecordKeys::of_test()).await.unwrap();
    let upload = photos.begin(photo(1), &post(), announced(3)).await.unwrap();
    append(&upload, 0, b"abc").await;
    assert!(matches!(photos.finish(&upload).await, Err(StoreError::Full)));
    let room = open(&folder).await;
    let upload = room.resume(photo(1), &post()).await.unwrap().unwrap();
    room.finish(&upload).await.unwrap();
    assert!(room.stored(photo(1)).await.unwrap().is_some());
}

const FOLDER: &str = "TERANGA_TEST_VAULT";

/// The bytes of the photo that the child sends; it never gets that far.
const ENDLESS: usize = 1 << 30;

/// Appends for ever and says how much is acknowledged. Runs only as the child of the test below.
#[tokio::test]
async fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let photos = open(Path::new(&folder)).await;
    let upload = match photos.resume(photo(1), &post()).await.unwrap() {
        Some(upload) => upload,
        None => photos.begin(photo(1), &post(), announced(ENDLESS)).await.unwrap(),
    };
    let mut held = upload.held();
    loop {
        writeln!(stdout(), "acknowledged {held}").unwrap();
        let piece: Vec<u8> = (held..held + 1_000).map(|at| at.to_le_bytes()[0]).collect();
        let Appended::Durable { now, .. } = append(&upload, held, &piece).await else { return };
        held = now;
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = Folder::new();
    drop(open(&folder).await);
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
        let held = open(&folder).await.resume(photo(1), &post()).await.unwrap().unwrap().bytes();
        assert!(held.len() >= last, "{last} acknowledged, {} held", held.len());
        assert!(held.iter().enumerate().all(|(at, byte)| *byte == at.to_le_bytes()[0]));
    }
}
