//! The link history: the rates that each party's link carried in its last call, so that the next call starts with an estimate.
//! It is read once at the start, kept in memory for the bridge, and written in the background. A write that fails is given up,
//! and the next call measures anew.

use crate::{
    clock::Clock,
    store::{LinkRates, Links},
};
use std::{collections::HashMap, sync::Arc};
use teranga_clinic::id::PartyId;
use teranga_signaling::id::MemberId;
use tokio::sync::mpsc;

/// Rates that may wait to be written.
const WAITING: usize = 256;

/// The change against the stored rate, in percent, from which on a write is worth it.
const NOTABLE_PERCENT: u64 = 20;

/// The rates of all parties, and which member of a call is which party.
#[derive(Debug)]
pub struct LinkHistory {
    known: HashMap<PartyId, LinkRates>,
    members: HashMap<MemberId, PartyId>,
    writer: mpsc::Sender<(PartyId, LinkRates)>,
}

impl LinkHistory {
    /// Reads the stored rates and starts the writer, which ends when the history is dropped.
    pub async fn start(links: Arc<dyn Links>, clock: Clock) -> Self {
        let known = links.links().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the link history cannot be read; calls start without an estimate");
            Vec::new()
        });
        let known = known.into_iter().collect();
        let (writer, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write(links, clock, waiting));
        Self { known, members: HashMap::new(), writer }
    }

    /// Notes that a member joined, and returns what its party's link carried last time.
    pub fn member_joined(&mut self, member: MemberId, party: PartyId) -> Option<LinkRates> {
        let rates = self.known.get(&party).copied();
        self.members.insert(member, party);
        rates
    }

    /// Notes the measured rates of a member's link.
    pub fn measured(&mut self, member: MemberId, rates: LinkRates) {
        let Some(party) = self.members.get(&member) else { return };
        if self.known.get(party).is_some_and(|known| !differs(*known, rates)) {
            return;
        }
        self.known.insert(party.clone(), rates);
        if self.writer.try_send((party.clone(), rates)).is_err() {
            tracing::debug!(%party, "its link rates are not kept: the disk is slow");
        }
    }

    /// Notes that a member left.
    pub fn member_left(&mut self, member: MemberId) {
        self.members.remove(&member);
    }
}

fn differs(old: LinkRates, new: LinkRates) -> bool {
    let apart = |a: u32, b: u32| u64::from(a.abs_diff(b)) * 100 > u64::from(a) * NOTABLE_PERCENT;
    apart(old.up_bps, new.up_bps) || apart(old.down_bps, new.down_bps)
}

async fn write(links: Arc<dyn Links>, clock: Clock, mut waiting: mpsc::Receiver<(PartyId, LinkRates)>) {
    while let Some((party, rates)) = waiting.recv().await {
        if let Err(error) = links.put_link(&party, rates, clock.timestamp()).await {
            tracing::debug!(%error, "link rates are not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Devices, Places,
        testing::{Folder, identity},
    };
    use teranga_clinic::{
        people::Role,
        structure::{Structure, StructureKind},
        time::Timestamp,
    };

    const fn rates(up_bps: u32, down_bps: u32) -> LinkRates {
        LinkRates { up_bps, down_bps }
    }

    #[test]
    fn only_a_notable_change_is_written() {
        assert!(!differs(rates(40_000, 64_000), rates(46_000, 60_000)));
        assert!(differs(rates(40_000, 64_000), rates(40_000, 128_000)));
    }

    #[tokio::test]
    async fn the_next_call_starts_with_the_rates_of_the_last_one() {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        let who = identity("post-a", Role::Kiosk);
        let structure = Structure::new(who.place.clone(), StructureKind::Post);
        store.put_structure(&structure).await.unwrap();
        store.add_device(&who, Timestamp(0)).await.unwrap();
        let clock = Clock::start();
        let mut history = LinkHistory::start(store.clone(), clock).await;
        assert_eq!(history.member_joined(MemberId(1), who.party.clone()), None);
        history.measured(MemberId(1), rates(40_000, 64_000));
        history.member_left(MemberId(1));
        assert_eq!(history.member_joined(MemberId(2), who.party.clone()), Some(rates(40_000, 64_000)));
        while store.links().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let mut again = LinkHistory::start(store, clock).await;
        assert_eq!(again.member_joined(MemberId(3), who.party), Some(rates(40_000, 64_000)));
    }
}
