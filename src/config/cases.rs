//! The configured times of deferred cases, and of the question what became of a patient.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use teranga_clinic::case::CaseTimes;

/// The times of deferred cases, in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "units last, as everywhere")]
pub(super) struct RawCases {
    pub(super) defer_s: Option<u64>,
    pub(super) link_lost_s: Option<u64>,
    stat_s: Option<u64>,
    urgent_s: Option<u64>,
    routine_s: Option<u64>,
    closing_s: Option<u64>,
    ask_again_s: Option<u64>,
    ask_last_s: Option<u64>,
    lost_s: Option<u64>,
}

impl RawCases {
    pub(super) fn check(&self) -> Result<CaseTimes, ConfigError> {
        let default = CaseTimes::default();
        let times = CaseTimes {
            stat_ms: deadline("cases.stat_s", self.stat_s, default.stat_ms)?,
            urgent_ms: deadline("cases.urgent_s", self.urgent_s, default.urgent_ms)?,
            routine_ms: deadline("cases.routine_s", self.routine_s, default.routine_ms)?,
            closing_ms: deadline("cases.closing_s", self.closing_s, default.closing_ms)?,
            ask_again_ms: deadline("cases.ask_again_s", self.ask_again_s, default.ask_again_ms)?,
            ask_last_ms: deadline("cases.ask_last_s", self.ask_last_s, default.ask_last_ms)?,
            lost_ms: deadline("cases.lost_s", self.lost_s, default.lost_ms)?,
        };
        let later = |key, earlier_ms: u64, later_ms: u64| {
            demand(earlier_ms < later_ms, key, later_ms / 1_000, "choose a later time than the one before it")
        };
        later("cases.ask_last_s", times.ask_again_ms, times.ask_last_ms)?;
        later("cases.lost_s", times.ask_last_ms, times.lost_ms)?;
        Ok(times)
    }
}

/// Checks the deadline of a deferred case: at least two seconds, so that there is a reminder at half of it, and at most 30 days.
fn deadline(key: &'static str, seconds: Option<u64>, default_ms: u64) -> Result<u64, ConfigError> {
    const MAX_S: u64 = 30 * 86_400;
    let Some(seconds) = seconds else { return Ok(default_ms) };
    demand((2..=MAX_S).contains(&seconds), key, seconds, "choose 2 to 2592000 seconds")?;
    Ok(seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_for_an_outcome_come_one_after_the_other() {
        assert_eq!(RawCases::default().check().unwrap(), CaseTimes::default());
        let short =
            RawCases { ask_again_s: Some(2), ask_last_s: Some(4), lost_s: Some(9), ..RawCases::default() };
        let times = short.check().unwrap();
        assert_eq!((times.ask_again_ms, times.ask_last_ms, times.lost_ms), (2_000, 4_000, 9_000));
        let refused = |raw: RawCases| match raw.check() {
            Err(ConfigError::Value { key, .. }) => key,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(RawCases { ask_last_s: Some(3_600), ..RawCases::default() }), "cases.ask_last_s");
        assert_eq!(refused(RawCases { lost_s: Some(86_400), ..RawCases::default() }), "cases.lost_s");
    }
}
