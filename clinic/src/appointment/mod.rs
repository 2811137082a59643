//! Appointments: a doctor sees a patient of a post again at a time, by a call of the post or at a place. An appointment is never edited:
//! it is moved or cancelled, and the record keeps what it was.

mod list;
mod made;
mod when;

pub use list::Appointments;
pub use made::{Appointment, AppointmentCancellation, AppointmentWay, NewAppointment};
pub use when::{AHEAD_MONTHS, DateFlaw, LocalTime, day_of, instant_of, remind_at};

/// The most appointments of one consultation, with those that were cancelled.
pub const APPOINTMENTS: usize = 20;

/// The longest reason, place or cause of a cancellation, in characters.
pub const APPOINTMENT_CHARS: usize = 200;

/// The time that an appointment takes, in milliseconds: one doctor has no second one in it.
pub const APPOINTMENT_MS: u64 = 15 * 60_000;

/// The time before an appointment by call at which its post may call, in milliseconds.
pub const EARLY_MS: u64 = 15 * 60_000;

/// The time after an appointment by call until which its post may call, in milliseconds.
pub const LATE_MS: u64 = 2 * 3_600_000;
