//! Sessions: opening, using, listing and ending them. A person's session ends two hours after its last use, and twelve hours
//! after the sign-in; a call that is under way then may be finished. A tablet's session has no absolute end, because its key
//! would open another at once.

use super::{Denied, Identities, SignedIn, secret};
use crate::store::{ExpectedParty, ListedSession, Session, StoreError, TokenHash};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role},
    pii::Pii,
    referral::is_ambulance,
    time::Timestamp,
};

/// An open session of the pages.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The person or device that signed in.
    pub identity: Identity,
    /// A doctor's number in the register of the professional order.
    pub order_number: Option<Pii<String>>,
    /// The hash of its token, by which sockets are bound to it.
    pub key: TokenHash,
    /// The absolute end; none for a device. A socket in a call outlasts it for a while.
    pub ends_at: Option<Timestamp>,
}

impl OpenSession {
    /// True if the absolute end has passed: nothing but a running call keeps it.
    pub fn is_past_end(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

impl Identities {
    pub(super) async fn open(&self, identity: Identity, browser: &str) -> Result<SignedIn, Denied> {
        let token = secret::token();
        let key = secret::hash(token.reveal().as_bytes());
        Ok(self.open_under(key, token, identity, browser).await?)
    }

    /// Opens the session of an ambulance's telephone, which has opened its link. The one before of the same telephone ends. Its token is
    /// hashed otherwise than those of people and tablets, so that nothing but [`Self::ambulance_session`] ever takes it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn open_ambulance(&self, identity: Identity, browser: &str) -> Result<SignedIn, StoreError> {
        let token = secret::token();
        self.open_under(ambulance_key(token.reveal()), token, identity, browser).await
    }

    async fn open_under(
        &self,
        key: TokenHash,
        token: Pii<String>,
        identity: Identity,
        browser: &str,
    ) -> Result<SignedIn, StoreError> {
        let now = self.clock.timestamp();
        let lifetime = Lifetime::of(&identity);
        let session = Session {
            identity,
            order_number: None,
            opened_at: now,
            seen_at: now,
            expires_at: lifetime.expiry(now, now),
            browser: browser.to_owned(),
        };
        let ended = self.sessions.open_session(&key, &session, lifetime.at_most).await?;
        let max_age_s = lifetime.total_ms().unwrap_or(lifetime.idle_ms) / 1_000;
        Ok(SignedIn { identity: session.identity, token, max_age_s, device_cookie: None, ended })
    }

    /// Returns the session of this cookie. A session that is used lives on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(&self, token: &str) -> Result<Option<OpenSession>, StoreError> {
        self.session_under(secret::hash(token.as_bytes())).await
    }

    /// Returns the session of an ambulance's telephone.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ambulance_session(&self, token: &str) -> Result<Option<OpenSession>, StoreError> {
        self.session_under(ambulance_key(token)).await
    }

    async fn session_under(&self, key: TokenHash) -> Result<Option<OpenSession>, StoreError> {
        let now = self.clock.timestamp();
        let Some(session) = self.sessions.session(&key, now).await? else { return Ok(None) };
        let lifetime = Lifetime::of(&session.identity);
        let ends_at = lifetime.absolute_ms.map(|ms| session.opened_at.plus_ms(ms));
        if now.since_ms(session.seen_at) >= lifetime.noted_every_ms {
            self.note_use(&key, now, lifetime.expiry(session.opened_at, now)).await;
        }
        Ok(Some(OpenSession { identity: session.identity, order_number: session.order_number, key, ends_at }))
    }

    /// A full disk must not sign anybody out: the session still has most of its life.
    async fn note_use(&self, key: &TokenHash, now: Timestamp, until: Timestamp) {
        if let Err(error) = self.sessions.extend_session(key, now, until).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
    }

    /// The open sessions of a party, the one that was used last first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sessions_of(&self, party: &PartyId) -> Result<Vec<ListedSession>, StoreError> {
        self.sessions.sessions_of(party, self.clock.timestamp()).await
    }

    /// Notes that a party is connected now, or was until now.
    pub fn note_seen(&self, party: &PartyId) {
        self.seen.note(party, self.clock.timestamp());
    }

    /// Writes down who was connected. If the store fails, that is kept for the next try.
    pub(super) async fn write_seen(&self) {
        let seen = self.seen.take();
        if seen.is_empty() {
            return;
        }
        if let Err(error) = self.sessions.note_seen(&seen).await {
            tracing::warn!(%error, "who was connected could not be noted; trying again");
            self.seen.put_back(seen);
        }
    }

    /// The tablets and doctors whom operations expect to be connected: tablets first, and whoever was connected last first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn expected_parties(&self) -> Result<Vec<ExpectedParty>, StoreError> {
        self.write_seen().await;
        self.sessions.expected_parties(EXPECTED).await
    }

    /// Ends a session. The caller closes the sockets that are bound to it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_session(&self, key: &TokenHash) -> Result<(), StoreError> {
        self.sessions.close_session(key).await
    }
}

