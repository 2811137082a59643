//! The signalling plane of Teranga as a pure machine: who is there, who asks, who answers. It reads no
//! clock, opens no socket, spawns no task, and never sees a packet.
//!
//! [`hub::Hub`] is the machine. [`message`] is its wire, told in prose by `PROTOCOL.md`; [`fact`] is what
//! it wants remembered, and [`consultation::Consultation`] the fold that turns facts back into state.

pub mod consultation;
pub mod fact;
pub mod hub;
pub mod id;
pub mod limits;
pub mod message;
pub mod pii;

mod case;
mod check;
mod finished;
mod grant;
mod lobby;
mod pending;
mod queue;
mod room;
mod session;
mod throttle;
mod timers;
mod token;

#[cfg(test)]
mod typescript;
