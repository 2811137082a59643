//! The SFU in virtual time: str0m clients as browsers, behind a network with a seed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "made-up numbers are small"
)]

mod channels;
mod faults;
mod handshakes;
mod hostile;
mod hours;
mod join;
mod mixing;
mod mobility;
mod offers;
mod replays;
mod simulcast;
mod tcp;
mod testbed;
mod video;
mod voice;
