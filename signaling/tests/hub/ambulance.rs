//! The telephone of an ambulance: it enters the call of its own evacuation by itself, hears and speaks, learns nothing of the patient, can be
//! invited nowhere, and is out when the patient has arrived or its link is withdrawn.

use crate::{
    referrals::{ACCEPTED, DEPARTED, moved, name, referred, say},
    world::{Page, World, guest, kind},
};
use teranga_clinic::{
    fact::What,
    id::{ChatId, ConsultationId},
    people::{Identity, Speciality},
    referral::{
        ReferralActor::{Post, Receiver},
        ReferralEvent, ambulance_party,
    },
    request::Urgency,
};
use teranga_signaling::{
    contract::Input,
    id::SessionId,
    message::{
        ClientMessage, ServerMessage,
        call::{Call, Invite, MemberState, Rejoin},
        chat::WriteChat,
        session::{ByeReason, ErrorCode},
    },
};
use uuid::Uuid;

/// The telephone with the link of this number, of the referral 1.
fn telephone(link: u64) -> Identity {
    Identity { party: ambulance_party(name(1), link), ..guest("ambulance") }
}

/// A call with an evacuation that was accepted.
fn evacuation(world: &mut World) -> (Page, Page, ConsultationId) {
    let (kiosk, doctor, id) = world.call();
    say(world, Some(&doctor.who), id, referred(id, 1));
    say(world, Some(&guest("sy")), id, moved(1, Receiver, ACCEPTED, Some(1)));
    (kiosk, doctor, id)
}

/// The page of a telephone that has said hello, with what it was sent unread.
fn opened(world: &mut World, who: &Identity) -> Page {
    let mut page = Page { session: SessionId(0), who: who.clone(), resume: None };
    world.say_hello_again(&mut page);
    page
}

/// Every state of the call that was told, the oldest first.
fn calls(messages: &[ServerMessage]) -> Vec<Call> {
    let call = |message: &ServerMessage| match message {
        ServerMessage::Call(call) => Some(call.clone()),
        ServerMessage::Welcome(welcome) => welcome.call.clone(),
        _ => None,
    };
    messages.iter().filter_map(call).collect()
}

fn last_call(messages: &[ServerMessage]) -> Option<Call> {
    calls(messages).pop()
}

/// The telephone in the call, its voice flowing.
fn in_call(world: &mut World) -> Page {
    let page = opened(world, &telephone(7));
    let call = last_call(&world.read(&page)).expect("it is in the call");
    world.talk(&page, &call.grant.expect("to join with"));
    page
}

fn states(world: &mut World, reader: &Page) -> Vec<MemberState> {
    world.shown_call(reader).members.iter().map(|member| member.state).collect()
}

#[test]
fn it_enters_its_own_call_by_itself_and_is_told_nothing_of_the_patient() {
    let mut world = World::new();
    let (kiosk, doctor, id) = evacuation(&mut world);
    world.note(&doctor, id, 1, "TA 17/11");
    let page = opened(&mut world, &telephone(7));
    let mail = world.read(&page);
    let call = last_call(&mail).expect("nobody has to invite it");
    assert_eq!((call.record.is_none(), call.invitable.len(), call.members.len()), (true, 0, 3));
    world.talk(&page, &call.grant.expect("to join with"));
    assert_eq!(states(&mut world, &doctor), [MemberState::Here; 3]);
    world.advise(&doctor, id, 1, "Sulfate de magnésium");
    let text = "Bloc prêt".into();
    let chat = ChatId(Uuid::from_u128(1));
    world.say(&kiosk, ClientMessage::WriteChat(WriteChat { consultation: id, chat, text, asks: false }));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(2)));
    let later: Vec<_> = world.read(&page).iter().map(kind).collect();
    let known = ["answer", "call", "caps", "pace", "streams"];
    assert!(later.iter().all(|kind| known.contains(&kind.as_str())), "{later:?}");
    let entered = |fact: &&teranga_clinic::fact::Fact| matches!(fact.what, What::Entered { .. });
    let facts = world.facts(id);
    let by: Vec<_> = facts.iter().filter(entered).map(|fact| fact.by.clone()).collect();
    assert_eq!(by, [Some(page.who.party)], "the audit log has who came, and when");
}

