//! A finished file, open for reading.

use super::{
    layout::{self, Layout},
    seal::FileSeal,
};
use crate::store::{
    StoreError,
    traits::blobs::{BLOB_BYTES, Blobs},
};
use std::{fmt, ops::Range, sync::Arc};
use teranga_clinic::photo_rules::Announced;

/// A finished file. It knows where the file's records are, so that a part costs reading and opening those that hold
/// it, and no others.
///
/// Every byte that it gives was authenticated in its record, under the file's own key and with the record's number.
/// The announcement is authenticated too, and says how long the file is. The SHA-256 of the whole was checked before
/// the file was finished; whoever has read all parts can check it again.
pub struct StoredFile {
    blobs: Arc<dyn Blobs>,
    seal: FileSeal,
    announced: Announced,
    layout: Layout,
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFile").field("name", &self.seal.name()).finish_non_exhaustive()
    }
}

impl StoredFile {
    /// Finds the file's records and opens the announcement; `None` if there is no such file.
    ///
    /// # Errors
    /// The store failed, or the blob was changed or cut.
    pub(super) async fn open(blobs: Arc<dyn Blobs>, seal: FileSeal) -> Result<Option<Self>, StoreError> {
        let Some(content) = blobs.read(seal.name(), 0..BLOB_BYTES as u64).await? else { return Ok(None) };
        let layout = Layout::of(&content);
        let announced = layout::open_announcement(&seal, &content, &layout);
        let Some(announced) = announced
            .filter(|announced| layout.file_end() == content.len() && layout.plain_end() == announced.bytes)
        else {
            return Err(changed(&seal));
        };
        Ok(Some(Self { blobs, seal, announced, layout }))
    }

    /// The announcement.
    pub const fn announced(&self) -> &Announced {
        &self.announced
    }

    /// Reads a part of the file; there is less of it if the file ends before the range does.
    ///
    /// # Errors
    /// The store failed, or a record that holds the part was changed.
    pub async fn read(&self, wanted: Range<usize>) -> Result<Vec<u8>, StoreError> {
        let wanted = wanted.start..wanted.end.min(self.announced.bytes);
        let records: Vec<_> = self.layout.holding(&wanted).collect();
        let (Some((_, first)), Some((_, last))) = (records.first(), records.last()) else {
            return Ok(Vec::new());
        };
        let begin = first.start;
        let sealed = self.blobs.read(self.seal.name(), begin as u64..last.end as u64).await?;
        let sealed = sealed.ok_or_else(|| changed(&self.seal))?;
        let mut part = Vec::new();
        for (number, place) in records {
            let record = sealed.get(place.start - begin..place.end - begin);
            let plain = record.and_then(|record| self.seal.open(number, record));
            part.extend(plain.ok_or_else(|| changed(&self.seal))?);
        }
        let skipped = wanted.start - self.layout.record_start(wanted.start);
        part.truncate(skipped + wanted.len());
        Ok(part.split_off(skipped))
    }
}

fn changed(seal: &FileSeal) -> StoreError {
    StoreError::Corrupt(format!("the file {} was changed or cut", seal.name()))
}
