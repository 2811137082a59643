//! The signalling plane of Teranga as a pure machine: who is there, who asks, who answers. It reads no
//! clock, opens no socket, spawns no task, and never sees a packet.

pub mod fact;
pub mod hub;
pub mod id;
pub mod limits;
pub mod message;
pub mod pii;

#[cfg(test)]
mod typescript;
