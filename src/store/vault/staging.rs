//! The staging folder: a file for each upload under way. It is local, whatever store has the finished files, because
//! every piece must be durable before it is acknowledged, and a store of blobs cannot append.

use super::{
    layout::{self, Layout, Opened},
    seal::FileSeal,
};
use crate::store::StoreError;
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};
use teranga_clinic::{photo_rules::Announced, time::Timestamp};

/// The folder of the uploads under way.
#[derive(Debug)]
pub(super) struct StagingFolder(PathBuf);

impl StagingFolder {
    /// Opens the folder, and makes it if there is none. Earlier versions kept their uploads among the finished files,
    /// in `earlier`; they are moved.
    ///
    /// # Errors
    /// [`StoreError::Folder`]: a folder cannot be made, read or changed.
    pub(super) fn open(folder: PathBuf, earlier: &Path) -> Result<Self, StoreError> {
        let open = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            move_uploads(earlier, &folder)
        };
        open().map_err(StoreError::folder(&folder))?;
        Ok(Self(folder))
    }

    /// True if no upload is under way.
    pub(super) fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(fs::read_dir(&self.0).map_err(StoreError::folder(&self.0))?.next().is_none())
    }

    /// Begins a file with the announcement. It is durable when this returns.
    pub(super) fn create(&self, seal: &FileSeal, announced: &Announced) -> Result<StagedFile, StoreError> {
        let path = self.path(seal);
        let record = layout::seal_announcement(seal, announced);
        let create = || {
            let mut file = private_file().write(true).create_new(true).open(&path)?;
            file.write_all(&record)?;
            file.sync_all()?;
            sync_folder(&self.0)?;
            Ok(StagedFile { path: path.clone(), file, records: 1, end: record.len() as u64 })
        };
        create().map_err(failed(&path))
    }

    /// Reads a file as far as its records are good: the end of the last one may be torn. `None` if there is no file, or
    /// if not even its announcement is good; then the file is removed.
    pub(super) fn load(&self, seal: &FileSeal) -> Result<Option<(Opened, StagedFile)>, StoreError> {
        let Some(content) = self.read(seal)? else { return Ok(None) };
        let Some(opened) = layout::open_all(seal, &content) else {
            self.remove(seal)?;
            return Ok(None);
        };
        let path = self.path(seal);
        let file = private_file().write(true).open(&path).map_err(failed(&path))?;
        let staged = StagedFile { path, file, records: opened.records, end: opened.end as u64 };
        staged.truncate()?;
        Ok(Some((opened, staged)))
    }

    /// Reads the announcement of a file; `None` if there is no file.
    pub(super) fn announcement(&self, seal: &FileSeal) -> Result<Option<Announced>, StoreError> {
        let content = self.read(seal)?;
        Ok(content.and_then(|content| layout::open_announcement(seal, &content, &Layout::of(&content))))
    }

    /// Removes the file of an upload. Nothing happens if there is none.
    pub(super) fn remove(&self, seal: &FileSeal) -> Result<(), StoreError> {
        remove_file(&self.path(seal))
    }

    /// Removes the files that nobody has written to for [`IDLE`] before `now`. The names of their files.
    pub(super) fn sweep(&self, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let mut removed = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(failed(&self.0))? {
            let path = entry.map_err(failed(&self.0))?.path();
            if is_idle(&path, now) {
                remove_file(&path)?;
                removed.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        Ok(removed)
    }

    fn read(&self, seal: &FileSeal) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(seal);
        match fs::read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path)(error)),
        }
    }

    fn path(&self, seal: &FileSeal) -> PathBuf {
        self.0.join(seal.name()).with_extension(GROWING)
    }
}

/// The file of an upload, open for appending.
#[derive(Debug)]
pub(super) struct StagedFile {
    path: PathBuf,
    file: fs::File,
    records: u32,
    /// The end of the last good record, bytes: the next record goes there.
    end: u64,
}

impl StagedFile {
    /// Seals a piece and appends it. It is durable when this returns. An error leaves the file as it was, as far as the
    /// disk allows, and the file must not be written to again: nobody knows what the disk has.
    pub(super) fn append(&mut self, seal: &FileSeal, piece: &[u8]) -> Result<(), StoreError> {
        let record = seal.seal(self.records, piece);
        let written = self.file.write_all_at(&record, self.end).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            let _ = self.truncate();
            return Err(failed(&self.path)(error));
        }
        self.records += 1;
        self.end += record.len() as u64;
        Ok(())
    }

    /// Cuts off what stands behind the last good record.
    fn truncate(&self) -> Result<(), StoreError> {
        self.file.set_len(self.end).map_err(failed(&self.path))
    }
}

/// The options of a file that nobody else may open.
pub(super) fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.mode(0o600);
    options
}

/// Makes durable which files a folder has.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn move_uploads(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name()
            && path.extension().is_some_and(|extension| extension == GROWING)
        {
            fs::rename(&path, to.join(name))?;
        }
    }
    sync_folder(to)?;
    sync_folder(from)
}

fn is_idle(path: &Path, now: Timestamp) -> bool {
    let written = fs::metadata(path).and_then(|known| known.modified()).ok();
    let since = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Duration::from_millis(now.0).saturating_sub(since) > IDLE
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::folder(path)(error),
    }
}

/// The extension of a file in the staging folder.
const GROWING: &str = "part";

/// The time after which an upload is given up if no piece came: the power of a post may be off for a night. The post still has
/// the file and begins again.
const IDLE: Duration = Duration::from_hours(24);
