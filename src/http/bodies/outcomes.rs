//! The body about what became of patients.

use serde::Serialize;
use teranga_clinic::case::CountedOutcome;

/// What became of the patients of the last days. It names none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OutcomesView {
    /// The number of days, with today.
    pub days: u16,
    /// The number of patients with each outcome, also where it is 0.
    pub counts: Vec<OutcomeCount>,
}

/// The number of patients with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: CountedOutcome,
    /// The number of patients.
    #[cfg_attr(test, ts(type = "number"))]
    pub count: u64,
}
