//! One direction of the link in virtual time: hours pass in a moment, and a seed makes a failure repeat.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Duration;
use teranga_thinlink::{
    link::Link,
    packet::Kind,
    shape::{Field, Shape},
};

const KIND: Kind = Kind::Rtp(111);

fn ms(value: u64) -> Duration {
    Duration::from_millis(value)
}

fn quiet(rate: u64, delay_ms: f64) -> Shape {
    Shape { jitter_ms: 0.0, ..Shape::new(rate, delay_ms) }
}

/// Makes a packet that carries its number.
fn packet(number: u32, length: usize) -> Vec<u8> {
    let mut packet = number.to_be_bytes().to_vec();
    packet.resize(length, 0);
    packet
}

fn number(packet: &[u8]) -> u32 {
    u32::from_be_bytes(packet[..4].try_into().unwrap())
}

/// Sends `count` packets, one each `gap`, and returns number and time of those that arrive, polled at every
/// moment at which something is due.
fn arrivals(link: &mut Link, count: u32, gap: Duration, length: usize) -> Vec<(u32, Duration)> {
    let mut seen = Vec::new();
    for sent in 0..count {
        drain(link, gap * sent, &mut seen);
        link.handle_packet(gap * sent, KIND, packet(sent, length));
    }
    drain(link, gap * count + Duration::from_secs(200), &mut seen);
    seen
}

fn drain(link: &mut Link, until: Duration, seen: &mut Vec<(u32, Duration)>) {
    while let Some(due) = link.next_timeout().filter(|due| *due <= until) {
        link.handle_time(due);
        while let Some(packet) = link.poll(due) {
            seen.push((number(&packet), due));
        }
    }
}

/// Returns `part` as a share of `whole`.
fn share(part: usize, whole: u32) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(whole)
}

fn assert_near(value: f64, wanted: f64, tolerance: f64, what: &str) {
    assert!((value - wanted).abs() <= wanted * tolerance, "{what}: {value} instead of {wanted}");
}

#[test]
fn the_rate_is_exact_however_late_it_is_polled() {
    for rate in [24_000, 40_000, 256_000, 5_000_000] {
        let mut random = StdRng::seed_from_u64(rate);
        let mut link = Link::new(quiet(rate, 0.0), 1);
        let (mut now, mut passed) = (Duration::ZERO, 0);
        let seconds = 30;
        while now < Duration::from_secs(seconds) {
            // Twice the rate, in bursts, polled at irregular times.
            let pause = Duration::from_micros(random.random_range(1..60_000));
            now += pause;
            let mut lump = u128::from(rate) * pause.as_micros() * 2 / 8_000_000;
            while lump > 0 {
                let length = usize::try_from(lump.min(random.random_range(28..1_500))).unwrap();
                lump -= u128::try_from(length).unwrap();
                link.handle_packet(now, KIND, vec![0; length]);
            }
            while let Some(packet) = link.poll(now) {
                passed += packet.len();
            }
        }
        let bits = f64::from(u32::try_from(passed * 8).unwrap());
        let wanted = Duration::from_secs(rate * seconds).as_secs_f64();
        // The only gap is before the first packet.
        assert_near(bits, wanted, 0.005, "bits");
    }
}

#[test]
fn a_packet_needs_its_transmission_time() {
    let mut link = Link::new(quiet(40_000, 300.0), 1);
    // 500 bytes take 100 ms at 40 kbit/s; the second one waits for the first.
    link.handle_packet(ms(0), KIND, packet(0, 500));
    link.handle_packet(ms(50), KIND, packet(1, 500));
    let mut seen = Vec::new();
    drain(&mut link, ms(10_000), &mut seen);
    assert_eq!(seen, [(0, ms(400)), (1, ms(500))]);
    assert!((link.take_counters().queue_max_ms() - 150.0).abs() < 1e-6);
}

#[test]
fn a_change_of_rate_applies_to_queued_packets() {
    let mut link = Link::new(quiet(40_000, 0.0), 1);
    link.handle_packet(ms(0), KIND, packet(0, 1_000));
    let mut shape = link.shape().clone();
    shape.set(Field::Rate, 80_000.0).unwrap();
    link.reshape(ms(100), shape);
    let mut seen = Vec::new();
    drain(&mut link, ms(10_000), &mut seen);
    // Half of it at 40 kbit/s in 100 ms, the other half at 80 in 50.
    assert_eq!(seen, [(0, ms(150))]);
}

