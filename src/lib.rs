//! Teranga: one binary that pairs health posts with specialists and carries their voices over thin links.
//!
//! From roof to ground; a module imports only from those below it.

pub mod cli;

pub mod app;
pub mod demo;
pub mod native;

pub mod http;

pub mod bridge;
pub mod health;
pub mod journal;
pub mod link_history;

pub mod metrics;
pub mod sockets;

pub mod identity;
pub mod net;
pub mod store;

pub mod config;

pub mod clock;
pub mod logging;

#[cfg(test)]
mod typescript;
