//! Calls on drawn links in virtual time: what the server believes of a link that stalls, is shared, shakes, wanders or falls.
//!
//! `DRAWN_LINKS=100 cargo test -p teranga-media --test sfu drawn -- --nocapture` prints a line for each direction of so many links a class,
//! and how many of them held each bound. `DRAWN_SEED` and `DRAWN_CLASS` choose others, and `DRAWN_TRACE=1` also prints the server's log and
//! what was seen each half second. Two calls on one link differ a little, because ICE and DTLS draw numbers of their own.

mod call;
mod clock;
mod draw;
mod judge;

use draw::{CLASSES, Class, draw};
use judge::Verdicts;
use std::collections::BTreeMap;

/// Shares of the directions that hold a bound, by its name.
type Shares = BTreeMap<&'static str, f64>;

/// A class of links, the number of calls, and the least shares.
type Expected = (Class, u64, &'static [(&'static str, f64)]);

/// Makes calls on so many links of each class, prints what came of them, and returns the shares.
fn call_on(class: Class, links: u64) -> Shares {
    let (links, first) = (number("DRAWN_LINKS").unwrap_or(links), number("DRAWN_SEED").unwrap_or(1));
    let mut all = Vec::new();
    for seed in first..first + links {
        let drawn = draw(class, seed);
        let seen = call::call(&drawn);
        if number("DRAWN_TRACE").is_some() {
            judge::print_trace(&seen[0]);
            judge::print_trace(&seen[1]);
        }
        all.extend((0..2).filter_map(|way| judge::judge(&drawn, way, &seen[way])));
    }
    all.iter().for_each(Verdicts::print);
    let within = all.iter().filter(|verdicts| verdicts.are_held()).count();
    println!("{class:?}: {within} of {} directions within all bounds", all.len());
    let shares = judge::shares(&all);
    for (what, share) in &shares {
        println!("{class:?}: {what}: {:.0} % held", share * 100.0);
    }
    shares
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The bounds are those of `docs/thin-links.md`. The shares are what the estimator reaches on a hundred links of each class, less what
/// a dozen of them may differ.
#[test]
fn what_is_believed_of_drawn_links_is_mostly_right() {
    if number("DRAWN_TRACE").is_some() {
        clock::log_in_virtual_time();
    }
    let expected: [Expected; 5] = [
        (Class::Stalls, 10, &[("punctual after a stall, s", 0.15)]),
        (Class::Transfer, 12, &[("rate known after, s", 0.5), ("pictures after, s", 0.15)]),
        (Class::Jitter, 8, &[("belief away", 0.25), ("queue p95, s", 0.4)]),
        (Class::Recorded, 6, &[("delay p95, s", 0.4)]),
        (Class::Steps, 12, &[("fall answered, s", 0.4), ("rise known, s", 0.25)]),
    ];
    let only = std::env::var("DRAWN_CLASS").ok();
    assert_eq!(expected.map(|(class, ..)| class), CLASSES);
    for (class, links, bounds) in expected {
        if only.as_ref().is_some_and(|only| *only != format!("{class:?}")) {
            continue;
        }
        let shares = call_on(class, links);
        for (what, least) in bounds {
            assert!(shares[what] >= *least, "{class:?}: {what} was held by {:.2}", shares[what]);
        }
    }
}
