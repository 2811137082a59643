//! The space of the file system that holds the server's data: a full disk stores no request, so operators see it coming.

use serde::Serialize;
use std::path::Path;

/// The space of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiskSpace {
    /// What the server may still write, bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub free_bytes: u64,
    /// Its size, bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub total_bytes: u64,
    /// True if less than a tenth is free, and less than 5 GB: time to make space.
    pub low: bool,
}

/// A disk with so much free space is not low, however large it is, bytes.
const ENOUGH_BYTES: u64 = 5_000_000_000;

impl DiskSpace {
    /// The space of the file system of a folder; none if it cannot be read.
    pub fn of(folder: &Path) -> Option<Self> {
        let stat = rustix::fs::statvfs(folder)
            .inspect_err(|error| tracing::warn!(%error, "the free disk space cannot be read"))
            .ok()?;
        let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
        Some(Self::new(bytes(stat.f_bavail), bytes(stat.f_blocks)))
    }

    const fn new(free_bytes: u64, total_bytes: u64) -> Self {
        let low = free_bytes < total_bytes / 10 && free_bytes < ENOUGH_BYTES;
        Self { free_bytes, total_bytes, low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_of_a_folder_is_that_of_its_file_system() {
        let space = DiskSpace::of(&std::env::temp_dir()).unwrap();
        assert!(space.free_bytes <= space.total_bytes && space.total_bytes > 1_000_000);
        assert_eq!(DiskSpace::of(Path::new("/no/such/folder")), None);
    }

    #[test]
    fn a_disk_is_low_by_its_share_and_by_what_is_left() {
        const GB: u64 = 1_000_000_000;
        assert!(DiskSpace::new(GB, 20 * GB).low);
        assert!(!DiskSpace::new(3 * GB, 20 * GB).low, "more than a tenth");
        assert!(!DiskSpace::new(6 * GB, 1_000 * GB).low, "a large disk has time");
        assert!(DiskSpace::new(0, 10).low);
    }
}
