//! Replayed and forged STUN: media goes only where our own check was answered (adr/0018). The attacker has read everything that a client
//! sent, writes any source address, and knows nobody's password unless it is a member itself.

use crate::testbed::{Credentials, ROOM, SECOND, Setup, Testbed, answer, is_media};
use std::{net::SocketAddr, time::Duration};
use str0m::ice::StunMessage;
use teranga_media::{
    address::{Address, TcpConnectionId},
    command::Event,
    id::PeerId,
};

/// The pace of the attack.
const EACH: Duration = Duration::from_millis(20);

fn attacker(port: u16) -> SocketAddr {
    SocketAddr::from(([198, 51, 100, 66], port))
}

/// A call of two. The first is the victim, whose requests were read.
struct Attack {
    testbed: Testbed,
    victim: SocketAddr,
    /// Its requests, the oldest first, and whether each nominates.
    requests: Vec<(Vec<u8>, bool)>,
    /// Its answers to our checks.
    answers: Vec<Vec<u8>>,
}

impl Attack {
    fn new(seed: u64) -> Self {
        let mut testbed = Testbed::new(seed);
        testbed.network.tap = Some(Vec::new());
        for peer in 1..=2 {
            testbed.join(ROOM, PeerId(peer), Setup::default());
        }
        testbed.run(8 * SECOND);
        let victim = testbed.clients[0].address;
        let tap = testbed.network.tap.take().expect("tapped");
        let own = tap.into_iter().filter(|(source, _)| *source == victim).map(|(_, datagram)| datagram);
        let (mut requests, mut answers) = (Vec::new(), Vec::new());
        for datagram in own {
            match datagram[..2] {
                [0, 1] => {
                    let nominates = StunMessage::parse(&datagram).expect("STUN").use_candidate();
                    requests.push((datagram, nominates));
                }
                [1, 1] => answers.push(datagram),
                _ => {}
            }
        }
        assert!(requests.len() > 3 && !answers.is_empty(), "{} and {}", requests.len(), answers.len());
        Self { testbed, victim, requests, answers }
    }

    /// A request with USE-CANDIDATE.
    fn nominating(&self) -> Vec<u8> {
        self.requests.iter().find(|(_, nominates)| *nominates).expect("one nominates").0.clone()
    }

    fn last(&self) -> Vec<u8> {
        self.requests.last().expect("a request").0.clone()
    }

    /// A request that the client has sent and that has not arrived.
    fn held_back(&mut self) -> Vec<u8> {
        Credentials::of(&self.testbed.clients[0]).request(true)
    }

    /// Does something each 20 ms, a number of times.
    fn each(&mut self, times: u16, mut act: impl FnMut(&mut Testbed, u16)) {
        for time in 0..times {
            act(&mut self.testbed, time);
            self.testbed.run(EACH);
        }
    }

    /// Asserts that nobody else got media, and that the victim heard at least 99.5 % of what was said since.
    fn holds(&self, since: std::time::Instant) {
        let stolen = self.testbed.strays.iter().filter(|(_, datagram)| is_media(datagram)).count();
        assert_eq!(stolen, 0, "media to the attacker");
        let spoken = (self.testbed.now - since).as_millis() as usize / 20;
        let heard = self.testbed.clients[0].heard(2, since);
        assert!(heard * 1_000 >= spoken * 995 - 2_000, "the victim heard {heard} of {spoken}");
        assert!(self.testbed.clients[1].heard(1, since) * 1_000 >= spoken * 995 - 2_000, "and was heard");
        assert_eq!(self.testbed.sfu.stats().moved, 0);
    }

    fn stray_bytes(&self) -> usize {
        self.testbed.strays.iter().map(|(_, datagram)| datagram.len()).sum()
    }
}

#[test]
fn the_replay_that_was_seen_gets_nothing() {
    let mut attack = Attack::new(300);
    let (a, b, victim) = (attack.nominating(), attack.last(), attack.victim);
    let since = attack.testbed.now;
    for _ in 0..70 {
        attack.testbed.inject(victim, &b);
    }
    let before = attack.testbed.sfu.stats().dropped.stun_replayed;
    attack.each(1_100, |testbed, time| testbed.inject(attacker(10_000 + time), &a));
    attack.holds(since);
    assert!(attack.testbed.strays.is_empty(), "not even an answer");
    assert_eq!(attack.testbed.sfu.stats().dropped.stun_replayed - before, 1_100, "all are counted");
}

