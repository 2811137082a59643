//! Admission control of ICE-TCP connections. It bounds how many there are in all, from one address, and from one address
//! before a participant is known for them.

use crate::net::subscriber::subscriber;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Connections from one address: all posts of a mobile operator may come from a single one (carrier-grade NAT).
const MAX_PER_ADDRESS: usize = 512;

/// Connections from one address whose participant is not known yet. A connection is in this state for seconds at most.
const MAX_UNIDENTIFIED_PER_ADDRESS: usize = 32;

/// Counts the open connections.
#[derive(Debug)]
pub(super) struct Admission {
    /// The most connections in all.
    max: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, AddressCount>,
}

#[derive(Debug, Default)]
struct AddressCount {
    all: usize,
    unidentified: usize,
}

/// The right to have one connection open. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Permit {
    admission: Arc<Admission>,
    address: IpAddr,
    unidentified: bool,
}

impl Admission {
    /// Admits at most `max` connections at once.
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max, counts: Mutex::default() })
    }

    /// Admits a connection from `ip`, or returns `None` if there are too many.
    pub(super) fn admit(admission: &Arc<Self>, ip: IpAddr) -> Option<Permit> {
        let (mut counts, address) = (admission.counts(), subscriber(ip));
        let here =
            counts.by_address.get(&address).map(|count| (count.all, count.unidentified)).unwrap_or_default();
        let is_full = counts.all >= admission.max
            || here.0 >= MAX_PER_ADDRESS
            || here.1 >= MAX_UNIDENTIFIED_PER_ADDRESS;
        if is_full {
            return None;
        }
        counts.all += 1;
        let count = counts.by_address.entry(address).or_default();
        count.all += 1;
        count.unidentified += 1;
        Some(Permit { admission: admission.clone(), address, unidentified: true })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Notes that the connection's participant is known. A second call changes nothing.
    pub(super) fn identify(&mut self) {
        if std::mem::take(&mut self.unidentified)
            && let Some(count) = self.admission.counts().by_address.get_mut(&self.address)
        {
            count.unidentified -= 1;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.identify();
        let mut counts = self.admission.counts();
        counts.all -= 1;
        if let Some(count) = counts.by_address.get_mut(&self.address) {
            count.all -= 1;
            if count.all == 0 {
                counts.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 4_096;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn unidentified_connections_are_few_and_leave_no_count_behind() {
        let admission = Admission::new(MAX);
        let mut permits: Vec<_> = (0..MAX_UNIDENTIFIED_PER_ADDRESS)
            .map(|_| Admission::admit(&admission, ip("192.0.2.1")).unwrap())
            .collect();
        assert!(Admission::admit(&admission, ip("192.0.2.1")).is_none());
        assert!(Admission::admit(&admission, ip("192.0.2.2")).is_some(), "each address has its own bound");
        permits[0].identify();
        permits[0].identify();
        permits.push(Admission::admit(&admission, ip("192.0.2.1")).unwrap());
        assert!(Admission::admit(&admission, ip("192.0.2.1")).is_none());
        drop(permits);
        let counts = admission.counts();
        assert_eq!((counts.all, counts.by_address.len()), (0, 0));
    }

    #[test]
    fn the_connections_of_one_address_and_of_all_together_are_bounded() {
        let admission = Admission::new(MAX);
        let open = |ip: IpAddr| {
            Admission::admit(&admission, ip).map(|mut permit| {
                permit.identify();
                permit
            })
        };
        let from = |i: usize| ip(&format!("2001:db8:0:{:x}::{i:x}", i / MAX_PER_ADDRESS));
        let all: Vec<_> = (0..MAX).map(|i| open(from(i)).unwrap()).collect();
        assert!(open(ip("192.0.2.1")).is_none(), "in all");
        drop(all);
        let one: Vec<_> = (0..MAX_PER_ADDRESS).map(|_| open(ip("192.0.2.1")).unwrap()).collect();
        assert!(open(ip("192.0.2.1")).is_none(), "from one address");
        drop(one);
    }
}
