//! An emulated link between two network namespaces, for tests with real browsers on machines without `netem`.
//!
//! The first group of modules is pure: it takes packets and the time, and returns packets. The second group
//! ([`event_loop`], [`namespaces`], [`report`], [`priority`], [`clock`]) does the input and output.

pub mod command;
pub mod counters;
pub mod emulator;
pub mod link;
pub mod nat;
pub mod nat64;
pub mod packet;
pub mod profile;
pub mod schedule;
pub mod shape;

pub mod clock;
pub mod event_loop;
pub mod namespaces;
pub mod priority;
pub mod report;
