//! Calls: joining the media plane, invitations, leaving and coming back, pre-warming, photos, notes and advice.

mod invitations;
mod join;
mod link_reports;
mod machine;
mod membership;
mod notes;
mod notify;
mod photos;
mod prewarm;

pub(crate) use self::{invitations::ring_invited, machine::Calls, notify::call_message};
