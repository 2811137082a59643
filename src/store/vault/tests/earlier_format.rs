//! Files that the version of November 2026 wrote: it sealed each piece as one record, and kept finished photos and
//! uploads under way in one folder.

use super::{FileKey, append, durable, files, open, photo, post};
use crate::store::testing::Folder;
use aws_lc_rs::digest::{SHA256, digest};
use std::{fs, path::Path};
use teranga_clinic::{attachment::MediaType, photo_rules::Announced};

/// Its data folder, without the database. [`FINISHED`] came in three pieces of 120, 120 and 72 bytes; of [`BEGUN`], which
/// is the same photo, the first two came.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/photos-v1");

const FINISHED: FileKey = photo(1);
const BEGUN: FileKey = photo(2);
const PIECE: usize = 120;

/// A copy of the fixture in a folder that is gone with the test.
fn data() -> Folder {
    let folder = Folder::new();
    fs::create_dir_all(folder.join("photos")).unwrap();
    let copy = |name: &Path| fs::copy(Path::new(FIXTURE).join(name), folder.join(name)).unwrap();
    copy(Path::new("photos.key"));
    for path in files(Path::new(FIXTURE), "photos") {
        copy(&Path::new("photos").join(path.file_name().unwrap()));
    }
    folder
}

/// The bytes of a lossless WebP of this size in pixels, whose image data has `length` bytes.
fn lossless_webp(width: u32, height: u32, length: usize) -> Vec<u8> {
    let size = ((width - 1) | (height - 1) << 14).to_le_bytes();
    let data = (0..length).map(|at| at.wrapping_mul(7).to_le_bytes()[0]);
    let mut body: Vec<u8> = [0x2f].into_iter().chain(size).chain(data).collect();
    let chunk = u32::try_from(body.len()).unwrap().to_le_bytes();
    body.extend(vec![0; body.len() % 2]);
    let content = [&b"WEBPVP8L"[..], &chunk, &body].concat();
    [&b"RIFF"[..], &u32::try_from(content.len()).unwrap().to_le_bytes(), &content].concat()
}

fn whole() -> Vec<u8> {
    lossless_webp(64, 48, 290)
}

fn announced() -> Announced {
    let (bytes, sha256) = (whole().len(), digest(&SHA256, &whole()).as_ref().to_vec());
    Announced { kind: MediaType::Webp, bytes, sha256, thumbnail: lossless_webp(16, 12, 30) }
}

#[tokio::test]
async fn a_finished_photo_is_read_in_parts() {
    let folder = data();
    let photos = open(&folder).await;
    let stored = photos.stored(FINISHED).await.unwrap().unwrap();
    assert!(*stored.announced() == announced());
    assert_eq!(stored.read(0..usize::MAX).await.unwrap(), whole());
    for range in [0..PIECE, 100..130, 119..121, 240..312, 311..312] {
        assert_eq!(stored.read(range.clone()).await.unwrap(), whole()[range.clone()], "{range:?}");
    }
    let known = photos.begin(FINISHED, &post(), announced()).await.unwrap();
    assert_eq!(known.held(), whole().len(), "announced again");
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was() {
    let folder = data();
    let photos = open(&folder).await;
    assert_eq!(files(&folder, "photos").len(), 1, "the upload was moved to the staging folder");
    let upload = photos.resume(BEGUN, &post()).await.unwrap().unwrap();
    assert_eq!(upload.bytes(), whole()[..2 * PIECE]);
    assert_eq!(append(&upload, 2 * PIECE, &whole()[2 * PIECE..]).await, durable(240, whole().len()));
    photos.finish(&upload).await.unwrap();
    let stored = photos.stored(BEGUN).await.unwrap().unwrap();
    assert_eq!(stored.announced().judge(&stored.read(0..usize::MAX).await.unwrap()), Ok((64, 48)));
}
