//! The call: joining, losing the link, coming back, bringing somebody in.

use crate::world::{Page, World, consultation, guest};
use teranga_clinic::{
    fact::What,
    id::ConsultationId,
    people::Speciality,
    request::{Language, Urgency},
};
use teranga_signaling::{
    contract::{Input, MediaOrder, MediaSignal},
    id::MemberId,
    limits,
    message::{
        ClientMessage, ServerMessage,
        call::{
            AnswerInvite, Caps, Invite, Leave, LinkDirection, MediaKind, MemberLink, MemberState,
            MemberVoice, Mic, Offer, Rejoin, Rung, Screen, Slot, Streams, Voice,
        },
        session::{ByeReason, ErrorCode, Pace},
    },
};

fn state_of(world: &mut World, reader: &Page, who: &Page) -> MemberState {
    let members = world.shown_call(reader).members;
    members.iter().find(|member| member.name == who.who.name).expect("is in the call").state
}

fn invite(world: &mut World, holder: &Page, id: ConsultationId, guest: &Page, hand_over: bool) {
    let invite = Invite { consultation: id, party: guest.who.party.clone(), hand_over, why: None };
    world.say(holder, ClientMessage::Invite(invite));
}

#[test]
fn the_reason_of_a_transfer_is_read_by_the_doctor_who_is_asked_and_kept() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let colleague = world.doctor("binta", Speciality::Surgery);
    let guest = world.enter(&guest("samba")).0;
    for (page, hand_over) in [(&colleague, true), (&guest, false)] {
        let (party, why) = (page.who.party.clone(), Some("avis chirurgical".into()));
        world.say(&doctor, ClientMessage::Invite(Invite { consultation: id, party, hand_over, why }));
    }
    let ring = |message: &ServerMessage| match message {
        ServerMessage::Ring(ring) => Some(ring.why.as_ref().map(|why| why.reveal().clone())),
        _ => None,
    };
    assert_eq!(world.find(&colleague, ring).as_deref(), Some("avis chirurgical"));
    assert_eq!(world.find(&guest, ring), None, "a guest reads it once they have come");
    answer(&mut world, &colleague, id, true);
    let facts = world.facts(id);
    let why = facts.iter().find_map(|fact| match &fact.what {
        What::Entered { why, .. } => why.as_ref().map(|why| why.reveal().as_str()),
        _ => None,
    });
    assert_eq!(why, Some("avis chirurgical"));
    let (party, why) = (guest.who.party.clone(), Some(" ".into()));
    world.say(&colleague, ClientMessage::Invite(Invite { consultation: id, party, hand_over: false, why }));
    assert_eq!(world.refusal(&colleague).0, ErrorCode::Malformed);
}

fn answer(world: &mut World, guest: &Page, consultation: ConsultationId, accept: bool) {
    world.say(guest, ClientMessage::AnswerInvite(AnswerInvite { consultation, accept }));
}

#[test]
fn a_grant_opens_once_and_only_on_its_own_socket() {
    let mut world = World::new();
    let (nabadji, ogo) = (world.kiosk("nabadji"), world.kiosk("ogo"));
    world.request(&nabadji, 1, Urgency::Stat);
    let grant = world.requested(&nabadji).grant.expect("to warm with");
    world.join(&ogo, &grant);
    assert_eq!(world.refusal(&ogo), (ErrorCode::Grant, "join".to_owned()));
    world.join(&nabadji, &grant);
    world.join(&nabadji, &grant);
    assert_eq!(world.refusal(&nabadji).0, ErrorCode::Grant);
    assert_eq!(world.orders.len(), 1);
}

#[test]
fn offers_need_a_transport_and_go_through() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.say(&kiosk, ClientMessage::Offer(Offer { sdp: "v=0".to_owned() }));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound);
    world.request(&kiosk, 1, Urgency::Stat);
    let grant = world.requested(&kiosk).grant.expect("to warm with");
    world.say(&kiosk, ClientMessage::Offer(Offer { sdp: "v=0".to_owned() }));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Grant);
    world.talk(&kiosk, &grant);
    world.say(&kiosk, ClientMessage::Offer(Offer { sdp: "v=0".to_owned() }));
    assert!(matches!(world.orders[1], MediaOrder::Offer { member, .. } if member == grant.member));
}