#[test]
fn a_replay_without_a_flood_before_it_gets_nothing() {
    let mut attack = Attack::new(301);
    let a = attack.nominating();
    let since = attack.testbed.now;
    attack.each(250, |testbed, _| testbed.inject(attacker(10_000), &a));
    attack.holds(since);
}

#[test]
fn a_replay_from_the_same_port_of_another_host_or_from_the_next_port_gets_nothing() {
    let mut attack = Attack::new(302);
    let (a, mut next) = (attack.nominating(), attack.victim);
    let other = attacker(attack.victim.port());
    next.set_port(next.port() + 1);
    let since = attack.testbed.now;
    attack.each(250, |testbed, time| testbed.inject(if time % 2 == 0 { other } else { next }, &a));
    attack.holds(since);
}

#[test]
fn a_replay_over_tcp_gets_nothing() {
    let mut attack = Attack::new(303);
    let (a, victim) = (attack.nominating(), attack.victim);
    let since = attack.testbed.now;
    attack.each(250, |testbed, time| {
        let connection = Address::by_tcp(TcpConnectionId(u64::from(time)), victim);
        testbed.sfu.handle_datagram(testbed.now, connection, &a);
        assert!(!testbed.sfu.knows(connection), "even from the victim's own address");
    });
    attack.holds(since);
}

/// The attacker has withheld a request, so nobody has seen it before.
#[test]
fn a_request_that_was_held_back_brings_a_check_and_no_media() {
    let mut attack = Attack::new(304);
    let since = attack.testbed.now;
    let a = attack.held_back();
    attack.each(250, |testbed, time| {
        if time == 0 {
            testbed.inject(attacker(1), &a);
        } else {
            testbed.inject(attacker(1 + time), &a);
        }
    });
    attack.holds(since);
    assert!(attack.testbed.strays.iter().all(|(to, _)| *to == attacker(1)));
    assert!(attack.testbed.strays.len() <= 4, "an answer and three checks at most: {}", attack.stray_bytes());
}

#[test]
fn a_check_is_not_answered_by_who_does_not_know_the_password() {
    let mut attack = Attack::new(305);
    let since = attack.testbed.now;
    let a = attack.held_back();
    attack.testbed.inject(attacker(1), &a);
    let strays = std::mem::take(&mut attack.testbed.strays);
    let check = &strays.iter().find(|(_, datagram)| datagram[..2] == [0, 1]).expect("a check").1;
    let wrong = answer(check, "0123456789012345678901", crate::testbed::server());
    let mut unsealed = check.clone();
    unsealed[0] = 1;
    attack.each(50, |testbed, _| {
        for forged in [&wrong, &unsealed, check] {
            testbed.inject(attacker(1), forged);
        }
    });
    attack.holds(since);
    assert!(attack.testbed.sfu.stats().dropped.stun_unauthenticated >= 100);
}

/// The attacker hands our check on to the victim, whose answer comes from the victim's address.
#[test]
fn an_answer_from_another_address_than_the_one_that_was_checked_proves_nothing() {
    let mut attack = Attack::new(306);
    let since = attack.testbed.now;
    let a = attack.held_back();
    attack.testbed.inject(attacker(1), &a);
    let check = attack.testbed.strays.iter().find(|(_, datagram)| datagram[..2] == [0, 1]);
    let check = check.expect("a check").1.clone();
    let now = attack.testbed.now;
    attack.testbed.clients[0].receive(&check, now);
    attack.each(50, |_, _| {});
    attack.holds(since);
    assert_eq!(attack.testbed.sfu.stats().dropped.stun_misdirected, 1);
}

