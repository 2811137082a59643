//! A consultation whose doctor is not there: it rings again, another doctor takes it over or the same one comes back, and
//! the post has its exits meanwhile.

use crate::{
    referrals::{referred, say},
    world::{Page, World, consultation, guest},
};
use teranga_clinic::{
    clinical::Disposition,
    consultation::Phase,
    fact::{RingReason, What},
    id::ConsultationId,
    people::Speciality,
    request::{Step, Urgency},
};
use teranga_signaling::{
    contract::{Input, MediaSignal},
    message::{
        ClientMessage, ServerMessage,
        call::{Act, AnswerInvite, Call, Invite, MemberState, Rejoin, Released, RingBack},
        clinical::Close,
        queue::Entry,
        session::ErrorCode,
        waiting::Waiting,
    },
};

/// The time after which it rings again, and a moment.
const RINGS_MS: u64 = 31_000;

/// The doctor's laptop dies: its socket and its media are gone at once.
fn dies(world: &mut World, doctor: &Page) {
    let place = world.place(doctor);
    world.signal(place, MediaSignal::Quiet);
    world.cut(doctor);
}

/// Packets of the doctor's transport arrive again.
fn back(world: &mut World, doctor: &Page) {
    let place = world.place(doctor);
    world.signal(place, MediaSignal::Back);
}

fn row(world: &mut World, doctor: &Page) -> Entry {
    world.find(doctor, |message| match message {
        ServerMessage::Entry(entry) => Some(entry.clone()),
        _ => None,
    })
}

fn released(world: &mut World, page: &Page) -> Released {
    world.find(page, |message| match message {
        ServerMessage::Released(released) => Some(released.clone()),
        _ => None,
    })
}

fn has(world: &World, page: &Page, id: ConsultationId, wanted: &[Act]) -> bool {
    let acts = world.hub.acts(id, &page.who.party);
    wanted.iter().all(|act| acts.contains(act))
}

/// A call whose doctor has died, with a second doctor connected, after it rings again.
fn ringing_again(world: &mut World) -> (Page, Page, Page, ConsultationId) {
    let (kiosk, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Obstetrics);
    world.advise(&doctor, id, 1, "Repos");
    dies(world, &doctor);
    world.pass(RINGS_MS, &[&kiosk, &second]);
    (kiosk, doctor, second, id)
}

#[test]
fn thirty_seconds_after_its_doctor_died_it_rings_again_and_the_post_is_told() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Obstetrics);
    dies(&mut world, &doctor);
    assert!(
        has(&world, &kiosk, id, &[Act::Cancel, Act::RingAgain, Act::Leave]),
        "at once, not after the clock"
    );
    world.read(&second);
    world.pass(29_000, &[&kiosk, &second]);
    assert!(!world.kinds(&second).contains(&"ring".to_owned()), "most outages are shorter");
    world.read(&kiosk);
    world.pass(2_000, &[&kiosk, &second]);
    let call = world.shown_call(&kiosk);
    let rings = call.rings.expect("the post is told");
    assert_eq!((rings.why, rings.by), (RingReason::Absent, Some("Mme awa".into())));
    assert_eq!((rings.status.step, rings.status.rung), (Step::OnCall, 1));
    let entry = row(&mut world, &second);
    let again = entry.again.expect("it stands out");
    assert_eq!((again.party, again.advice), (doctor.who.party, 0));
    assert!(entry.waited_ms < 2_000, "it waits since it rings again");
}

#[test]
fn another_doctor_takes_over_and_the_voice_of_the_post_is_not_interrupted() {
    let mut world = World::new();
    let (kiosk, mut doctor, second, id) = ringing_again(&mut world);
    world.read(&kiosk);
    world.claim(&second, id);
    let call = world.shown_call(&kiosk);
    assert_eq!((call.grant, call.rings), (None, None), "its transport stands");
    let holders: Vec<_> =
        call.members.iter().filter(|member| member.holds).map(|member| &member.name).collect();
    assert_eq!(holders, [&second.who.name]);
    assert_eq!(call.members.len(), 2, "who was absent is out of the call");
    let record = world.shown_call(&second).record.expect("the whole record");
    assert_eq!(record.advice.len(), 1);
    assert_eq!((world.hub.counters().rang_again, world.hub.counters().taken_over), (1, 1));
    let welcome = world.come_back(&mut doctor);
    assert!(welcome.call.is_none());
    assert_eq!(world.on_disk(id).owner().unwrap().party, second.who.party);
}

