//! Identity: people sign in with a password, tablets with a key that never leaves them. This module owns the rules of
//! signing in; it opens no socket. The HTTP interface asks it, and the command line adds accounts and devices.

pub mod challenge;
pub mod code;
pub mod device_cookie;
mod hash_limiter;
pub mod password;
pub mod secret;
mod seen;
pub mod sessions;
mod sign_in_throttle;
pub mod staff;
#[cfg(test)]
mod staff_tests;
mod step_up;
#[cfg(test)]
mod tests;
pub mod throttle;

use crate::{
    clock::Clock,
    store::{
        Accounts, Devices, NewAccount, Places, Revocations, Sessions, SignerKeys, StoreError, Stores,
        TokenHash,
    },
};
use challenge::{Challenge, Challenges};
use device_cookie::DeviceCookie;
use hash_limiter::HashLimiter;
use seen::Seen;
use sign_in_throttle::{CookieId, Guesser, SignInThrottle};
use std::{net::IpAddr, sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place},
    pii::Pii,
    structure::Structure,
};
use throttle::{Backoff, Budget};
use tokio::sync::{Mutex, mpsc};

/// Life of an enrolment code.
pub const CODE_LIFE_MS: u64 = 24 * 60 * 60_000;

/// The most doctors in the list of colleagues; Senegal has about 2,000.
const COLLEAGUES: u32 = 2_000;

/// The wrong codes and signatures of one network at once, and the time in which one more is allowed. Beyond that they are
/// answered with a wait. A right one is never refused, so nobody keeps a post out with wrong ones.
const FAILURES_BURST: u32 = 20;
const FAILURES_EVERY_MS: u64 = 3_000;

/// The sign-ins of one device at once, and the time in which one more is allowed. A tablet signs in after a restart.
const DEVICE_BURST: u32 = 20;
const DEVICE_EVERY_MS: u64 = 5_000;

/// The wrong passwords of one account, asked again before an act, that cost no waiting.
const FREE_STEP_UPS: u32 = 5;

/// Seconds that a browser is told to wait if too many sign in at once.
const QUEUE_IS_FULL_S: u32 = 2;

/// Period in which revocations by another process (`teranga user revoke`) are looked for.
const REVOCATION_POLL: Duration = Duration::from_secs(1);

/// The number of these periods after which it is written down who was connected: half a minute.
const SEEN_EVERY_POLLS: u32 = 30;

/// The identity service.
#[derive(Debug)]
pub struct Identities {
    accounts: Arc<dyn Accounts>,
    signers: Arc<dyn SignerKeys>,
    devices: Arc<dyn Devices>,
    sessions: Arc<dyn Sessions>,
    places: Arc<dyn Places>,
    revocation_log: Arc<dyn Revocations>,
    clock: Clock,
    passwords: SignInThrottle,
    failures: Budget<IpAddr>,
    device_sign_ins: Budget<PartyId>,
    step_ups: Backoff<PartyId>,
    challenges: Challenges,
    hash_limiter: HashLimiter,
    revocations: Mutex<ToldRevocations>,
    seen: Seen,
    /// The staff of posts.
    pub staff: staff::PostStaff,
}

/// Revocations that were reported, and their subscribers.
#[derive(Debug, Default)]
struct ToldRevocations {
    told: Option<i64>,
    to: Option<mpsc::Sender<PartyId>>,
}

/// A person's attempt to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The login, as typed.
    pub login: &'a Pii<String>,
    /// The password, as typed.
    pub password: &'a Pii<String>,
    /// The value of the [device cookie](device_cookie) of this login, if the browser has one.
    pub device_cookie: Option<&'a str>,
    /// The browser.
    pub client: Client<'a>,
}

