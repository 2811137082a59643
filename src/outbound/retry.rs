//! How long an outbox waits before it tries again.

/// The pause before the second attempt, in milliseconds. It doubles with each attempt.
const RETRY_MS: u64 = 30_000;

/// The longest pause between two attempts, in milliseconds.
const RETRY_MAX_MS: u64 = 15 * 60_000;

/// The pause after an attempt, by the number of those before it.
pub(super) fn retry_ms(attempts: u32) -> u64 {
    RETRY_MS.saturating_mul(1 << attempts.min(16)).min(RETRY_MAX_MS)
}
