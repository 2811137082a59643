//! Photos at rest: one sealed file each, under a name that tells nothing. Files grow by appended records, each
//! acknowledged when the disk has it; what a power cut leaves half-written is dropped, and was never acknowledged.
//!
//! A file that still grows ends in `.part`. One that nobody has touched for [`IDLE`] is removed.

mod seal;
#[cfg(test)]
mod tests;

use super::StoreError;
use seal::{Key, Seal};
use std::{
    array, fs,
    hash::{BuildHasher, RandomState},
    io::{self, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};
use teranga_clinic::{
    id::{ConsultationId, PhotoId},
    time::Timestamp,
};

/// A transfer is given up when nothing came for so long; the post still has the photo, and begins anew.
const IDLE: Duration = Duration::from_mins(30);

const FOLDER: &str = "photos";
const GROWING: &str = "part";

/// So many photos may be written to at the same time without waiting for each other.
const LOCKS: usize = 32;

/// All photos of a data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    key: Key,
    locks: [Mutex<()>; LOCKS],
    hasher: RandomState,
}

/// Names one photo.
pub type PhotoOf = (ConsultationId, PhotoId);

/// What the vault holds of a photo.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// What was said of it at the beginning.
    pub header: Vec<u8>,
    /// Its bytes, as far as they have come.
    pub bytes: Vec<u8>,
    /// Whether nothing more is to come.
    pub whole: bool,
}

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// So many bytes were durable before, and are now. Equal if it was there already.
    Held {
        /// Before.
        before: usize,
        /// Now.
        now: usize,
    },
    /// It does not follow what is there, or nothing was begun.
    Gap,
}

impl Vault {
    /// Opens the vault of a data folder; makes it, and its key, if there is none.
    ///
    /// # Errors
    /// The disk fails, or there are photos but no key.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let folder = data.join(FOLDER);
        private_folder(&folder).map_err(StoreError::folder(&folder))?;
        let is_empty = fs::read_dir(&folder).map_err(StoreError::folder(&folder))?.next().is_none();
        let key = Key::open(data, is_empty)?;
        let locks = array::from_fn(|_| Mutex::default());
        Ok(Self(Arc::new(Inner { folder, key, locks, hasher: RandomState::new() })))
    }

    /// Begins a photo, or finds how much of it is there already. Another header under the same name begins anew.
    pub async fn begin(&self, photo: PhotoOf, header: Vec<u8>) -> Result<usize, StoreError> {
        self.on_disk(move |inner| inner.begin(photo, &header)).await
    }

    /// Adds what follows `offset`. What is there already is not written again.
    pub async fn append(
        &self,
        photo: PhotoOf,
        offset: usize,
        piece: Vec<u8>,
    ) -> Result<Appended, StoreError> {
        self.on_disk(move |inner| inner.append(photo, offset, &piece)).await
    }

    /// Nothing more is to come.
    pub async fn finish(&self, photo: PhotoOf) -> Result<(), StoreError> {
        self.on_disk(move |inner| inner.finish(photo)).await
    }

    /// What there is of a photo.
    pub async fn read(&self, photo: PhotoOf) -> Result<Option<Held>, StoreError> {
        self.on_disk(move |inner| inner.read(photo)).await
    }

    /// Forgets what has come of a photo.
    pub async fn discard(&self, photo: PhotoOf) -> Result<(), StoreError> {
        self.on_disk(move |inner| inner.discard(photo)).await
    }

    /// Removes transfers that were not touched since [`IDLE`] before `now`; how many.
    pub async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.on_disk(move |inner| inner.sweep(now)).await
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || work(&inner)).await;
        done.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string())))
    }
}

/// A file and how far it can be trusted.
struct Opened {
    path: PathBuf,
    held: Held,
    records: u32,
    /// Where the next record goes: behind the last good one.
    end: u64,
}

impl Inner {
    fn begin(&self, photo: PhotoOf, header: &[u8]) -> Result<usize, StoreError> {
        let (seal, _guard) = self.lock(photo);
        match self.load(&seal)? {
            Some(known) if known.held.header == header => Ok(known.held.bytes.len()),
            known => {
                known.map_or(Ok(()), |known| remove(&known.path))?;
                self.create(&seal, header).map_err(failed(&self.folder))?;
                Ok(0)
            }
        }
    }