/// The attacker takes the packets of a voice off the victim's link, and sends them from its own address.
#[test]
fn a_voice_that_was_held_back_gets_no_media() {
    let mut attack = Attack::new(320);
    attack.testbed.network.tap = Some(Vec::new());
    attack.testbed.network.shape(PeerId(1), |link| link.cut = true);
    attack.testbed.run(SECOND);
    let tap = attack.testbed.network.tap.take().expect("tapped");
    let voice = |(source, datagram): &(SocketAddr, Vec<u8>)| *source == attack.victim && is_media(datagram);
    let held: Vec<Vec<u8>> = tap.into_iter().filter(voice).map(|(_, datagram)| datagram).collect();
    assert!(held.len() > 40, "{}", held.len());
    for datagram in &held {
        attack.testbed.inject(attacker(7), datagram);
    }
    attack.testbed.run(SECOND);
    let stats = attack.testbed.sfu.stats();
    assert_eq!(stats.moved, 0);
    assert!(attack.testbed.strays.iter().all(|(_, datagram)| !is_media(datagram)), "checks, and no media");
    assert!(!attack.testbed.strays.is_empty() && attack.stray_bytes() < 1_000, "{}", attack.stray_bytes());
    attack.testbed.run(SECOND);
    let stats = attack.testbed.sfu.stats();
    let before = (stats.routes, stats.path_checks);
    for datagram in &held {
        attack.testbed.inject(attacker(8), datagram);
    }
    let stats = attack.testbed.sfu.stats();
    assert_eq!(
        (stats.routes, stats.path_checks),
        before,
        "what came before opens no route and causes no check"
    );
    attack.testbed.network.shape(PeerId(1), |link| link.cut = false);
    attack.testbed.run(SECOND);
    let since = attack.testbed.now;
    attack.each(50, |_, _| {});
    attack.holds(since);
}

/// The SSRC of a voice can be read by anybody on the way.
#[test]
fn a_forged_packet_with_the_ssrc_of_a_silent_voice_opens_no_route() {
    let mut attack = Attack::new(321);
    attack.testbed.network.tap = Some(Vec::new());
    attack.testbed.network.shape(PeerId(1), |link| link.cut = true);
    attack.testbed.run(SECOND);
    let tap = attack.testbed.network.tap.take().expect("tapped");
    let mut forged = tap.into_iter().find(|(_, datagram)| is_media(datagram)).expect("a voice").1;
    let before = attack.testbed.sfu.stats().clone();
    forged[20] ^= 1;
    for last in 0..=255 {
        *forged.last_mut().expect("a tag") = last;
        attack.testbed.inject(attacker(9), &forged);
    }
    let stats = attack.testbed.sfu.stats();
    assert_eq!((stats.routes, stats.path_checks), (before.routes, before.path_checks));
    assert_eq!(stats.dropped.unknown_source - before.dropped.unknown_source, 256);
    assert!(attack.testbed.strays.is_empty());
}

#[test]
fn an_answer_to_our_check_works_once() {
    let mut attack = Attack::new(307);
    let since = attack.testbed.now;
    let (answers, victim) = (attack.answers.clone(), attack.victim);
    let before = attack.testbed.sfu.stats().path_checks_answered;
    for reply in &answers {
        for source in [victim, attacker(1), attacker(2)] {
            attack.testbed.inject(source, reply);
        }
    }
    assert_eq!(attack.testbed.sfu.stats().path_checks_answered, before);
    assert_eq!(attack.testbed.sfu.stats().dropped.stun_unasked, 3 * answers.len() as u64);
    attack.each(50, |_, _| {});
    attack.holds(since);
}

#[test]
fn requests_from_before_an_ice_restart_are_worth_nothing() {
    let mut attack = Attack::new(308);
    let (requests, unseen) = (attack.requests.clone(), attack.held_back());
    attack.testbed.restart_ice(0);
    attack.testbed.run(3 * SECOND);
    let since = attack.testbed.now;
    attack.each(250, |testbed, time| {
        testbed.inject(attacker(time), &requests[usize::from(time) % requests.len()].0);
        testbed.inject(attacker(time), &unseen);
    });
    attack.holds(since);
    assert!(attack.testbed.strays.is_empty());
}

#[test]
fn a_late_replay_does_not_take_the_path_of_somebody_who_is_cut_off() {
    let mut attack = Attack::new(309);
    let (a, unseen) = (attack.nominating(), attack.held_back());
    attack.testbed.network.shape(PeerId(1), |link| link.cut = true);
    attack.testbed.run(8 * SECOND);
    attack.each(100, |testbed, time| testbed.inject(attacker(time), &a));
    attack.testbed.inject(attacker(999), &unseen);
    attack.each(100, |_, _| {});
    attack.testbed.network.shape(PeerId(1), |link| link.cut = false);
    attack.testbed.run(4 * SECOND);
    let since = attack.testbed.now;
    attack.testbed.run(2 * SECOND);
    attack.holds(since);
}

