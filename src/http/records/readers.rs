//! The members who are downloading a file. The facts are asked once an opening, and not for each part of it.

use crate::store::{FileKey, StoredFile};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The openings of the last minute. Their number is bounded.
#[derive(Debug, Default)]
pub(super) struct Readers(Mutex<HashMap<(FileKey, PartyId), Opening>>);

#[derive(Debug)]
struct Opening {
    file: Arc<StoredFile>,
    until: Timestamp,
    /// The count of changes of members when the facts were asked.
    as_of: u64,
}

impl Readers {
    /// The file that this party opened a short time ago, if nobody has joined or left a consultation since.
    pub(super) fn get(
        &self,
        key: FileKey,
        who: &PartyId,
        now: Timestamp,
        member_changes: u64,
    ) -> Option<Arc<StoredFile>> {
        let openings = self.lock();
        let holds = |opening: &&Opening| now < opening.until && opening.as_of == member_changes;
        let opening = openings.get(&(key, who.clone())).filter(holds)?;
        Some(Arc::clone(&opening.file))
    }

    /// Remembers that this party opened a file, which it may read without being asked again for a minute.
    pub(super) fn insert(
        &self,
        key: FileKey,
        who: PartyId,
        file: &Arc<StoredFile>,
        now: Timestamp,
        as_of: u64,
    ) {
        let mut openings = self.lock();
        openings.retain(|_, opening| now < opening.until);
        while openings.len() >= OPENINGS {
            let first = openings.iter().min_by_key(|(_, opening)| opening.until).map(|(key, _)| key.clone());
            first.map(|key| openings.remove(&key));
        }
        openings
            .insert((key, who), Opening { file: Arc::clone(file), until: now.plus_ms(OPENING_MS), as_of });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(FileKey, PartyId), Opening>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time for which an opening holds, ms, unless somebody joins or leaves a consultation: long enough for most files over
/// a thin link.
const OPENING_MS: u64 = 60_000;

/// The openings that are remembered. Each takes some kilobytes.
const OPENINGS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        FileName, ObjectBlobs, SealedFiles,
        sealing::RecordKeys,
        testing::{Folder, consultation},
    };
    use teranga_clinic::{attachment::MediaType, id::PhotoId, photo_rules::Announced};
    use uuid::Uuid;

    const T: Timestamp = Timestamp(5);

    async fn photo(folder: &Folder) -> (FileKey, Arc<StoredFile>) {
        let blobs = Arc::new(ObjectBlobs::in_folder(&folder.join("photos")).unwrap());
        let photos = SealedFiles::open(folder, blobs, &RecordKeys::of_test()).await.unwrap();
        let file = FileName::Photo(PhotoId(Uuid::from_u128(1)));
        let (key, post) = (FileKey { consultation: consultation(1), file }, PartyId("post".into()));
        let announced = Announced { kind: MediaType::Webp, bytes: 3, sha256: vec![], thumbnail: vec![] };
        let upload = photos.begin(key, &post, announced).await.unwrap();
        upload.append(0, b"abc".to_vec()).await.unwrap();
        photos.finish(&upload).await.unwrap();
        (key, Arc::new(photos.stored(key).await.unwrap().unwrap()))
    }

    #[tokio::test]
    async fn an_opening_holds_for_its_party_and_a_minute() {
        let (folder, readers) = (Folder::new(), Readers::default());
        let ((key, photo), doctor) = (photo(&folder).await, PartyId("doctor".into()));
        assert!(readers.get(key, &doctor, T, 3).is_none());
        readers.insert(key, doctor.clone(), &photo, T, 3);
        assert!(readers.get(key, &doctor, T.plus_ms(OPENING_MS - 1), 3).is_some());
        assert!(readers.get(key, &doctor, T.plus_ms(OPENING_MS), 3).is_none());
        assert!(readers.get(key, &PartyId("guest".into()), T, 3).is_none());
        assert!(readers.get(key, &doctor, T, 4).is_none(), "somebody left meanwhile");
    }

    #[tokio::test]
    async fn openings_are_bounded() {
        let (folder, readers) = (Folder::new(), Readers::default());
        let (key, photo) = photo(&folder).await;
        for number in 0..OPENINGS + 5 {
            readers.insert(key, PartyId(format!("party {number}")), &photo, T.plus_ms(number as u64), 0);
        }
        assert_eq!(readers.lock().len(), OPENINGS);
        assert!(readers.get(key, &PartyId("party 0".into()), T, 0).is_none(), "the oldest made room");
    }
}
