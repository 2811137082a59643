//! The chat: both ways, once each, in order, told only when durable, with marks that do not lie; and what an attacker tries.

use crate::world::{Page, World, guest};
use teranga_clinic::{
    chat::{ChatMark, ChatMessage},
    id::{ChatId, ConsultationId, PartyId},
    people::Speciality,
};
use teranga_signaling::{
    limits,
    message::{
        ClientMessage, ServerMessage,
        call::{AnswerInvite, Invite},
        chat::{ChatNews, SeeChat, WriteChat},
        session::ErrorCode,
    },
};
use uuid::Uuid;

const fn name(number: u128) -> ChatId {
    ChatId(Uuid::from_u128(number))
}

fn write(world: &mut World, page: &Page, consultation: ConsultationId, number: u128, text: &str) {
    let write = WriteChat { consultation, chat: name(number), text: text.into(), asks: false };
    world.say(page, ClientMessage::WriteChat(write));
}

fn see(world: &mut World, page: &Page, consultation: ConsultationId, received: u32, read: u32) {
    world.say(page, ClientMessage::SeeChat(SeeChat { consultation, received, read }));
}

/// What a page was told of the chat since it was last read.
fn told(world: &mut World, page: &Page) -> Vec<ChatNews> {
    let news = |message| match message {
        ServerMessage::Chat(news) => Some(news),
        _ => None,
    };
    world.read(page).into_iter().filter_map(news).collect()
}

fn messages(world: &mut World, page: &Page) -> Vec<ChatMessage> {
    told(world, page).into_iter().flat_map(|news| news.messages).collect()
}

fn texts(world: &mut World, page: &Page) -> Vec<(u32, String)> {
    let text = |message: ChatMessage| {
        (message.number, message.text.map(|text| text.reveal().clone()).unwrap_or_default())
    };
    messages(world, page).into_iter().map(text).collect()
}

fn marks(world: &mut World, page: &Page) -> Vec<(u32, u32)> {
    let marks = told(world, page).into_iter().flat_map(|news| news.marks);
    marks.map(|mark: ChatMark| (mark.received, mark.read)).collect()
}

fn refusal(world: &mut World, page: &Page) -> ErrorCode {
    world.refusal(page).0
}

/// A call in which both pages follow the chat.
fn followed() -> (World, Page, Page, ConsultationId) {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    for page in [&kiosk, &doctor] {
        see(&mut world, page, id, 0, 0);
    }
    (world, kiosk, doctor, id)
}

/// The interpreter enters the call.
fn let_in(world: &mut World, doctor: &Page, consultation: ConsultationId) -> Page {
    let samba = world.enter(&guest("samba")).0;
    let party = samba.who.party.clone();
    world.say(doctor, ClientMessage::Invite(Invite { consultation, party, hand_over: false, why: None }));
    world.say(&samba, ClientMessage::AnswerInvite(AnswerInvite { consultation, accept: true }));
    world.read(&samba);
    samba
}

#[test]
fn each_reads_what_the_other_writes_and_nobody_before_it_is_durable() {
    let (mut world, kiosk, doctor, id) = followed();
    world.disk_works_at_once = false;
    write(&mut world, &kiosk, id, 1, "Je ne vous entends pas");
    assert!(told(&mut world, &doctor).is_empty() && told(&mut world, &kiosk).is_empty());
    world.write(true);
    assert_eq!(texts(&mut world, &doctor), [(1, "Je ne vous entends pas".to_owned())]);
    let told = messages(&mut world, &kiosk);
    assert_eq!(
        (told[0].number, told[0].chat, &told[0].text),
        (1, Some(name(1)), &None),
        "its page has the text"
    );
    write(&mut world, &doctor, id, 2, "J’appelle au téléphone");
    world.write(true);
    assert_eq!(texts(&mut world, &kiosk), [(2, "J’appelle au téléphone".to_owned())]);
    write(&mut world, &doctor, id, 3, "?");
    world.write(false);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Storage, "write_chat".to_owned()));
    assert_eq!(world.on_disk(id).chat().count(), 2);
}

#[test]
fn said_again_it_is_one_message_also_while_it_is_being_written() {
    let (mut world, kiosk, mut doctor, id) = followed();
    world.disk_works_at_once = false;
    for _ in 0..3 {
        write(&mut world, &doctor, id, 1, "Pouls ?");
    }
    assert_eq!(world.on_the_way.len(), 1);
    world.cut(&doctor);
    world.write(true);
    world.come_back(&mut doctor);
    for _ in 0..2 {
        write(&mut world, &doctor, id, 1, "Pouls ?");
    }
    assert_eq!(messages(&mut world, &doctor).len(), 2, "each time it is told");
    assert_eq!(texts(&mut world, &kiosk).len(), 1);
    assert_eq!(world.on_disk(id).chat().count(), 1);
}