#[test]
fn a_doctor_who_was_followed_is_told_by_whom_also_when_coming_back_later() {
    let mut world = World::new();
    let (_, mut doctor, second, id) = ringing_again(&mut world);
    world.claim(&second, id);
    world.say_hello_again(&mut doctor);
    assert_eq!(released(&mut world, &doctor), Released { consultation: id, by: Some("Mme fatou".into()) });
    let other = world.kiosk("podor");
    let next = world.request(&other, 2, Urgency::Stat);
    world.claim(&doctor, next);
    assert!(world.shown_call(&doctor).consultation == next, "and is free");
}

#[test]
fn of_two_doctors_who_take_over_at_once_one_wins_and_the_other_is_told_by_name() {
    let mut world = World::new();
    let (_, _, second, id) = ringing_again(&mut world);
    let third = world.doctor("marie", Speciality::Obstetrics);
    world.disk_works_at_once = false;
    world.claim(&third, id);
    world.claim(&second, id);
    assert_eq!(world.refusal(&second).0, ErrorCode::AlreadyTaken);
    world.write(true);
    assert_eq!(world.shown_call(&third).consultation, id);
    assert_eq!(world.on_disk(id).owner().unwrap().party, third.who.party);
}

#[test]
fn the_same_doctor_comes_back_first_and_it_stops_ringing() {
    let mut world = World::new();
    let (kiosk, mut doctor, second, id) = ringing_again(&mut world);
    let call = world.come_back(&mut doctor).call.expect("still theirs");
    assert!(call.may.contains(&Act::Direct));
    world.read(&second);
    world.read(&kiosk);
    back(&mut world, &doctor);
    assert_eq!(world.shown_call(&kiosk).rings, None);
    assert!(world.kinds(&second).contains(&"entry_gone".to_owned()));
    world.claim(&second, id);
    assert_eq!(world.refusal(&second).0, ErrorCode::AlreadyTaken);
    assert_eq!((world.on_disk(id).formers().len(), world.hub.counters().taken_over), (0, 0));
}

#[test]
fn what_a_returning_doctor_writes_at_once_is_not_refused() {
    let mut world = World::new();
    let (_, mut doctor, _, id) = ringing_again(&mut world);
    world.come_back(&mut doctor);
    world.disk_works_at_once = false;
    back(&mut world, &doctor);
    world.note(&doctor, id, 7, "depuis la coupure");
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    assert!(world.kinds(&doctor).contains(&"saved".to_owned()));
    assert_eq!(world.on_disk(id).note().unwrap().revision, 7);
}

#[test]
fn the_post_ends_it_calls_again_or_waits_as_it_likes() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Obstetrics);
    world.ring_again(&kiosk, id);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::Busy, "ring_again".to_owned()), "the doctor is there");
    world.leave(&doctor, id);
    world.read(&second);
    world.ring_again(&kiosk, id);
    assert!(world.kinds(&second).contains(&"ring".to_owned()), "at once");
    world.ring_again(&kiosk, id);
    world.ring_again(&kiosk, id);
    let asked = world.disk[&id].iter().filter(|fact| matches!(fact.what, What::RangAgain { .. })).count();
    assert_eq!(asked, 1, "a nervous finger writes no facts");
    world.cancel(&kiosk, id);
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()));
    assert!(world.kinds(&second).contains(&"entry_gone".to_owned()));
}

#[test]
fn the_clock_escalates_to_the_end_and_calling_again_begins_anew() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    dies(&mut world, &doctor);
    world.pass(RINGS_MS + 20_000, &[&kiosk]);
    let step = world.on_disk(id).step().0;
    assert_eq!(step, Step::Nobody, "nobody is connected, so each circle has five seconds");
    let waiting: Waiting = world.find(&kiosk, |message| match message {
        ServerMessage::Waiting(waiting) => Some(waiting.clone()),
        _ => None,
    });
    assert_eq!((waiting.step, waiting.rung), (Step::Nobody, 0));
    world.ring_again(&kiosk, id);
    assert_eq!(world.on_disk(id).step().0, Step::OnCall);
    let second = world.doctor("fatou", Speciality::Obstetrics);
    world.claim(&second, id);
    assert_eq!(world.shown_call(&second).consultation, id);
}

