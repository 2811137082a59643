//! Attachments: a file that is stored becomes a fact once, and everybody in the consultation is told.

use crate::world::{Page, World, consultation, request};
use teranga_clinic::{
    attachment::{Attachment, AttachmentContent, AttachmentFile, MediaType},
    attachment_rules::ATTACHMENTS,
    id::{AttachmentId, ConsultationId},
    people::{Addressee, Role, Speciality},
    request::{Request, Urgency},
};
use teranga_signaling::{
    contract::{Author, Input},
    message::{ClientMessage, ServerMessage},
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
    let (by, file) = (page.who.party.clone(), Box::new(file()));
    let author = Author::AtTheTablet;
    world.input(Input::AttachmentStored { consultation, attachment: name(number), by, author, file });
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
    stored(&mut world, &kiosk, id, 2);
    assert!(world.on_disk(id).attachments().is_empty());
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