#[test]
fn a_hidden_page_is_told_to_the_media_plane_once_it_has_a_transport() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let hide = ClientMessage::Screen(Screen { shown: false });
    world.say(&kiosk, hide.clone());
    assert!(world.orders.is_empty(), "nothing is sent to it anyway");
    world.request(&kiosk, 1, Urgency::Stat);
    let grant = world.requested(&kiosk).grant.expect("to warm with");
    world.talk(&kiosk, &grant);
    world.say(&kiosk, hide);
    let hidden = |order: &MediaOrder| matches!(order, MediaOrder::Screen { member, shown: false, .. } if *member == grant.member);
    assert_eq!(world.orders.iter().filter(|order| hidden(order)).count(), 1);
}

#[test]
fn a_refused_offer_is_told_by_name() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    let grant = world.requested(&kiosk).grant.expect("to warm with");
    world.join(&kiosk, &grant);
    world.signal(grant.member, MediaSignal::Refused(ErrorCode::Offer));
    let mail = world.read(&kiosk);
    let refused = mail.iter().find_map(|message| match message {
        ServerMessage::Error(refused) => Some((refused.code, refused.of.as_str())),
        _ => None,
    });
    assert_eq!(refused, Some((ErrorCode::Offer, "join")));
    assert!(mail.iter().any(|message| matches!(message, ServerMessage::Requested(_))), "with a fresh grant");
}

#[test]
fn both_sides_know_of_a_dead_link_in_under_two_seconds() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let post = world.place(&kiosk);
    let silent_since = world.now;
    world.signal(post, MediaSignal::Quiet);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Lost);
    world.signal(post, MediaSignal::Back);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Here);
    assert!(world.now.since_ms(silent_since) < 2_000);
}

#[test]
fn what_a_page_knows_of_its_voice_is_told_to_the_others() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let seen = |world: &mut World| {
        let members = world.shown_call(&doctor).members;
        let post = members.into_iter().find(|member| member.name == kiosk.who.name).expect("is in the call");
        (post.voice, post.deaf)
    };
    world.say(&kiosk, ClientMessage::Voice(Voice { mic: Mic::Dead, deaf: false }));
    assert_eq!(seen(&mut world), (MemberVoice::Dead, false));
    world.say(&kiosk, ClientMessage::Voice(Voice { mic: Mic::Muted, deaf: true }));
    assert_eq!(seen(&mut world), (MemberVoice::Muted, true));
    assert_eq!(world.hub.stats().deaf, 1);
    world.say(&kiosk, ClientMessage::Voice(Voice { mic: Mic::Open, deaf: true }));
    assert_eq!(seen(&mut world), (MemberVoice::Flows, true));
    assert_eq!(world.hub.stats().deaf, 1, "it still is");
}

#[test]
fn a_voice_that_stops_is_told_to_its_own_page_too_and_a_new_transport_begins_anew() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let voice = |world: &mut World, reader: &Page| {
        let members = world.shown_call(reader).members;
        members.into_iter().find(|member| member.name == kiosk.who.name).expect("is in the call").voice
    };
    let post = world.place(&kiosk);
    world.signal(post, MediaSignal::Voice(false));
    assert_eq!(voice(&mut world, &doctor), MemberVoice::Stopped);
    assert_eq!(voice(&mut world, &kiosk), MemberVoice::Stopped);
    world.say(&kiosk, ClientMessage::Rejoin(Rejoin { consultation: id }));
    assert_eq!(voice(&mut world, &doctor), MemberVoice::Flows, "a new transport begins anew");
}

