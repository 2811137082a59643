//! The server is killed and starts again: everyone is back where they were.

use crate::world::{World, consultation, request};
use teranga_clinic::{
    consultation::Illegal,
    people::{Availability, Speciality},
    request::{Step, Urgency},
};
use teranga_signaling::{
    config::HubConfig,
    hub::{Hub, RestoreError},
    limits,
    message::{call::MemberState, session::ErrorCode},
};

fn empty_hub() -> Hub {
    use rand::{SeedableRng, rngs::StdRng};
    Hub::new(HubConfig::default(), Box::new(StdRng::seed_from_u64(1)))
}

#[test]
fn a_call_goes_on_after_a_restart_with_fresh_grants() {
    let mut world = World::new();
    let (mut kiosk, mut doctor, id) = world.call();
    world.note(&doctor, id, 4, "TA 170/110");
    world.restart();
    let call = world.come_back(&mut doctor).call.expect("it goes on");
    assert_eq!(call.record.unwrap().note.unwrap().revision, 4);
    let states: Vec<_> = call.members.iter().map(|member| (member.holds, member.state)).collect();
    assert_eq!(states, [(false, MemberState::Lost), (true, MemberState::Joining)]);
    world.talk(&doctor, &call.grant.expect("no transport can stand"));
    let call = world.come_back(&mut kiosk).call.expect("here too");
    world.talk(&kiosk, &call.grant.expect("no transport can stand"));
    assert!(world.shown_call(&doctor).members.iter().all(|member| member.state == MemberState::Here));
}

#[test]
fn a_request_still_waits_after_a_restart_and_its_clock_has_not_stopped() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let mut doctor = world.doctor("awa", Speciality::Obstetrics);
    world.request(&kiosk, 1, Urgency::Stat);
    world.pass(30_000, &[&kiosk, &doctor]);
    world.restart();
    world.come_back(&mut doctor);
    world.set_availability(&doctor, Availability::Available);
    let waiting = world.come_back(&mut kiosk).waiting.expect("it waits");
    assert_eq!(waiting.request, request(1, Urgency::Stat));
    assert_eq!((waiting.status.waited_ms, waiting.status.next_step_ms), (30_000, Some(60_000)));
    assert_eq!(waiting.status.step, Step::OnCall);
}

#[test]
fn what_ended_stays_ended() {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    world.close(&doctor, id);
    world.restart();
    assert!(world.come_back(&mut kiosk).call.is_none());
}

#[test]
fn a_place_taken_before_a_restart_is_not_mistaken_for_one_after_it() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    world.request(&kiosk, 1, Urgency::Stat);
    let before = world.requested(&kiosk).grant.unwrap().member;
    world.restart();
    let after = world.come_back(&mut kiosk).waiting.unwrap().grant.unwrap().member;
    assert_ne!(before, after);
}

#[test]
fn contradictions_are_refused() {
    let mut world = World::new();
    let (_, _, id) = world.call();
    let facts = world.disk[&id].clone();
    let mut hub = empty_hub();
    assert_eq!(hub.restore(consultation(5), &facts), Err(RestoreError::Illegal(Illegal::Foreign)));
    assert_eq!(hub.restore(id, &[]), Err(RestoreError::Illegal(Illegal::Empty)));
    assert_eq!(hub.restore(id, &facts[1..]), Err(RestoreError::Illegal(Illegal::Beginning)));
    assert_eq!(hub.restore(id, &facts), Ok(()));
    assert_eq!(hub.restore(id, &facts), Err(RestoreError::Conflict));
}

#[test]
fn a_request_that_ended_long_ago_is_refused_for_good_and_not_tried_for_ever() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let old = world.request(&kiosk, 1, Urgency::Stat);
    world.cancel(&kiosk, old);
    world.pass(limits::FINISHED_MS + 1, &[&kiosk]);
    let next = world.request(&kiosk, 2, Urgency::Stat);
    world.cancel(&kiosk, next);
    world.read(&kiosk);
    world.request(&kiosk, 1, Urgency::Stat);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::NotFound, "request".to_owned()));
    assert_eq!(world.disk[&old].len(), 2, "nothing was added to what ended");
}
