//! Teranga: one binary that pairs health posts with specialists and carries their voices over thin links.
//!
//! The modules stand in the order of the layers, from the command line down to the clock. A module imports only from those
//! below its own group; `tests/floors.rs` holds it to that.

pub mod cli;

pub mod app;
pub mod demo;
pub mod native;

pub mod http;

pub mod rota;

pub mod referrals;

pub mod health;

pub mod metrics;

pub mod bridge;

pub mod net;

pub mod audit_watch;
pub mod declarations;
pub mod dpp;
pub mod identity;
pub mod journal;
pub mod link_history;
pub mod outbound;
pub mod signatures;

pub mod sockets;

pub mod attachment_check;

pub mod store;

pub mod config;

pub mod data_folder;
pub mod disk_space;
pub mod pulse;
pub mod spoken;

pub mod clock;
pub mod logging;
pub mod security;

#[cfg(test)]
mod typescript;