#[test]
fn a_post_without_media_is_lost_when_its_socket_falls_silent() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.claim(&doctor, id);
    world.pass(4_000, &[&kiosk, &doctor]);
    world.read(&doctor);
    world.pass(1_900, &[&doctor]);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Lost);
}

#[test]
fn voice_that_flows_is_not_called_lost_because_a_socket_broke() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    world.cut(&kiosk);
    let lost = world.read(&doctor).iter().any(|message| match message {
        ServerMessage::Call(call) => call.members.iter().any(|member| member.state == MemberState::Lost),
        _ => false,
    });
    assert!(!lost);
}

#[test]
fn the_same_page_comes_back_and_keeps_its_transport() {
    let mut world = World::new();
    let (mut kiosk, _, id) = world.call();
    world.cut(&kiosk);
    let call = world.come_back(&mut kiosk).call.expect("the consultation goes on");
    assert_eq!((call.consultation, call.grant.is_none()), (id, true));
    assert!(call.record.is_some(), "it enters");
}

#[test]
fn a_reloaded_page_gets_a_fresh_grant_and_its_old_transport_is_torn_down() {
    let mut world = World::new();
    let (kiosk, _, id) = world.call();
    world.cut(&kiosk);
    world.orders.clear();
    let (page, welcome) = world.enter(&kiosk.who);
    let call = welcome.call.expect("the consultation goes on");
    let grant = call.grant.expect("a new page joins anew");
    assert!(matches!(world.orders[..], [MediaOrder::Leave { member, .. }] if member != grant.member));
    world.talk(&page, &grant);
    assert_eq!(world.on_disk(id).owner().map(|owner| owner.name.clone()), Some("Mme awa".into()));
}

#[test]
fn a_transport_that_dies_is_replaced_by_a_fresh_grant() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let member = world.place(&kiosk);
    world.signal(member, MediaSignal::Gone);
    let grant = world.shown_call(&kiosk).grant.expect("a fresh one");
    world.read(&doctor);
    world.talk(&kiosk, &grant);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Here);
}

#[test]
fn late_news_of_a_transport_that_was_given_up_is_ignored() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.say(&kiosk, ClientMessage::Leave(Leave { consultation: id }));
    let left = world.place(&kiosk);
    world.say(&kiosk, ClientMessage::Rejoin(Rejoin { consultation: id }));
    let grant = world.shown_call(&kiosk).grant.expect("to come back with");
    world.talk(&kiosk, &grant);
    world.signal(left, MediaSignal::Gone);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Here);
}

#[test]
fn whoever_leaves_keeps_the_place_and_one_tap_comes_back() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.say(&doctor, ClientMessage::Leave(Leave { consultation: id }));
    assert_eq!(state_of(&mut world, &kiosk, &doctor), MemberState::Left);
    world.say(&doctor, ClientMessage::Rejoin(Rejoin { consultation: id }));
    let call = world.shown_call(&doctor);
    assert!(call.grant.is_some() && call.record.is_some());
    assert_eq!(state_of(&mut world, &kiosk, &doctor), MemberState::Joining);
}

#[test]
fn a_third_person_is_rung_comes_and_leaves_for_good() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    let invitable = world.shown_call(&doctor).invitable;
    assert_eq!(invitable[0].party, interpreter.who.party);
    invite(&mut world, &doctor, id, &interpreter, false);
    assert_eq!(state_of(&mut world, &kiosk, &interpreter), MemberState::Invited);
    answer(&mut world, &interpreter, id, true);
    let call = world.shown_call(&interpreter);
    assert_eq!((call.members.len(), call.record.unwrap().note), (3, None));
    world.talk(&interpreter, &call.grant.expect("to join with"));
    assert_eq!(state_of(&mut world, &doctor, &interpreter), MemberState::Here);
    world.say(&interpreter, ClientMessage::Leave(Leave { consultation: id }));
    assert_eq!(world.disk[&id].last().unwrap().what, What::Left);
    assert_eq!(world.shown_call(&kiosk).members.len(), 2);
    world.say(&interpreter, ClientMessage::Rejoin(Rejoin { consultation: id }));
    assert_eq!(world.refusal(&interpreter).0, ErrorCode::NotFound);
}

