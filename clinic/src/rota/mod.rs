//! The rota of specialists: who is on duty, when, and at which level. People keep a [`DutyPlan`] by [`Change`]s, and a
//! [`DutyCalendar`] computes the duties. All of it is pure values that read no clock; times come in.

mod calendar;
mod change;
mod duty;
mod import;
mod news;
mod plan;
mod replaced;
#[cfg(test)]
mod tests;
mod zone;

pub use calendar::{DAYS_AT_ONCE, DutyCalendar, Gap, SPECIALITIES};
pub use change::{Change, Refused};
pub use duty::{Duty, DutyLevel};
pub use import::{ImportProblem, ImportedEvent, UnreadableCalendar, read_calendar};
pub use news::DutyNews;
pub use plan::{DutyLeave, DutyPlan, Exception, Span, Spoken, Stretch, Swap, WeekSlot, Weekday};
pub use replaced::Replaced;
pub use zone::Zone;
