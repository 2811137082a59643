//! The step-up of somebody who is signed in: the password is asked again before an act that a walker-by must not do at an unattended
//! page, such as signing a prescription.

use super::{Denied, Identities, secret, sign_in_throttle::Guesser};
use std::net::IpAddr;
use teranga_clinic::{id::PartyId, pii::Pii};

impl Identities {
    /// Checks the password of somebody who is signed in from this address.
    ///
    /// # Errors
    /// [`Denied::Credentials`] for a wrong one, and [`Denied::TooManyAttempts`] after several of them. They lock nobody out of signing in.
    pub async fn step_up(&self, party: &PartyId, password: &Pii<String>, from: IpAddr) -> Result<(), Denied> {
        self.step_ups.attempt(party, self.clock.timestamp()).map_err(Denied::TooManyAttempts)?;
        let stored = self.signers.signer(party).await?.map(|signer| signer.password_hash);
        let guesser = Guesser::Stranger { login: secret::hash(party.0.as_bytes()), from };
        match self.verify(password, stored, &guesser).await {
            Ok(true) => {
                self.step_ups.succeeded(party);
                Ok(())
            }
            Ok(false) => Err(Denied::Credentials),
            Err(denied) => {
                // The queue of hashes was full: the password was not looked at.
                self.step_ups.take_back(party);
                Err(denied)
            }
        }
    }
}