/// The browser that signs in.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// Its address.
    pub from: IpAddr,
    /// Its kind, as `Firefox, Windows`; empty if it is not known.
    pub browser: &'a str,
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
    /// The cookie by which the account knows this browser again; none for a device.
    pub device_cookie: Option<DeviceCookie>,
    /// The sessions that ended for this one, because the party had too many.
    pub ended: Vec<TokenHash>,
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
    /// The device is unknown, or did not sign with its key.
    #[error("no such device")]
    Device,
    /// The device signed with its key, but was revoked.
    #[error("a device that was revoked")]
    Revoked,
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
        let Stores { accounts, devices, sessions, places, revocations, staff, signer_keys, .. } =
            stores.clone();
        Self {
            accounts,
            signers: signer_keys,
            devices,
            sessions,
            places,
            revocation_log: revocations,
            clock,
            passwords: SignInThrottle::default(),
            failures: Budget::new(FAILURES_BURST, FAILURES_EVERY_MS),
            device_sign_ins: Budget::new(DEVICE_BURST, DEVICE_EVERY_MS),
            step_ups: Backoff::new(FREE_STEP_UPS),
            challenges: Challenges::default(),
            hash_limiter: HashLimiter::default(),
            revocations: Mutex::default(),
            seen: Seen::default(),
            staff: staff::PostStaff::new(staff, clock),
        }
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// [`Denied`]. An unknown login and a wrong password get the same answer after the same time.
    pub async fn sign_in(&self, attempt: &Attempt<'_>) -> Result<SignedIn, Denied> {
        let login = password::fold_login(attempt.login.reveal()).ok_or(Denied::Credentials)?;
        let known = self.known_browser(&login, attempt.device_cookie).await?;
        let stranger = Guesser::Stranger { login: secret::hash(login.as_bytes()), from: attempt.client.from };
        let guesser = self.passwords.begin(known, stranger, self.clock.timestamp());
        let guesser = guesser.map_err(Denied::TooManyAttempts)?;
        let stored = self.accounts.password_hash(&login).await?;
        let right = self.verify(attempt.password, stored.clone(), &guesser).await?;
        let hash = stored.filter(|_| right).ok_or(Denied::Credentials)?;
        let identity = self.accounts.account(&login, hash.reveal()).await?;
        let identity = identity.ok_or(Denied::Credentials)?;
        self.passwords.succeeded(&guesser);
        let cookie = device_cookie::make(&login, hash.reveal(), self.clock.timestamp());
        let session = self.open(identity, attempt.client.browser).await?;
        Ok(SignedIn { device_cookie: Some(cookie), ..session })
    }

    /// The device cookie of a browser from which the account signed in before.
    async fn known_browser(&self, login: &str, cookie: Option<&str>) -> Result<Option<CookieId>, StoreError> {
        let Some(cookie) = cookie else { return Ok(None) };
        let hash = self.accounts.password_hash(login).await?;
        let hash = hash.as_ref().map(|hash| hash.reveal().as_str());
        Ok(device_cookie::check(cookie, login, hash, self.clock.timestamp()))
    }

    async fn verify(
        &self,
        password: &Pii<String>,
        stored: Option<Pii<String>>,
        guesser: &Guesser,
    ) -> Result<bool, Denied> {
        let permit = self.hash_limiter.acquire(guesser).await;
        let permit = permit.ok_or(Denied::TooManyAttempts(QUEUE_IS_FULL_S))?;
        let password = password.clone();
        let work = move || {
            let _permit = permit;
            password::verify(password.reveal(), stored.as_ref().map(|stored| stored.reveal().as_str()))
        };
        Ok(tokio::task::spawn_blocking(work).await.unwrap_or(false))
    }

    /// Binds a browser's key to the post whose code it has, and signs it in. The code is looked up before any throttle, so
    /// that wrong codes from the same network keep no post out.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn enroll(
        &self,
        code: &str,
        public_key: &[u8],
        client: Client<'_>,
    ) -> Result<SignedIn, Denied> {
        if !challenge::is_public_key(public_key) {
            return Err(Denied::Key);
        }
        let Some(code) = code::read(code) else { return Err(self.failed(client.from, Denied::Code)) };
        let now = self.clock.timestamp();
        let device = self.devices.enroll(&secret::hash(code.as_bytes()), public_key, now).await?;
        let Some(device) = device else { return Err(self.failed(client.from, Denied::Code)) };
        // The sockets of an earlier key close before the new one can open any: told later, it would be hit.
        self.tell_revocations().await?;
        let known = self.devices.device(&device).await?.filter(|device| device.revoked_at.is_none());
        self.open(known.ok_or(Denied::Device)?.identity, client.browser).await
    }

    /// The answer to a wrong code or signature: a wait, if there were many from this network.
    fn failed(&self, from: IpAddr, denied: Denied) -> Denied {
        let taken = self.failures.take(&throttle::network(from), self.clock.timestamp());
        taken.err().map_or(denied, Denied::TooManyAttempts)
    }

    /// Makes a challenge for a device to sign. Nothing is kept of it.
    pub fn challenge(&self, device: &PartyId) -> Challenge {
        self.challenges.issue(device, self.clock.timestamp())
    }

    /// Signs a kiosk in.
    ///
    /// # Errors
    /// [`Denied`]. An unknown device, a revoked one and a wrong signature get the same answer after the same time.
    pub async fn sign_in_device(
        &self,
        device: &PartyId,
        challenge: &[u8],
        signature: &[u8],
        client: Client<'_>,
    ) -> Result<SignedIn, Denied> {
        let now = self.clock.timestamp();
        let Some(challenge) = self.challenges.check(challenge, device, now) else {
            return Err(self.failed(client.from, Denied::Challenge));
        };
        let key = self.devices.device_key(device).await?;
        let tried = key.as_deref().unwrap_or(&challenge::NO_KEY);
        let is_signed = challenge::is_signed(tried, &challenge, signature) && key.is_some();
        if !is_signed {
            return Err(self.failed(client.from, Denied::Device));
        }
        let known = self.devices.device(device).await?.filter(|device| device.public_key == key);
        let device = known.ok_or(Denied::Device)?;
        if device.revoked_at.is_some() {
            return Err(Denied::Revoked);
        }
        self.device_sign_ins.take(&device.identity.party, now).map_err(Denied::TooManyAttempts)?;
        if !self.challenges.use_up(challenge, now) {
            return Err(Denied::Challenge);
        }
        self.open(device.identity, client.browser).await
    }

    /// Returns the place that this place may telephone: the health centre of its district.
    ///
    /// # Errors
    /// The store failed.
    pub async fn district_centre(&self, place: &Place) -> Result<Option<Place>, StoreError> {
        self.places.district_centre(place).await
    }

    /// Returns all structures, to find those near a post.
    ///
    /// # Errors
    /// The store failed.
    pub async fn structures(&self) -> Result<Vec<Structure>, StoreError> {
        self.places.structures().await
    }

    /// Returns every doctor who can be asked or given a case, at most `COLLEAGUES`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn colleagues(&self) -> Result<Vec<Identity>, StoreError> {
        self.accounts.colleagues(COLLEAGUES).await
    }

    /// Adds a person. The login is [folded](password::fold_login).
    ///
    /// # Errors
    /// The store failed, or has the login.
    pub async fn add_person(&self, account: &NewAccount) -> Result<(), StoreError> {
        self.accounts.add_account(account, self.clock.timestamp()).await
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

    /// Tells `to` of every revocation from now on, also of those that another process makes, for ever. Beside that it writes
    /// down from time to time who was connected.
    pub async fn watch_revocations(self: Arc<Self>, to: mpsc::Sender<PartyId>) {
        self.revocations.lock().await.to = Some(to);
        let mut beat = tokio::time::interval(REVOCATION_POLL);
        for beats in 1_u32.. {
            beat.tick().await;
            if beats.is_multiple_of(SEEN_EVERY_POLLS) {
                self.write_seen().await;
            }
            if let Err(error) = self.tell_revocations().await {
                tracing::warn!(%error, "revocations cannot be read; trying again");
            }
        }
    }

    /// Reports the revocations that were not reported yet. The first time there is none to report: nobody is connected.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tell_revocations(&self) -> Result<(), StoreError> {
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
