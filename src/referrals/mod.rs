//! Referrals on this server: what the hub is told of one, and the task with their clocks. What a referral is stands in
//! `clinic/src/referral/`.

mod change;
mod clocks;
#[cfg(test)]
mod tests;

pub use change::{asked_next, over};
pub use clocks::ReferralClocks;