#[test]
fn a_server_that_restarts_meanwhile_forgets_nothing() {
    let mut world = World::new();
    let (mut kiosk, _, mut second, id) = ringing_again(&mut world);
    world.restart();
    let call = world.come_back(&mut kiosk).call.expect("it goes on");
    assert_eq!(call.rings.expect("it still rings").why, RingReason::Absent);
    world.come_back(&mut second);
    world.pass(20_000, &[&kiosk, &second]);
    assert!(has(&world, &kiosk, id, &[Act::Cancel, Act::RingAgain, Act::Defer]));
    world.claim(&second, id);
    assert_eq!(world.shown_call(&second).consultation, id);
    world.restart();
    world.come_back(&mut kiosk);
    world.pass(RINGS_MS, &[&kiosk]);
    assert!(world.on_disk(id).is_open(), "after a restart an absent doctor is missed, too");
}

#[test]
fn nothing_rings_for_a_post_that_has_left_and_it_may_end_or_come_back() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.leave(&kiosk, id);
    assert!(has(&world, &kiosk, id, &[Act::Rejoin, Act::Cancel]));
    world.leave(&doctor, id);
    world.pass(RINGS_MS, &[&kiosk, &doctor]);
    assert!(!world.on_disk(id).is_open());
    world.say(&kiosk, ClientMessage::Rejoin(Rejoin { consultation: id }));
    world.pass(RINGS_MS, &[&kiosk, &doctor]);
    assert!(world.on_disk(id).is_open(), "now somebody waits");
}

#[test]
fn a_consultation_that_both_have_left_becomes_a_case() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.leave(&kiosk, id);
    world.leave(&doctor, id);
    world.pass(world.config.link_lost_ms + 1_000, &[&kiosk, &doctor]);
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred, "although their pages may be connected");
    assert!(world.on_disk(id).is_held_by(&doctor.who.party));
}

#[test]
fn a_doctor_whose_post_is_gone_advises_calls_back_and_closes() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.ring_again(&doctor, id);
    assert_eq!(world.refusal(&doctor).0, ErrorCode::Busy, "the post is there");
    world.leave(&kiosk, id);
    world.read(&kiosk);
    world.ring_again(&doctor, id);
    let back = world.find(&kiosk, |message| match message {
        ServerMessage::RingBack(back) => Some(back.clone()),
        _ => None,
    });
    assert_eq!(back, RingBack { consultation: id, by: doctor.who.name.clone() });
    world.advise(&doctor, id, 1, "Revenir demain");
    world.close(&doctor, id);
    assert_eq!(world.on_disk(id).advice().len(), 1);
}

#[test]
fn a_doctor_hands_on_and_takes_an_emergency_with_one_tap() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Obstetrics);
    let other = world.kiosk("podor");
    let emergency = world.request(&other, 2, Urgency::Stat);
    world.read(&kiosk);
    world.read(&second);
    world.hand_on(&doctor, id, Some(emergency));
    assert_eq!(released(&mut world, &doctor), Released { consultation: id, by: None });
    assert_eq!(world.on_disk(emergency).owner().unwrap().party, doctor.who.party);
    let rings = world.shown_call(&kiosk).rings.expect("the post is told why");
    assert_eq!((rings.why, rings.by), (RingReason::HandedOn, Some(doctor.who.name.clone())));
    assert!(world.kinds(&second).contains(&"ring".to_owned()));
    world.claim(&second, id);
    assert_eq!(world.shown_call(&second).consultation, id);
}

#[test]
fn an_emergency_that_somebody_else_took_leaves_the_doctor_where_they_are() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Obstetrics);
    let other = world.kiosk("podor");
    let emergency = world.request(&other, 2, Urgency::Stat);
    world.claim(&second, emergency);
    world.read(&doctor);
    world.hand_on(&doctor, id, Some(emergency));
    assert_eq!(world.refusal(&doctor), (ErrorCode::AlreadyTaken, "hand_on".to_owned()));
    assert!(world.on_disk(id).is_held_by(&doctor.who.party));
    world.hand_on(&doctor, id, Some(consultation(9)));
    assert_eq!(world.refusal(&doctor).0, ErrorCode::NotFound);
}

