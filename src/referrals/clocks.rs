//! The task with the clocks of referrals. It looks at the index, decides with the pure rules, and tells the hub, which makes the facts. It
//! keeps nothing that the disk does not have, so a restart loses and repeats nothing.

use super::{asked_next, over};
use crate::{
    clock::Clock,
    outbound::{StructureCall, StructureCalls},
    store::{IndexedReferral, Journal, Places, Referrals, StoreError},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    fact::What,
    history::History,
    id::ReferralId,
    referral::{
        Due, Referral, ReferralActor, ReferralEvent, ReferralLimits, ReferralState, RejectReason, due,
    },
    time::Timestamp,
};
use teranga_signaling::contract::{Author, Input, ReferralChange};
use tokio::sync::mpsc;

/// The clocks of all referrals.
pub struct ReferralClocks {
    /// The index.
    pub referrals: Arc<dyn Referrals>,
    /// The facts.
    pub journal: Arc<dyn Journal>,
    /// The directory of structures.
    pub places: Arc<dyn Places>,
    /// The lengths of the clocks.
    pub limits: ReferralLimits,
    /// The queue to the hub.
    pub inputs: mpsc::Sender<Input>,
    /// The structures that get an SMS.
    pub calls: StructureCalls,
}

/// The SMS that are wanted, by the referral and the time since which the structure is asked.
pub(super) type Wanted = BTreeMap<(ReferralId, Timestamp), Option<StructureCall>>;