#[test]
fn it_says_nothing_but_its_voice() {
    let mut world = World::new();
    let (_, doctor, id) = evacuation(&mut world);
    let page = in_call(&mut world);
    let chat = ChatId(Uuid::from_u128(1));
    let write = WriteChat { consultation: id, chat, text: "bonjour".into(), asks: false };
    let invite = Invite { consultation: id, party: doctor.who.party, hand_over: true, why: None };
    for message in [ClientMessage::WriteChat(write), ClientMessage::Invite(invite)] {
        let facts = world.facts(id).len();
        world.say(&page, message);
        assert_eq!((world.refusal(&page).0, world.facts(id).len()), (ErrorCode::NotFound, facts));
    }
    world.claim(&page, id);
    assert_eq!(world.refusal(&page).0, ErrorCode::NotFound);
}

#[test]
fn no_doctor_can_invite_it_into_another_call_and_none_is_offered_it() {
    let mut world = World::new();
    let (_, doctor, id) = evacuation(&mut world);
    let other = world.doctor("binta", Speciality::Obstetrics);
    let elsewhere = world.kiosk("ourossogui");
    let second = world.request(&elsewhere, 2, Urgency::Stat);
    world.claim(&other, second);
    let page = in_call(&mut world);
    world.leave(&page, id);
    world.pass(30_000, &[&doctor, &other, &page]);
    assert_eq!(world.shown_call(&other).invitable, []);
    let party = page.who.party.clone();
    world.say(
        &other,
        ClientMessage::Invite(Invite { consultation: second, party, hand_over: false, why: None }),
    );
    assert_eq!(world.refusal(&other).0, ErrorCode::NotFound);
    world.say(&page, ClientMessage::Rejoin(Rejoin { consultation: second }));
    assert_eq!(world.refusal(&page).0, ErrorCode::NotFound);
}

#[test]
fn without_a_call_of_its_own_it_is_nowhere() {
    let mut world = World::new();
    let (_, _, id) = evacuation(&mut world);
    let stranger = Identity { party: ambulance_party(name(2), 7), ..guest("ambulance") };
    let page = opened(&mut world, &stranger);
    assert_eq!(last_call(&world.read(&page)), None, "its evacuation is none of this call");
    world.say(&page, ClientMessage::Rejoin(Rejoin { consultation: id }));
    assert_eq!(world.refusal(&page).0, ErrorCode::NotFound);
    assert_eq!(world.on_disk(id).entered().len(), 1);
}

#[test]
fn it_is_out_when_the_patient_has_arrived_and_does_not_come_back() {
    let mut world = World::new();
    let (kiosk, doctor, id) = evacuation(&mut world);
    let page = in_call(&mut world);
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(2)));
    assert!(world.is_open(&page), "the journey has only begun");
    say(&mut world, None, id, moved(1, Receiver, ReferralEvent::Arrived, Some(3)));
    assert_eq!(world.goodbye(&page), ByeReason::Revoked);
    assert_eq!(world.shown_call(&doctor).members.len(), 2);
    assert_eq!(world.facts(id).last().unwrap().what, What::Left);
    let again = opened(&mut world, &telephone(7));
    assert_eq!(last_call(&world.read(&again)), None);
    world.restart();
    let again = opened(&mut world, &telephone(7));
    assert_eq!(last_call(&world.read(&again)), None);
}

#[test]
fn it_is_out_when_its_link_is_withdrawn_and_another_link_is_another_telephone() {
    let mut world = World::new();
    let (_, doctor, _) = evacuation(&mut world);
    let page = in_call(&mut world);
    world.input(Input::Revoked { party: page.who.party.clone() });
    assert!(!world.is_open(&page));
    assert_eq!(world.shown_call(&doctor).members.len(), 2);
    let other = opened(&mut world, &telephone(8));
    assert!(last_call(&world.read(&other)).is_some());
    assert_eq!(world.shown_call(&doctor).members.len(), 3);
}

#[test]
fn it_keeps_its_place_over_a_restart_and_enters_once() {
    let mut world = World::new();
    let (_, _, id) = evacuation(&mut world);
    let page = in_call(&mut world);
    let facts = world.facts(id).len();
    world.restart();
    let back = opened(&mut world, &page.who);
    let told = calls(&world.read(&back));
    assert!(told.iter().any(|call| call.grant.is_some()), "it is still in the call");
    assert!(told.iter().all(|call| call.record.is_none()));
    assert_eq!(world.facts(id).len(), facts);
}

#[test]
fn a_call_that_is_over_takes_no_ambulance() {
    let mut world = World::new();
    let (_, doctor, id) = evacuation(&mut world);
    let page = in_call(&mut world);
    world.close(&doctor, id);
    let kinds = world.kinds(&page);
    assert!(kinds.contains(&"closed".to_owned()), "{kinds:?}");
    let again = opened(&mut world, &telephone(7));
    assert_eq!(last_call(&world.read(&again)), None);
}
