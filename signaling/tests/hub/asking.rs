//! The queue: asking, ringing, the clock, taking, withdrawing.

use crate::world::{Page, World, consultation, doctor, kiosk, request};
use teranga_clinic::{
    consultation::Phase,
    fact::What,
    id::ConsultationId,
    people::{Availability, Speciality},
    request::{Intake, Request, Step, Urgency},
};
use teranga_signaling::{
    config::HubConfig,
    contract::{Input, MediaOrder, MediaSignal},
    limits,
    message::{
        ClientMessage, ServerMessage,
        call::{AnswerInvite, Grant, Invite, MemberState, Offer, Prepare},
        session::ErrorCode,
        waiting::Waiting,
    },
};

fn waiting(world: &mut World, page: &Page) -> Waiting {
    world.find(page, |message| match message {
        ServerMessage::Waiting(waiting) => Some(waiting.clone()),
        ServerMessage::Requested(requested) => Some(requested.status.clone()),
        _ => None,
    })
}

fn rings(world: &mut World, page: &Page) -> usize {
    world.read(page).iter().filter(|message| matches!(message, ServerMessage::Ring(_))).count()
}

#[test]
fn a_request_is_acknowledged_only_when_it_is_durable() {
    let mut world = World::new();
    world.disk_works_at_once = false;
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    world.read(&doctor);
    world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.kinds(&kiosk), ["roster"], "told of the doctor, not of the request");
    assert_eq!(world.kinds(&doctor), ["pace"; 0]);
    world.write(true);
    let status = world.requested(&kiosk).status;
    assert_eq!((status.ahead, status.available, status.step), (0, 1, Step::OnCall));
    assert_eq!(status.next_step_ms, Some(90_000));
    assert_eq!(world.kinds(&doctor), ["entry", "ring"]);
}

#[test]
fn a_request_that_cannot_be_stored_changes_nothing_and_can_be_said_again() {
    let mut world = World::new();
    world.disk_works_at_once = false;
    let kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    world.write(false);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::Storage, "request".to_owned()));
    world.request(&kiosk, 1, Urgency::Stat);
    world.write(true);
    assert_eq!(world.requested(&kiosk).request, request(1, Urgency::Stat));
}

#[test]
fn saying_a_request_again_changes_nothing() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let first = world.requested(&kiosk);
    world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.requested(&kiosk), first);
    assert_eq!(world.disk[&id].len(), 1);
}

#[test]
fn a_post_has_one_open_request_and_no_one_elses() {
    let mut world = World::new();
    let (nabadji, ogo) = (world.kiosk("nabadji"), world.kiosk("ogo"));
    world.request(&nabadji, 1, Urgency::Stat);
    world.request(&nabadji, 2, Urgency::Stat);
    assert_eq!(world.refusal(&nabadji), (ErrorCode::Busy, "request".to_owned()));
    world.request(&ogo, 1, Urgency::Stat);
    assert_eq!(world.refusal(&ogo).0, ErrorCode::NotFound);
}

#[test]
fn only_posts_ask_and_only_doctors_take() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.claim(&kiosk, id);
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound);
    world.request(&doctor, 2, Urgency::Stat);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound);
}

#[test]
fn an_impossible_form_is_malformed() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let intake = Intake { pulse: Some(9_999.into()), ..Intake::default() };
    world.say(&kiosk, ClientMessage::Request(Request { intake, ..request(1, Urgency::Stat) }));
    assert_eq!(world.refusal(&kiosk), (ErrorCode::Malformed, "request".to_owned()));
}

#[test]
fn a_draining_server_takes_no_new_request() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.input(Input::Drain);
    world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Draining);
}

