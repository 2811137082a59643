//! Several tablets of one post: a case is the post's, and a request and a call are one tablet's. A tablet of another post is a stranger.

use crate::world::{Page, World, consultation, kind, request, tablet};
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, MediaType},
    case::Outcome,
    clinical::Disposition,
    consultation::Phase,
    id::{ActId, AttachmentId, ChatId, ConsultationId},
    people::{Addressee, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::{
    contract::{Author, Input},
    limits::CASES_OF_POST,
    message::{
        ClientMessage, ServerMessage,
        call::{Leave, RingAgain},
        case::{CallCase, CaseState, Defer, Examine, ReadCase, TellOutcome},
        chat::{SeeChat, WriteChat},
        clinical::Close,
        queue::{Cancel, Postpone},
        session::ErrorCode,
    },
};
use uuid::Uuid;

const OBSTETRICS: Addressee = Addressee::Speciality(Speciality::Obstetrics);

fn write(id: ConsultationId, number: u128, text: &str, asks: bool) -> ClientMessage {
    let chat = ChatId(Uuid::from_u128(number));
    ClientMessage::WriteChat(WriteChat { consultation: id, chat, text: text.into(), asks })
}

fn examine(id: ConsultationId, number: u128) -> ClientMessage {
    let intake = Intake { pulse: Some(96.into()), ..Intake::default() };
    let act = Some(ActId(Uuid::from_u128(number)));
    ClientMessage::Examine(Examine { consultation: id, intake, act })
}

fn tell(id: ConsultationId, outcome: Outcome, number: u128) -> ClientMessage {
    let (text, act) = ("".into(), Some(ActId(Uuid::from_u128(number))));
    ClientMessage::TellOutcome(TellOutcome { consultation: id, outcome, text, act })
}

const fn read(consultation: ConsultationId) -> ClientMessage {
    ClientMessage::ReadCase(ReadCase { consultation })
}

fn kinds(world: &mut World, page: &Page) -> Vec<String> {
    world.read(page).iter().map(kind).collect()
}

/// A post with two tablets, of which the first has filed a case, and the doctor who answers for it.
fn post(world: &mut World) -> (Page, Page, Page, ConsultationId) {
    let (first, awa, id) = world.case(Urgency::Urgent);
    let second = world.enter(&tablet("nabadji", 2)).0;
    (first, second, awa, id)
}

#[test]
fn both_tablets_list_a_case_and_are_told_each_change_of_it() {
    let mut world = World::new();
    let (first, mut second, awa, id) = post(&mut world);
    let listed = world.list_of(&mut second);
    assert_eq!((listed.len(), listed[0].consultation, listed[0].reason.is_some()), (1, id, true));
    world.read(&first);
    for (says, state) in
        [(read(id), CaseState::Read), (write(id, 1, "Depuis quand ?", true), CaseState::Asked)]
    {
        world.say(&awa, says);
        for page in [&first, &second] {
            assert_eq!(world.row(page).state, state);
        }
    }
    world.say(&second, write(id, 2, "Ce matin", false));
    assert_eq!(world.row(&first).state, CaseState::Read, "answered from the other tablet");
    world.advise(&awa, id, 1, "Repos");
    for page in [&first, &second] {
        assert!(
            kinds(&mut world, page).contains(&"advice".to_owned()),
            "each keeps it for the time without a network"
        );
    }
    world.say(&second, read(id));
    assert_eq!(
        (world.row(&first).state, world.row(&awa).state),
        (CaseState::AnswerRead, CaseState::AnswerRead)
    );
    world.say(&second, ClientMessage::SeeChat(SeeChat { consultation: id, received: 1, read: 1 }));
    assert_eq!((world.row(&first).unread, world.row(&second).unread), (0, 0), "what one has read is read");
    let authors: Vec<_> = world.facts(id).iter().filter_map(|fact| fact.by.clone()).map(|by| by.0).collect();
    assert_eq!(
        authors.iter().filter(|by| **by == second.who.party.0).count(),
        4,
        "it joins once: {authors:?}"
    );
    world.restart();
    assert_eq!(world.list_of(&mut second)[0].state, CaseState::AnswerRead, "the replay knows both");
}

#[test]
fn a_case_outlives_the_tablet_that_filed_it() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.input(Input::Revoked { party: first.who.party.clone() });
    world.read(&second);
    world.say(&awa, write(id, 1, "Depuis quand ?", true));
    assert_eq!(world.row(&second).state, CaseState::Asked);
    world.say(&second, write(id, 2, "Ce matin", false));
    world.say(&awa, ClientMessage::CallCase(CallCase { consultation: id }));
    let (call, post) = (world.shown_call(&awa), world.shown_call(&second));
    assert_eq!((call.consultation, post.consultation, post.grant.is_some()), (id, id, true));
    assert_eq!(world.on_disk(id).tablets().current().party, second.who.party);
    world.restart();
    let second = world.enter(&second.who);
    assert_eq!(second.1.call.map(|call| call.consultation), Some(id), "the seat is the second tablet's");
}

