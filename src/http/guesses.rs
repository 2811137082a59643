//! The throttle of codes that people type from paper without an account: whoever tries many is slowed, and nobody else is kept out.

use super::error::ApiError;
use crate::identity::throttle::{Budget, network};
use std::net::IpAddr;
use teranga_clinic::time::Timestamp;

/// The budgets of codes that were not found: of one network, and of the whole world.
#[derive(Debug)]
pub(super) struct Guesses {
    networks: Budget<IpAddr>,
    all: Budget<()>,
}

impl Default for Guesses {
    fn default() -> Self {
        Self { networks: Budget::new(BURST, EVERY_MS), all: Budget::new(BURST_OF_ALL, EVERY_OF_ALL_MS) }
    }
}

impl Guesses {
    /// Begins an attempt. It counts until it [has found](Self::found) something.
    ///
    /// # Errors
    /// [`ApiError::TooManyAttempts`].
    pub(super) fn begin(&self, from: IpAddr, now: Timestamp) -> Result<(), ApiError> {
        let network = network(from);
        self.networks.take(&network, now).map_err(ApiError::TooManyAttempts)?;
        if let Err(seconds) = self.all.take(&(), now) {
            self.networks.give_back(&network);
            return Err(ApiError::TooManyAttempts(seconds));
        }
        Ok(())
    }

    /// The attempt found something, and does not count.
    pub(super) fn found(&self, from: IpAddr) {
        self.networks.give_back(&network(from));
        self.all.give_back(&());
    }
}

/// Codes that were not found: so many of one network at once, and one more each five seconds. The customers of a mobile operator share
/// addresses, and mistype.
const BURST: u32 = 60;
const EVERY_MS: u64 = 5_000;
/// The same of the whole world, so many that one guesser does not keep the pharmacies and hospitals out. Among 2^48 codes a million are found
/// by one guess in 280 million: at ten guesses a second, about one in a year.
const BURST_OF_ALL: u32 = 3_000;
const EVERY_OF_ALL_MS: u64 = 100;
