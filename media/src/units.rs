//! Units as types, so that bits are never taken for bytes.

use std::{fmt, time::Duration};

/// Bit rate in bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bitrate(u64);

impl Bitrate {
    /// Makes a rate of bits per second.
    pub const fn bps(bits: u64) -> Self {
        Self(bits)
    }

    /// Makes a rate of kilobits (1,000 bits) per second.
    pub const fn kbps(kilobits: u64) -> Self {
        Self(kilobits * 1_000)
    }

    /// Returns the mean rate of `bytes` during `span`; zero for an empty span.
    pub fn of(bytes: u64, span: Duration) -> Self {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self(bytes.saturating_mul(8_000).checked_div(millis).unwrap_or(0))
    }

    /// Bit rate in bits per second.
    pub const fn as_bps(self) -> u64 {
        self.0
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns a multiple.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Returns the difference, zero at least.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Returns a share in percent.
    #[must_use]
    pub const fn percent(self, percent: u64) -> Self {
        Self(self.0.saturating_mul(percent) / 100)
    }

    /// Returns an even share of `parts`; the whole rate for 0 parts.
    #[must_use]
    pub fn shared_by(self, parts: usize) -> Self {
        Self(self.0 / u64::try_from(parts.max(1)).unwrap_or(u64::MAX))
    }

    /// Returns a share, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1,000")]
    pub fn scaled(self, share: f32) -> Self {
        let per_mille = (share.clamp(0.0, 1.0) * 1_000.0).round() as u64;
        Self(self.0.saturating_mul(per_mille) / 1_000)
    }

    /// Returns the transmission time of a number of bytes; [`Duration::MAX`] at a rate of zero.
    pub fn time_of(self, bytes: u64) -> Duration {
        (bytes * 8_000_000).checked_div(self.0).map_or(Duration::MAX, Duration::from_micros)
    }

    /// Returns the bytes that pass during `span`.
    pub fn bytes_in(self, span: Duration) -> u64 {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_mul(micros) / 8_000_000
    }
}

impl fmt::Display for Bitrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} kbit/s", self.0 / 1_000, self.0 % 1_000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_bits_a_second() {
        assert_eq!(Bitrate::of(1_500, Duration::from_millis(500)), Bitrate::kbps(24));
        assert_eq!(Bitrate::of(1_500, Duration::ZERO), Bitrate::bps(0));
        assert_eq!(Bitrate::kbps(24).bytes_in(Duration::from_millis(500)), 1_500);
        assert_eq!(Bitrate::kbps(24).time_of(1_500), Duration::from_millis(500));
        assert_eq!(Bitrate::bps(0).time_of(1), Duration::MAX);
        assert_eq!(Bitrate::kbps(24).scaled(0.9), Bitrate::bps(21_600));
    }
}