#[test]
fn a_case_that_rings_at_a_tablet_outlives_that_tablet() {
    let mut world = World::new();
    let (first, second, _, id) = post(&mut world);
    world.ring_again(&second, id);
    assert_eq!(world.on_disk(id).phase(), Phase::Waiting);
    world.read(&first);
    world.input(Input::Revoked { party: second.who.party.clone() });
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred);
    assert_eq!(world.row(&first).consultation, id, "the other tablet has it in its list");
}

#[test]
fn an_act_that_a_tablet_has_kept_waits_for_the_end_of_another_one_s_call() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.ring_again(&second, id);
    world.claim(&awa, id);
    for act in
        [write(id, 7, "Ce matin", false), examine(id, 7), ClientMessage::Cancel(Cancel { consultation: id })]
    {
        world.say(&first, act);
        assert_eq!(world.refusal(&first).0, ErrorCode::Storage, "said again later");
    }
    world.say(&awa, ClientMessage::Defer(Defer { consultation: id, to: None }));
    world.say(&first, write(id, 7, "Ce matin", false));
    assert_eq!(world.on_disk(id).chat().messages_for(&awa.who.party, 0).len(), 1);
}

/// The second tablet of a post is in a call, and has missed the end of the first one's case. It has come back into its call.
fn returned(world: &mut World) -> (Page, Page, ConsultationId, ConsultationId) {
    let (_, mut second, awa, id) = post(world);
    let binta = world.doctor("binta", Speciality::Obstetrics);
    let other = world.request(&second, 2, Urgency::Stat);
    let requested = world.requested(&second);
    world.talk(&second, &requested.grant.expect("to warm with"));
    world.claim(&binta, other);
    world.cut(&second);
    world.advise(&awa, id, 1, "Repos");
    world.close(&awa, id);
    world.say_hello_again(&mut second);
    assert_eq!(ends(world, &second), [], "nothing stands in front of the voice");
    (second, binta, id, other)
}

fn ends(world: &mut World, page: &Page) -> Vec<ConsultationId> {
    let closed = |message: ServerMessage| match message {
        ServerMessage::Closed(closed) => Some(closed.consultation),
        _ => None,
    };
    world.read(page).into_iter().filter_map(closed).collect()
}

#[test]
fn a_tablet_that_comes_back_into_its_call_is_told_what_it_missed_when_the_call_is_over() {
    let mut world = World::new();
    let (mut second, binta, id, other) = returned(&mut world);
    world.close(&binta, other);
    assert_eq!(ends(&mut world, &second), [other, id]);
    world.pass(6_000, &[&second, &binta]);
    world.cut(&second);
    world.say_hello_again(&mut second);
    assert_eq!(ends(&mut world, &second), [], "once is enough");
}

#[test]
fn a_tablet_that_is_away_when_its_call_ends_is_told_of_both_ends_when_it_is_back() {
    let mut world = World::new();
    let (mut second, binta, id, other) = returned(&mut world);
    world.cut(&second);
    world.close(&binta, other);
    world.say_hello_again(&mut second);
    assert_eq!(ends(&mut world, &second), [id, other]);
}

