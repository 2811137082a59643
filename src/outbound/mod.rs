//! The ways out of the server, each from a durable outbox: notices by SMS and e-mail to people who are not at a page, and publications
//! to the national record (`src/outbound/publications/`). The hub says whom to reach and why; what is to be said, by which way, how often and
//! for how long is decided here, and every decision is in the store before the first attempt.

mod appointments;
mod mail;
mod notices;
mod publications;
mod retry;
mod sms;
mod structures;
#[cfg(test)]
mod tests;
mod text;
mod way;
mod worker;

pub use appointments::Reminders;
pub use publications::{Pause, PublicationTotals, Publisher};
pub use structures::{StructureCall, StructureCalls};
pub use worker::{Outbound, OutboundCounts, OutboundWorker};
