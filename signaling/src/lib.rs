//! The signalling plane of Teranga as a pure machine: who is there, who asks, who answers. It reads no
//! clock, opens no socket, spawns no task, and never sees a packet.
//!
//! [`hub::Hub`] is the machine. [`message`] is its wire, told in prose by `PROTOCOL.md`. The facts that it records,
//! and the consultation that they replay to, are types of `teranga_clinic`.

pub mod hub;
pub mod id;
pub mod limits;
pub mod message;

mod case;
mod check;
mod finished;
mod grant;
mod lobby;
mod queue;
mod room;
mod session;
mod throttle;
mod timers;
mod token;
mod uncommitted;
