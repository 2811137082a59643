//! Attachments: a file that is stored becomes a fact once, and everybody in the consultation is told.

use crate::world::{Page, World, consultation, request};
use teranga_clinic::{
    attachment::{Attachment, AttachmentContent, AttachmentFile, MediaType},
    attachment_rules::ATTACHMENTS,
    clinical::Disposition,
    id::{AttachmentId, ConsultationId},
    people::{Addressee, Role, Speciality},
    request::{Request, Urgency},
};
use teranga_signaling::{
    contract::{AtEnd, Author, Input},
    message::{ClientMessage, ServerMessage, clinical::Close},
};
use uuid::Uuid;

const fn name(number: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(number))
}

fn file() -> AttachmentFile {
    let content = AttachmentContent::VoiceNote { duration_ms: 21_000, silent: false };
    AttachmentFile { media_type: MediaType::Webm, bytes: 42_000, sha256: "h".into(), content }
}

fn stored(world: &mut World, page: &Page, consultation: ConsultationId, number: u128) {
    let (by, file) = (Box::new(page.who.clone()), Box::new(file()));
    let (author, attachment) = (Author::AtTheTablet, name(number));
    // The world outside looks if the consultation is over, and counts its facts then.
    let found = world.on_disk(consultation);
    let is_new_tablet = found.is_of_post(&by) && !found.tablets().contains(&by.party);
    let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
    let at_end = found.ended_at().is_some().then_some(AtEnd { facts, is_new_tablet });
    world.input(Input::AttachmentStored { consultation, attachment, by, author, file, at_end });
}

fn shown(world: &mut World, page: &Page) -> Vec<Attachment> {
    let attachment = |message| match message {
        ServerMessage::Attachment(attachment) => Some(attachment),
        _ => None,
    };
    world.read(page).into_iter().filter_map(attachment).collect()
}

#[test]
fn both_may_add_files_without_being_asked_and_everybody_sees_them() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    stored(&mut world, &kiosk, id, 1);
    let seen = shown(&mut world, &doctor);
    assert_eq!(
        (seen.len(), seen[0].attachment, seen[0].role, &seen[0].file),
        (1, name(1), Role::Kiosk, &file())
    );
    assert_eq!(shown(&mut world, &kiosk), seen, "both see the same");
    stored(&mut world, &doctor, id, 2);
    assert_eq!(shown(&mut world, &kiosk)[0].role, Role::Doctor);
    assert_eq!(world.on_disk(id).attachments().len(), 2);
}

#[test]
fn what_is_said_twice_is_one_attachment() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.disk_works_at_once = false;
    stored(&mut world, &kiosk, id, 1);
    stored(&mut world, &kiosk, id, 1);
    assert!(shown(&mut world, &doctor).is_empty(), "nothing is told before it is durable");
    world.disk_works_at_once = true;
    world.write(true);
    stored(&mut world, &kiosk, id, 1);
    assert_eq!(shown(&mut world, &doctor).len(), 1);
    assert_eq!(world.on_disk(id).attachments().len(), 1);
}

#[test]
fn strangers_and_consultations_that_are_over_get_none() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("other", Speciality::General);
    stored(&mut world, &stranger, id, 1);
    assert!(world.on_disk(id).attachments().is_empty());
    world.close(&doctor, id);
    let (by, file) = (Box::new(kiosk.who.clone()), Box::new(file()));
    let (attachment, author) = (name(2), Author::AtTheTablet);
    world.input(Input::AttachmentStored { consultation: id, attachment, by, author, file, at_end: None });
    assert!(world.on_disk(id).attachments().is_empty(), "nobody has looked if it may");
}

#[test]
fn what_was_on_its_way_at_the_end_is_one_more_fact_each_and_the_post_may_go_on() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    stored(&mut world, &kiosk, id, 1);
    world.close(&doctor, id);
    world.disk_works_at_once = false;
    for number in [2, 3, 2] {
        stored(&mut world, &kiosk, id, number);
    }
    world.write(true);
    world.write(true);
    world.disk_works_at_once = true;
    let over = world.on_disk(id);
    assert_eq!(over.attachments().iter().map(|one| one.attachment).collect::<Vec<_>>(), [1, 2, 3].map(name));
    assert!(over.attachments()[1].at >= over.ended_at().expect("it is over"), "it is shown with its time");
    assert_eq!(world.hub.counters().faults, 0);
    world.restart();
    let kiosk = world.enter(&kiosk.who).0;
    stored(&mut world, &kiosk, id, 4);
    assert_eq!(world.on_disk(id).attachments().len(), 4, "also after a restart");
    let again = world.request(&kiosk, 2, Urgency::Stat);
    assert_eq!(world.on_disk(again).requested_at(), world.now, "nothing of it holds the post up");
}

#[test]
fn a_case_whose_outcome_is_awaited_takes_files_of_its_post_alone() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let to = Addressee::Speciality(Speciality::Obstetrics);
    world.say(&kiosk, ClientMessage::Request(Request { defer_to: Some(to), ..request(1, Urgency::Urgent) }));
    let id = consultation(1);
    let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h: Some(24) };
    world.say(&doctor, ClientMessage::Close(close));
    stored(&mut world, &doctor, id, 1);
    stored(&mut world, &kiosk, id, 2);
    assert_eq!(world.on_disk(id).attachments().iter().map(|one| one.role).collect::<Vec<_>>(), [Role::Kiosk]);
}

#[test]
fn a_deferred_case_takes_files_of_its_post_and_its_specialist_and_of_nobody_else() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let stranger = world.doctor("other", Speciality::General);
    let to = Addressee::Speciality(Speciality::Obstetrics);
    let filed = Request { defer_to: Some(to), ..request(1, Urgency::Urgent) };
    world.say(&kiosk, ClientMessage::Request(filed));
    let id = consultation(1);
    world.read(&doctor);
    for (number, page) in (1..).zip([&kiosk, &doctor, &stranger]) {
        stored(&mut world, page, id, number);
        stored(&mut world, page, id, number);
    }
    let kept =
        world.on_disk(id).attachments().iter().map(|one| (one.attachment, one.role)).collect::<Vec<_>>();
    assert_eq!(kept, [(name(1), Role::Kiosk), (name(2), Role::Doctor)]);
    let told = world.read(&doctor).into_iter().any(|message| matches!(message, ServerMessage::Case(_)));
    assert!(told, "the row of the case tells that there is something new");
}

#[test]
fn their_number_is_bounded() {
    let mut world = World::new();
    let (kiosk, _, id) = world.call();
    for number in 0..ATTACHMENTS as u128 + 3 {
        stored(&mut world, &kiosk, id, number);
    }
    assert_eq!(world.on_disk(id).attachments().len(), ATTACHMENTS);
}