#[test]
fn replays_in_its_name_do_not_keep_somebody_present_who_is_gone() {
    let mut attack = Attack::new(310);
    let (b, victim) = (attack.last(), attack.victim);
    attack.testbed.network.shape(PeerId(1), |link| link.cut = true);
    attack.each(150, |testbed, _| testbed.inject(victim, &b));
    let quiet = attack.testbed.seen(|event| matches!(event, Event::Quiet { peer: PeerId(1) }).then_some(()));
    let back = attack.testbed.seen(|event| matches!(event, Event::Back { .. }).then_some(()));
    assert_eq!((quiet.len(), back.len()), (1, 0));
}

/// A member knows its own password, and writes the address of somebody else.
#[test]
fn a_member_cannot_point_media_at_a_third_party() {
    let mut attack = Attack::new(311);
    let member = Credentials::of(&attack.testbed.clients[1]);
    let (third, since) = (attacker(443), attack.testbed.now);
    let mut asked = 0;
    attack.each(500, |testbed, _| {
        let request = member.request(true);
        asked += request.len();
        testbed.inject(third, &request);
    });
    attack.holds(since);
    let bytes = attack.stray_bytes();
    assert!(bytes < asked, "{bytes} for {asked}: the third party gets less than was spent");
    let checks = attack.testbed.strays.iter().filter(|(_, datagram)| datagram[..2] == [0, 1]).count();
    assert!(checks <= 22, "{checks} checks in 10 s");
}

#[test]
fn a_member_that_guesses_transactions_proves_no_foreign_address() {
    let mut attack = Attack::new(312);
    let password = crate::testbed::attribute(&attack.testbed.clients[1].first_offer, "ice-pwd");
    let member = Credentials::of(&attack.testbed.clients[1]);
    let (third, since) = (attacker(443), attack.testbed.now);
    attack.each(200, |testbed, _| {
        testbed.inject(third, &member.request(true));
        let guess = member.request(false);
        testbed.inject(third, &answer(&guess, &password, crate::testbed::server()));
    });
    attack.holds(since);
    assert_eq!(attack.testbed.sfu.stats().dropped.stun_unasked, 200);
}

#[test]
fn a_member_makes_us_check_few_of_many_addresses() {
    let mut attack = Attack::new(313);
    let member = Credentials::of(&attack.testbed.clients[1]);
    let since = attack.testbed.now;
    attack.each(500, |testbed, time| testbed.inject(attacker(time), &member.request(true)));
    attack.holds(since);
    let checks = attack.testbed.strays.iter().filter(|(_, datagram)| datagram[..2] == [0, 1]).count();
    assert!(checks <= 22, "{checks} checks in 10 s");
    assert!(attack.testbed.sfu.stats().dropped.too_many_routes > 300);
}

#[test]
fn requests_of_one_member_do_not_take_the_address_of_another() {
    let mut attack = Attack::new(314);
    let (a, second) = (attack.nominating(), attack.testbed.clients[1].address);
    let since = attack.testbed.now;
    let unseen: Vec<_> = (0..250).map(|_| attack.held_back()).collect();
    attack.each(250, |testbed, time| {
        testbed.inject(second, &a);
        testbed.inject(second, &unseen[usize::from(time)]);
    });
    attack.holds(since);
}

/// Each request of the victim is read, and sent from elsewhere so fast that it comes first.
#[test]
fn a_faster_copy_of_each_request_does_not_silence_the_victim() {
    let mut attack = Attack::new(315);
    attack.testbed.network.shape(PeerId(1), |link| link.delay = Duration::from_millis(60));
    attack.testbed.run(SECOND);
    let since = attack.testbed.now;
    attack.testbed.network.tap = Some(Vec::new());
    attack.each(3_000, |testbed, _| {
        let read = testbed.network.tap.replace(Vec::new()).unwrap_or_default();
        for (source, datagram) in read {
            if source.port() == 10_001 && datagram[..2] == [0, 1] {
                testbed.inject(attacker(7), &datagram);
            }
        }
    });
    attack.holds(since);
}