#[test]
fn an_act_is_one_act_whichever_tablet_says_it() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.disk_works_at_once = false;
    for says in [write(id, 1, "Elle va mieux", false), examine(id, 1)] {
        world.say(&first, says.clone());
        world.say(&second, says);
        assert_eq!(world.refusal(&second).0, ErrorCode::Storage, "said again later");
    }
    world.disk_works_at_once = true;
    for _ in 0..2 {
        world.write(true);
    }
    world.read(&second);
    world.say(&second, write(id, 1, "Elle va mieux", false));
    world.say(&second, examine(id, 1));
    let told = kinds(&mut world, &second);
    assert!(["chat", "recorded"].iter().all(|kind| told.iter().any(|one| one == kind)), "{told:?}");
    let found = world.on_disk(id);
    assert_eq!((found.chat().count(), found.examinations().len()), (1, 1));
    world.say(&second, write(id, 1, "Un autre texte", false));
    assert_eq!(world.refusal(&second).0, ErrorCode::Malformed);
    let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h: Some(24) };
    world.say(&awa, ClientMessage::Close(close));
    for page in [&first, &second] {
        assert_eq!(world.row(page).state, CaseState::FollowUp, "both are asked");
    }
    world.say(&second, tell(id, Outcome::Recovered, 7));
    for page in [&first, &second] {
        assert!(kinds(&mut world, page).contains(&"case_gone".to_owned()), "neither is asked any more");
    }
    world.say(&second, tell(id, Outcome::Recovered, 7));
    assert!(kinds(&mut world, &second).contains(&"recorded".to_owned()), "the same act");
    world.say(&first, tell(id, Outcome::Evacuated, 8));
    assert_eq!(world.refusal(&first), (ErrorCode::OutcomeTold, "tell_outcome".to_owned()));
    let told = world.on_disk(id).follow_up().and_then(|asked| asked.told.clone()).expect("an outcome");
    assert_eq!(told.outcome, Outcome::Recovered, "the first one stands");
}

#[test]
fn a_case_that_becomes_a_call_is_a_call_of_the_tablet_that_made_it() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.read(&first);
    world.ring_again(&second, id);
    assert_eq!(world.requested(&second).status.consultation, id);
    assert_eq!(kinds(&mut world, &first), ["case_gone"], "and nothing rings there");
    assert_hands_off(&mut world, &first, id);
    world.say(&second, ClientMessage::Postpone(Postpone { consultation: id, for_ms: 600_000 }));
    assert!(world.on_disk(id).detours().0.is_some(), "it wants to be called back");
    world.claim(&awa, id);
    assert_eq!(world.shown_call(&second).consultation, id);
    assert!(!kinds(&mut world, &first).contains(&"call".to_owned()));
    assert_hands_off(&mut world, &first, id);
    world.say(&awa, ClientMessage::Defer(Defer { consultation: id, to: None }));
    for page in [&first, &second] {
        assert_eq!(world.row(page).consultation, id, "a case again, of both");
    }
    world.ring_again(&first, id);
    assert_eq!(world.requested(&first).status.consultation, id, "now the first one calls");
}

/// Nothing that this tablet says changes anything in the call of another one.
fn assert_hands_off(world: &mut World, page: &Page, id: ConsultationId) {
    let before = world.facts(id).len();
    for says in [
        ClientMessage::Cancel(Cancel { consultation: id }),
        ClientMessage::Defer(Defer { consultation: id, to: None }),
        ClientMessage::RingAgain(RingAgain { consultation: id }),
        ClientMessage::Postpone(Postpone { consultation: id, for_ms: 600_000 }),
        ClientMessage::Leave(Leave { consultation: id }),
        write(id, 99, "?", false),
    ] {
        let of = format!("{says:?}");
        world.say(page, says);
        // An act in a case is said again later.
        assert!(matches!(world.refusal(page).0, ErrorCode::NotFound | ErrorCode::Storage), "{of}");
    }
    assert_eq!(world.facts(id).len(), before);
}