#[test]
fn a_handing_on_that_cannot_be_stored_claims_nothing() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let other = world.kiosk("podor");
    let emergency = world.request(&other, 2, Urgency::Stat);
    world.disk_works_at_once = false;
    world.hand_on(&doctor, id, Some(emergency));
    world.write(false);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Storage, "hand_on".to_owned()));
    world.hand_on(&doctor, id, None);
    world.write(true);
    assert!(world.on_the_way.is_empty(), "the first wish is forgotten");
    assert!(world.on_disk(emergency).owner().is_none());
}

/// A call with a second doctor in it, who was invited.
fn three(world: &mut World) -> (Page, Page, Page, ConsultationId) {
    let (kiosk, doctor, id) = world.call();
    let second = world.doctor("fatou", Speciality::Surgery);
    let party = second.who.party.clone();
    world
        .say(&doctor, ClientMessage::Invite(Invite { consultation: id, party, hand_over: false, why: None }));
    world.say(&second, ClientMessage::AnswerInvite(AnswerInvite { consultation: id, accept: true }));
    let call = world.shown_call(&second);
    world.talk(&second, &call.grant.expect("to join with"));
    (kiosk, doctor, second, id)
}

#[test]
fn of_three_the_doctor_who_stays_takes_over_where_they_are() {
    let mut world = World::new();
    let (kiosk, doctor, second, id) = three(&mut world);
    assert!(!has(&world, &second, id, &[Act::TakeOver]));
    world.leave(&doctor, id);
    world.pass(RINGS_MS, &[&kiosk, &second, &doctor]);
    assert!(has(&world, &second, id, &[Act::TakeOver, Act::Leave]));
    let place = world.place(&second);
    world.claim(&second, id);
    let call: Call = world.shown_call(&second);
    assert_eq!((call.member, call.grant), (place, None), "the transport is kept");
    assert!(call.may.contains(&Act::Direct));
    assert_eq!(released(&mut world, &doctor).by, Some(second.who.name.clone()));
}

#[test]
fn of_three_a_guest_who_stays_keeps_the_post_company_while_it_rings() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let samba = world.enter(&guest("samba")).0;
    let party = samba.who.party.clone();
    world
        .say(&doctor, ClientMessage::Invite(Invite { consultation: id, party, hand_over: false, why: None }));
    world.say(&samba, ClientMessage::AnswerInvite(AnswerInvite { consultation: id, accept: true }));
    let call = world.shown_call(&samba);
    world.talk(&samba, &call.grant.unwrap());
    dies(&mut world, &doctor);
    world.pass(RINGS_MS, &[&kiosk, &samba]);
    let call = world.shown_call(&samba);
    assert!(call.rings.is_some());
    assert_eq!(call.may, [Act::Leave], "a guest holds nothing");
    let here = call.members.iter().filter(|member| member.state == MemberState::Here).count();
    assert_eq!(here, 2);
    world.claim(&samba, id);
    assert_eq!(world.refusal(&samba).0, ErrorCode::NotFound);
}

#[test]
fn a_revoked_doctor_is_missed_after_the_same_time() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.input(Input::Revoked { party: doctor.who.party.clone() });
    world.pass(RINGS_MS, &[&kiosk]);
    assert!(world.on_disk(id).is_open());
}

#[test]
fn a_label_does_not_close_without_the_act_behind_it() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let close =
        |disposition| ClientMessage::Close(Close { consultation: id, disposition, follow_up_h: None });
    for (label, code) in [
        (Disposition::Prescription, ErrorCode::Unprescribed),
        (Disposition::Evacuation, ErrorCode::Unreferred),
        (Disposition::Appointment, ErrorCode::Unappointed),
    ] {
        world.say(&doctor, close(label));
        assert_eq!(world.refusal(&doctor), (code, "close".to_owned()));
    }
    world.disk_works_at_once = false;
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    world.say(&doctor, close(Disposition::Evacuation));
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    assert_eq!(world.on_disk(id).disposition(), Some(Disposition::Evacuation), "order and close in one go");
}