#[test]
fn the_queue_is_sorted_by_urgency_then_by_wait() {
    let mut world = World::new();
    let posts: Vec<Page> = ["a", "b", "c"].map(|name| world.kiosk(name)).to_vec();
    world.request(&posts[0], 1, Urgency::Routine);
    world.pass(1_000, &[&posts[0], &posts[1], &posts[2]]);
    world.request(&posts[1], 2, Urgency::Stat);
    world.pass(1_000, &[&posts[0], &posts[1], &posts[2]]);
    world.request(&posts[2], 3, Urgency::Stat);
    assert_eq!(waiting(&mut world, &posts[0]).ahead, 2);
    assert_eq!(waiting(&mut world, &posts[2]).ahead, 1);
    let mut late =
        Page { session: posts[0].session, who: doctor("awa", Speciality::Obstetrics), resume: None };
    world.say_hello_again(&mut late);
    let queue = world.find(&late, |message| match message {
        ServerMessage::Queue(queue) => Some(queue.clone()),
        _ => None,
    });
    let order: Vec<_> = queue.entries.iter().map(|entry| entry.consultation).collect();
    assert_eq!(order, [2, 3, 1].map(consultation));
}

#[test]
fn the_clock_rings_one_circle_after_the_other() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let on_call = world.doctor("awa", Speciality::Obstetrics);
    let second = world.doctor("binta", Speciality::Obstetrics);
    let regional = world.doctor("cheikh", Speciality::Surgery);
    world.set_availability(&second, Availability::Busy);
    let everyone = [&kiosk, &on_call, &second, &regional];
    let id = world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(everyone.map(|page| rings(&mut world, page)), [0, 1, 0, 0]);
    world.pass(90_000, &everyone);
    assert_eq!(waiting(&mut world, &kiosk).step, Step::Second);
    assert_eq!(everyone.map(|page| rings(&mut world, page)), [0, 0, 1, 0]);
    world.pass(60_000, &everyone);
    assert_eq!(everyone.map(|page| rings(&mut world, page)), [0, 0, 0, 1]);
    world.pass(60_000, &everyone);
    let status = waiting(&mut world, &kiosk);
    assert_eq!((status.step, status.next_step_ms), (Step::Nobody, None));
    assert_eq!(world.on_disk(id).step().0, Step::Nobody);
    world.claim(&regional, id);
    assert_eq!(world.shown_call(&kiosk).members.len(), 2, "the request stayed in the queue");
}

#[test]
fn an_empty_circle_is_passed_after_seconds_and_said() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    let status = waiting(&mut world, &kiosk);
    assert_eq!((status.available, status.next_step_ms), (0, Some(5_000)));
    world.pass(15_000, &[&kiosk]);
    assert_eq!(waiting(&mut world, &kiosk).step, Step::Nobody);
    let mut late = Page { who: doctor("awa", Speciality::Obstetrics), ..kiosk };
    world.say_hello_again(&mut late);
    assert_eq!(rings(&mut world, &late), 1, "whoever comes is rung");
}

#[test]
fn a_doctor_who_comes_in_time_restores_the_full_clock() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    world.pass(3_000, &[&kiosk]);
    world.doctor("awa", Speciality::Obstetrics);
    let status = waiting(&mut world, &kiosk);
    assert_eq!((status.step, status.next_step_ms), (Step::OnCall, Some(87_000)));
}

#[test]
fn a_step_that_cannot_be_stored_is_tried_again() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    world.disk_works_at_once = false;
    world.pass(5_000, &[&kiosk]);
    world.write(false);
    assert_eq!(world.on_the_way.len(), 0);
    world.pass(5_000, &[&kiosk]);
    world.write(true);
    assert_eq!(waiting(&mut world, &kiosk).step, Step::Second);
}