#[test]
fn the_queue_is_bounded_and_every_packet_is_counted() {
    for (rate, longest_ms) in [(256_000, 1_000.0), (40_000, 1_200.0), (24_000, 2_000.0)] {
        let mut link = Link::new(quiet(rate, 0.0), 1);
        let mut random = StdRng::seed_from_u64(rate);
        for at in 0..20_000 {
            link.handle_packet(ms(at), KIND, vec![0; random.random_range(40..1_500)]);
        }
        link.handle_time(ms(60_000));
        let counters = link.take_counters();
        let longest = counters.queue_max_ms();
        assert!(longest <= longest_ms && longest > longest_ms * 0.9, "{rate}: {longest}");
        let mut passed = 0;
        while link.poll(ms(60_000)).is_some() {
            passed += 1;
        }
        let total = counters.total();
        assert_eq!(total.packets, 20_000);
        assert_eq!(total.packets, passed + total.queue_dropped);
        assert!(counters.queue_mean_ms() > 0.0 && counters.queue_mean_ms() < longest);
    }
}

#[test]
fn single_losses_have_their_share() {
    for loss in [0.01, 0.02, 0.1] {
        let mut link = Link::new(quiet(1_000_000, 0.0).losing(loss, 0.0), 7);
        let seen = arrivals(&mut link, 100_000, ms(2), 100);
        // Five standard deviations at the least share.
        assert_near(1.0 - share(seen.len(), 100_000), loss, 0.16, "loss");
        assert_eq!(link.take_counters().total().lost, 100_000 - u64::try_from(seen.len()).unwrap());
    }
}

#[test]
fn bursts_have_their_share_and_their_length() {
    for (loss, burst_ms) in [(0.03, 80.0), (0.05, 80.0), (0.10, 120.0)] {
        let mut link = Link::new(quiet(1_000_000, 0.0).losing(loss, burst_ms), 11);
        let count = 400_000;
        let seen = arrivals(&mut link, count, ms(5), 40);
        assert_near(1.0 - share(seen.len(), count), loss, 0.12, "loss");
        let gaps = seen.windows(2).filter(|pair| pair[1].0 - pair[0].0 > 1).count();
        let lost_ms = (1.0 - share(seen.len(), count)) * f64::from(count) * 5.0;
        // A burst that falls between two packets is not seen: slightly longer than the mean.
        assert_near(lost_ms / share(gaps, 1), burst_ms, 0.12, "burst");
    }
}

#[test]
fn jitter_stays_in_its_bounds_and_in_order() {
    let shape = Shape { jitter_ms: 30.0, ..quiet(10_000_000, 100.0) };
    let seen = arrivals(&mut Link::new(shape, 3), 5_000, ms(10), 100);
    assert!(seen.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1));
    let delays = seen.iter().map(|(number, at)| at.saturating_sub(ms(10) * *number).as_secs_f64() * 1e3);
    assert!(delays.clone().all(|delay| (100.0..130.1).contains(&delay)));
    assert!(delays.clone().fold(0.0, f64::max) > 125.0 && delays.fold(200.0, f64::min) < 105.0);
}

#[test]
fn some_packets_overtake_and_some_come_twice() {
    let shape = Shape { reorder: 0.1, reorder_ms: 25.0, duplicate: 0.05, ..quiet(10_000_000, 10.0) };
    let mut link = Link::new(shape, 5);
    let seen = arrivals(&mut link, 20_000, ms(10), 100);
    assert_near(share(seen.len(), 20_000), 1.05, 0.01, "copies");
    let overtaken = seen.windows(2).filter(|pair| pair[1].0 < pair[0].0).count();
    assert_near(share(overtaken, 20_000), 0.1, 0.2, "overtaken");
    assert_eq!(link.take_counters().total().passed_bytes, 2_000_000);
}

#[test]
fn in_an_outage_only_packets_under_way_arrive() {
    let mut link = Link::new(quiet(8_000, 500.0), 1);
    for sent in 0..3 {
        link.handle_packet(ms(0), KIND, packet(sent, 100));
    }
    // One has left, one is being sent, one waits.
    link.outage(ms(150), ms(1_000));
    link.handle_packet(ms(1_149), KIND, packet(3, 100));
    link.handle_packet(ms(1_150), KIND, packet(4, 100));
    let mut seen = Vec::new();
    drain(&mut link, ms(10_000), &mut seen);
    assert_eq!(seen, [(0, ms(600)), (4, ms(1_750))]);
    assert_eq!(link.take_counters().total().lost, 3);
    let mut shape = link.shape().clone();
    shape.set(Field::Rate, 0.0).unwrap();
    link.handle_packet(ms(20_000), KIND, packet(5, 100));
    link.reshape(ms(20_000), shape);
    link.handle_packet(ms(20_000), KIND, packet(6, 100));
    assert_eq!(link.next_timeout(), None);
    assert_eq!(link.take_counters().total().lost, 2);
}

#[test]
fn packets_larger_than_the_mtu_vanish() {
    let mut link = Link::new(Shape { mtu: 1_280, ..quiet(1_000_000, 0.0) }, 1);
    // The packets forbid fragments (RFC 791 section 3.1).
    for length in [1_281, 1_280] {
        let mut rigid = packet(0, length);
        rigid[6] = 0x40;
        link.handle_packet(ms(0), KIND, rigid);
    }
    let mut seen = Vec::new();
    drain(&mut link, ms(1_000), &mut seen);
    assert_eq!(seen.len(), 1);
    assert_eq!(link.take_counters().total().oversize, 1);
}

