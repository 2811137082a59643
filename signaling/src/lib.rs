//! The signalling plane of Teranga as a pure machine: it knows who is there, who asks and who answers. It reads no
//! clock, opens no socket, spawns no task, and never sees a packet.
//!
//! [`hub::Hub`] is the machine and [`contract`] what goes into it and comes out of it. [`message`] is the wire, told in
//! prose by `PROTOCOL.md`. The facts that the hub records, and the consultation that they replay to, are types of
//! `teranga_clinic`.
//!
//! From roof to ground; a module imports only from those below it:
//!
//! - [`hub`] composes four machines and tells everybody what is new (`hub/notify.rs`).
//! - `calls` (rooms, joining, invitations, the chat, photos, notes), `dispatch` (requests, escalation, claims), `cases` (deferred cases:
//!   allocation, deadlines, outcomes) and `presence` (handshake, liveness, roster) each keep what only they know.
//! - `context` is what the four share: sessions, open consultations, uncommitted facts, timers, effects.
//! - `registry` holds the open consultations and their seats, `session` the sockets and parties, `rota` who is on duty now, `past` what the
//!   last consultations tell.
//! - [`contract`], [`config`], [`message`], [`id`], [`limits`] and a few leaves.

pub mod config;
pub mod contract;
pub mod hub;
pub mod id;
pub mod limits;
pub mod message;

mod calls;
mod cases;
mod context;
mod dispatch;
mod past;
mod presence;
mod registry;
mod rota;
mod session;
mod throttle;
mod timers;
mod token;