#[test]
fn a_retransmission_is_answered_and_changes_nothing() {
    let mut attack = Attack::new(316);
    let (b, victim) = (attack.last(), attack.victim);
    let since = attack.testbed.now;
    let before = attack.testbed.sent_to(PeerId(1));
    attack.testbed.clients[1].speaking = false;
    for _ in 0..5 {
        attack.testbed.inject(victim, &b);
    }
    assert_eq!(attack.testbed.sent_to(PeerId(1)) - before, 5, "each is answered (RFC 8489 section 6.3.1)");
    attack.testbed.clients[1].speaking = true;
    attack.each(50, |_, _| {});
    attack.holds(since);
}

#[test]
fn what_stands_behind_the_integrity_is_not_believed() {
    let mut attack = Attack::new(317);
    let plain = Credentials::of(&attack.testbed.clients[0]).request(false);
    let mut longer = plain[..plain.len() - 8].to_vec();
    longer.extend([0x00, 0x25, 0x00, 0x00]);
    let length = u16::try_from(longer.len() - 20).unwrap();
    longer[2..4].copy_from_slice(&length.to_be_bytes());
    assert!(
        !StunMessage::parse(&longer).expect("STUN").use_candidate(),
        "the engine's parser reads no further"
    );
    let since = attack.testbed.now;
    let mut new = attack.victim;
    new.set_port(4_321);
    attack.testbed.inject(new, &longer);
    attack.each(50, |_, _| {});
    attack.holds(since);
}

#[test]
fn a_path_moves_one_round_trip_after_the_first_request_from_a_new_address() {
    let mut attack = Attack::new(318);
    attack.testbed.network.shape(PeerId(1), |link| link.delay = Duration::from_millis(150));
    attack.testbed.run(5 * SECOND);
    let new = SocketAddr::from(([203, 0, 113, 88], 4_000));
    attack.testbed.clients[0].address = new;
    attack.testbed.network.tap = Some(Vec::new());
    let asks = |testbed: &Testbed| {
        testbed.network.tap.iter().flatten().any(|(from, datagram)| *from == new && datagram[..2] == [0, 1])
    };
    attack.testbed.run_until(8 * SECOND, asks).expect("a request from there");
    let asked = attack.testbed.now;
    let heard = |testbed: &Testbed| testbed.clients[0].heard(2, asked) > 0;
    let took = attack.testbed.run_until(2 * SECOND, heard).expect("the voice follows");
    // The request goes up, the check comes down, its answer goes up, and the voice comes down.
    assert!(took < Duration::from_millis(4 * 150 + 60), "{took:?}");
    assert_eq!(attack.testbed.sfu.stats().moved, 1);
}

#[test]
fn somebody_who_does_not_answer_our_checks_gets_no_media() {
    let mut attack = Attack::new(319);
    attack.testbed.clients[0].mute_to_checks = true;
    attack.testbed.run(45 * SECOND);
    let since = attack.testbed.now;
    attack.testbed.run(5 * SECOND);
    assert_eq!(attack.testbed.clients[0].heard(2, since), 0, "consent has run out (RFC 7675)");
    attack.testbed.clients[0].mute_to_checks = false;
    let since = attack.testbed.now;
    let heard = |testbed: &Testbed| testbed.clients[0].heard(2, since) > 0;
    attack.testbed.run_until(5 * SECOND, heard).expect("and comes back with the next answer");
}

#[test]
fn a_quiet_path_costs_a_check_each_ten_seconds() {
    let mut attack = Attack::new(320);
    let before = attack.testbed.sfu.stats().path_checks;
    let since = attack.testbed.now;
    attack.testbed.run(120 * SECOND);
    let checks = attack.testbed.sfu.stats().path_checks - before;
    assert!((10..=24).contains(&checks), "{checks} checks to two clients in two minutes");
    attack.holds(since);
}

#[test]
fn a_path_that_flaps_is_counted() {
    let mut attack = Attack::new(321);
    for turn in 0..6 {
        attack.testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 80 + turn % 2], 4_000));
        attack.testbed.run(8 * SECOND);
    }
    let stats = attack.testbed.sfu.stats();
    assert_eq!((stats.moved, stats.paths_flapping), (6, 1));
}