#[test]
fn marks_rise_with_what_the_other_says_and_survive_a_restart() {
    let (mut world, mut kiosk, mut doctor, id) = followed();
    write(&mut world, &doctor, id, 1, "a");
    write(&mut world, &doctor, id, 2, "b");
    see(&mut world, &kiosk, id, 2, 0);
    assert_eq!(marks(&mut world, &doctor), [(2, 0)]);
    let facts = world.disk[&id].len();
    see(&mut world, &kiosk, id, 2, 0);
    see(&mut world, &kiosk, id, 1, 0);
    assert_eq!((world.disk[&id].len(), marks(&mut world, &doctor)), (facts, vec![]), "nothing new");
    see(&mut world, &kiosk, id, 2, 1);
    assert_eq!(marks(&mut world, &doctor), [(2, 1)]);
    world.restart();
    for page in [&mut kiosk, &mut doctor] {
        world.come_back(page);
    }
    see(&mut world, &doctor, id, 0, 0);
    let again = told(&mut world, &doctor).pop().expect("the chat");
    assert_eq!((again.marks[0].received, again.marks[0].read), (2, 1));
    see(&mut world, &kiosk, id, 0, 0);
    assert_eq!(told(&mut world, &kiosk)[0].read, Some(1), "also its own page knows");
    let own: Vec<_> = again.messages.iter().map(|one| (one.chat, one.text.is_some())).collect();
    assert_eq!(own, [(Some(name(1)), true), (Some(name(2)), true)]);
}

#[test]
fn a_mark_claims_no_more_than_was_written_and_ones_own_is_no_news() {
    let (mut world, kiosk, doctor, id) = followed();
    write(&mut world, &doctor, id, 1, "a");
    write(&mut world, &kiosk, id, 2, "b");
    let facts = world.disk[&id].len();
    see(&mut world, &doctor, id, 1, 1);
    assert_eq!(world.disk[&id].len(), facts, "the doctor has read nothing but the doctor's own");
    see(&mut world, &kiosk, id, u32::MAX, u32::MAX);
    assert_eq!(marks(&mut world, &doctor), [(1, 1)]);
}

#[test]
fn a_page_that_comes_back_gets_what_it_missed_and_no_more() {
    let (mut world, mut kiosk, doctor, id) = followed();
    write(&mut world, &doctor, id, 1, "a");
    see(&mut world, &kiosk, id, 1, 1);
    world.cut(&kiosk);
    write(&mut world, &doctor, id, 2, "b");
    world.come_back(&mut kiosk);
    assert!(told(&mut world, &kiosk).is_empty(), "it has not asked yet");
    see(&mut world, &kiosk, id, 1, 1);
    assert_eq!(texts(&mut world, &kiosk), [(2, "b".to_owned())]);
    see(&mut world, &kiosk, id, 2, 2);
    assert!(texts(&mut world, &kiosk).is_empty());
}

#[test]
fn a_long_chat_comes_in_small_pieces_each_after_the_one_before() {
    let (mut world, mut kiosk, doctor, id) = followed();
    let text = "é".repeat(200);
    for number in 1..=9 {
        write(&mut world, &doctor, id, number, &text);
    }
    world.cut(&kiosk);
    world.come_back(&mut kiosk);
    let (mut received, mut pieces) = (0, 0);
    see(&mut world, &kiosk, id, received, 0);
    see(&mut world, &kiosk, id, received, 0);
    for _ in 0..20 {
        let news = told(&mut world, &kiosk);
        assert!(news.len() <= 1, "one piece at a time");
        let Some(news) = news.into_iter().next() else { break };
        let bytes = serde_json::to_string(&ServerMessage::Chat(news.clone())).expect("JSON").len();
        assert!(bytes < 1_300, "{bytes} B");
        for message in news.messages {
            assert_eq!(message.number, received + 1, "in order, without a gap");
            received = message.number;
        }
        pieces += 1;
        if received == 5 {
            // It waits for its turn: the page does not have those before it.
            write(&mut world, &doctor, id, 10, "dernier");
        }
        see(&mut world, &kiosk, id, received, 0);
    }
    assert!(received >= 9 && pieces > 2, "{received} messages in {pieces} pieces");
}

#[test]
fn a_page_that_does_not_know_the_chat_is_sent_nothing_of_it() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    see(&mut world, &doctor, id, 0, 0);
    write(&mut world, &doctor, id, 1, "a");
    assert!(world.read(&kiosk).is_empty());
    assert_eq!(marks(&mut world, &doctor), [], "and nothing is marked as received");
}

#[test]
fn a_stranger_neither_writes_nor_reads_and_a_guest_only_while_they_are_in() {
    let (mut world, kiosk, doctor, id) = followed();
    let binta = world.doctor("binta", Speciality::Obstetrics);
    let other = world.kiosk("ogo");
    for page in [&binta, &other] {
        write(&mut world, page, id, 9, "x");
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "write_chat".to_owned()));
        see(&mut world, page, id, 0, 0);
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "see_chat".to_owned()));
    }
    let samba = let_in(&mut world, &doctor, id);
    write(&mut world, &kiosk, id, 1, "Bonjour");
    see(&mut world, &samba, id, 0, 0);
    assert_eq!(texts(&mut world, &samba), [(1, "Bonjour".to_owned())], "who is in reads all");
    world.leave(&samba, id);
    world.read(&samba);
    write(&mut world, &kiosk, id, 2, "Encore");
    see(&mut world, &samba, id, 1, 1);
    assert_eq!(refusal(&mut world, &samba), ErrorCode::NotFound);
    write(&mut world, &samba, id, 3, "x");
    assert_eq!(refusal(&mut world, &samba), ErrorCode::NotFound);
    assert_eq!(world.on_disk(id).chat().count(), 2);
    let party = samba.who.party.clone();
    world
        .say(&doctor, ClientMessage::Invite(Invite { consultation: id, party, hand_over: false, why: None }));
    world.say(&samba, ClientMessage::AnswerInvite(AnswerInvite { consultation: id, accept: true }));
    world.read(&samba);
    see(&mut world, &samba, id, 1, 1);
    assert_eq!(texts(&mut world, &samba), [(2, "Encore".to_owned())], "back on the same socket");
    for page in [&binta, &other] {
        assert!(told(&mut world, page).is_empty());
    }
}

