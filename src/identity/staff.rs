//! The staff of a post at its shared tablet: each has a PIN, and a tablet on which it was typed gets a proof, a secret with
//! which it says from then on who is there ([docs/adr/0037](../../docs/adr/0037-staff-and-sealed-tablet.md)).

use super::{password, secret, throttle::Backoff};
use crate::{
    clock::Clock,
    store::{Staff, StaffChange, StaffMember, StoreError},
};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, StaffId},
    pii::Pii,
};
use tokio::sync::Semaphore;

/// The most members of one post who have not left.
const MEMBERS: usize = 60;

/// Wrong PINs of one member that cost nothing; each further one doubles the wait, up to five minutes.
const FREE_TRIES: u32 = 5;

/// The staff service.
#[derive(Debug)]
pub struct PostStaff {
    store: Arc<dyn Staff>,
    clock: Clock,
    tries: Backoff<StaffId>,
    /// PINs are hashed one at a time, apart from passwords, so that a tablet takes no processor from the calls.
    hashing: Semaphore,
}

/// A new member, or the changes of one.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The name to show.
    pub name: Pii<String>,
    /// The profession.
    pub title: Pii<String>,
    /// True for who may add and change the others.
    pub responsible: bool,
}

/// The reason for which something about the staff is refused.
#[derive(Debug, thiserror::Error)]
pub enum StaffDenied {
    /// Wrong PIN, unknown member, or a proof that is void.
    #[error("wrong PIN or proof")]
    Pin,
    /// The PIN has not four to six digits, or there are too many members.
    #[error("not a PIN, or too many members")]
    Malformed,
    /// Only the responsible person of the post may do this.
    #[error("only the responsible person may do this")]
    NotResponsible,
    /// There were too many wrong PINs. The value is the seconds to wait.
    #[error("too many attempts, free again in {0} s")]
    TooManyAttempts(u32),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PostStaff {
    /// Makes the service over a store.
    pub fn new(store: Arc<dyn Staff>, clock: Clock) -> Self {
        Self { store, clock, tries: Backoff::new(FREE_TRIES), hashing: Semaphore::new(1) }
    }

    /// All who work or worked at a post.
    ///
    /// # Errors
    /// The store failed.
    pub async fn members(&self, place: &str) -> Result<Vec<StaffMember>, StoreError> {
        self.store.members(place).await
    }

    /// Checks a PIN, and makes a proof for the tablet on which it was typed.
    ///
    /// # Errors
    /// [`StaffDenied`]; an unknown member and a wrong PIN get the same answer.
    pub async fn enter(
        &self,
        place: &str,
        id: &StaffId,
        pin: &Pii<String>,
    ) -> Result<Pii<String>, StaffDenied> {
        let now = self.clock.timestamp();
        self.tries.attempt(id, now).map_err(StaffDenied::TooManyAttempts)?;
        let known = self.store.member(id).await?.filter(|(member, _)| member.place == place);
        let hash = known.map(|(_, hash)| hash);
        let (pin, stored) = (pin.clone(), hash.clone());
        let work = move || password::verify(pin.reveal(), stored.as_ref().map(|hash| hash.reveal().as_str()));
        if !self.hash(work).await || hash.is_none() {
            return Err(StaffDenied::Pin);
        }
        self.tries.succeeded(id);
        let proof = secret::token();
        self.store.add_proof(&secret::hash(proof.reveal().as_bytes()), id, now).await?;
        Ok(proof)
    }

    /// The member of a post whose proof this is.
    ///
    /// # Errors
    /// The proof is void, or the store failed.
    pub async fn proven(&self, place: &str, proof: &Pii<String>) -> Result<StaffMember, StaffDenied> {
        let member = self.store.of_proof(&secret::hash(proof.reveal().as_bytes())).await?;
        member.filter(|member| member.place == place).ok_or(StaffDenied::Pin)
    }

    /// Adds a member. Without a proof only the first of a post can be added, who is responsible for the others.
    ///
    /// # Errors
    /// [`StaffDenied`].
    pub async fn add(
        &self,
        place: &str,
        by: Option<&Pii<String>>,
        new: NewMember,
        pin: &Pii<String>,
    ) -> Result<StaffMember, StaffDenied> {
        let working = self.members(place).await?.into_iter().filter(|member| !member.left).count();
        let by = match by {
            Some(proof) => Some(self.responsible(place, proof).await?),
            None if working == 0 => None,
            None => return Err(StaffDenied::NotResponsible),
        };
        let new = NewMember { responsible: new.responsible || working == 0, ..new };
        self.put(place, by, new, pin, working).await
    }

    /// Adds a member on behalf of the operators.
    ///
    /// # Errors
    /// [`StaffDenied`].
    pub async fn add_by_operator(
        &self,
        place: &str,
        new: NewMember,
        pin: &Pii<String>,
    ) -> Result<StaffMember, StaffDenied> {
        let working = self.members(place).await?.into_iter().filter(|member| !member.left).count();
        self.put(place, None, new, pin, working).await
    }

    async fn put(
        &self,
        place: &str,
        by: Option<StaffId>,
        new: NewMember,
        pin: &Pii<String>,
        working: usize,
    ) -> Result<StaffMember, StaffDenied> {
        if working >= MEMBERS {
            return Err(StaffDenied::Malformed);
        }
        let hash = self.pin_hash(pin).await?;
        let id = StaffId(format!("staff-{:016x}", u64::from_be_bytes(secret::random())));
        let NewMember { name, title, responsible } = new;
        let member = StaffMember { id, place: place.to_owned(), name, title, responsible, left: false };
        let noted = self.noted(by, &member.id, "added".into());
        self.store.add_member(&member, hash.reveal(), &noted).await?;
        Ok(member)
    }

    /// The member who may be changed by the owner of a proof, and that owner: themselves, or anybody of the post for the responsible person.
    ///
    /// # Errors
    /// [`StaffDenied`].
    pub async fn changeable(
        &self,
        place: &str,
        by: &Pii<String>,
        id: &StaffId,
    ) -> Result<(StaffMember, StaffMember), StaffDenied> {
        let who = self.proven(place, by).await?;
        if who.id != *id && !who.responsible {
            return Err(StaffDenied::NotResponsible);
        }
        let found = self.store.member(id).await?.filter(|(member, _)| member.place == place);
        Ok((found.ok_or(StaffDenied::Pin)?.0, who))
    }

    /// Writes what was changed of a member, and by whom (none for operators). A post keeps one responsible person at least.
    ///
    /// # Errors
    /// [`StaffDenied`].
    pub async fn change(&self, member: &StaffMember, by: Option<StaffId>) -> Result<(), StaffDenied> {
        let all = self.members(&member.place).await?;
        let others = all.iter().filter(|other| other.id != member.id && !other.left).collect::<Vec<_>>();
        let is_led = (member.responsible && !member.left) || others.iter().any(|other| other.responsible);
        if !is_led && !others.is_empty() {
            return Err(StaffDenied::NotResponsible);
        }
        let before = all.iter().find(|one| one.id == member.id).ok_or(StaffDenied::Pin)?;
        let words = words_of(before, member);
        if words.is_empty() {
            return Ok(());
        }
        Ok(self.store.change_member(member, &self.noted(by, &member.id, words)).await?)
    }

    /// Sets a PIN, and notes by whom (none for operators). Every tablet asks for it anew.
    ///
    /// # Errors
    /// [`StaffDenied`].
    pub async fn set_pin(
        &self,
        id: &StaffId,
        pin: &Pii<String>,
        by: Option<StaffId>,
    ) -> Result<(), StaffDenied> {
        let hash = self.pin_hash(pin).await?;
        self.store.set_pin(hash.reveal(), &self.noted(by, id, "pin".into())).await?;
        self.tries.succeeded(id);
        Ok(())
    }

    /// Notes who took charge of a consultation that was begun without a PIN. The first one stands.
    ///
    /// # Errors
    /// The store failed.
    pub async fn take_charge(
        &self,
        consultation: ConsultationId,
        id: &StaffId,
    ) -> Result<StaffId, StoreError> {
        self.store.take_charge(consultation, id, self.clock.timestamp()).await
    }

    /// Who took charge of a consultation afterwards.
    ///
    /// # Errors
    /// The store failed.
    pub async fn in_charge(&self, consultation: ConsultationId) -> Result<Option<StaffId>, StoreError> {
        self.store.in_charge(consultation).await
    }

    /// The last changes of the staff of a post, the newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn changes(&self, place: &str) -> Result<Vec<StaffChange>, StoreError> {
        self.store.changes(place).await
    }

