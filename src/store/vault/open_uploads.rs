//! The uploads whose state is in memory. Their number and size are bounded: the one that was used longest ago makes room,
//! and is read from the staging folder when its next piece comes.

use super::{key::FileKey, upload::Upload};
use crate::store::StoreError;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The table of open uploads.
#[derive(Debug, Default)]
pub(super) struct OpenUploads(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    /// Clients choose the keys: the standard hasher resists collisions that are made on purpose.
    entries: HashMap<FileKey, Entry>,
    /// Counts the uses.
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    upload: Arc<Upload>,
    /// The number of its last use.
    used: u64,
}

impl OpenUploads {
    /// The open upload of a file.
    pub(super) fn get(&self, key: FileKey) -> Option<Arc<Upload>> {
        let table = &mut *self.lock();
        table.uses += 1;
        let entry = table.entries.get_mut(&key)?;
        entry.used = table.uses;
        (!entry.upload.is_closed()).then(|| Arc::clone(&entry.upload))
    }

    /// Adds an upload, in place of an older one of the same file.
    ///
    /// # Errors
    /// [`StoreError::Busy`]: all uploads in memory are in use at this moment.
    pub(super) fn insert(&self, upload: &Arc<Upload>) -> Result<(), StoreError> {
        let table = &mut *self.lock();
        table.entries.remove(&upload.key());
        while table.is_full_for(upload) {
            // An upload that a request still holds must stay: two of one file would write to one file.
            let idle = table.entries.values().filter(|entry| Arc::strong_count(&entry.upload) == 1);
            let oldest = idle.min_by_key(|entry| entry.used).ok_or(StoreError::Busy)?.upload.key();
            table.entries.remove(&oldest);
        }
        table.uses += 1;
        let entry = Entry { upload: Arc::clone(upload), used: table.uses };
        table.entries.insert(upload.key(), entry);
        Ok(())
    }

    /// Removes an upload; false if it is not in the table, or another one of the same file is.
    pub(super) fn remove(&self, upload: &Arc<Upload>) -> bool {
        let entries = &mut self.lock().entries;
        let known = entries.get(&upload.key()).is_some_and(|entry| Arc::ptr_eq(&entry.upload, upload));
        known && entries.remove(&upload.key()).is_some()
    }

    /// Closes and removes the uploads of these files, by the names of their files.
    pub(super) fn close_named(&self, names: &[String]) {
        self.lock().entries.retain(|_, entry| {
            let is_listed = names.iter().any(|name| name == entry.upload.seal.name());
            if is_listed {
                entry.upload.close();
            }
            !is_listed
        });
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn is_full_for(&self, upload: &Upload) -> bool {
        let bytes: usize = self.entries.values().map(|entry| entry.upload.announced().bytes).sum();
        self.entries.len() >= OPEN_UPLOADS
            || (!self.entries.is_empty() && bytes + upload.announced().bytes > OPEN_BYTES)
    }
}

/// The uploads in memory: more than the posts of the country that are in a call at a time. Each has a file open.
const OPEN_UPLOADS: usize = 256;

/// The bytes that they may come to. A page sends files of about 80 kB.
const OPEN_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::{
        super::{key::FileName, seal::FileSeal},
        *,
    };
    use teranga_clinic::{
        attachment::MediaType,
        id::{ConsultationId, PartyId, PhotoId},
        photo_rules::Announced,
    };
    use uuid::Uuid;

    fn upload(number: u128, bytes: usize) -> Arc<Upload> {
        let file = FileName::Photo(PhotoId(Uuid::from_u128(number)));
        let key = FileKey { consultation: ConsultationId(Uuid::from_u128(1)), file };
        let announced = Announced { kind: MediaType::Webp, bytes, sha256: vec![], thumbnail: vec![] };
        let seal = FileSeal::new(&[0; 32], &[0; 32]);
        Arc::new(Upload::new(key, PartyId("post".into()), seal, announced, vec![], None))
    }

    fn number_of(key: FileKey) -> u128 {
        match key.file {
            FileName::Photo(photo) => photo.0.as_u128(),
            other => panic!("no upload of {other:?} was begun"),
        }
    }

    fn open_count(uploads: &OpenUploads) -> usize {
        uploads.lock().entries.len()
    }

    #[test]
    fn the_number_is_bounded_and_the_oldest_makes_room() {
        let uploads = OpenUploads::default();
        for number in 0..OPEN_UPLOADS as u128 + 5 {
            uploads.insert(&upload(number, 10)).unwrap();
        }
        assert_eq!(open_count(&uploads), OPEN_UPLOADS);
        let numbers: Vec<_> = uploads.lock().entries.keys().map(|key| number_of(*key)).collect();
        assert!(numbers.iter().all(|number| *number >= 5), "the first five made room");
    }

    #[test]
    fn the_bytes_are_bounded() {
        let uploads = OpenUploads::default();
        for number in 0..10 {
            uploads.insert(&upload(number, OPEN_BYTES / 4)).unwrap();
        }
        assert_eq!(open_count(&uploads), 4);
    }

    #[test]
    fn what_is_in_use_stays() {
        let uploads = OpenUploads::default();
        let held: Vec<_> = (0..OPEN_UPLOADS as u128).map(|number| upload(number, 10)).collect();
        for upload in &held {
            uploads.insert(upload).unwrap();
        }
        assert!(matches!(uploads.insert(&upload(999, 10)), Err(StoreError::Busy)));
        drop(held);
        assert!(uploads.insert(&upload(999, 10)).is_ok());
    }
}