#[test]
fn exactly_one_of_two_doctors_takes_a_request() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, binta) =
        (world.doctor("awa", Speciality::Obstetrics), world.doctor("binta", Speciality::Obstetrics));
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.read(&binta);
    world.disk_works_at_once = false;
    world.claim(&awa, id);
    world.claim(&binta, id);
    let by = world.find(&binta, |message| match message {
        ServerMessage::Error(refused) if refused.code == ErrorCode::AlreadyTaken => refused.by.clone(),
        _ => None,
    });
    assert_eq!(by, awa.who.name, "while the fact is on its way already");
    world.write(true);
    assert!(world.kinds(&binta).contains(&"entry_gone".to_owned()));
    assert!(!world.kinds(&awa).contains(&"entry_gone".to_owned()));
    world.claim(&binta, id);
    assert_eq!(world.refusal(&binta).0, ErrorCode::AlreadyTaken);
    assert_eq!(world.on_disk(id).owner(), Some(&awa.who));
}

#[test]
fn a_claim_that_cannot_be_stored_leaves_the_request_in_the_queue() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, binta) =
        (world.doctor("awa", Speciality::Obstetrics), world.doctor("binta", Speciality::Obstetrics));
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.disk_works_at_once = false;
    world.claim(&awa, id);
    world.write(false);
    assert_eq!(world.refusal(&awa), (ErrorCode::Storage, "claim".to_owned()));
    world.claim(&binta, id);
    world.write(true);
    assert_eq!(world.on_disk(id).owner(), Some(&binta.who));
}

#[test]
fn both_sides_are_called_in_and_a_warm_transport_is_kept() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let requested = world.requested(&kiosk);
    let grant = requested.grant.expect("to warm with");
    world.talk(&kiosk, &grant);
    assert!(matches!(world.orders[..], [MediaOrder::Join { .. }]));
    world.claim(&doctor, id);
    let post_sees = world.shown_call(&kiosk);
    assert_eq!(post_sees.grant, None, "it stands already");
    assert_eq!(post_sees.member, grant.member);
    let doctor_sees = world.shown_call(&doctor);
    assert!(doctor_sees.grant.is_some());
    assert_eq!(doctor_sees.record.unwrap().intake, request(1, Urgency::Stat).intake);
    let states: Vec<_> = doctor_sees.members.iter().map(|member| (member.holds, member.state)).collect();
    assert_eq!(states, [(false, MemberState::Here), (true, MemberState::Joining)]);
}

#[test]
fn what_a_post_warms_while_it_fills_in_its_form_is_the_calls() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let grant = world.prepare(&kiosk).expect("to warm with");
    world.talk(&kiosk, &grant);
    assert_eq!(world.prepare(&kiosk), None, "said again, it stands already");
    let id = world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.requested(&kiosk).grant, None, "it stands already");
    world.claim(&doctor, id);
    let post_sees = world.shown_call(&kiosk);
    assert_eq!((post_sees.grant, post_sees.member), (None, grant.member));
    let grant = world.shown_call(&doctor).grant.unwrap();
    world.join(&doctor, &grant);
    assert_eq!(world.rooms().len(), 1, "both are in the room that the post has warmed");
}

#[test]
fn a_request_overtakes_a_join_that_is_on_its_way() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let grant = world.prepare(&kiosk);
    world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.requested(&kiosk).grant, grant, "the same one still counts");
    world.talk(&kiosk, &grant.unwrap());
}

#[test]
fn a_form_that_is_given_up_closes_its_room() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let grant = world.prepare(&kiosk).unwrap();
    world.talk(&kiosk, &grant);
    world.say(&kiosk, ClientMessage::Prepare(Prepare { on: false }));
    assert!(world.closes_rooms());
    let again = world.prepare(&kiosk).expect("nothing stands any more");
    assert_ne!(again, grant);
    world.talk(&kiosk, &again);
    world.come_back(&mut kiosk);
    assert_eq!(world.prepare(&kiosk), None, "the same page keeps it");
    world.pass(limits::PREPARED_MS, &[&kiosk]);
    assert!(world.closes_rooms(), "not for ever");
}

