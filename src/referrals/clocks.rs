//! The task with the clocks of referrals. It looks at the index, decides with the pure rules, and tells the hub, which makes the facts. It
//! keeps nothing that the disk does not have, so a restart loses and repeats nothing.

use super::{asked_next, over};
use crate::{
    clock::Clock,
    outbound::{CallReason, StructureCall, StructureCalls},
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

/// The SMS that are wanted, by the referral, what the structure is asked, and the time of the last thing that counts for it.
type Wanted = BTreeMap<(ReferralId, CallReason, Timestamp), Option<StructureCall>>;

/// What was seen at the last look, so that the facts are not read anew at the next one.
#[derive(Debug, Default)]
pub(super) struct LastLook {
    /// The SMS.
    pub(super) wanted: Wanted,
    /// The referrals whose patient is on the way to a structure that is closed, which was told, by the time of the last thing that happened.
    closed: BTreeSet<(ReferralId, Timestamp)>,
}

impl ReferralClocks {
    /// Works until the hub is gone.
    pub async fn run(self, clock: Clock) {
        let mut last = LastLook::default();
        while !self.inputs.is_closed() {
            if let Err(error) = self.work(clock.timestamp(), &mut last).await {
                tracing::error!(%error, code = "referral_clocks_failed", "the clocks of referrals cannot be read");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Tells the hub what is due now, and the outbox which structures are to be told by SMS. What the hub cannot record at once is due again at
    /// the next look.
    pub(super) async fn work(&self, now: Timestamp, last: &mut LastLook) -> Result<(), StoreError> {
        let closed = self.closed().await?;
        let still_open = Timestamp(now.0.saturating_sub(OPEN_MS));
        last.closed = self.reject_closed(still_open, &last.closed).await?;
        for which in Due::ALL {
            let from = Timestamp(now.0.saturating_sub(self.limits.of(which)));
            for row in self.referrals.due(which, from, MOST).await? {
                self.ring(now, &row, &closed).await?;
            }
        }
        let day_ago = Timestamp(now.0.saturating_sub(CALLED_MS));
        let asked = self.referrals.asked(MOST).await?;
        let new = asked.into_iter().filter(|row| row.asked_at >= day_ago);
        // Whether a letter was opened is in the state, but for a patient who is on the way.
        let new = new.map(|row| match row.state {
            ReferralState::EnRoute => (CallReason::Asked, row.moved_at, row),
            _ => (CallReason::Asked, row.asked_at, row),
        });
        let rung = self.referrals.rung(day_ago, MOST).await?.into_iter().map(|row| match row.state {
            ReferralState::EnRoute => (CallReason::Arrival, row.moved_at, row),
            _ => (CallReason::Counter, row.moved_at, row),
        });
        last.wanted = self.wanted(new.chain(rung), &mut last.wanted).await?;
        self.calls.replace(last.wanted.values().flatten().cloned().collect());
        Ok(())
    }

    /// The structures that take no patients.
    async fn closed(&self) -> Result<BTreeSet<String>, StoreError> {
        let all = self.places.structures().await?.into_iter();
        Ok(all.filter(|one| one.closed).map(|one| one.place.id).collect())
    }

    /// Rejects in the place of structures that were closed while they were asked, or expected the patient. One to which nothing has happened since a
    /// while is forgotten rather than open: nobody is alarmed for it. Gives those of whom the patient is on the way, which was told.
    async fn reject_closed(
        &self,
        since: Timestamp,
        told: &BTreeSet<(ReferralId, Timestamp)>,
    ) -> Result<BTreeSet<(ReferralId, Timestamp)>, StoreError> {
        let mut known = BTreeSet::new();
        for row in self.referrals.of_closed(since, MOST).await? {
            let key = (row.referral, row.moved_at);
            if told.contains(&key) || self.reject(&row).await? {
                known.insert(key);
            }
        }
        Ok(known)
    }

    /// Rejects in the place of the structure of a referral. True if that was told before.
    async fn reject(&self, row: &IndexedReferral) -> Result<bool, StoreError> {
        let Some(history) = self.history(row).await? else { return Ok(false) };
        let Some(referral) = referrals_of(history.consultation()).find(row.referral) else {
            return Ok(false);
        };
        if referral.is_rejected_on_the_way() {
            return Ok(true);
        }
        if referral.structure.id == row.structure && referral.state == row.state {
            let text = Some(CLOSED.into());
            self.tell(&history, referral, ReferralEvent::Rejected { reason: RejectReason::Other, text })
                .await;
        }
        Ok(false)
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

    /// The SMS for those that were asked a short time ago and have not opened the letter, and for those of which a clock has rung a short time
    /// ago. The facts are read once for each.
    async fn wanted(
        &self,
        rows: impl Iterator<Item = (CallReason, Timestamp, IndexedReferral)>,
        before: &mut Wanted,
    ) -> Result<Wanted, StoreError> {
        let mut wanted = Wanted::new();
        for (reason, at, row) in rows {
            let key = (row.referral, reason, at);
            let call = match before.remove(&key) {
                Some(known) => known,
                None => {
                    self.history(&row).await?.and_then(|history| call(&history, row.referral, (reason, at)))
                }
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
        // Where a patient goes who is on the way, people decide.
        Due::Answer if referral.state == ReferralState::EnRoute => Some(ReferralEvent::Unanswered),
        Due::Answer => next().or(Some(ReferralEvent::Unanswered)),
        Due::Arrival => Some(ReferralEvent::ArrivalAsked),
        Due::Counter => Some(ReferralEvent::CounterAsked),
    }
}

/// The SMS to the structure; none if it has no telephone, and no reminder to one that has an account and reads it on its list. It goes in the
/// name of the doctor who ordered the referral.
fn call(history: &History, id: ReferralId, (reason, at): (CallReason, Timestamp)) -> Option<StructureCall> {
    let consultation = history.consultation();
    let referral = referrals_of(consultation).find(id)?;
    let is_order = |what: &What| matches!(what, What::Referred { referral } if referral.referral == id);
    let ordered = history.facts().iter().find(|fact| is_order(&fact.what))?;
    let since = match reason {
        CallReason::Asked => referral.asked_at,
        CallReason::Arrival => referral.arrival_asked_at?,
        CallReason::Counter => referral.counter_asked_at?,
    };
    // A later step, as the closing of the structure, makes an old reminder no new one.
    // The question for the arrival says all that the request did.
    let is_needless = !referral.is_unopened() || referral.arrival_asked_at.is_some();
    if reason == CallReason::Asked && is_needless {
        return None;
    }
    let is_old = since.plus_ms(CALLED_MS) < at || referral.is_rejected_on_the_way();
    if reason != CallReason::Asked && (is_old || has_account(history, referral)) {
        return None;
    }
    Some(StructureCall {
        referral: id,
        reason,
        since,
        doctor: ordered.by.clone()?,
        structure: Some(&referral.structure).filter(|place| !place.phone.is_empty())?.id.clone(),
        post: consultation.post().place.name.clone(),
        urgency: referral.order.urgency,
        code: referral.order.code.clone(),
    })
}

/// True if the structure that is asked has done something for this referral with an account.
fn has_account(history: &History, referral: &Referral) -> bool {
    history.facts().iter().any(|fact| {
        let is_own = |what: &What| matches!(what, What::ReferralMoved { referral: id, actor: ReferralActor::Receiver, .. } if *id == referral.order.referral);
        fact.by.is_some() && fact.at >= referral.asked_at && is_own(&fact.what)
    })
}

/// What stands beside a rejection in the place of a structure.
const CLOSED: &str = "Cette structure est fermée.";

/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The most referrals of one look, by clock. The rest have their turn at the next one.
const MOST: u32 = 200;

/// The time since its last step after which nobody is alarmed for a referral whose structure closes, in milliseconds: two days.
const OPEN_MS: u64 = 2 * 24 * 3_600_000;

/// The time after which a structure gets no SMS any more, in milliseconds: a day after it was asked, or after a clock has rung.
const CALLED_MS: u64 = 24 * 3_600_000;