/// A machine that stalls must not change what the link does: the same packets are lost, for the same reasons.
#[test]
fn losses_depend_on_the_seed_and_not_on_the_caller() {
    let shape = Shape { reorder: 0.02, reorder_ms: 40.0, ..Shape::new(64_000, 150.0).losing(0.05, 80.0) };
    let prompt = arrivals(&mut Link::new(shape.clone(), 9), 5_000, ms(20), 120);
    let mut link = Link::new(shape.clone(), 9);
    let mut late = Vec::new();
    for sent in 0..5_000 {
        link.handle_packet(ms(20) * sent, KIND, packet(sent, 120));
        if sent % 97 == 0 {
            late.extend(std::iter::from_fn(|| link.poll(ms(20) * sent)).map(|packet| number(&packet)));
        }
    }
    link.handle_time(ms(1_000_000));
    late.extend(std::iter::from_fn(|| link.poll(ms(1_000_000))).map(|packet| number(&packet)));
    assert_eq!(prompt.iter().map(|(number, _)| *number).collect::<Vec<_>>(), late);
    let other = arrivals(&mut Link::new(shape, 10), 5_000, ms(20), 120);
    assert_ne!(prompt, other);
}

/// A radio that hands over keeps what it is given, and sends it at its rate once it can.
#[test]
fn a_held_link_loses_nothing_and_keeps_the_order() {
    let mut link = Link::new(quiet(24_000, 100.0), 1);
    let mut seen = Vec::new();
    for sent in 0..80_u32 {
        let at = ms(50) * sent;
        if at == ms(1_000) {
            link.hold(at, ms(2_000));
        }
        drain(&mut link, at, &mut seen);
        // 120 bytes each 50 ms are 19.2 kbit/s; those of 2 s would fill most of the queue of 6,000 bytes.
        link.handle_packet(at, KIND, packet(sent, 120));
    }
    drain(&mut link, ms(60_000), &mut seen);
    assert_eq!(seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (0..80).collect::<Vec<_>>());
    assert!(seen.iter().all(|(_, at)| *at <= ms(1_150) || *at >= ms(3_000)), "{seen:?}");
    // The first packet after the hold needs 40 ms to be sent, and 100 ms to arrive.
    assert!(seen.contains(&(20, ms(3_140))), "{seen:?}");
}

#[test]
fn a_held_link_takes_what_it_would_have_carried_besides_its_queue() {
    let mut link = Link::new(quiet(24_000, 0.0), 1);
    link.hold(ms(0), ms(4_000));
    // The queue holds 6,000 bytes, and 4 s of the link are 12,000.
    for number in 0..20 {
        link.handle_packet(ms(1), KIND, packet(number, 1_000));
    }
    let count = |link: &mut Link| link.take_counters().total();
    assert_eq!(count(&mut link).queue_dropped, 2);
    link.handle_time(ms(30_000));
    for number in 0..20 {
        link.handle_packet(ms(30_000), KIND, packet(number, 1_000));
    }
    assert_eq!(count(&mut link).queue_dropped, 14, "the queue has its own length again");
}

#[test]
fn overhead_counts_for_the_rate_and_for_the_mtu() {
    let mut link = Link::new(Shape { overhead: 20, mtu: 1_280, ..quiet(40_000, 0.0) }, 1);
    // 80 bytes and 20 more are 20 ms of 40 kbit/s.
    let seen = arrivals(&mut link, 50, ms(1), 80);
    assert_eq!(seen.last().map(|(_, at)| *at), Some(ms(1_000)));
    assert_eq!(link.take_counters().total().bytes, 5_000);
    for (length, passes) in [(1_260, true), (1_261, false)] {
        let mut whole = packet(0x4500_0000, length);
        whole[6] = 0x40;
        let now = Duration::from_secs(1_000 + u64::try_from(length).unwrap());
        link.handle_packet(now, KIND, whole);
        let mut seen = Vec::new();
        drain(&mut link, now + ms(10_000), &mut seen);
        assert_eq!(seen.len(), usize::from(passes), "{length} bytes");
    }
}

#[test]
fn packets_that_wait_keep_the_overhead_that_they_came_with() {
    let mut link = Link::new(quiet(40_000, 0.0), 1);
    (0..10).for_each(|sent| link.handle_packet(ms(0), KIND, packet(sent, 100)));
    link.reshape(ms(1), Shape { overhead: 1_000, ..quiet(40_000, 0.0) });
    let mut seen = Vec::new();
    drain(&mut link, ms(1_000), &mut seen);
    assert_eq!(seen.last(), Some(&(9, ms(200))));
}
