//! All files of a data folder: uploads under way, and finished files.

use super::{
    key::{FileKey, FolderKey},
    layout,
    open_uploads::OpenUploads,
    seal::FileSeal,
    staging::StagingFolder,
    stored::StoredFile,
    upload::{Upload, on_disk},
};
use crate::store::{StoreError, sealing::RecordKeys, traits::blobs::Blobs};
use std::{
    array,
    hash::{BuildHasher, RandomState},
    path::Path,
    sync::Arc,
};
use teranga_clinic::{id::PartyId, photo_rules::Announced, time::Timestamp};
use tokio::sync::{Mutex, MutexGuard};

/// The sealed files of a data folder. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct SealedFiles(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    key: FolderKey,
    staging: Arc<StagingFolder>,
    blobs: Arc<dyn Blobs>,
    open: OpenUploads,
    /// Each file has one of these locks, by its hash. Opening or ending an upload holds it; appending does not.
    locks: [Mutex<()>; LOCKS],
    hasher: RandomState,
}

impl SealedFiles {
    /// Opens the files of a data folder, of which the finished ones are in `blobs`. The key of the files is made at the
    /// first start, and lies there sealed with the keys of the records.
    ///
    /// # Errors
    /// The disk fails, or there are files but no key.
    pub async fn open(data: &Path, blobs: Arc<dyn Blobs>, keys: &RecordKeys) -> Result<Self, StoreError> {
        let staging = StagingFolder::open(data.join(STAGING), &data.join(EARLIER_STAGING))?;
        let nothing_sealed = staging.is_empty()? && blobs.list(1).await?.is_empty();
        let key = FolderKey::open(data, keys, nothing_sealed)?;
        let locks = array::from_fn(|_| Mutex::default());
        let (staging, open, hasher) = (Arc::new(staging), OpenUploads::default(), RandomState::new());
        Ok(Self(Arc::new(Inner { key, staging, blobs, open, locks, hasher })))
    }

    /// Begins the upload of a file by a party that may send it, or finds how much of it is there already. Another
    /// announcement for the same file begins anew.
    ///
    /// # Errors
    /// The store failed, or too many uploads are in use at this moment.
    pub async fn begin(
        &self,
        key: FileKey,
        by: &PartyId,
        announced: Announced,
    ) -> Result<Arc<Upload>, StoreError> {
        let _guard = self.lock(key).await;
        if let Some(known) = self.find(key, by).await? {
            if *known.announced() == announced {
                return Ok(known);
            }
            self.forget(&known).await?;
        }
        let (seal, staging) = (self.seal(key), Arc::clone(&self.0.staging));
        let upload = on_disk({
            let by = by.clone();
            move || {
                let file = staging.create(&seal, &announced)?;
                Ok(Arc::new(Upload::new(key, by, seal, announced, Vec::new(), Some(file))))
            }
        });
        let upload = upload.await?;
        self.0.open.insert(&upload)?;
        Ok(upload)
    }

    /// The upload of a file, if its state is in memory and `by` was allowed to send it.
    pub fn open_upload(&self, key: FileKey, by: &PartyId) -> Option<Arc<Upload>> {
        self.0.open.get(key).filter(|upload| upload.by() == by)
    }

    /// The upload of a file by a party that may send it, after a restart or a long rest: its state is read from the
    /// disk. A file that is finished already is an upload with all bytes held. `None` if nothing was begun.
    ///
    /// # Errors
    /// The store failed, or too many uploads are in use at this moment.
    pub async fn resume(&self, key: FileKey, by: &PartyId) -> Result<Option<Arc<Upload>>, StoreError> {
        let _guard = self.lock(key).await;
        self.find(key, by).await
    }

    /// Makes a finished file of an upload of which all bytes are held and were judged. It is durable when this returns.
    /// Nothing happens if it is finished already.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the upload was discarded; otherwise the store failed, and the upload stays as it is.
    pub async fn finish(&self, upload: &Arc<Upload>) -> Result<(), StoreError> {
        let _guard = self.lock(upload.key()).await;
        if upload.is_closed() {
            let finished = self.0.blobs.read(upload.seal.name(), 0..1).await?;
            return finished.map(drop).ok_or(StoreError::Missing);
        }
        let content = layout::seal_all(&upload.seal, upload.announced(), &upload.bytes());
        self.0.blobs.put(upload.seal.name(), content).await?;
        self.remove_staged(upload).await
    }

