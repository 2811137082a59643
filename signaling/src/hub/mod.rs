//! The hub: the signalling plane as one pure machine. It is handed what happened and the time, and gives the effects
//! that are to be done; the bridge (`src/bridge/`) owns it and does them.
//!
//! It composes four machines over one shared context: presence, dispatch, cases and calls. Handlers change state and mark
//! what changed; `notify` then tells everybody what is new to them, so that no handler can forget somebody.

mod ambulance;
mod causes;
mod committed;
mod machine;
mod notify;
mod overview;
mod restore;
mod route;
mod session_end;
mod summons;
mod welcome;

pub use self::{
    machine::Hub,
    restore::{RestoreError, in_order},
};
pub use crate::context::{Counters, Stats};