#[test]
fn an_invited_guest_sees_nothing_of_the_patient_before_coming() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &doctor, id, &interpreter, false);
    let intake = world.find(&interpreter, |message| match message {
        ServerMessage::Ring(ring) => Some(ring.entry.intake.clone()),
        _ => None,
    });
    assert_eq!(intake.reason.reveal(), "");
    assert_eq!(intake.language, None::<Language>);
}

#[test]
fn an_invitation_can_be_declined_or_run_out() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &doctor, id, &interpreter, false);
    answer(&mut world, &interpreter, id, false);
    assert_eq!(world.shown_call(&doctor).members.len(), 2);
    invite(&mut world, &doctor, id, &interpreter, false);
    assert_eq!(world.shown_call(&doctor).members.len(), 3);
    world.pass(world.config.invite_ms, &[&kiosk, &doctor, &interpreter]);
    assert_eq!(world.shown_call(&doctor).members.len(), 2);
    answer(&mut world, &interpreter, id, true);
    assert_eq!(world.refusal(&interpreter).0, ErrorCode::NotFound);
}

#[test]
fn an_invitation_that_was_accepted_does_not_run_out_on_a_slow_disk() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &doctor, id, &interpreter, false);
    world.disk_works_at_once = false;
    answer(&mut world, &interpreter, id, true);
    world.pass(world.config.invite_ms, &[&kiosk, &doctor, &interpreter]);
    world.write(true);
    assert_eq!(world.shown_call(&interpreter).members.len(), 3);
}

#[test]
fn an_invited_party_that_reloads_is_rung_again() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let mut interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &doctor, id, &interpreter, false);
    world.cut(&interpreter);
    world.say_hello_again(&mut interpreter);
    assert!(world.kinds(&interpreter).contains(&"ring".to_owned()));
}

#[test]
fn a_consultation_is_handed_over() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    let binta = world.doctor("binta", Speciality::Surgery);
    invite(&mut world, &awa, id, &binta, true);
    answer(&mut world, &binta, id, true);
    assert_eq!(world.on_disk(id).owner(), Some(&binta.who));
    let holders: Vec<_> =
        world.shown_call(&kiosk).members.into_iter().filter(|member| member.holds).collect();
    assert_eq!((holders.len(), &holders[0].name), (1, &binta.who.name));
    world.note(&awa, id, 1, "trop tard");
    assert_eq!(world.refusal(&awa).0, ErrorCode::NotFound);
    world.close(&binta, id);
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()));
}

#[test]
fn only_the_holder_invites_and_only_people_who_are_free() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &kiosk, id, &interpreter, false);
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound);
    let nobody = Page { who: guest("nobody"), ..interpreter.clone() };
    invite(&mut world, &doctor, id, &nobody, false);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound);
    invite(&mut world, &doctor, id, &interpreter, true);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound, "an interpreter cannot hold it");
    invite(&mut world, &doctor, id, &doctor.clone(), false);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::Busy);
}

#[test]
fn strangers_are_told_the_same_as_for_what_does_not_exist() {
    let mut world = World::new();
    let (_, _, id) = world.call();
    let stranger = world.enter(&guest("samba")).0;
    for consultation in [id, consultation(99)] {
        world.say(&stranger, ClientMessage::Rejoin(Rejoin { consultation }));
        assert_eq!(world.refusal(&stranger), (ErrorCode::NotFound, "rejoin".to_owned()));
        world.say(&stranger, ClientMessage::Leave(Leave { consultation }));
        assert_eq!(world.refusal(&stranger), (ErrorCode::NotFound, "leave".to_owned()));
    }
}

fn link(member: MemberId, rtt_ms: u32) -> MediaSignal {
    let (up, down) = (LinkDirection::default(), LinkDirection::default());
    MediaSignal::Link(MemberLink { member, rtt_ms: Some(rtt_ms), up, down })
}

