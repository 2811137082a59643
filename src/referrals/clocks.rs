//! The task with the clocks of referrals. It looks at the index, decides with the pure rules, and tells the hub, which makes the facts. It
//! keeps nothing that the disk does not have, so a restart loses and repeats nothing.

use super::over;
use crate::{
    clock::Clock,
    outbound::{StructureCall, StructureCalls},
    store::{IndexedReferral, Journal, Places, Referrals, StoreError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    fact::What,
    history::History,
    id::ReferralId,
    referral::{Due, Referral, ReferralActor, ReferralEvent, ReferralLimits, ReferralState, due},
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
        for which in Due::ALL {
            let from = Timestamp(now.0.saturating_sub(self.limits.of(which)));
            for row in self.referrals.due(which, from, MOST).await? {
                self.ring(now, &row).await?;
            }
        }
        *wanted = self.wanted(now, wanted).await?;
        self.calls.replace(wanted.values().flatten().cloned().collect());
        Ok(())
    }

    /// Does what is due for one referral.
    async fn ring(&self, now: Timestamp, row: &IndexedReferral) -> Result<(), StoreError> {
        let Some(history) = self.history(row).await? else { return Ok(()) };
        let Some(referral) = referrals_of(history.consultation()).find(row.referral) else { return Ok(()) };
        if let Some((at, which)) = due(referral, &self.limits)
            && at <= now
            && let Some(event) = event(which, referral)
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
            over: over(history, referral, None),
        };
        // If the hub is gone, the server stops.
        let _ = self.inputs.send(Input::Referral(Box::new(change))).await;
    }

    /// The SMS for those that were asked a short time ago and have not opened the letter. The facts are read once for each.
    async fn wanted(&self, now: Timestamp, before: &mut Wanted) -> Result<Wanted, StoreError> {
        let mut wanted = Wanted::new();
        for row in self.referrals.asked(MOST).await? {
            if row.state != ReferralState::Requested || now.since_ms(row.asked_at) > CALLED_MS {
                continue;
            }
            let key = (row.referral, row.asked_at);
            let call = match before.remove(&key) {
                Some(known) => known,
                None => self.history(&row).await?.and_then(|history| call(&history, row.referral)),
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

/// The event of a clock that has run out.
fn event(which: Due, referral: &Referral) -> Option<ReferralEvent> {
    let next = || referral.next_structure().cloned().map(|structure| ReferralEvent::AskedNext { structure });
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

/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The most referrals of one look, by clock. The rest have their turn at the next one.
const MOST: u32 = 200;

/// The time after which a structure that is asked gets no SMS any more, in milliseconds: a day.
const CALLED_MS: u64 = 24 * 3_600_000;