#[test]
fn a_request_that_waits_is_one_tablet_s() {
    let mut world = World::new();
    let (first, second) = (world.kiosk("nabadji"), world.enter(&tablet("nabadji", 2)).0);
    let awa = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&first, 1, Urgency::Stat);
    world.read(&second);
    assert_hands_off(&mut world, &second, id);
    world.say(&second, ClientMessage::Request(request(1, Urgency::Stat)));
    assert_eq!(world.refusal(&second).0, ErrorCode::NotFound);
    let other = world.request(&second, 2, Urgency::Stat);
    assert_eq!(world.requested(&second).status.consultation, other, "it may have one of its own");
    world.claim(&awa, id);
    assert_hands_off(&mut world, &second, id);
    assert!(world.read(&second).iter().all(|message| !matches!(message, ServerMessage::Call(_))));
    world.input(Input::Revoked { party: second.who.party.clone() });
    assert_eq!((world.on_disk(id).phase(), world.on_disk(other).phase()), (Phase::Running, Phase::Closed));
}

#[test]
fn a_specialist_calls_the_tablet_that_had_the_case_last_or_another_one_that_is_free() {
    let mut world = World::new();
    let (first, mut second, awa, id) = post(&mut world);
    let call = ClientMessage::CallCase(CallCase { consultation: id });
    world.say(&second, read(id));
    world.say(&second, examine(id, 1));
    world.say(&awa, call.clone());
    assert_eq!(world.shown_call(&second).consultation, id);
    let back = ClientMessage::Defer(Defer { consultation: id, to: None });
    world.say(&awa, back.clone());
    world.cut(&second);
    world.say(&awa, call.clone());
    assert_eq!(world.shown_call(&first).consultation, id, "the second one is away");
    world.say(&awa, back);
    let busy = world.request(&first, 2, Urgency::Stat);
    world.say(&awa, call.clone());
    assert_eq!(world.refusal(&awa).0, ErrorCode::Busy);
    world.come_back(&mut second);
    world.say(&awa, call);
    assert_eq!(world.shown_call(&second).consultation, id, "the first one waits for somebody else");
    assert_eq!(world.on_disk(busy).phase(), Phase::Waiting);
}

#[test]
fn two_calls_at_once_do_not_seat_a_tablet_twice() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.cut(&first);
    world.read(&second);
    world.disk_works_at_once = false;
    world.say(&awa, ClientMessage::CallCase(CallCase { consultation: id }));
    world.request(&second, 2, Urgency::Stat);
    assert_eq!(world.refusal(&second).0, ErrorCode::Busy, "it will be in the call");
    world.disk_works_at_once = true;
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    assert_eq!(world.shown_call(&second).consultation, id);
}

#[test]
fn a_disk_that_fails_at_a_first_act_loses_nothing() {
    let mut world = World::new();
    let (_, second, _, id) = post(&mut world);
    world.disk_works_at_once = false;
    world.say(&second, examine(id, 1));
    world.write(false);
    world.write(true);
    assert_eq!(world.refusal(&second).0, ErrorCode::Storage);
    world.disk_works_at_once = true;
    world.say(&second, examine(id, 1));
    assert_eq!(world.on_disk(id).examinations().len(), 1);
}

#[test]
fn a_first_act_behind_a_fact_that_failed_does_not_stand_for_the_next_one() {
    let mut world = World::new();
    let (_, second, awa, id) = post(&mut world);
    world.disk_works_at_once = false;
    world.note(&awa, id, 1, "à revoir");
    world.say(&second, examine(id, 1));
    world.write(false);
    world.say(&second, examine(id, 2));
    for _ in 0..4 {
        world.write(true);
    }
    let known: Vec<_> = world.on_disk(id).examinations().iter().filter_map(|one| one.act).collect();
    assert_eq!(known, [ActId(Uuid::from_u128(2))], "it joined anew");
}

