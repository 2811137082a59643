//! Deferred cases: consultations that are answered in writing. This machine gives each case to a specialist, watches its deadlines,
//! and shows it to whoever has it on their list. A case always has an owner, or is looking for one.

mod allocate;
mod answers;
mod clock;
mod committed;
mod handlers;
mod machine;
mod rows;

pub(crate) use self::{
    committed::Follows,
    machine::{Cases, closing, is_case},
    rows::case_list,
};
