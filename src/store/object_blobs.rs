//! Blobs behind the crate `object_store`: in a local folder by default. Another of its backends, such as S3, needs a
//! constructor here and nothing elsewhere.

use super::{
    StoreError,
    traits::blobs::{BLOB_BYTES, Blobs},
};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    Error, ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as ObjectPath,
};
use std::{
    error::Error as _,
    fs, io,
    ops::Range,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Blobs in any store that `object_store` knows.
#[derive(Debug)]
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
    /// The store's name in error messages.
    location: PathBuf,
}

impl ObjectBlobs {
    /// Opens the blobs of a local folder, and makes the folder if there is none. Only the user of this process can open
    /// it. Files that a crash left half written are removed.
    ///
    /// # Errors
    /// [`StoreError::Folder`]: the folder cannot be made or read.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        make_private(folder).and_then(|()| remove_torn(folder)).map_err(StoreError::folder(folder))?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| StoreError::folder(folder)(io::Error::other(error)))?;
        // Without this the crate returns before the disk has the file: neither the file nor its folder is synced.
        let store = store.with_fsync(true);
        Ok(Self { store: Arc::new(store), location: folder.into() })
    }

    fn error(&self, name: &str, error: Error) -> StoreError {
        let path = self.location.join(name);
        match io_kind(&error) {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => StoreError::Full,
            _ => StoreError::folder(path)(io::Error::other(error)),
        }
    }
}

#[async_trait]
impl Blobs for ObjectBlobs {
    async fn put(&self, name: &str, content: Vec<u8>) -> Result<(), StoreError> {
        if content.len() > BLOB_BYTES {
            return Err(StoreError::TooLarge);
        }
        let written = self.store.put(&ObjectPath::from(name), PutPayload::from(content)).await;
        written.map(drop).map_err(|error| self.error(name, error))
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        match self.store.get_range(&ObjectPath::from(name), range).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.error(name, error)),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        match self.store.delete(&ObjectPath::from(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.error(name, error)),
        }
    }

    async fn list(&self, limit: usize) -> Result<Vec<String>, StoreError> {
        let names = self.store.list(None).take(limit).map_ok(|found| found.location.to_string());
        names.try_collect().await.map_err(|error| self.error("", error))
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes what `object_store` was writing when the process was killed: it writes `NAME#NUMBER`, syncs and renames.
fn remove_torn(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().contains('#') {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The kind of the system's error somewhere below an error of the crate.
fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Folder;

    fn blobs() -> (Folder, ObjectBlobs) {
        let folder = Folder::new();
        let blobs = ObjectBlobs::in_folder(&folder).unwrap();
        (folder, blobs)
    }

    #[tokio::test]
    async fn a_blob_is_put_as_a_whole_and_read_in_ranges() {
        let (_folder, blobs) = blobs();
        assert_eq!(blobs.read("a", 0..9).await.unwrap(), None);
        blobs.put("a", b"first".to_vec()).await.unwrap();
        blobs.put("a", b"0123456789".to_vec()).await.unwrap();
        assert_eq!(blobs.read("a", 2..5).await.unwrap().unwrap(), b"234");
        assert_eq!(blobs.read("a", 8..99).await.unwrap().unwrap(), b"89", "the blob ends before the range");
        assert!(blobs.read("a", 99..100).await.is_err());
        assert_eq!(blobs.list(5).await.unwrap(), ["a"]);
        blobs.delete("a").await.unwrap();
        blobs.delete("a").await.unwrap();
        assert!(blobs.list(5).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_blob_has_a_bound_and_a_list_too() {
        let (_folder, blobs) = blobs();
        assert!(matches!(blobs.put("a", vec![0; BLOB_BYTES + 1]).await, Err(StoreError::TooLarge)));
        for name in ["a", "b", "c"] {
            blobs.put(name, vec![0]).await.unwrap();
        }
        assert_eq!(blobs.list(2).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_half_written_blob_is_gone_after_a_crash() {
        let (folder, blobs) = blobs();
        blobs.put("a", b"whole".to_vec()).await.unwrap();
        fs::write(folder.join("b#1"), b"ha").unwrap();
        let again = ObjectBlobs::in_folder(&folder).unwrap();
        assert!(!folder.join("b#1").exists());
        assert_eq!(again.list(5).await.unwrap(), ["a"]);
    }

    #[tokio::test]
    async fn the_folder_opens_for_nobody_else() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, _blobs) = blobs();
        assert_eq!(fs::metadata(&*folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn a_store_that_fails_names_the_blob() {
        let (folder, blobs) = blobs();
        fs::create_dir(folder.join("a")).unwrap();
        let error = blobs.put("a", vec![1]).await.unwrap_err();
        assert!(error.to_string().contains("/a"), "{error}");
    }
}
