//! The configured times of the escalation.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use teranga_signaling::config::{RingTimes, StepTimes};

/// The times of the escalation, in seconds: for each urgency one for the doctor on duty, one for the second level and one for
/// the regional level, and the one after which the next doctor of a step is rung, too.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "units last, as everywhere")]
pub(super) struct RawEscalation {
    stat_s: Option<u64>,
    stat_second_s: Option<u64>,
    stat_regional_s: Option<u64>,
    urgent_s: Option<u64>,
    urgent_second_s: Option<u64>,
    urgent_regional_s: Option<u64>,
    routine_s: Option<u64>,
    routine_second_s: Option<u64>,
    routine_regional_s: Option<u64>,
    next_doctor_s: Option<u64>,
}

impl RawEscalation {
    pub(super) fn check(&self) -> Result<StepTimes, ConfigError> {
        let default = StepTimes::default();
        let stat = [
            ("escalation.stat_s", self.stat_s),
            ("escalation.stat_second_s", self.stat_second_s),
            ("escalation.stat_regional_s", self.stat_regional_s),
        ];
        let urgent = [
            ("escalation.urgent_s", self.urgent_s),
            ("escalation.urgent_second_s", self.urgent_second_s),
            ("escalation.urgent_regional_s", self.urgent_regional_s),
        ];
        let routine = [
            ("escalation.routine_s", self.routine_s),
            ("escalation.routine_second_s", self.routine_second_s),
            ("escalation.routine_regional_s", self.routine_regional_s),
        ];
        Ok(StepTimes {
            stat: ring_times(stat, default.stat)?,
            urgent: ring_times(urgent, default.urgent)?,
            routine: ring_times(routine, default.routine)?,
            next_doctor_ms: step("escalation.next_doctor_s", self.next_doctor_s, default.next_doctor_ms)?,
            ..default
        })
    }
}

/// The times of one urgency. A later step that is not configured rings for its default time, and no longer than the first one.
fn ring_times(
    [first, second, regional]: [(&'static str, Option<u64>); 3],
    default: RingTimes,
) -> Result<RingTimes, ConfigError> {
    let first_ms = step(first.0, first.1, default.first_ms)?;
    Ok(RingTimes {
        first_ms,
        second_ms: step(second.0, second.1, default.second_ms.min(first_ms))?,
        regional_ms: step(regional.0, regional.1, default.regional_ms.min(first_ms))?,
    })
}

/// Checks the time of an escalation step: at least a second, so that somebody can hear it ring, and at most a day.
pub(super) fn step(key: &'static str, seconds: Option<u64>, default_ms: u64) -> Result<u64, ConfigError> {
    let Some(seconds) = seconds else { return Ok(default_ms) };
    demand((1..=86_400).contains(&seconds), key, seconds, "choose 1 to 86400 seconds")?;
    Ok(seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_step_rings_no_longer_than_the_first_unless_it_is_configured() {
        let short = RawEscalation { stat_s: Some(4), urgent_second_s: Some(9), ..RawEscalation::default() };
        let times = short.check().unwrap();
        assert_eq!(times.stat, RingTimes::each(4_000));
        assert_eq!((times.urgent.first_ms, times.urgent.second_ms), (300_000, 9_000));
        let whole = RawEscalation::default().check().unwrap();
        assert_eq!(whole, StepTimes::default());
        let next = RawEscalation { next_doctor_s: Some(20), ..RawEscalation::default() };
        assert_eq!(next.check().unwrap().next_doctor_ms, 20_000);
        let zero = RawEscalation { stat_regional_s: Some(0), ..RawEscalation::default() };
        assert!(matches!(zero.check(), Err(ConfigError::Value { key: "escalation.stat_regional_s", .. })));
    }
}