#[test]
fn a_file_of_another_tablet_is_taken_before_and_after_the_end() {
    let mut world = World::new();
    let (_, second, awa, id) = post(&mut world);
    let content = AttachmentContent::Photo { width: 9, height: 9 };
    let file = AttachmentFile { media_type: MediaType::Webp, bytes: 9, sha256: "h".into(), content };
    let stored = |world: &mut World, page: &Page, number: u128| {
        let attachment = AttachmentId(Uuid::from_u128(number));
        let (by, author, file) = (Box::new(page.who.clone()), Author::AtTheTablet, Box::new(file.clone()));
        world.input(Input::AttachmentStored { consultation: id, attachment, by, author, file, at_end: None });
    };
    stored(&mut world, &second, 1);
    let stranger = world.kiosk("thilogne");
    stored(&mut world, &stranger, 2);
    assert_eq!(world.on_disk(id).attachments().len(), 1);
    world.ring_again(&second, id);
    world.claim(&awa, id);
    let third = world.enter(&tablet("nabadji", 3)).0;
    stored(&mut world, &third, 3);
    let found = world.on_disk(id);
    assert_eq!(
        (found.attachments().len(), &found.tablets().current().party),
        (2, &second.who.party),
        "the call stays"
    );
}

#[test]
fn a_tablet_of_another_post_learns_and_changes_nothing() {
    let mut world = World::new();
    let (_, _, awa, id) = post(&mut world);
    let mut stranger = world.kiosk("thilogne");
    assert!(world.list_of(&mut stranger).is_empty());
    let before = world.facts(id).len();
    let cancel = ClientMessage::Cancel(Cancel { consultation: id });
    let calls = [ClientMessage::RingAgain(RingAgain { consultation: id }), cancel];
    let acts = [read(id), examine(id, 1), write(id, 1, "?", false), tell(id, Outcome::Died, 1)];
    let file = Request { defer_to: Some(OBSTETRICS), ..request(1, Urgency::Urgent) };
    let others = [
        ClientMessage::Defer(Defer { consultation: id, to: None }),
        ClientMessage::SeeChat(SeeChat { consultation: id, received: 1, read: 1 }),
        ClientMessage::CallCase(CallCase { consultation: id }),
        ClientMessage::Request(file),
    ];
    for says in calls.into_iter().chain(acts).chain(others) {
        let (of, absent) = (format!("{says:?}"), consultation(404));
        world.say(&stranger, says);
        let refused = world.refusal(&stranger).0;
        world.say(&stranger, read(absent));
        assert_eq!((refused, world.refusal(&stranger).0), (ErrorCode::NotFound, ErrorCode::NotFound), "{of}");
        world.pass(3_000, &[&stranger, &awa]);
    }
    assert_eq!(world.facts(id).len(), before);
    world.advise(&awa, id, 1, "Repos");
    let (disposition, follow_up_h) = (Disposition::Advice, Some(1));
    world.say(&awa, ClientMessage::Close(Close { consultation: id, disposition, follow_up_h }));
    world.say(&stranger, tell(id, Outcome::Died, 2));
    assert_eq!(world.refusal(&stranger).0, ErrorCode::NotFound);
    assert!(world.read(&stranger).is_empty(), "neither the answer nor the end");
}

#[test]
fn the_tablets_of_a_post_share_its_number_of_cases() {
    let mut world = World::new();
    let (first, second) = (world.kiosk("nabadji"), world.enter(&tablet("nabadji", 2)).0);
    for number in 0..CASES_OF_POST as u128 {
        world.pass(25_000, &[&first, &second]);
        let page = if number % 2 == 0 { &first } else { &second };
        world.file(page, number + 1, Urgency::Routine, OBSTETRICS);
    }
    world.read(&second);
    world.file(&second, 9_999, Urgency::Routine, OBSTETRICS);
    assert_eq!(world.refusal(&second).0, ErrorCode::QueueFull);
}

#[test]
fn a_tablet_that_was_away_hears_of_the_end_too_and_once() {
    let mut world = World::new();
    let (first, second, awa, id) = post(&mut world);
    world.cut(&second);
    world.advise(&awa, id, 1, "Repos");
    world.close(&awa, id);
    world.pass(60_000, &[&first, &awa]);
    for (times, mut page) in [(1, second.clone()), (0, second)] {
        world.say_hello_again(&mut page);
        let told = kinds(&mut world, &page).iter().filter(|kind| *kind == "advice").count();
        assert_eq!(told, times);
        world.cut(&page);
    }
}