    fn noted(&self, by: Option<StaffId>, staff: &StaffId, change: String) -> StaffChange {
        StaffChange { by, at: self.clock.timestamp(), staff: staff.clone(), change }
    }

    async fn responsible(&self, place: &str, proof: &Pii<String>) -> Result<StaffId, StaffDenied> {
        let who = self.proven(place, proof).await?;
        if who.responsible { Ok(who.id) } else { Err(StaffDenied::NotResponsible) }
    }

    async fn pin_hash(&self, pin: &Pii<String>) -> Result<Pii<String>, StaffDenied> {
        check_pin(pin)?;
        let pin = pin.clone();
        Ok(self.hash(move || password::hash_pin(pin.reveal())).await)
    }

    async fn hash<T: Send + Default + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.hashing.acquire().await;
        tokio::task::spawn_blocking(work).await.unwrap_or_default()
    }
}

/// Refuses what cannot be a PIN.
///
/// # Errors
/// [`StaffDenied::Malformed`].
pub fn check_pin(pin: &Pii<String>) -> Result<(), StaffDenied> {
    let digits = pin.reveal();
    let is_pin = (4..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_pin { Ok(()) } else { Err(StaffDenied::Malformed) }
}

/// What differs between two states of a member, as words of the log.
fn words_of(before: &StaffMember, after: &StaffMember) -> String {
    let words = [
        (before.name != after.name, "renamed"),
        (before.title != after.title, "titled"),
        (!before.responsible && after.responsible, "appointed"),
        (before.responsible && !after.responsible, "dismissed"),
        (!before.left && after.left, "left"),
    ];
    words.into_iter().filter_map(|(is, word)| is.then_some(word)).collect::<Vec<_>>().join(" ")
}