#[test]
fn another_page_or_a_socket_that_breaks_too_soon_begins_anew() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let grant = world.prepare(&kiosk).unwrap();
    world.join(&kiosk, &grant);
    world.come_back(&mut kiosk);
    assert!(world.closes_rooms(), "nobody knows whether the answer came");
    let grant = world.prepare(&kiosk).expect("a fresh one");
    world.talk(&kiosk, &grant);
    kiosk.resume = None;
    world.cut(&kiosk);
    world.come_back(&mut kiosk);
    assert!(world.closes_rooms());
}

#[test]
fn only_a_post_without_a_consultation_prepares() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    world.say(&doctor, ClientMessage::Prepare(Prepare { on: true }));
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound);
    world.request(&kiosk, 1, Urgency::Stat);
    world.say(&kiosk, ClientMessage::Prepare(Prepare { on: true }));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Busy);
}

/// A post whose transport is warm asks, and a specialist warms one in a room of their own while it rings.
fn ringing(world: &mut World) -> (Page, Page, ConsultationId, Grant) {
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let grant = world.prepare(&kiosk).expect("a form is open");
    world.talk(&kiosk, &grant);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let grant = world.prepare(&doctor).expect("it rings");
    (kiosk, doctor, id, grant)
}

#[test]
fn what_a_specialist_warms_while_it_rings_moves_into_the_call() {
    let mut world = World::new();
    let (_, doctor, id, grant) = ringing(&mut world);
    world.talk(&doctor, &grant);
    assert_eq!(world.rooms().len(), 2, "until now each is in a room of their own");
    let posts = *world.rooms().first().unwrap();
    world.disk_works_at_once = false;
    world.claim(&doctor, id);
    assert_eq!(world.moves(), [], "not before the claim is durable");
    world.write(true);
    assert_eq!(world.moves(), [(grant.member, posts)]);
    let sees = world.shown_call(&doctor);
    assert_eq!((sees.grant, sees.member), (None, grant.member), "it stands already");
    assert!(sees.members.iter().all(|member| member.state == MemberState::Here), "nobody waits for anybody");
    assert!(!world.closes_rooms());
    world.say(&doctor, ClientMessage::Offer(Offer { sdp: "v=0".to_owned() }));
    let offered = MediaOrder::Offer { room: posts, member: grant.member, offer: "v=0".to_owned() };
    assert_eq!(world.orders.last(), Some(&offered));
    world.disk_works_at_once = true;
    world.close(&doctor, id);
    assert!(world.closes_rooms());
}

#[test]
fn a_claim_that_cannot_be_kept_moves_nobody() {
    let mut world = World::new();
    let (_, doctor, id, grant) = ringing(&mut world);
    world.talk(&doctor, &grant);
    world.disk_works_at_once = false;
    world.claim(&doctor, id);
    world.write(false);
    assert_eq!(world.moves(), []);
    assert_eq!(world.prepare(&doctor), None, "the transport stands, and waits");
}

#[test]
fn who_was_slower_stays_where_nobody_is() {
    let mut world = World::new();
    let slow = world.doctor("binta", Speciality::Obstetrics);
    let (_, doctor, id, grant) = ringing(&mut world);
    world.talk(&doctor, &grant);
    let own = world.prepare(&slow).expect("it rings for both");
    world.talk(&slow, &own);
    world.claim(&doctor, id);
    world.claim(&slow, id);
    assert_eq!(world.refusal(&slow).0, ErrorCode::AlreadyTaken);
    assert_eq!(world.moves().len(), 1, "{:?}", world.moves());
    assert_ne!(world.moves()[0].0, own.member);
    world.say(&slow, ClientMessage::Prepare(Prepare { on: true }));
    assert_eq!(world.refusal(&slow).0, ErrorCode::NotFound, "nothing rings any more");
    world.say(&slow, ClientMessage::Prepare(Prepare { on: false }));
    assert!(world.closes_rooms());
}

