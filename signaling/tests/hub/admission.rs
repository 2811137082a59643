//! Sockets: hello, resuming, a second window, silence, abuse, revocation.

use crate::world::{Page, World, doctor, kiosk};
use teranga_clinic::people::{Availability, Speciality};
use teranga_signaling::{
    config::HubConfig,
    contract::Input,
    message::{
        ClientMessage, ServerMessage,
        presence::{PresenceBasis, SetAvailability},
        session::{Beat, ByeReason, ErrorCode, Hello, PROTOCOL_VERSION},
    },
};

const BEAT: ClientMessage = ClientMessage::Beat(Beat { n: 9 });

fn hello(resume: Option<&str>, take_over: bool) -> ClientMessage {
    ClientMessage::Hello(Hello {
        version: PROTOCOL_VERSION,
        resume: resume.map(Into::into),
        take_over,
        pieces: false,
    })
}

fn window(world: &mut World, of: &Page) -> Page {
    Page { session: world.connect(&of.who), ..of.clone() }
}

#[test]
fn hello_is_answered_by_who_you_are() {
    let mut world = World::new();
    world.fallback = Some(kiosk("centre").place);
    let (page, welcome) = world.enter(&kiosk("nabadji"));
    assert_eq!(welcome.you, page.who);
    assert_eq!(welcome.fallback, world.fallback, "where to telephone when nobody answers");
    assert_eq!(welcome.pace, HubConfig::default().idle);
    assert!(welcome.call.is_none() && welcome.waiting.is_none());
    assert_eq!(world.kinds(&page), [] as [&str; 0], "find reads all");
}

#[test]
fn nothing_is_obeyed_before_hello_and_hello_not_twice() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    world.say(&page, hello(None, false));
    assert_eq!(world.refusal(&page), (ErrorCode::Order, "hello".to_owned()));
    let other = Page { session: world.connect(&kiosk("ogo")), ..page };
    world.say(&other, BEAT);
    assert_eq!(world.refusal(&other), (ErrorCode::Order, "beat".to_owned()));
}

#[test]
fn another_version_is_told_and_closed() {
    let mut world = World::new();
    let who = kiosk("nabadji");
    let page = Page { session: world.connect(&who), who, resume: None };
    world.say(
        &page,
        ClientMessage::Hello(Hello { version: 99, resume: None, take_over: false, pieces: false }),
    );
    assert_eq!(world.refusal(&page).0, ErrorCode::Version);
    assert!(!world.is_open(&page));
}

#[test]
fn a_second_window_must_ask_and_then_replaces_the_first() {
    let mut world = World::new();
    let first = world.kiosk("nabadji");
    let second = window(&mut world, &first);
    world.say(&second, hello(None, false));
    assert_eq!(world.refusal(&second).0, ErrorCode::Elsewhere);
    assert!(world.is_open(&first) && world.is_open(&second));
    world.pass(60_000, &[&first]);
    world.say(&second, hello(None, true));
    assert_eq!(world.goodbye(&first), ByeReason::Replaced);
    assert!(!world.is_open(&first));
    assert_eq!(world.kinds(&second), ["welcome", "roster"]);
}

#[test]
fn the_same_page_comes_back_with_its_token_before_its_old_socket_is_missed() {
    let mut world = World::new();
    let first = world.kiosk("nabadji");
    let mut second = first.clone();
    world.come_back(&mut second);
    assert_eq!(world.goodbye(&first), ByeReason::Replaced);
    assert_ne!(first.resume, second.resume, "a token opens once");
    world.pass(1_000, &[&second]);
    let stale = window(&mut world, &first);
    world.say(&stale, hello(first.resume.as_deref(), false));
    assert_eq!(world.refusal(&stale).0, ErrorCode::Elsewhere);
}

#[test]
fn a_page_whose_welcome_was_lost_comes_back_with_the_token_that_it_knows() {
    let mut world = World::new();
    let first = world.kiosk("nabadji");
    for _ in 0..2 {
        let again = window(&mut world, &first);
        world.say(&again, hello(first.resume.as_deref(), false));
        assert_eq!(world.kinds(&again), ["welcome", "roster"], "no word of the welcome has reached it");
    }
}

#[test]
fn a_live_page_that_falls_silent_is_lost_in_under_two_seconds() {
    let mut world = World::new();
    let page = world.doctor("awa", Speciality::Obstetrics);
    world.pass(10_000, &[&page]);
    let silent_since = world.now;
    while world.is_open(&page) {
        world.pass(100, &[]);
    }
    assert!(world.now.since_ms(silent_since) < 2_000);
    assert_eq!(world.goodbye(&page), ByeReason::Lost);
}

