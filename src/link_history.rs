//! What each party's link carried last time, so that a call does not begin blind: read once at the start,
//! kept at hand for the bridge, written behind its back. A note that cannot be written is let go; the next
//! call measures anew.

use crate::{
    clock::Clock,
    store::{Directory, LinkRates},
};
use std::{collections::HashMap, sync::Arc};
use teranga_clinic::id::PartyId;
use teranga_signaling::id::MemberId;
use tokio::sync::mpsc;

/// Notes that may wait for the disk.
const WAITING: usize = 256;

/// A change below this share of the old value, in percent, is not worth a write.
const NOTABLE_PERCENT: u64 = 20;

/// The links of all parties, and who is in a call.
#[derive(Debug)]
pub struct Links {
    known: HashMap<PartyId, LinkRates>,
    members: HashMap<MemberId, PartyId>,
    writer: mpsc::Sender<(PartyId, LinkRates)>,
}

impl Links {
    /// Reads what is known, and starts the writer. It ends when the links are dropped.
    pub async fn start(directory: Arc<dyn Directory>, clock: Clock) -> Self {
        let known = directory.links().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the links of last time cannot be read; every call begins blind");
            Vec::new()
        });
        let known = known.into_iter().collect();
        let (writer, notes) = mpsc::channel(WAITING);
        tokio::spawn(write(directory, clock, notes));
        Self { known, members: HashMap::new(), writer }
    }

    /// A member joins: what its party's link carried last time.
    pub fn joins(&mut self, member: MemberId, party: PartyId) -> Option<LinkRates> {
        let link = self.known.get(&party).copied();
        self.members.insert(member, party);
        link
    }

    /// A member's link was measured.
    pub fn measured(&mut self, member: MemberId, link: LinkRates) {
        let Some(party) = self.members.get(&member) else { return };
        if self.known.get(party).is_some_and(|known| !differs(*known, link)) {
            return;
        }
        self.known.insert(party.clone(), link);
        if self.writer.try_send((party.clone(), link)).is_err() {
            tracing::debug!(%party, "what its link carries is not kept: the disk is slow");
        }
    }

    /// A member is gone.
    pub fn leaves(&mut self, member: MemberId) {
        self.members.remove(&member);
    }
}

fn differs(old: LinkRates, new: LinkRates) -> bool {
    let apart = |a: u32, b: u32| u64::from(a.abs_diff(b)) * 100 > u64::from(a) * NOTABLE_PERCENT;
    apart(old.up_bps, new.up_bps) || apart(old.down_bps, new.down_bps)
}

async fn write(directory: Arc<dyn Directory>, clock: Clock, mut notes: mpsc::Receiver<(PartyId, LinkRates)>) {
    while let Some((party, link)) = notes.recv().await {
        if let Err(error) = directory.put_link(&party, link, clock.timestamp()).await {
            tracing::debug!(%error, "what a link carries is not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Kind, Structure,
        testing::{Folder, identity},
    };
    use teranga_clinic::{people::Role, time::Timestamp};

    const fn link(up_bps: u32, down_bps: u32) -> LinkRates {
        LinkRates { up_bps, down_bps }
    }

    #[test]
    fn only_a_notable_change_is_written() {
        assert!(!differs(link(40_000, 64_000), link(46_000, 60_000)));
        assert!(differs(link(40_000, 64_000), link(40_000, 128_000)));
    }

    #[tokio::test]
    async fn the_next_call_begins_where_the_last_one_ended() {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        let who = identity("post-a", Role::Kiosk);
        let structure = Structure { place: who.place.clone(), kind: Kind::Post, position: None, demo: true };
        store.put_structure(&structure).await.unwrap();
        store.add_device(&who, Timestamp(0)).await.unwrap();
        let clock = Clock::start();
        let mut links = Links::start(store.clone(), clock).await;
        assert_eq!(links.joins(MemberId(1), who.party.clone()), None);
        links.measured(MemberId(1), link(40_000, 64_000));
        links.leaves(MemberId(1));
        assert_eq!(links.joins(MemberId(2), who.party.clone()), Some(link(40_000, 64_000)));
        while store.links().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let mut again = Links::start(store, clock).await;
        assert_eq!(again.joins(MemberId(3), who.party), Some(link(40_000, 64_000)));
    }
}
