//! A thin link between two network namespaces, for tests with real browsers on machines without `netem`.
//!
//! The first half is pure: it is handed the time and packets, and gives packets back. The second half
//! ([`wire`], [`namespaces`], [`report`], [`priority`], [`clock`]) moves them, and is the only one that meets the kernel.

pub mod command;
pub mod counters;
pub mod emulator;
pub mod link;
pub mod nat;
pub mod packet;
pub mod profile;
pub mod schedule;
pub mod shape;

pub mod clock;
pub mod event_loop;
pub mod namespaces;
pub mod priority;
pub mod report;
