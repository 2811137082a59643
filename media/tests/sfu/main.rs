//! The SFU in virtual time: str0m clients as browsers, behind a network with a seed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unchecked_time_subtraction,
    reason = "made-up numbers are small, and times in order"
)]

mod channels;
mod drawn;
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
mod stalls;
mod tcp;
mod testbed;
mod video;
mod voice;