fn caps(rung: Rung) -> MediaSignal {
    let (video_bps, pictures_bps) = (None, None);
    let caps = Caps { audio_bps: 12_000, ptime_ms: 60, video_bps, pictures_bps, playout_ms: 0, red: 0, rung };
    MediaSignal::Caps(caps)
}

/// Returns the number of `link` messages that the reader gets while both links are measured each second.
fn links_told(world: &mut World, (kiosk, doctor): (&Page, &Page), seconds: u32, rtt_ms: u32) -> usize {
    let places = [kiosk, doctor].map(|page| world.place(page));
    world.read(doctor);
    for _ in 0..seconds {
        world.pass(1_000, &[kiosk, doctor]);
        for place in places {
            world.signal(place, link(place, rtt_ms));
        }
    }
    world.kinds(doctor).iter().filter(|kind| *kind == "link").count()
}

#[test]
fn links_are_told_now_and_then_and_seldom_where_they_are_thin() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let pair = (&kiosk, &doctor);
    let post = world.place(&kiosk);
    world.signal(post, caps(Rung::Video));
    assert_eq!(links_told(&mut world, pair, 6, 300), 3);
    world.signal(post, caps(Rung::Pictures));
    assert_eq!(links_told(&mut world, pair, 2, 300), 1, "another rung is told soon");
    let quiet = links_told(&mut world, pair, 60, 300);
    assert!((5..=6).contains(&quiet), "{quiet} a minute");
    links_told(&mut world, pair, 1, 300);
    let soon = links_told(&mut world, pair, 10, 500);
    assert!((1..=2).contains(&soon), "another round trip is told after 6 s");
}

#[test]
fn a_post_is_told_its_own_link_only() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    links_told(&mut world, (&kiosk, &doctor), 12, 300);
    let places = [&kiosk, &doctor].map(|page| world.place(page));
    let pick = |message: &ServerMessage| match message {
        ServerMessage::Link(link) => Some(link.members.iter().map(|link| link.member).collect::<Vec<_>>()),
        _ => None,
    };
    assert_eq!(world.find(&kiosk, pick), places[..1]);
    links_told(&mut world, (&kiosk, &doctor), 12, 300);
    for place in places {
        world.signal(place, link(place, 300));
    }
    world.pass(10_000, &[&kiosk, &doctor]);
    world.signal(places[0], link(places[0], 300));
    assert_eq!(world.find(&doctor, pick), places);
}

/// The last pace among the unread messages.
fn pace(world: &mut World, page: &Page) -> Pace {
    world.find(page, |message| match message {
        ServerMessage::Pace(told) => Some(*told),
        ServerMessage::Welcome(welcome) => Some(welcome.pace),
        _ => None,
    })
}

#[test]
fn a_socket_beats_slowly_while_its_member_is_heard_and_fast_as_soon_as_it_is_not() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let grant = world.requested(&kiosk).grant.expect("to warm with");
    world.talk(&kiosk, &grant);
    let paced = |kinds: Vec<String>| kinds.contains(&"pace".to_owned());
    assert!(!paced(world.kinds(&kiosk)), "who waits is silent, so the socket must tell of it");
    world.claim(&doctor, id);
    assert_eq!(pace(&mut world, &kiosk), world.config.talking, "its transport is up already");
    let grant = world.shown_call(&doctor).grant.expect("to join with");
    world.join(&doctor, &grant);
    world.signal(grant.member, MediaSignal::Answer("v=0".to_owned()));
    assert_eq!(pace(&mut world, &doctor), world.config.joining, "its media is under way");
    world.signal(grant.member, MediaSignal::Connected);
    assert_eq!(pace(&mut world, &doctor), world.config.talking);
    for (signal, expected) in [
        (MediaSignal::Quiet, world.config.cut_off),
        (MediaSignal::Back, world.config.talking),
        (MediaSignal::Gone, world.config.live),
    ] {
        world.signal(grant.member, signal);
        assert_eq!(pace(&mut world, &doctor), expected);
    }
    world.say(&kiosk, ClientMessage::Leave(Leave { consultation: id }));
    assert_eq!(pace(&mut world, &kiosk), world.config.idle);
}