/// The hash under which the session of an ambulance's telephone is kept.
fn ambulance_key(token: &str) -> TokenHash {
    secret::hash(format!("ambulance {token}").as_bytes())
}

/// The lifetime of a session, by whom it is of.
struct Lifetime {
    /// The time without use after which it ends, milliseconds.
    idle_ms: u64,
    /// The time after which it ends in any case, but for the time to finish a call, milliseconds.
    absolute_ms: Option<u64>,
    /// The interval at which its use is written down, milliseconds.
    noted_every_ms: u64,
    /// The sessions that one party may have.
    at_most: u32,
}

impl Lifetime {
    fn of(who: &Identity) -> Self {
        match who.role {
            Role::Kiosk => DEVICE,
            _ if is_ambulance(&who.party) => AMBULANCE,
            Role::Doctor | Role::Guest | Role::Operator | Role::Coordinator => PERSON,
        }
    }

    /// The time after which it ends in any case, with the time to finish a call, milliseconds.
    fn total_ms(&self) -> Option<u64> {
        self.absolute_ms.map(|ms| ms + teranga_signaling::limits::FINISH_CALL_MS)
    }

    /// The end of a session that is used now.
    fn expiry(&self, opened_at: Timestamp, now: Timestamp) -> Timestamp {
        let idle = now.plus_ms(self.idle_ms);
        self.total_ms().map_or(idle, |total_ms| idle.min(opened_at.plus_ms(total_ms)))
    }
}

/// The absolute end of a person's session: a working day, because a specialist's browser may be a shared one.
const PERSON_ABSOLUTE_MS: u64 = 12 * HOUR_MS;

/// The lines of the list of who should be connected: about twice the tablets and specialists of the country's posts.
const EXPECTED: u32 = 5_000;

/// A person's session. An open page counts as use, because a doctor on duty waits for hours for a ring.
const PERSON: Lifetime = Lifetime {
    idle_ms: 2 * HOUR_MS,
    absolute_ms: Some(PERSON_ABSOLUTE_MS),
    noted_every_ms: 10 * 60_000,
    at_most: 5,
};

/// The session of an ambulance's telephone: a journey, and the waiting before it.
const AMBULANCE: Lifetime = Lifetime {
    idle_ms: AMBULANCE_MS,
    absolute_ms: Some(AMBULANCE_MS),
    noted_every_ms: 10 * 60_000,
    at_most: 1,
};

/// The time for which the link of an ambulance can be opened, and for which the telephone that has opened it may come back, milliseconds.
pub const AMBULANCE_MS: u64 = 6 * HOUR_MS;

/// A tablet's session. Use renews it, and the key opens another at any time.
const DEVICE: Lifetime =
    Lifetime { idle_ms: 30 * 24 * HOUR_MS, absolute_ms: None, noted_every_ms: 24 * HOUR_MS, at_most: 3 };

const HOUR_MS: u64 = 3_600_000;
