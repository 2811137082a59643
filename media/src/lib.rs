//! The media plane of Teranga as a pure machine: datagrams, commands and the time go in; datagrams and
//! events come out. It reads no clock, opens no socket, spawns no task, and knows no person.

pub mod command;
pub mod id;
pub mod units;
