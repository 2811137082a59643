//! The ways out to people who are not at a page: a durable outbox whose notices go by SMS and e-mail. The hub says whom to reach and
//! why; what is to be said, by which way, how often and for how long is decided here, and every decision is in the store before
//! the first attempt.

mod appointments;
mod mail;
mod notices;
mod sms;
mod structures;
#[cfg(test)]
mod tests;
mod text;
mod way;
mod worker;

pub use appointments::Reminders;
pub use structures::{StructureCall, StructureCalls};
pub use worker::{Outbound, OutboundCounts, OutboundWorker};