    fn append(&self, photo: PhotoOf, offset: usize, piece: &[u8]) -> Result<Appended, StoreError> {
        let (seal, _guard) = self.lock(photo);
        let Some(known) = self.load(&seal)? else { return Ok(Appended::Gap) };
        let before = known.held.bytes.len();
        let Some(there) = before.checked_sub(offset) else { return Ok(Appended::Gap) };
        let fresh = piece.get(there..).unwrap_or_default();
        if !fresh.is_empty() && !known.held.whole {
            write_record(&known, &seal.record(known.records, fresh)).map_err(failed(&known.path))?;
            return Ok(Appended::Held { before, now: before + fresh.len() });
        }
        Ok(Appended::Held { before, now: before })
    }

    fn finish(&self, photo: PhotoOf) -> Result<(), StoreError> {
        let (seal, _guard) = self.lock(photo);
        let (growing, whole) = self.paths(&seal);
        match fs::rename(&growing, &whole) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.and_then(|()| sync(&self.folder)).map_err(failed(&whole)),
        }
    }

    fn read(&self, photo: PhotoOf) -> Result<Option<Held>, StoreError> {
        let (seal, _guard) = self.lock(photo);
        Ok(self.load(&seal)?.map(|opened| opened.held))
    }

    fn discard(&self, photo: PhotoOf) -> Result<(), StoreError> {
        let (seal, _guard) = self.lock(photo);
        remove(&self.paths(&seal).0)
    }

    fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.folder).map_err(failed(&self.folder))? {
            let path = entry.map_err(failed(&self.folder))?.path();
            let growing = path.extension().is_some_and(|extension| extension == GROWING);
            if growing && is_idle(&path, now) {
                remove(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// What is this photo's own, and the right to touch its file.
    fn lock(&self, photo: PhotoOf) -> (Seal, MutexGuard<'_, ()>) {
        let place = usize::try_from(self.hasher.hash_one(photo) % LOCKS as u64).unwrap_or_default();
        let guard = self.locks[place].lock().unwrap_or_else(PoisonError::into_inner);
        (self.key.seal(photo), guard)
    }

    fn paths(&self, seal: &Seal) -> (PathBuf, PathBuf) {
        let whole = self.folder.join(seal.name());
        (whole.with_extension(GROWING), whole)
    }

    fn create(&self, seal: &Seal, header: &[u8]) -> io::Result<()> {
        let (growing, _) = self.paths(seal);
        let mut file = private().write(true).create_new(true).open(growing)?;
        file.write_all(&seal.record(0, header))?;
        file.sync_all()?;
        sync(&self.folder)
    }

    fn load(&self, seal: &Seal) -> Result<Option<Opened>, StoreError> {
        let (growing, whole) = self.paths(seal);
        for (path, whole) in [(whole, true), (growing, false)] {
            match fs::read(&path) {
                Ok(content) => return opened(path, whole, seal, &content),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(&path)(error)),
            }
        }
        Ok(None)
    }
}

/// Unseals a file. The end of a growing one may be torn; without even a header there is nothing.
fn opened(path: PathBuf, whole: bool, seal: &Seal, content: &[u8]) -> Result<Option<Opened>, StoreError> {
    let (mut parts, end) = seal.unseal(content);
    if whole && end != content.len() {
        return Err(StoreError::Corrupt(format!("{} was changed or cut", path.display())));
    }
    if parts.is_empty() {
        remove(&path)?;
        return Ok(None);
    }
    let records = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let header = parts.remove(0);
    let held = Held { header, bytes: parts.concat(), whole };
    Ok(Some(Opened { path, held, records, end: end as u64 }))
}

fn write_record(opened: &Opened, record: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(&opened.path)?;
    file.set_len(opened.end)?;
    file.seek(SeekFrom::Start(opened.end))?;
    file.write_all(record)?;
    file.sync_data()
}

fn is_idle(path: &Path, now: Timestamp) -> bool {
    let touched = fs::metadata(path).and_then(|known| known.modified()).ok();
    let since = touched.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Duration::from_millis(now.0).saturating_sub(since) > IDLE
}

fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.mode(0o600);
    options
}

fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::folder(path)(error),
    }
}
