//! Calls: the machine of running consultations. It handles joining the media plane, invitations, leaving and coming
//! back, pre-warming, the chat, photos, prescriptions, appointments, referrals, notes and advice. It orders the media plane, and never touches media itself.

mod ambulance;
mod appointments;
mod attachments;
mod chat;
mod consents;
mod dispensing;
mod invitations;
mod join;
mod link_reports;
mod machine;
mod membership;
mod notes;
mod notify;
mod photos;
mod prescriptions;
mod prewarm;
mod referrals;

pub(crate) use self::{invitations::ring_invited, machine::Calls, notify::call_message};
