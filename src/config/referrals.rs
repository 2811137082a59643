//! The configured times of referrals.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use teranga_clinic::referral::ReferralLimits;

/// The times of referrals, in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "units last, as everywhere")]
pub(super) struct RawReferrals {
    answer_s: Option<u64>,
    arrival_s: Option<u64>,
    counter_s: Option<u64>,
}

impl RawReferrals {
    pub(super) fn check(&self) -> Result<ReferralLimits, ConfigError> {
        let default = ReferralLimits::default();
        Ok(ReferralLimits {
            answer_ms: limit("referrals.answer_s", self.answer_s, default.answer_ms)?,
            arrival_ms: limit("referrals.arrival_s", self.arrival_s, default.arrival_ms)?,
            counter_ms: limit("referrals.counter_s", self.counter_s, default.counter_ms)?,
        })
    }
}

/// Checks the length of a clock: a second at least, and at most 60 days.
fn limit(key: &'static str, seconds: Option<u64>, default_ms: u64) -> Result<u64, ConfigError> {
    const MAX_S: u64 = 60 * 86_400;
    let Some(seconds) = seconds else { return Ok(default_ms) };
    demand((1..=MAX_S).contains(&seconds), key, seconds, "choose 1 to 5184000 seconds")?;
    Ok(seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clock_has_a_length_of_its_own_and_none_is_endless_or_nothing() {
        assert_eq!(RawReferrals::default().check().unwrap(), ReferralLimits::default());
        let raw = RawReferrals { answer_s: Some(300), arrival_s: Some(1), counter_s: Some(86_400) };
        let limits = raw.check().unwrap();
        assert_eq!((limits.answer_ms, limits.arrival_ms, limits.counter_ms), (300_000, 1_000, 86_400_000));
        for seconds in [0, 5_184_001] {
            let raw = RawReferrals { answer_s: Some(seconds), ..RawReferrals::default() };
            assert!(raw.check().unwrap_err().to_string().contains("referrals.answer_s"));
        }
    }
}