#[test]
fn an_idle_page_may_be_silent_for_longer() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    world.pass(24_000, &[]);
    assert!(world.is_open(&page));
    world.pass(1_500, &[]);
    assert!(!world.is_open(&page));
}

#[test]
fn the_pace_follows_what_a_page_does() {
    let mut world = World::new();
    let page = world.doctor("awa", Speciality::Obstetrics);
    assert!(world.read(&page).contains(&ServerMessage::Pace(world.config.live)));
    world.set_availability(&page, Availability::Away);
    assert!(world.read(&page).contains(&ServerMessage::Pace(world.config.idle)));
}

#[test]
fn an_availability_outlasts_a_broken_socket_and_a_restart_until_its_end() {
    let mut world = World::new();
    let mut page = world.doctor("awa", Speciality::Obstetrics);
    world.cut(&page);
    world.pass(60_000, &[]);
    assert_eq!(world.come_back(&mut page).availability, Availability::Available);
    world.cut(&page);
    world.pass(world.config.forget_ms, &[]);
    assert_eq!(world.come_back(&mut page).availability, Availability::Available, "it has no end");
    let for_ms = Some(3_600_000);
    world.say(&page, ClientMessage::Availability(SetAvailability { state: Availability::Busy, for_ms }));
    world.restart();
    page.resume = None;
    world.say_hello_again(&mut page);
    let own = world.own_presence(&page);
    assert_eq!((own.state, own.by), (Availability::Busy, PresenceBasis::Declared));
    assert_eq!(own.until_ms, for_ms);
    world.pass(3_600_000, &[&page]);
    let own = world.own_presence(&page);
    assert_eq!((own.state, own.by), (Availability::Away, PresenceBasis::Expired), "the page asks anew");
}

#[test]
fn a_socket_that_says_nothing_is_closed() {
    let mut world = World::new();
    let who = kiosk("nabadji");
    let page = Page { session: world.connect(&who), who, resume: None };
    world.pass(10_000, &[]);
    assert!(!world.is_open(&page));
}

#[test]
fn too_many_messages_are_refused_and_then_the_socket_is_closed() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    for _ in 0..200 {
        world.say(&page, BEAT);
    }
    let mail = world.read(&page);
    let refused = |message: &ServerMessage| match message {
        ServerMessage::Error(refused) => refused.code == ErrorCode::TooFast,
        _ => false,
    };
    assert!(mail.iter().any(refused));
    assert!(!world.is_open(&page));
    assert_eq!(world.hub.counters().abused, 1);
}

#[test]
fn what_cannot_be_read_is_refused_and_counted() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    let session = page.session;
    world.input(Input::Unreadable { session, code: ErrorCode::Malformed });
    assert_eq!(world.refusal(&page), (ErrorCode::Malformed, String::new()));
    while world.is_open(&page) {
        world.input(Input::Unreadable { session, code: ErrorCode::Malformed });
    }
    assert_eq!(world.goodbye(&page), ByeReason::Abuse);
}

#[test]
fn a_revoked_account_is_off_at_once() {
    let mut world = World::new();
    let page = world.doctor("awa", Speciality::Obstetrics);
    let second = window(&mut world, &page);
    world.input(Input::Revoked { party: page.who.party.clone() });
    assert_eq!(world.goodbye(&page), ByeReason::Revoked);
    assert!(!world.is_open(&page) && !world.is_open(&second));
    let (_, welcome) = world.enter(&doctor("awa", Speciality::Obstetrics));
    assert_eq!(welcome.availability, Availability::Away, "nothing of it is left");
}

#[test]
fn the_fifth_window_of_a_party_pushes_out_the_oldest_silent_one() {
    let mut world = World::new();
    let live = world.kiosk("nabadji");
    let windows: Vec<Page> = (0..4).map(|_| window(&mut world, &live)).collect();
    assert!(world.is_open(&live), "the live one stays");
    assert!(!world.is_open(&windows[0]));
    assert!(windows[1..].iter().all(|page| world.is_open(page)));
}

#[test]
fn a_server_that_stops_says_so_to_everyone() {
    let mut world = World::new();
    let page = world.kiosk("nabadji");
    world.hub.dismiss();
    world.timeout();
    assert_eq!(world.goodbye(&page), ByeReason::Draining);
    assert_eq!(world.hub.stats().sessions, 0);
}