#[test]
fn a_claim_overtakes_a_join_that_is_on_its_way() {
    let mut world = World::new();
    let (_, doctor, id, grant) = ringing(&mut world);
    world.claim(&doctor, id);
    assert_eq!(world.shown_call(&doctor).grant.as_ref(), Some(&grant), "the same one still counts");
    world.talk(&doctor, &grant);
    assert_eq!((world.rooms().len(), world.moves()), (1, vec![]), "it comes where the post is");
}

#[test]
fn a_transport_on_another_shard_of_the_media_plane_begins_anew() {
    let mut world = World::with(HubConfig { shards: 2, ..HubConfig::default() });
    let other = world.kiosk("ogo");
    let elsewhere = world.request(&other, 2, Urgency::Routine);
    let (_, doctor, id, grant) = ringing(&mut world);
    world.talk(&doctor, &grant);
    world.claim(&doctor, elsewhere);
    assert_eq!(world.moves(), [], "the first that rings is the stat one, and the warm room is near that");
    assert!(world.closes_rooms());
    let fresh = world.shown_call(&doctor).grant.expect("to join with");
    assert_ne!(fresh.member, grant.member);

    let second = world.doctor("binta", Speciality::Obstetrics);
    let grant = world.prepare(&second).unwrap();
    world.talk(&second, &grant);
    world.claim(&second, id);
    assert_eq!(world.moves().len(), 1, "the room was made near the one that rings");
}

#[test]
fn posts_are_spread_over_the_shards_although_specialists_take_rooms_between() {
    let mut world = World::with(HubConfig { shards: 2, ..HubConfig::default() });
    let (posts, doctors) = (["nabadji", "ogo", "kanel", "thilogne"], ["awa", "binta", "coumba", "dieynaba"]);
    for (number, (post, doctor)) in (1..).zip(posts.into_iter().zip(doctors)) {
        let (post, doctor) = (world.kiosk(post), world.doctor(doctor, Speciality::Obstetrics));
        let grant = world.prepare(&post).expect("to join with");
        world.join(&post, &grant);
        world.request(&post, number, Urgency::Stat);
        assert!(world.prepare(&doctor).is_some(), "it rings");
    }
    let shards: Vec<_> = world.rooms().iter().map(|room| room.shard.0).collect();
    assert_eq!(shards, [0, 1, 0, 1]);
}

#[test]
fn who_could_not_be_moved_joins_anew() {
    let mut world = World::new();
    let (_, doctor, id, grant) = ringing(&mut world);
    world.talk(&doctor, &grant);
    world.claim(&doctor, id);
    assert_eq!(world.shown_call(&doctor).grant, None);
    world.signal(grant.member, MediaSignal::Gone);
    let fresh = world.shown_call(&doctor).grant.expect("a fresh one");
    world.talk(&doctor, &fresh);
}

#[test]
fn an_invited_specialist_leaves_the_warm_room() {
    let mut world = World::new();
    let (_, awa, id) = world.call();
    let binta = world.doctor("binta", Speciality::Obstetrics);
    let ogo = world.kiosk("ogo");
    world.request(&ogo, 2, Urgency::Stat);
    let own = world.prepare(&binta).expect("it rings");
    world.talk(&binta, &own);
    let party = binta.who.party.clone();
    world.say(&awa, ClientMessage::Invite(Invite { consultation: id, party, hand_over: false, why: None }));
    assert!(!world.closes_rooms(), "an invitation is no answer");
    world.say(&binta, ClientMessage::AnswerInvite(AnswerInvite { consultation: id, accept: true }));
    assert!(world.closes_rooms());
    let grant = world.shown_call(&binta).grant.expect("to join with");
    assert_ne!(grant.member, own.member);
}

#[test]
fn a_cold_post_gets_a_grant_with_the_call() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let first = world.requested(&kiosk).grant;
    world.claim(&doctor, id);
    assert_eq!(world.shown_call(&kiosk).grant, first, "the unused one, in case its join is on the way");
}

