//! The places of HTTPS connections: how many may be open, and whose turn it is to go. Strangers, who have shown no valid
//! session, share a part of the places and are pushed out by newer strangers, the oldest first. Connections of somebody who
//! is signed in have places of their own, which no stranger can take. It decides only; whoever holds a place closes itself.

use crate::net::subscriber::subscriber;
use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The most connections of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections of strangers.
    pub strangers: usize,
    /// Connections of strangers from one address. All posts of a mobile operator may share it (carrier-grade NAT), and
    /// each of them is a stranger until its first request.
    pub strangers_per_address: usize,
    /// Connections of people and tablets that are signed in.
    pub known: usize,
    /// Connections of one account. A page has one WebSocket and one HTTP/2 connection, and up to six in HTTP/1.1.
    pub known_per_account: usize,
}

impl Bounds {
    /// Bounds for a process that may hold this many HTTPS connections. Strangers get a quarter of them.
    pub fn share(connections: usize) -> Self {
        let strangers = (connections / 4).clamp(1, STRANGERS);
        Self {
            strangers,
            strangers_per_address: (strangers / 4).max(1),
            known: connections.saturating_sub(strangers),
            known_per_account: KNOWN_PER_ACCOUNT,
        }
    }
}

/// The most strangers on a machine with descriptors to spare. A TLS connection of a stranger costs about 40 kB.
const STRANGERS: usize = 4_096;

const KNOWN_PER_ACCOUNT: usize = 32;

/// The counts of the connections, as `/metrics` shows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceCounts {
    /// Open connections of strangers.
    pub strangers: u64,
    /// Open connections of those who are signed in.
    pub known: u64,
    /// Strangers that were pushed out since the start.
    pub pushed_out: u64,
}

/// The table of open connections.
#[derive(Debug)]
pub struct ConnectionPlaces {
    bounds: Bounds,
    /// Keyed at random, because clients choose nothing of it but strangers could try many account names.
    hasher: RandomState,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    counts: PlaceCounts,
    addresses: HashMap<IpAddr, Strangers>,
    leave: HashMap<u64, Arc<Notify>>,
    accounts: HashMap<u64, usize>,
}

/// The strangers of one address, by the number of their place. A lower number is older.
#[derive(Debug, Default)]
struct Strangers {
    idle: BTreeSet<u64>,
    busy: BTreeSet<u64>,
}

impl Strangers {
    fn len(&self) -> usize {
        self.idle.len() + self.busy.len()
    }

    /// The stranger that must go: the oldest without a request. If more than half have one, bodies that never come hold the
    /// places, and the oldest of those goes.
    fn pop_oldest(&mut self) -> Option<u64> {
        if self.busy.len() > self.idle.len() {
            return self.busy.pop_first();
        }
        self.idle.pop_first()
    }
}

/// The right to have one connection open. Dropping it gives the place back.
#[derive(Debug)]
pub struct ConnectionPlace {
    places: Arc<ConnectionPlaces>,
    number: u64,
    address: IpAddr,
    leave: Arc<Notify>,
    account: Mutex<Option<u64>>,
}

impl ConnectionPlaces {
    /// An empty table.
    pub fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, hasher: RandomState::new(), table: Mutex::default() })
    }

    /// Gives a place to a stranger from `ip`, and pushes an older stranger out if there is none left: one of the same
    /// address if that has its share, else one of the address with the most.
    pub fn enter(self: &Arc<Self>, ip: IpAddr) -> ConnectionPlace {
        let address = subscriber(ip);
        let leave = Arc::<Notify>::default();
        let mut table = self.table();
        let here = table.addresses.get(&address).map_or(0, Strangers::len);
        if here >= self.bounds.strangers_per_address {
            table.push_out(address);
        } else if table.counts.strangers >= self.bounds.strangers as u64
            && let Some(fullest) = table.fullest()
        {
            table.push_out(fullest);
        }
        table.next += 1;
        let number = table.next;
        table.counts.strangers += 1;
        table.addresses.entry(address).or_default().idle.insert(number);
        table.leave.insert(number, leave.clone());
        drop(table);
        ConnectionPlace { places: self.clone(), number, address, leave, account: Mutex::default() }
    }

    /// The counts as of now.
    pub fn counts(&self) -> PlaceCounts {
        self.table().counts
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn fullest(&self) -> Option<IpAddr> {
        self.addresses.iter().max_by_key(|(_, strangers)| strangers.len()).map(|(address, _)| *address)
    }

    fn push_out(&mut self, address: IpAddr) {
        let oldest = self.addresses.get_mut(&address).and_then(Strangers::pop_oldest);
        if let Some(number) = oldest {
            self.counts.pushed_out += 1;
            self.counts.strangers -= 1;
            self.forget_if_empty(address);
            if let Some(leave) = self.leave.remove(&number) {
                leave.notify_one();
            }
        }
    }

    /// Takes a stranger out of the table. Returns false if it was pushed out before, or is no stranger any more.
    fn remove_stranger(&mut self, address: IpAddr, number: u64) -> bool {
        if self.leave.remove(&number).is_none() {
            return false;
        }
        if let Some(strangers) = self.addresses.get_mut(&address) {
            strangers.idle.remove(&number);
            strangers.busy.remove(&number);
        }
        self.counts.strangers -= 1;
        self.forget_if_empty(address);
        true
    }

    fn forget_if_empty(&mut self, address: IpAddr) {
        if self.addresses.get(&address).is_some_and(|strangers| strangers.len() == 0) {
            self.addresses.remove(&address);
        }
    }
}

