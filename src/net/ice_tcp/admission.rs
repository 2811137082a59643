//! How many connections there may be: in all, of one address, and of one address without a participant.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// In all: a thousand participants, each with some to spare. Each costs a file and some kB.
const IN_ALL: usize = 4_096;

/// Of one address: all posts of a mobile operator may come from one.
const OF_ONE: usize = 512;

/// Of one address, before it is known whose they are: seconds at most.
const STRANGERS: usize = 32;

/// Who is in.
#[derive(Debug, Default)]
pub(super) struct Guests(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    all: usize,
    by_ip: HashMap<IpAddr, Count>,
}

#[derive(Debug, Default)]
struct Count {
    all: usize,
    strangers: usize,
}

/// A connection's place; given back when dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    guests: Arc<Guests>,
    ip: IpAddr,
    stranger: bool,
}

impl Guests {
    /// `None` if there are too many.
    pub(super) fn let_in(guests: &Arc<Self>, ip: IpAddr) -> Option<Ticket> {
        let (mut book, ip) = (guests.book(), network(ip));
        let here = book.by_ip.get(&ip).map(|count| (count.all, count.strangers)).unwrap_or_default();
        if book.all >= IN_ALL || here.0 >= OF_ONE || here.1 >= STRANGERS {
            return None;
        }
        book.all += 1;
        let count = book.by_ip.entry(ip).or_default();
        count.all += 1;
        count.strangers += 1;
        Some(Ticket { guests: guests.clone(), ip, stranger: true })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// It is known to whom the connection belongs.
    pub(super) fn is_known(&mut self) {
        if std::mem::take(&mut self.stranger)
            && let Some(count) = self.guests.book().by_ip.get_mut(&self.ip)
        {
            count.strangers -= 1;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.is_known();
        let mut book = self.guests.book();
        book.all -= 1;
        if let Some(count) = book.by_ip.get_mut(&self.ip) {
            count.all -= 1;
            if count.all == 0 {
                book.by_ip.remove(&self.ip);
            }
        }
    }
}

/// What one subscriber is given: an IPv4 address, or an IPv6 network of 64 bits.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(u128::from(ip) >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn strangers_are_few_and_nothing_is_left_of_them() {
        let guests = Arc::new(Guests::default());
        let mut here: Vec<_> =
            (0..STRANGERS).map(|_| Guests::let_in(&guests, ip("192.0.2.1")).unwrap()).collect();
        assert!(Guests::let_in(&guests, ip("192.0.2.1")).is_none());
        assert!(Guests::let_in(&guests, ip("192.0.2.2")).is_some(), "another's are another's");
        here[0].is_known();
        here[0].is_known();
        here.push(Guests::let_in(&guests, ip("192.0.2.1")).unwrap());
        assert!(Guests::let_in(&guests, ip("192.0.2.1")).is_none());
        drop(here);
        let book = guests.book();
        assert_eq!((book.all, book.by_ip.len()), (0, 0));
    }

    #[test]
    fn one_address_and_all_together_are_bounded() {
        let guests = Arc::new(Guests::default());
        let enter = |ip: IpAddr| {
            Guests::let_in(&guests, ip).map(|mut ticket| {
                ticket.is_known();
                ticket
            })
        };
        let from = |i: usize| ip(&format!("2001:db8:0:{:x}::{i:x}", i / OF_ONE));
        let all: Vec<_> = (0..IN_ALL).map(|i| enter(from(i)).unwrap()).collect();
        assert!(enter(ip("192.0.2.1")).is_none(), "in all");
        drop(all);
        let one: Vec<_> = (0..OF_ONE).map(|_| enter(ip("192.0.2.1")).unwrap()).collect();
        assert!(enter(ip("192.0.2.1")).is_none(), "of one");
        drop(one);
    }
}