#[test]
fn the_author_is_whoever_is_signed_in_and_an_identifier_belongs_to_its_text() {
    let (mut world, kiosk, doctor, id) = followed();
    write(&mut world, &doctor, id, 1, "Donnez 4 g");
    write(&mut world, &kiosk, id, 1, "Donnez 4 g");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::Malformed, "another's identifier");
    write(&mut world, &doctor, id, 1, "Donnez 40 g");
    assert_eq!(refusal(&mut world, &doctor), ErrorCode::Malformed, "another text");
    world.disk_works_at_once = false;
    write(&mut world, &doctor, id, 2, "a");
    write(&mut world, &doctor, id, 2, "b");
    assert_eq!(refusal(&mut world, &doctor), ErrorCode::Malformed, "also before it is durable");
    write(&mut world, &kiosk, id, 2, "a");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::Malformed);
    world.write(true);
    let written = world.on_disk(id).chat().messages_for(&PartyId("nobody".into()), 0);
    let authors: Vec<_> = written.iter().map(|message| message.by.reveal().as_str()).collect();
    assert_eq!(authors, ["Mme awa", "Mme awa"]);
}

#[test]
fn texts_are_short_visible_and_cleaned() {
    let (mut world, kiosk, doctor, id) = followed();
    for empty in ["", " \n\t ", "\u{301}\u{302}\u{303}", "\u{202e}\u{2066}\u{2069}", "\u{200d}"] {
        write(&mut world, &kiosk, id, 1, empty);
        assert_eq!(world.refusal(&kiosk), (ErrorCode::Malformed, "write_chat".to_owned()), "{empty:?}");
    }
    write(&mut world, &kiosk, id, 1, &"a".repeat(limits::CHAT_CHARS + 1));
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::TooLarge);
    write(&mut world, &kiosk, id, 1, &"a".repeat(10_000));
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::TooLarge);
    write(&mut world, &kiosk, id, 1, "TA \u{202e}011/071");
    assert_eq!(texts(&mut world, &doctor), [(1, "TA 011/071".to_owned())]);
}

#[test]
fn a_flood_is_refused_and_the_chat_is_bounded() {
    let (mut world, kiosk, doctor, id) = followed();
    for number in 0..30 {
        write(&mut world, &kiosk, id, number, "x");
    }
    assert!(world.on_disk(id).chat().count() < 15, "one member at once");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::TooFast);
    write(&mut world, &doctor, id, 1_000, "x");
    assert_eq!(texts(&mut world, &kiosk).len(), 1, "the other is not hindered");
    let mut number = 2_000;
    while (world.on_disk(id).chat().count() as usize) < limits::CHAT {
        number += 1;
        world.pass(2_000, &[&kiosk, &doctor]);
        write(&mut world, &kiosk, id, number, "x");
    }
    world.pass(2_000, &[&kiosk, &doctor]);
    world.read(&kiosk);
    write(&mut world, &kiosk, id, 9_999, "x");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::TooLarge);
}

#[test]
fn nothing_is_written_before_the_call_or_after_its_end() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, teranga_clinic::request::Urgency::Stat);
    write(&mut world, &kiosk, id, 1, "x");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::NotFound);
    let (mut world, kiosk, doctor, id) = followed();
    world.disk_works_at_once = false;
    world.close(&doctor, id);
    write(&mut world, &kiosk, id, 1, "x");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::Storage, "the end may still fail");
    world.write(true);
    write(&mut world, &kiosk, id, 1, "x");
    assert_eq!(refusal(&mut world, &kiosk), ErrorCode::NotFound);
}

#[test]
fn a_doctor_who_takes_over_reads_what_was_written_before() {
    let (mut world, kiosk, doctor, id) = followed();
    write(&mut world, &kiosk, id, 1, "Elle saigne");
    world.hand_on(&doctor, id, None);
    let binta = world.doctor("binta", Speciality::Obstetrics);
    world.claim(&binta, id);
    see(&mut world, &binta, id, 0, 0);
    assert_eq!(texts(&mut world, &binta), [(1, "Elle saigne".to_owned())]);
    world.read(&doctor);
    write(&mut world, &doctor, id, 2, "x");
    assert_eq!(refusal(&mut world, &doctor), ErrorCode::NotFound, "out of the call");
}