impl ConnectionPlace {
    /// Resolves when the connection must close, because newer strangers need its place.
    pub async fn pushed_out(&self) {
        self.leave.notified().await;
    }

    /// Notes whether a request is in progress: strangers without one go first.
    pub fn set_busy(&self, busy: bool) {
        let mut table = self.places.table();
        let Some(strangers) = table.addresses.get_mut(&self.address) else { return };
        let (from, to) = if busy {
            (&mut strangers.idle, &mut strangers.busy)
        } else {
            (&mut strangers.busy, &mut strangers.idle)
        };
        if from.remove(&self.number) {
            to.insert(self.number);
        }
    }

    /// Moves the connection to the places of those who are signed in. Returns false, and it stays a stranger's, if they or
    /// those of this account are taken.
    pub fn sign_in(&self, account: &str) -> bool {
        let mut mine = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if mine.is_some() {
            return true;
        }
        let account = self.places.hasher.hash_one(account);
        let bounds = self.places.bounds;
        let mut table = self.places.table();
        let of_account = table.accounts.get(&account).copied().unwrap_or_default();
        let is_full = table.counts.known >= bounds.known as u64 || of_account >= bounds.known_per_account;
        if is_full || !table.remove_stranger(self.address, self.number) {
            return false;
        }
        table.counts.known += 1;
        *table.accounts.entry(account).or_default() += 1;
        *mine = Some(account);
        true
    }

    /// True if somebody who is signed in uses the connection.
    pub fn is_known(&self) -> bool {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let account = self.account.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let mut table = self.places.table();
        let Some(account) = account else {
            table.remove_stranger(self.address, self.number);
            return;
        };
        table.counts.known -= 1;
        if let Some(count) = table.accounts.get_mut(&account) {
            *count -= 1;
            if *count == 0 {
                table.accounts.remove(&account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    const BOUNDS: Bounds = Bounds { strangers: 8, strangers_per_address: 4, known: 3, known_per_account: 2 };

    fn ip(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    async fn must_go(place: &ConnectionPlace) -> bool {
        timeout(Duration::from_millis(1), place.pushed_out()).await.is_ok()
    }

    async fn who_goes(places: &[ConnectionPlace]) -> Vec<usize> {
        let mut gone = Vec::new();
        for (index, place) in places.iter().enumerate() {
            if must_go(place).await {
                gone.push(index);
            }
        }
        gone
    }

    #[tokio::test]
    async fn the_oldest_stranger_of_a_full_address_goes_first_and_busy_ones_later() {
        let places = ConnectionPlaces::new(BOUNDS);
        let mut held: Vec<_> = (0..4).map(|_| places.enter(ip(1))).collect();
        held[0].set_busy(true);
        held.push(places.enter(ip(1)));
        assert_eq!(who_goes(&held).await, [1]);
        for place in &held[2..] {
            place.set_busy(true);
        }
        held.push(places.enter(ip(1)));
        assert_eq!(who_goes(&held).await, [0], "bodies that never come do not keep the places");
        drop(held);
        assert_eq!(places.counts(), PlaceCounts { strangers: 0, known: 0, pushed_out: 2 });
        assert!(places.table().addresses.is_empty() && places.table().leave.is_empty());
    }

    #[tokio::test]
    async fn the_address_with_the_most_strangers_makes_room_for_all() {
        let places = ConnectionPlaces::new(BOUNDS);
        let mut held: Vec<_> = [1, 1, 1, 1, 2, 3, 4, 5].map(|last| places.enter(ip(last))).into();
        held.push(places.enter(ip(6)));
        assert_eq!(who_goes(&held).await, [0]);
    }

    #[tokio::test]
    async fn nobody_takes_the_places_of_those_who_are_signed_in() {
        let places = ConnectionPlaces::new(BOUNDS);
        let known: Vec<_> = ["awa", "awa", "ibou"]
            .map(|account| {
                let place = places.enter(ip(1));
                assert!(place.sign_in(account) && place.sign_in(account));
                place
            })
            .into();
        let third = places.enter(ip(1));
        assert!(!third.sign_in("awa") && !third.sign_in("moussa"), "the account's and all places are taken");
        let strangers: Vec<_> = (0..100).map(|n| places.enter(ip(n % 9))).collect();
        assert_eq!(who_goes(&known).await, [] as [usize; 0]);
        assert_eq!((places.counts().strangers, places.counts().known), (8, 3));
        drop((strangers, third, known));
        assert_eq!((places.counts().strangers, places.counts().known), (0, 0));
        assert!(places.table().accounts.is_empty());
    }

    #[tokio::test]
    async fn who_was_pushed_out_is_not_counted_again_when_it_signs_in_late() {
        let places = ConnectionPlaces::new(BOUNDS);
        let held: Vec<_> = (0..5).map(|_| places.enter(ip(1))).collect();
        assert!(!held[0].sign_in("awa"), "its place is gone");
        drop(held);
        assert_eq!((places.counts().strangers, places.counts().known), (0, 0));
    }

    #[test]
    fn few_descriptors_still_leave_most_places_to_those_who_are_signed_in() {
        assert_eq!(
            Bounds::share(228),
            Bounds { strangers: 57, strangers_per_address: 14, known: 171, known_per_account: 32 }
        );
        assert_eq!(Bounds::share(50_000).strangers, STRANGERS);
    }
}