#[test]
fn a_page_that_resumes_while_it_is_heard_is_welcomed_with_the_slow_pace() {
    let mut world = World::new();
    let (mut kiosk, _, _) = world.call();
    world.cut(&kiosk);
    assert_eq!(world.come_back(&mut kiosk).pace, world.config.talking);
    world.signal(world.place(&kiosk), MediaSignal::Quiet);
    world.cut(&kiosk);
    assert_eq!(world.come_back(&mut kiosk).pace, world.config.cut_off);
}

#[test]
fn beside_a_voice_that_goes_on_a_post_is_not_told_who_else_is_there() {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    world.read(&kiosk);
    world.cut(&kiosk);
    world.say_hello_again(&mut kiosk);
    assert_eq!(world.kinds(&kiosk), ["welcome"]);
    world.close(&doctor, id);
    assert!(world.kinds(&kiosk).contains(&"roster".to_owned()), "at the end it is");
}

#[test]
fn what_the_media_plane_said_while_a_socket_was_away_is_said_again() {
    let mut world = World::new();
    let (mut kiosk, doctor, _) = world.call();
    let place = world.place(&kiosk);
    let slot = Slot { mid: "0".to_owned(), member: world.place(&doctor), kind: MediaKind::Audio };
    let streams = Streams { slots: vec![slot], missing_audio: 0, missing_video: 1 };
    world.cut(&kiosk);
    world.signal(place, MediaSignal::Streams(streams.clone()));
    world.signal(place, caps(Rung::Pictures));
    world.say_hello_again(&mut kiosk);
    let said = world.read(&kiosk);
    assert!(said.contains(&ServerMessage::Streams(streams)), "{said:?}");
    assert!(said.iter().any(|message| matches!(message, ServerMessage::Caps(_))), "{said:?}");
}

#[test]
fn whoever_is_heard_is_here_without_a_beat_and_even_without_a_socket() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    world.pass(30_000, &[&doctor]);
    assert!(world.is_open(&kiosk), "it was to beat each 10 s, and lost beats are repeated by TCP");
    world.pass(8_000, &[&doctor]);
    assert_eq!(world.goodbye(&kiosk), ByeReason::Lost);
    let told = world.kinds(&doctor);
    assert!(!told.contains(&"call".to_owned()), "nobody is told anything: {told:?}");
}

#[test]
fn a_dead_link_is_told_at_once_and_its_socket_kept_for_an_outage_of_some_seconds() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    world.pass(20_000, &[&doctor]);
    world.signal(world.place(&kiosk), MediaSignal::Quiet);
    assert_eq!(state_of(&mut world, &doctor, &kiosk), MemberState::Lost);
    world.pass(20_000, &[&doctor]);
    assert!(world.is_open(&kiosk), "a new one would cost a thin link 5 kB");
    let (grace, patience) = (limits::PACE_GRACE_MS, u64::from(world.config.cut_off.lost_after_ms));
    world.pass(grace + patience - 20_000 + 100, &[&doctor]);
    assert!(!world.is_open(&kiosk));
}

#[test]
fn a_revoked_guest_is_out_of_the_room() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let interpreter = world.enter(&guest("samba")).0;
    invite(&mut world, &doctor, id, &interpreter, false);
    answer(&mut world, &interpreter, id, true);
    let grant = world.shown_call(&interpreter).grant.unwrap();
    world.talk(&interpreter, &grant);
    world.orders.clear();
    world.input(Input::Revoked { party: interpreter.who.party });
    assert!(matches!(world.orders[..], [MediaOrder::Leave { member, .. }] if member == grant.member));
    assert_eq!(world.shown_call(&kiosk).members.len(), 2);
}
