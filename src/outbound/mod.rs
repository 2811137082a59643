//! The ways out of the server, each of which remembers what it owes: notices by SMS and e-mail to people who are not at a page,
//! publications to the national record (`src/outbound/publications/`), and once a day the head of the audit log. The hub says whom to
//! reach and why; what is to be said, by which way, how often and for how long is decided here, and every decision is in the store
//! before the first attempt.

mod appointments;
mod audit_head;
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
pub use audit_head::AuditHeadMail;
pub use publications::{Pause, PublicationTotals, Publisher};
pub use structures::{CallReason, StructureCall, StructureCalls};
pub use worker::{Outbound, OutboundCounts, OutboundWorker};
