//! The rota of specialists: who is on duty, when, and at which level. It is a pure value that reads no clock; times come in.

mod duty;

pub use duty::{Duty, DutyLevel};