#[test]
fn a_doctor_in_a_call_cannot_take_another_and_counts_as_busy() {
    let mut world = World::new();
    let (_, doctor, _) = world.call();
    let ogo = world.kiosk("ogo");
    let id = world.request(&ogo, 2, Urgency::Stat);
    let status = waiting(&mut world, &ogo);
    assert_eq!((status.available, status.busy), (0, 1));
    world.claim(&doctor, id);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Busy, "claim".to_owned()));
}

#[test]
fn a_withdrawn_request_is_gone_for_everyone() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.read(&doctor);
    world.cancel(&kiosk, id);
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()));
    assert_eq!(world.kinds(&doctor), ["entry_gone"]);
    world.claim(&doctor, id);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound);
    world.request(&kiosk, 2, Urgency::Stat);
    assert_eq!(world.requested(&kiosk).status.consultation, consultation(2));
}

#[test]
fn a_post_whose_doctor_is_gone_may_withdraw_and_ask_anew() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.cancel(&kiosk, id);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::Busy, "cancel".to_owned()));
    let member = world.on_disk(id).owner().map(|owner| owner.party.clone());
    assert_eq!(member, Some(doctor.who.party.clone()));
    world.input(Input::Revoked { party: doctor.who.party.clone() });
    world.cancel(&kiosk, id);
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()));
    world.request(&kiosk, 2, Urgency::Stat);
    assert_eq!(world.requested(&kiosk).status.consultation, consultation(2));
}

#[test]
fn a_request_of_a_post_that_lost_its_link_stays_and_is_shown_as_absent() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    world.request(&kiosk, 1, Urgency::Stat);
    world.pass(5_000, &[&kiosk, &doctor]);
    world.read(&doctor);
    world.pass(2_000, &[&doctor]);
    let present = |message: &ServerMessage| match message {
        ServerMessage::Entry(entry) => Some(entry.present),
        _ => None,
    };
    assert!(!world.find(&doctor, present));
    assert!(world.is_open(&kiosk), "TCP may still bring what was said");
    world.beat(&kiosk);
    assert!(world.find(&doctor, present), "it was only late");
    world.pass(u64::from(world.config.waiting.lost_after_ms) + 500, &[&doctor]);
    assert!(!world.find(&doctor, present));
    assert!(!world.is_open(&kiosk));
    let welcome = world.come_back(&mut kiosk);
    assert_eq!(welcome.waiting.unwrap().request, request(1, Urgency::Stat));
    assert!(world.find(&doctor, present));
}

#[test]
fn a_revoked_post_leaves_the_queue() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.input(Input::Revoked { party: kiosk.who.party });
    assert_eq!(world.disk[&id].last().unwrap().what, What::Cancelled);
    assert_eq!(world.hub.stats().waiting, 0);
}

#[test]
fn a_request_nobody_comes_back_for_becomes_a_case() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, Urgency::Routine);
    world.cut(&kiosk);
    world.pass(world.config.defer_ms + 30_000, &[]);
    assert_eq!((world.on_disk(id).phase(), world.hub.stats().waiting), (Phase::Deferred, 0));
    assert_eq!(world.hub.stats().cases, 1);
}

#[test]
fn posts_are_told_who_is_there_but_not_at_every_move() {
    let mut world = World::new();
    let page = world.enter(&kiosk("nabadji")).0;
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    for _ in 0..10 {
        world.set_availability(&doctor, Availability::Busy);
        world.set_availability(&doctor, Availability::Available);
    }
    world.set_availability(&doctor, Availability::Busy);
    assert_eq!(world.kinds(&page), ["roster"]);
    world.pass(5_000, &[&page, &doctor]);
    let busy = world.find(&page, |message| match message {
        ServerMessage::Roster(roster) => Some(roster.lines[0].busy),
        _ => None,
    });
    assert_eq!(busy, 1, "the last word is told in the end");
}
