//! The end of an HTTP session: the socket closes, the call's other side is told, and a running call may be finished.

use crate::world::{Page, World, doctor, kiosk};
use teranga_clinic::{
    fact::{Fact, What},
    people::Speciality,
    request::Urgency,
    time::Timestamp,
};
use teranga_signaling::{
    contract::{Input, MediaOrder},
    limits::FINISH_CALL_MS,
    message::{
        ClientMessage,
        call::MemberState,
        session::{Beat, ByeReason},
    },
};

const BEAT: ClientMessage = ClientMessage::Beat(Beat { n: 9 });
const HOUR_MS: u64 = 3_600_000;

impl World {
    /// Lets the sockets that open from now on end so far in the future.
    fn sessions_end_in(&mut self, ms: u64) -> Timestamp {
        let end = self.now.plus_ms(ms);
        self.session_ends_at = Some(end);
        end
    }

    fn sign_out(&mut self, page: &Page) {
        self.input(Input::SignedOut { session: page.session });
    }
}

#[test]
fn signing_out_of_a_call_closes_the_socket_and_tells_the_post() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let member = world.place(&doctor);
    world.read(&kiosk);
    world.orders.clear();
    world.sign_out(&doctor);
    assert_eq!(world.goodbye(&doctor), ByeReason::SignedOut);
    assert!(!world.is_open(&doctor));
    let left =
        |order: &MediaOrder| matches!(order, MediaOrder::Leave { member: gone, .. } if *gone == member);
    assert!(world.orders.iter().any(left), "the media plane goes on with it");
    let seen = world.shown_call(&kiosk).members.into_iter().find(|member| member.holds).unwrap();
    assert_eq!(seen.state, MemberState::Left);
    assert!(world.is_open(&kiosk));
}

#[test]
fn a_window_that_is_not_the_live_one_is_signed_out_alone() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let second = Page { session: world.connect(&doctor.who), ..doctor.clone() };
    world.orders.clear();
    world.sign_out(&second);
    assert!(!world.is_open(&second));
    assert!(world.is_open(&doctor) && world.is_open(&kiosk));
    assert!(world.orders.is_empty(), "the call was touched");
}

#[test]
fn a_tablet_that_was_signed_out_keeps_its_request_and_comes_back() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    let id = world.request(&page, 1, Urgency::Stat);
    world.sign_out(&page);
    assert_eq!(world.goodbye(&page), ByeReason::SignedOut);
    let (_, welcome) = world.enter(&kiosk("nabadji"));
    assert_eq!(welcome.waiting.map(|waiting| waiting.status.consultation), Some(id));
}

#[test]
fn the_absolute_end_is_told_at_the_welcome_and_closes_the_socket() {
    let mut world = World::new();
    world.sessions_end_in(HOUR_MS);
    let (page, welcome) = world.enter(&doctor("awa", Speciality::General));
    assert_eq!(welcome.session_ends_in_ms, Some(3_600_000));
    world.pass(HOUR_MS - 1_000, &[&page]);
    assert!(world.is_open(&page));
    world.pass(2_000, &[]);
    assert_eq!(world.goodbye(&page), ByeReason::SignedOut);
    world.session_ends_at = None;
    assert_eq!(world.enter(&kiosk("nabadji")).1.session_ends_in_ms, None, "tablets have no such end");
}

#[test]
fn a_call_is_finished_after_the_end_and_nothing_new_is_begun() {
    let mut world = World::new();
    world.sessions_end_in(HOUR_MS);
    let (post, mut doctor, id) = world.call();
    let other = world.kiosk("ogo");
    let waiting = world.request(&other, 2, Urgency::Stat);
    let pages = [&post.clone(), &doctor.clone(), &other.clone()];
    world.session_ends_at = None;
    world.pass(HOUR_MS + 10 * 60_000, &pages);
    assert!(world.is_open(&doctor), "cut off in the middle of a call");
    world.sessions_end_in(0);
    world.come_back(&mut doctor);
    assert!(world.is_open(&doctor), "a call survives a broken socket also then");
    world.read(&doctor);
    world.claim(&doctor, waiting);
    let claimed = |fact: &Fact| matches!(fact.what, What::Claimed { .. });
    assert!(!world.disk[&waiting].iter().any(claimed), "something new was claimed");
    world.close(&doctor, id);
    world.say(&doctor, ClientMessage::Beat(Beat { n: 1 }));
    assert!(!world.is_open(&doctor), "the call is over");
    assert_eq!(world.goodbye(&doctor), ByeReason::SignedOut);
}

#[test]
fn a_session_that_has_ended_opens_no_socket_without_a_call() {
    let mut world = World::new();
    let session = {
        world.sessions_end_in(0);
        world.connect(&doctor("awa", Speciality::General))
    };
    let page = Page { session, who: doctor("awa", Speciality::General), resume: None };
    world.say(&page, BEAT);
    assert_eq!(world.goodbye(&page), ByeReason::SignedOut);
}

#[test]
fn a_call_that_never_ends_does_not_keep_a_session_for_ever() {
    let mut world = World::new();
    world.sessions_end_in(HOUR_MS);
    let (post, doctor, _) = world.call();
    let pages = [&post.clone(), &doctor.clone()];
    world.pass(HOUR_MS + FINISH_CALL_MS - 10_000, &pages);
    assert!(world.is_open(&doctor));
    world.pass(12_000, &pages);
    assert!(!world.is_open(&doctor));
}
