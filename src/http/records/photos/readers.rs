//! The members who are downloading a photo. The facts are asked once an opening, and not for each part of it.

use crate::store::{PhotoKey, StoredPhoto};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The openings of the last minute. Their number is bounded.
#[derive(Debug, Default)]
pub(super) struct Readers(Mutex<HashMap<(PhotoKey, PartyId), Opening>>);

#[derive(Debug)]
struct Opening {
    photo: Arc<StoredPhoto>,
    until: Timestamp,
}

impl Readers {
    /// The photo that this party opened a short time ago.
    pub(super) fn get(&self, key: PhotoKey, who: &PartyId, now: Timestamp) -> Option<Arc<StoredPhoto>> {
        let openings = self.lock();
        let opening = openings.get(&(key, who.clone())).filter(|opening| now < opening.until)?;
        Some(Arc::clone(&opening.photo))
    }

    /// Remembers that this party opened a photo, which it may read without being asked again for a minute.
    pub(super) fn insert(&self, key: PhotoKey, who: PartyId, photo: &Arc<StoredPhoto>, now: Timestamp) {
        let mut openings = self.lock();
        openings.retain(|_, opening| now < opening.until);
        while openings.len() >= OPENINGS {
            let first = openings.iter().min_by_key(|(_, opening)| opening.until).map(|(key, _)| key.clone());
            first.map(|key| openings.remove(&key));
        }
        openings.insert((key, who), Opening { photo: Arc::clone(photo), until: now.plus_ms(OPENING_MS) });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(PhotoKey, PartyId), Opening>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time for which an opening holds, ms. It is short, because a guest who leaves the consultation in between may read
/// on for so long; and it is long enough for most photos over a thin link.
const OPENING_MS: u64 = 60_000;

/// The openings that are remembered. Each takes some kilobytes.
const OPENINGS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        ObjectBlobs, SealedPhotos,
        testing::{Folder, consultation},
    };
    use teranga_clinic::{id::PhotoId, photo::PhotoKind, photo_rules::Announced};
    use uuid::Uuid;

    const T: Timestamp = Timestamp(5);

    async fn photo(folder: &Folder) -> (PhotoKey, Arc<StoredPhoto>) {
        let blobs = Arc::new(ObjectBlobs::in_folder(&folder.join("photos")).unwrap());
        let photos = SealedPhotos::open(folder, blobs).await.unwrap();
        let (key, post) = ((consultation(1), PhotoId(Uuid::from_u128(1))), PartyId("post".into()));
        let announced = Announced { kind: PhotoKind::Webp, bytes: 3, sha256: vec![], thumbnail: vec![] };
        let upload = photos.begin(key, &post, announced).await.unwrap();
        upload.append(0, b"abc".to_vec()).await.unwrap();
        photos.finish(&upload).await.unwrap();
        (key, Arc::new(photos.stored(key).await.unwrap().unwrap()))
    }

    #[tokio::test]
    async fn an_opening_holds_for_its_party_and_a_minute() {
        let (folder, readers) = (Folder::new(), Readers::default());
        let ((key, photo), doctor) = (photo(&folder).await, PartyId("doctor".into()));
        assert!(readers.get(key, &doctor, T).is_none());
        readers.insert(key, doctor.clone(), &photo, T);
        assert!(readers.get(key, &doctor, T.plus_ms(OPENING_MS - 1)).is_some());
        assert!(readers.get(key, &doctor, T.plus_ms(OPENING_MS)).is_none());
        assert!(readers.get(key, &PartyId("guest".into()), T).is_none());
    }

    #[tokio::test]
    async fn openings_are_bounded() {
        let (folder, readers) = (Folder::new(), Readers::default());
        let (key, photo) = photo(&folder).await;
        for number in 0..OPENINGS + 5 {
            readers.insert(key, PartyId(format!("party {number}")), &photo, T.plus_ms(number as u64));
        }
        assert_eq!(readers.lock().len(), OPENINGS);
        assert!(readers.get(key, &PartyId("party 0".into()), T).is_none(), "the oldest made room");
    }
}
