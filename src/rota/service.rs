//! The service: it reads the plan, changes it for people, and knows the calendar feeds.

use super::{feed, snapshot::Snapshot};
use crate::{
    clock::Clock,
    identity::secret,
    store::{Feed, PlanChange, Rotas, StoreError},
};
use std::sync::Arc;
use teranga_clinic::{
    people::{Identity, Speciality},
    pii::Pii,
    rota::{Change, Duty, DutyCalendar, Refused, Zone},
};
use tokio::sync::Notify;

/// The time zone of the country if none is configured.
const DEFAULT_ZONE: &str = "Africa/Dakar";

/// The rota of this server.
#[derive(Debug)]
pub struct RotaService {
    store: Arc<dyn Rotas>,
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
    /// True if the person knows that a speciality has nobody on duty at once.
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
    /// It takes somebody off duty who is on duty now, and nobody else would be.
    #[error("it leaves {} duties uncovered", .0.len())]
    Uncovered(Vec<Duty>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
        Ok(Snapshot { stored: self.store.duty_plan().await?, doctors: self.store.doctors().await? })
    }

    /// Makes a change, and tells the hub.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing was changed then.
    pub async fn change(&self, request: ChangeRequest<'_>) -> Result<(), ChangeError> {
        let ChangeRequest { by, based_on, change, confirmed } = request;
        let Snapshot { stored, doctors } = self.snapshot().await?;
        if stored.version != based_on {
            return Err(ChangeError::Conflict);
        }
        let now = self.clock.timestamp();
        let plan = stored.plan.changed(change, by, &doctors, &self.zone, now)?;
        let before = DutyCalendar { plan: &stored.plan, zone: &self.zone, doctors: &doctors };
        let after = DutyCalendar { plan: &plan, ..before };
        let uncovered = before.uncovered_by(&after, now);
        if !uncovered.is_empty() && !confirmed {
            return Err(ChangeError::Uncovered(uncovered));
        }
        let new = PlanChange { based_on, plan: &plan, change, by: &by.party, at: now };
        if !self.store.put_duty_plan(new).await? {
            return Err(ChangeError::Conflict);
        }
        tracing::info!(version = based_on + 1, by = %by.party, "the rota was changed");
        self.changed.notify_one();
        Ok(())
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
