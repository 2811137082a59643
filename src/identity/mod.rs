//! Identity: people sign in with a password, tablets with a key that never leaves them. This module owns the rules of
//! signing in; it opens no socket. The HTTP interface asks it, and the command line adds accounts and devices.

pub mod challenge;
pub mod code;
mod hash_limiter;
pub mod password;
pub mod secret;
#[cfg(test)]
mod tests;
pub mod throttle;

use crate::{
    clock::Clock,
    store::{Accounts, Devices, NewAccount, Places, Revocations, Session, Sessions, StoreError, Stores},
};
use challenge::Challenges;
use hash_limiter::HashLimiter;
use std::{net::IpAddr, sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place, Role},
    pii::Pii,
    time::Timestamp,
};
use throttle::Throttle;
use tokio::sync::{Mutex, mpsc};

/// The life of a person's session: a working day, because a specialist's browser may be a shared one.
const PERSON_SESSION_MS: u64 = 12 * 60 * 60_000;

/// The life of a tablet's session. Use renews it, and the key opens another at any time.
const DEVICE_SESSION_MS: u64 = 30 * 24 * 60 * 60_000;

/// Life of an enrolment code.
pub const CODE_LIFE_MS: u64 = 24 * 60 * 60_000;

/// The failed passwords of one login from one network that cost no waiting.
const FREE_PASSWORDS: u32 = 5;

/// The failed enrolment codes from one network that cost no waiting.
const FREE_CODES: u32 = 20;

/// Seconds that a browser is told to wait if too many sign in at once.
const QUEUE_IS_FULL_S: u32 = 2;

/// Period in which revocations by another process (`teranga user revoke`) are looked for.
const REVOCATION_POLL: Duration = Duration::from_secs(2);

/// The identity service.
#[derive(Debug)]
pub struct Identities {
    accounts: Arc<dyn Accounts>,
    devices: Arc<dyn Devices>,
    sessions: Arc<dyn Sessions>,
    places: Arc<dyn Places>,
    revocation_log: Arc<dyn Revocations>,
    clock: Clock,
    passwords: Throttle<([u8; 32], IpAddr)>,
    codes: Throttle<IpAddr>,
    challenges: Challenges,
    hash_limiter: HashLimiter,
    revocations: Mutex<ToldRevocations>,
}

/// Revocations that were reported, and their subscribers.
#[derive(Debug, Default)]
struct ToldRevocations {
    told: Option<i64>,
    to: Option<mpsc::Sender<PartyId>>,
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The person or the device.
    pub identity: Identity,
    /// Token for the cookie; the store has its hash only.
    pub token: Pii<String>,
    /// Life of the cookie, seconds.
    pub max_age_s: u64,
}