impl ReferralClocks {
    /// Works until the hub is gone.
    pub async fn run(self, clock: Clock) {
        let mut wanted = Wanted::new();
        while !self.inputs.is_closed() {
            if let Err(error) = self.work(clock.timestamp(), &mut wanted).await {
                tracing::error!(%error, code = "referral_clocks_failed", "the clocks of referrals cannot be read");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Tells the hub what is due now, and the outbox which structures are to be told by SMS. What the hub cannot record at once is due again at
    /// the next look.
    pub(super) async fn work(&self, now: Timestamp, wanted: &mut Wanted) -> Result<(), StoreError> {
        let (closed, asked) = (self.closed().await?, self.referrals.asked(MOST).await?);
        for row in asked.iter().filter(|row| closed.contains(&row.structure)) {
            self.reject(row).await?;
        }
        for which in Due::ALL {
            let from = Timestamp(now.0.saturating_sub(self.limits.of(which)));
            for row in self.referrals.due(which, from, MOST).await? {
                self.ring(now, &row, &closed).await?;
            }
        }
        *wanted = self.wanted(now, &asked, wanted).await?;
        self.calls.replace(wanted.values().flatten().cloned().collect());
        Ok(())
    }

    /// The structures that take no patients.
    async fn closed(&self) -> Result<BTreeSet<String>, StoreError> {
        let all = self.places.structures().await?.into_iter();
        Ok(all.filter(|one| one.closed).map(|one| one.place.id).collect())
    }

    /// Rejects in the place of a structure that was closed while it was asked, or after it accepted.
    async fn reject(&self, row: &IndexedReferral) -> Result<(), StoreError> {
        let Some(history) = self.history(row).await? else { return Ok(()) };
        let Some(referral) = referrals_of(history.consultation()).find(row.referral) else { return Ok(()) };
        if referral.structure.id == row.structure && referral.state == row.state {
            let text = Some(CLOSED.into());
            self.tell(&history, referral, ReferralEvent::Rejected { reason: RejectReason::Other, text })
                .await;
        }
        Ok(())
    }

    /// Does what is due for one referral.
    async fn ring(
        &self,
        now: Timestamp,
        row: &IndexedReferral,
        closed: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let Some(history) = self.history(row).await? else { return Ok(()) };
        let Some(referral) = referrals_of(history.consultation()).find(row.referral) else { return Ok(()) };
        if let Some((at, which)) = due(referral, &self.limits)
            && at <= now
            && !closed_now(referral, closed)
            && let Some(event) = event(which, referral, closed)
        {
            self.tell(&history, referral, event).await;
        }
        Ok(())
    }

    /// Tells the hub in the name of the server.
    async fn tell(&self, history: &History, referral: &Referral, event: ReferralEvent) {
        let what = What::ReferralMoved {
            referral: referral.order.referral,
            actor: ReferralActor::Server,
            by_name: "".into(),
            event: Box::new(event),
            act: None,
        };
        let change = ReferralChange {
            consultation: referral.order.consultation,
            by: None,
            author: Author::Staff(None),
            what: Box::new(what),
            known_steps: Some(referral.steps.len()),
            over: over(history, referral, None),
        };
        // If the hub is gone, the server stops.
        let _ = self.inputs.send(Input::Referral(Box::new(change))).await;
    }

    /// The SMS for those that were asked a short time ago and have not opened the letter. The facts are read once for each.
    async fn wanted(
        &self,
        now: Timestamp,
        asked: &[IndexedReferral],
        before: &mut Wanted,
    ) -> Result<Wanted, StoreError> {
        let mut wanted = Wanted::new();
        for row in asked {
            if row.state != ReferralState::Requested || now.since_ms(row.asked_at) > CALLED_MS {
                continue;
            }
            let key = (row.referral, row.asked_at);
            let call = match before.remove(&key) {
                Some(known) => known,
                None => self.history(row).await?.and_then(|history| call(&history, row.referral)),
            };
            wanted.insert(key, call);
        }
        Ok(wanted)
    }

    /// The facts; none if they cannot be read.
    async fn history(&self, row: &IndexedReferral) -> Result<Option<History>, StoreError> {
        Ok(self.journal.read(row.consultation).await?.and_then(Result::ok))
    }
}

/// True if the structure that is asked is closed: it is rejected in its place, and no clock rings for it.
fn closed_now(referral: &Referral, closed: &BTreeSet<String>) -> bool {
    let is_asked = matches!(referral.state, ReferralState::Requested | ReferralState::Received);
    is_asked && closed.contains(&referral.structure.id)
}

/// The event of a clock that has run out. Structures that are closed are passed over.
fn event(which: Due, referral: &Referral, closed: &BTreeSet<String>) -> Option<ReferralEvent> {
    let next = || {
        let open = referral.untried().find(|place| !closed.contains(&place.id));
        open.cloned().map(|structure| asked_next(referral.order.referral, structure))
    };
    match which {
        Due::Next => next(),
        Due::Answer => next().or(Some(ReferralEvent::Unanswered)),
        Due::Arrival => Some(ReferralEvent::ArrivalAsked),
        Due::Counter => Some(ReferralEvent::CounterAsked),
    }
}

/// The SMS to the structure that is asked; none if it has no telephone. It goes in the name of the doctor who ordered the referral.
fn call(history: &History, id: ReferralId) -> Option<StructureCall> {
    let consultation = history.consultation();
    let referral = referrals_of(consultation).find(id)?;
    let is_order = |what: &What| matches!(what, What::Referred { referral } if referral.referral == id);
    let ordered = history.facts().iter().find(|fact| is_order(&fact.what))?;
    Some(StructureCall {
        referral: id,
        asked_at: referral.asked_at,
        doctor: ordered.by.clone()?,
        structure: Some(&referral.structure).filter(|place| !place.phone.is_empty())?.id.clone(),
        post: consultation.post().place.name.clone(),
        urgency: referral.order.urgency,
        code: referral.order.code.clone(),
    })
}

/// What stands beside a rejection in the place of a structure.
const CLOSED: &str = "Cette structure est fermée.";

/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The most referrals of one look, by clock. The rest have their turn at the next one.
const MOST: u32 = 200;

/// The time after which a structure that is asked gets no SMS any more, in milliseconds: a day.
const CALLED_MS: u64 = 24 * 3_600_000;
