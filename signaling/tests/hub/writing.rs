//! Notes, advice, the end, and what reaches a post that was away.

use crate::world::{World, consultation};
use teranga_clinic::{
    clinical::{Advice, Disposition},
    people::{Availability, Speciality},
    request::Urgency,
};
use teranga_signaling::{
    contract::MediaOrder,
    message::{
        ServerMessage,
        clinical::{Saved, SavedKind},
        session::ErrorCode,
    },
};

#[test]
fn a_note_is_saved_when_it_is_durable_and_not_before() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.disk_works_at_once = false;
    world.note(&doctor, id, 1, "TA 170/110");
    assert_eq!(world.kinds(&doctor), [] as [&str; 0]);
    world.write(true);
    let saved = Saved { consultation: id, what: SavedKind::Note, revision: 1 };
    assert_eq!(world.read(&doctor), [ServerMessage::Saved(saved)]);
    world.note(&doctor, id, 2, "TA 170/110, protéinurie");
    world.write(false);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Storage, "note".to_owned()));
    assert_eq!(world.on_disk(id).note().unwrap().revision, 1);
}

#[test]
fn advice_reaches_the_post_once_however_often_it_is_said() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    for _ in 0..3 {
        world.advise(&doctor, id, 1, "Sulfate de magnésium 4 g IV");
    }
    assert_eq!(world.kinds(&kiosk), ["advice"]);
    assert_eq!(world.kinds(&doctor), ["saved", "advice", "saved", "saved"]);
    assert_eq!(world.on_disk(id).advice().len(), 1);
}

#[test]
fn advice_carries_the_number_that_its_signer_had() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "Sans numéro");
    world.cut(&doctor);
    world.order_number = Some("SN-1234".into());
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    world.advise(&doctor, id, 2, "Avec numéro");
    let numbers = |advice: &[Advice]| {
        let numbers =
            advice.iter().map(|one| one.order_number.as_ref().map(|number| number.reveal().clone()));
        numbers.collect::<Vec<_>>()
    };
    let wanted = [None, Some("SN-1234".to_owned())];
    assert_eq!(numbers(world.on_disk(id).advice()), wanted);
    let read = world.read(&kiosk).into_iter().filter_map(|message| match message {
        ServerMessage::Advice(advice) => Some(advice),
        _ => None,
    });
    assert_eq!(numbers(&read.collect::<Vec<_>>()), wanted);
}

#[test]
fn other_words_under_the_same_revision_are_not_lost() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "Allonger la patiente");
    world.advise(&doctor, id, 1, "Évacuer");
    assert_eq!(world.on_disk(id).advice().len(), 2, "a reloaded page counts from one again");
}

#[test]
fn only_the_holder_writes_and_closes() {
    let mut world = World::new();
    let (kiosk, _, id) = world.call();
    let stranger = world.doctor("binta", Speciality::Obstetrics);
    for page in [&kiosk, &stranger] {
        world.note(page, id, 1, "x");
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "note".to_owned()));
        world.advise(page, id, 1, "x");
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "advise".to_owned()));
        world.close(page, id);
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "close".to_owned()));
    }
}

#[test]
fn closing_frees_everyone() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.close(&doctor, id);
    assert!(matches!(world.orders.last(), Some(MediaOrder::CloseRoom { .. })));
    let disposition = |message: &ServerMessage| match message {
        ServerMessage::Closed(closed) => closed.disposition,
        _ => None,
    };
    assert_eq!(world.find(&doctor, disposition), Disposition::Advice);
    assert_eq!(world.find(&kiosk, disposition), Disposition::Advice);
    assert_eq!(world.hub.stats().running, 0);
    world.request(&kiosk, 2, Urgency::Stat);
    let status = world.requested(&kiosk).status;
    assert_eq!((status.available, status.busy), (1, 0), "available as before");
    world.request(&kiosk, 1, Urgency::Stat);
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()), "the old request is not opened again");
}

#[test]
fn a_restart_does_not_send_a_whole_day_of_endings_again() {
    let mut world = World::new();
    let (mut kiosk, doctor, first) = world.call();
    world.close(&doctor, first);
    for number in 2..=11 {
        let id = world.request(&kiosk, number, Urgency::Stat);
        world.claim(&doctor, id);
        world.close(&doctor, id);
    }
    world.restart();
    world.say_hello_again(&mut kiosk);
    let told = world.read(&kiosk).into_iter().filter_map(|message| match message {
        ServerMessage::Closed(closed) => Some(closed.consultation),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), (4..=11).map(consultation).collect::<Vec<_>>(), "the newest eight");
}

#[test]
fn an_availability_said_in_a_call_holds_after_it() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.set_availability(&doctor, Availability::Away);
    world.close(&doctor, id);
    let ogo = world.kiosk("ogo");
    world.request(&ogo, 2, Urgency::Stat);
    assert_eq!(world.requested(&ogo).status.available, 0);
}

#[test]
fn nothing_is_written_while_the_end_is_on_its_way() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.disk_works_at_once = false;
    world.close(&doctor, id);
    world.advise(&doctor, id, 1, "encore un mot");
    assert_eq!(world.refusal(&doctor), (ErrorCode::NotFound, "advise".to_owned()));
    world.write(false);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Storage, "close".to_owned()));
    world.advise(&doctor, id, 1, "encore un mot");
    world.write(true);
    assert_eq!(world.on_disk(id).advice().len(), 1);
}

#[test]
fn a_post_that_was_away_at_the_end_still_gets_its_advice() {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    world.cut(&kiosk);
    world.advise(&doctor, id, 1, "Évacuer vers Ourossogui");
    world.close(&doctor, id);
    world.pass(60_000, &[&doctor]);
    world.say_hello_again(&mut kiosk);
    assert_eq!(world.kinds(&kiosk), ["welcome", "roster", "advice", "closed"]);
    world.pass(20_000, &[&kiosk]);
    world.cut(&kiosk);
    world.say_hello_again(&mut kiosk);
    assert_eq!(world.kinds(&kiosk), ["welcome", "roster"], "once");
}

#[test]
fn a_post_that_heard_the_end_is_not_told_twice() {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "Repos");
    world.close(&doctor, id);
    world.pass(20_000, &[&kiosk, &doctor]);
    world.cut(&kiosk);
    world.say_hello_again(&mut kiosk);
    assert_eq!(world.kinds(&kiosk), ["welcome", "roster"]);
}
