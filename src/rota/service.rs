//! The service: it reads the plan, changes it for people, and knows the calendar feeds.

use super::{feed, snapshot::Snapshot};
use crate::{
    clock::Clock,
    identity::secret,
    store::{Feed, PlanChange, Rotas, StoreError, StoredChange},
};
use std::sync::Arc;
use teranga_clinic::{
    people::{Identity, Role, Speciality},
    pii::Pii,
    rota::{Change, Duty, DutyCalendar, Refused, Zone},
    time::Timestamp,
};
use tokio::sync::Notify;

/// The time zone of the country if none is configured.
const DEFAULT_ZONE: &str = "Africa/Dakar";

/// The rota of this server.
#[derive(Debug)]
pub struct RotaService {
    pub(super) store: Arc<dyn Rotas>,
    zone: Zone,
    zone_name: String,
    pub(super) clock: Clock,
    pub(super) changed: Notify,
}

/// A change that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct ChangeRequest<'a> {
    /// The person.
    pub by: &'a Identity,
    /// The version of the plan that the person saw.
    pub based_on: u32,
    /// The change.
    pub change: &'a Change,
    /// The reason that the person gives; empty for none.
    pub reason: &'a str,
    /// True if the person knows that somebody who is on duty now is not any more.
    pub confirmed: bool,
}

/// The reason for which a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Somebody else has changed the plan meanwhile.
    #[error("the plan was changed meanwhile")]
    Conflict,
    /// It is not allowed, or cannot be.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It takes somebody off duty who is on duty now, and the person has not confirmed it.
    #[error("it takes {} doctors off duty", .0.taken_off.len())]
    TakesOff(Box<TakenOff>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a change does to those who are on duty now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenOff {
    /// The duties that end at once.
    pub taken_off: Vec<Duty>,
    /// Those of them after which nobody is on duty for the speciality and level.
    pub uncovered: Vec<Duty>,
    /// The duties of their specialities that run after the change: who is rung instead.
    pub instead: Vec<Duty>,
    /// The specialities for which a rota is kept after the change. For any other one, every connected doctor is rung.
    pub kept: Vec<Speciality>,
}

impl RotaService {
    /// Makes the service over a store. `zone_name` is a name of the IANA database, which the configuration has checked.
    ///
    /// # Panics
    /// If the database of zones does not know the default zone, which is part of the program.
    pub fn new(store: Arc<dyn Rotas>, zone_name: Option<&str>, clock: Clock) -> Self {
        let named = |name: &str| Zone::named(name).map(|zone| (zone, name.to_owned()));
        let (zone, zone_name) = zone_name
            .and_then(named)
            .or_else(|| named(DEFAULT_ZONE))
            .expect("the database of zones is part of the program");
        Self { store, zone, zone_name, clock, changed: Notify::new() }
    }

    /// The country's time zone.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The name of the country's time zone in the IANA database.
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// Reads the plan and the doctors.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot {
            stored: self.store.duty_plan().await?,
            doctors: self.store.people(Role::Doctor).await?,
            coordinators: self.store.people(Role::Coordinator).await?,
        })
    }

    /// Makes a change, and tells the hub.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing was changed then.
    pub async fn change(&self, request: ChangeRequest<'_>) -> Result<(), ChangeError> {
        let ChangeRequest { by, based_on, change, reason, confirmed } = request;
        let Snapshot { stored, doctors, .. } = self.snapshot().await?;
        if stored.version != based_on {
            return Err(ChangeError::Conflict);
        }
        let now = self.clock.timestamp();
        let plan = stored.plan.changed(change, by, &doctors, &self.zone, now)?;
        let before = DutyCalendar { plan: &stored.plan, zone: &self.zone, doctors: &doctors };
        let after = DutyCalendar { plan: &plan, ..before };
        if !confirmed && let Some(taken_off) = taken_off(&before, &after, by, now) {
            return Err(ChangeError::TakesOff(Box::new(taken_off)));
        }
        let replaced = change.replaced(&stored.plan);
        let (plan, replaced, by) = (&plan, &replaced, &by.party);
        let new = PlanChange { based_on, plan, change, replaced, reason, by, at: now };
        if !self.store.put_duty_plan(new).await? {
            return Err(ChangeError::Conflict);
        }
        tracing::info!(version = based_on + 1, %by, "the rota was changed");
        self.changed.notify_one();
        Ok(())
    }

    /// The last changes before a version, the newest first, at most `limit`.
    pub async fn changes(&self, before: Option<u32>, limit: u32) -> Result<Vec<StoredChange>, StoreError> {
        self.store.plan_changes(before, limit).await
    }

    /// Makes a new secret for a calendar feed. The one that it had before opens nothing any more.
    pub async fn new_feed(
        &self,
        owner: &Identity,
        speciality: Option<Speciality>,
    ) -> Result<Pii<String>, StoreError> {
        let token = secret::token();
        let feed = Feed { owner: owner.party.clone(), speciality };
        self.store.put_feed(&feed, &secret::hash(token.reveal().as_bytes())).await?;
        Ok(token)
    }

    /// The calendar of a feed; none if its secret is no secret, or no longer.
    pub async fn feed(&self, token: &str) -> Result<Option<String>, StoreError> {
        let Some(feed) = self.store.feed(&secret::hash(token.as_bytes())).await? else { return Ok(None) };
        let snapshot = self.snapshot().await?;
        Ok(Some(feed::calendar_of(&feed, &snapshot, &self.zone, self.clock.timestamp())))
    }
}

/// What must be confirmed of a change. A coordinator is told of everybody who is taken off duty; a doctor who accepts a swap
/// stands in, so a doctor is only told of a duty that nobody would have.
fn taken_off(
    before: &DutyCalendar<'_>,
    after: &DutyCalendar<'_>,
    by: &Identity,
    now: Timestamp,
) -> Option<TakenOff> {
    let uncovered = before.uncovered_by(after, now);
    let taken_off =
        if by.role == Role::Coordinator { before.taken_off_by(after, now) } else { uncovered.clone() };
    if taken_off.is_empty() {
        return None;
    }
    let mut instead = after.on_duty(now);
    instead.retain(|duty| taken_off.iter().any(|lost| lost.speciality == duty.speciality));
    instead.sort_by_key(|duty| (duty.speciality, duty.level, duty.from));
    Some(TakenOff { taken_off, uncovered, instead, kept: after.kept() })
}