/// The reason for which somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Unknown login or wrong password.
    #[error("wrong credentials")]
    Credentials,
    /// The code is unknown, used or expired.
    #[error("no such enrolment code")]
    Code,
    /// The device is unknown or revoked, or did not sign with its key.
    #[error("no such device")]
    Device,
    /// The challenge is not ours, too old or used.
    #[error("no such challenge")]
    Challenge,
    /// The key is not an uncompressed P-256 point.
    #[error("not a public key")]
    Key,
    /// There were too many failures. The value is the seconds to wait.
    #[error("too many attempts, free again in {0} s")]
    TooManyAttempts(u32),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Identities {
    /// Makes the identity service over a store.
    pub fn new(stores: &Stores, clock: Clock) -> Self {
        let Stores { accounts, devices, sessions, places, revocations, .. } = stores.clone();
        Self {
            accounts,
            devices,
            sessions,
            places,
            revocation_log: revocations,
            clock,
            passwords: Throttle::new(FREE_PASSWORDS),
            codes: Throttle::new(FREE_CODES),
            challenges: Challenges::default(),
            hash_limiter: HashLimiter::default(),
            revocations: Mutex::default(),
        }
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// [`Denied`]. An unknown login and a wrong password get the same answer after the same time.
    pub async fn sign_in(&self, login: &str, password: &str, from: IpAddr) -> Result<SignedIn, Denied> {
        let login = password::fold_login(login).ok_or(Denied::Credentials)?;
        let network = throttle::network(from);
        let key = (secret::hash(login.as_bytes()), network);
        self.passwords.attempt(&key, self.clock.timestamp()).map_err(Denied::TooManyAttempts)?;
        let account = self.accounts.account(&login).await?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let right = self.verify(password, stored, network).await?;
        let account = account.filter(|_| right).ok_or(Denied::Credentials)?;
        self.passwords.succeeded(&key);
        self.open(account.identity).await
    }

    async fn verify(
        &self,
        password: &str,
        stored: Option<Pii<String>>,
        network: IpAddr,
    ) -> Result<bool, Denied> {
        let permit =
            self.hash_limiter.acquire(network).await.ok_or(Denied::TooManyAttempts(QUEUE_IS_FULL_S))?;
        let password = password.to_owned();
        let work = move || {
            let _permit = permit;
            password::verify(&password, stored.as_ref().map(|stored| stored.reveal().as_str()))
        };
        Ok(tokio::task::spawn_blocking(work).await.unwrap_or(false))
    }

    /// Binds a browser's key to the post whose code it has, and signs it in.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn enroll(&self, code: &str, public_key: &[u8], from: IpAddr) -> Result<SignedIn, Denied> {
        if !challenge::is_public_key(public_key) {
            return Err(Denied::Key);
        }
        let (network, now) = (throttle::network(from), self.clock.timestamp());
        self.codes.attempt(&network, now).map_err(Denied::TooManyAttempts)?;
        let code = code::read(code).ok_or(Denied::Code)?;
        let device = self.devices.enroll(&secret::hash(code.as_bytes()), public_key, now).await?;
        let device = device.ok_or(Denied::Code)?;
        self.codes.succeeded(&network);
        // The sockets of an earlier key close before the new one can open any: told later, it would be hit.
        self.tell_revocations().await?;
        let known = self.devices.device(&device).await?.filter(|device| device.revoked_at.is_none());
        self.open(known.ok_or(Denied::Device)?.identity).await
    }

    /// Makes a challenge for a device to sign.
    pub fn challenge(&self, device: PartyId) -> [u8; 32] {
        self.challenges.issue(device, self.clock.timestamp())
    }

    /// Signs a kiosk in.
    ///
    /// # Errors
    /// [`Denied`]. An unknown device, a revoked one and a wrong signature get the same answer.
    pub async fn sign_in_device(
        &self,
        device: &PartyId,
        challenge: &[u8],
        signature: &[u8],
    ) -> Result<SignedIn, Denied> {
        if !self.challenges.redeem(challenge, device, self.clock.timestamp()) {
            return Err(Denied::Challenge);
        }
        let known = self.devices.device(device).await?.filter(|device| device.revoked_at.is_none());
        let signed = known.filter(|device| {
            device.public_key.as_ref().is_some_and(|key| challenge::is_signed(key, challenge, signature))
        });
        self.open(signed.ok_or(Denied::Device)?.identity).await
    }

    async fn open(&self, identity: Identity) -> Result<SignedIn, Denied> {
        let (token, now) = (secret::token(), self.clock.timestamp());
        let life_ms = session_life_ms(identity.role);
        let session = Session { identity, expires_at: now.plus_ms(life_ms) };
        self.sessions.open_session(&secret::hash(token.reveal().as_bytes()), &session, now).await?;
        Ok(SignedIn { identity: session.identity, token, max_age_s: life_ms / 1_000 })
    }

    /// Returns the identity of the session of this cookie. A session that is used lives on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(&self, token: &str) -> Result<Option<Identity>, StoreError> {
        let (hash, now) = (secret::hash(token.as_bytes()), self.clock.timestamp());
        let Some(session) = self.sessions.session(&hash, now).await? else { return Ok(None) };
        let life_ms = session_life_ms(session.identity.role);
        if session.expires_at.since_ms(now) < life_ms / 2 {
            self.extend(&hash, now.plus_ms(life_ms)).await;
        }
        Ok(Some(session.identity))
    }

    /// Returns the place that this place may telephone: the health centre of its district.
    ///
    /// # Errors
    /// The store failed.
    pub async fn district_centre(&self, place: &Place) -> Result<Option<Place>, StoreError> {
        self.places.district_centre(place).await
    }

    /// A full disk must not sign anybody out: the session still has half of its life.
    async fn extend(&self, token: &[u8; 32], until: Timestamp) {
        if let Err(error) = self.sessions.extend_session(token, until).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
    }

    /// Ends the session of this cookie.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        self.sessions.close_session(&secret::hash(token.as_bytes())).await
    }

    /// Adds a person.
    ///
    /// # Errors
    /// The store failed, or has the login.
    ///
    /// # Panics
    /// If `login` is not [folded](password::fold_login).
    pub async fn add_person(
        &self,
        identity: Identity,
        login: &str,
        hash: Pii<String>,
    ) -> Result<(), StoreError> {
        let account = NewAccount { identity, login: login.into(), password_hash: hash };
        self.accounts.add_account(&account, self.clock.timestamp()).await
    }

    /// Makes a new enrolment code for a device. An older one becomes void.
    ///
    /// # Errors
    /// The store failed, or does not know the device.
    ///
    /// # Panics
    /// Never: a code reads as itself.
    pub async fn new_code(&self, device: &PartyId) -> Result<Pii<String>, StoreError> {
        let code = secret::code();
        let plain = code::read(code.reveal()).expect("a code reads as itself");
        let until = self.clock.timestamp().plus_ms(CODE_LIFE_MS);
        self.devices.put_code(&secret::hash(plain.as_bytes()), device, until).await?;
        Ok(code)
    }

    /// Tells `to` of every revocation from now on, also of those that another process makes, for ever.
    pub async fn watch_revocations(self: Arc<Self>, to: mpsc::Sender<PartyId>) {
        self.revocations.lock().await.to = Some(to);
        let mut beat = tokio::time::interval(REVOCATION_POLL);
        loop {
            beat.tick().await;
            if let Err(error) = self.tell_revocations().await {
                tracing::warn!(%error, "revocations cannot be read; trying again");
            }
        }
    }

    /// Reports the revocations that were not reported yet. The first time there is none to report: nobody is connected.
    async fn tell_revocations(&self) -> Result<(), StoreError> {
        let mut revocations = self.revocations.lock().await;
        let Some(told) = revocations.told else {
            revocations.told = Some(self.revocation_log.last_revocation().await?);
            return Ok(());
        };
        for (number, party) in self.revocation_log.revocations_after(told).await? {
            revocations.told = Some(number);
            if let Some(to) = &revocations.to {
                let _ = to.send(party).await;
            }
        }
        Ok(())
    }
}

const fn session_life_ms(role: Role) -> u64 {
    match role {
        Role::Kiosk => DEVICE_SESSION_MS,
        Role::Doctor | Role::Guest | Role::Operator => PERSON_SESSION_MS,
    }
}