    /// Keeps a whole file that the server itself has made, in place of an older one. It is durable when this returns.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep(&self, key: FileKey, announced: &Announced, content: &[u8]) -> Result<(), StoreError> {
        let seal = self.seal(key);
        self.0.blobs.put(seal.name(), layout::seal_all(&seal, announced, content)).await
    }

    /// Forgets an upload and what came of it. A finished file stays.
    ///
    /// # Errors
    /// The disk failed.
    pub async fn discard(&self, upload: &Arc<Upload>) -> Result<(), StoreError> {
        let _guard = self.lock(upload.key()).await;
        self.remove_staged(upload).await
    }

    /// The finished file, open for reading; `None` if there is none.
    ///
    /// # Errors
    /// The store failed, or the file was changed on the disk.
    pub async fn stored(&self, key: FileKey) -> Result<Option<StoredFile>, StoreError> {
        StoredFile::open(Arc::clone(&self.0.blobs), self.seal(key)).await
    }

    /// The announcement of a file that is finished or being uploaded, with its thumbnail.
    ///
    /// # Errors
    /// The store failed, or the file was changed on the disk.
    pub async fn announced(&self, key: FileKey) -> Result<Option<Announced>, StoreError> {
        if let Some(upload) = self.0.open.get(key) {
            return Ok(Some(upload.announced().clone()));
        }
        if let Some(stored) = self.stored(key).await? {
            return Ok(Some(stored.announced().clone()));
        }
        let (seal, staging) = (self.seal(key), Arc::clone(&self.0.staging));
        on_disk(move || staging.announcement(&seal)).await
    }

    /// Gives up the uploads for which no piece came for a day before `now`. Their number.
    ///
    /// # Errors
    /// The disk failed.
    pub async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let staging = Arc::clone(&self.0.staging);
        let names = on_disk(move || staging.sweep(now)).await?;
        self.0.open.close_named(&names);
        Ok(names.len())
    }

    /// The upload in memory, else the finished file, else the upload of the staging folder. Needs the file's lock.
    async fn find(&self, key: FileKey, by: &PartyId) -> Result<Option<Arc<Upload>>, StoreError> {
        if let Some(upload) = self.0.open.get(key) {
            if upload.by() == by {
                return Ok(Some(upload));
            }
            upload.close();
        }
        if let Some(stored) = self.stored(key).await? {
            let bytes = stored.read(0..usize::MAX).await?;
            let announced = stored.announced().clone();
            let upload = Upload::new(key, by.clone(), self.seal(key), announced, bytes, None);
            return Ok(Some(Arc::new(upload)));
        }
        let (seal, staging) = (self.seal(key), Arc::clone(&self.0.staging));
        let loaded = on_disk(move || Ok(staging.load(&seal)?.map(|loaded| (seal, loaded)))).await?;
        let Some((seal, (opened, file))) = loaded else { return Ok(None) };
        let upload = Upload::new(key, by.clone(), seal, opened.announced, opened.plain, Some(file));
        let upload = Arc::new(upload);
        self.0.open.insert(&upload)?;
        Ok(Some(upload))
    }

    /// Forgets a file that is announced anew, finished or not. Needs the file's lock.
    async fn forget(&self, known: &Arc<Upload>) -> Result<(), StoreError> {
        self.0.blobs.delete(known.seal.name()).await?;
        self.remove_staged(known).await
    }

    /// Needs the file's lock.
    async fn remove_staged(&self, upload: &Arc<Upload>) -> Result<(), StoreError> {
        let (staging, closing) = (Arc::clone(&self.0.staging), Arc::clone(upload));
        on_disk(move || {
            closing.close();
            staging.remove(&closing.seal)
        })
        .await?;
        self.0.open.remove(upload);
        Ok(())
    }

    fn seal(&self, key: FileKey) -> FileSeal {
        self.0.key.derive(key)
    }

    async fn lock(&self, key: FileKey) -> MutexGuard<'_, ()> {
        let place = usize::try_from(self.0.hasher.hash_one(key) % LOCKS as u64).unwrap_or_default();
        self.0.locks[place].lock().await
    }
}

/// The folder of the uploads under way, in the data folder.
const STAGING: &str = "uploads";

/// The folder in which earlier versions kept their uploads, beside the finished files.
const EARLIER_STAGING: &str = "photos";

/// The uploads that may be opened or ended at the same time without waiting for each other.
const LOCKS: usize = 32;
