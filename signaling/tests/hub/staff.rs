//! Who is at the shared tablet of a post: every fact of its socket names them, and nobody else.

use crate::world::{World, consultation};
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, MediaType},
    id::{AttachmentId, StaffId},
    people::Speciality,
    request::Urgency,
};
use teranga_signaling::{
    contract::{Author, Input},
    message::{
        ClientMessage, ServerMessage,
        chat::WriteChat,
        presence::{SetStaff, StaffHere},
        session::ErrorCode,
    },
};

fn awa() -> StaffId {
    StaffId("staff-awa".into())
}

#[test]
fn facts_name_who_is_at_the_tablet_and_a_new_socket_names_nobody() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    world.input(Input::Staff { session: kiosk.session, staff: Some(awa()) });
    let told = world.find(&kiosk, |message| match message {
        ServerMessage::Staff(StaffHere { staff }) => Some(staff.clone()),
        _ => None,
    });
    assert_eq!(told, Some(awa()));
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.claim(&doctor, id);
    let write = |number: u128| {
        let chat = teranga_clinic::id::ChatId(uuid::Uuid::from_u128(number));
        ClientMessage::WriteChat(WriteChat {
            consultation: id,
            chat,
            text: "Elle saigne".into(),
            asks: false,
        })
    };
    world.say(&kiosk, write(1));
    world.input(Input::Staff { session: kiosk.session, staff: None });
    world.say(&kiosk, write(2));
    world.input(Input::Staff { session: kiosk.session, staff: Some(awa()) });
    world.cut(&kiosk);
    world.come_back(&mut kiosk);
    world.say(&kiosk, write(3));
    let staff: Vec<_> = world.facts(consultation(1)).into_iter().map(|fact| fact.staff).collect();
    assert_eq!(staff, [Some(awa()), None, Some(awa()), None, None], "request, claim, three texts");
}

#[test]
fn an_upload_names_who_did_it_although_another_is_at_the_tablet() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.claim(&doctor, id);
    let demba = StaffId("staff-demba".into());
    world.input(Input::Staff { session: kiosk.session, staff: Some(awa()) });
    let authors = [Author::Staff(Some(demba.clone())), Author::Staff(None), Author::AtTheTablet];
    for (number, author) in (1..).zip(authors) {
        let content = AttachmentContent::VoiceNote { duration_ms: 1_000, silent: false };
        let file = AttachmentFile { media_type: MediaType::Webm, bytes: 9, sha256: "h".into(), content };
        let attachment = AttachmentId(uuid::Uuid::from_u128(number));
        let (by, file) = (Box::new(kiosk.who.clone()), Box::new(file));
        world.input(Input::AttachmentStored { consultation: id, attachment, by, author, file, at_end: None });
    }
    let staff: Vec<_> = world.facts(consultation(1)).into_iter().map(|fact| fact.staff).collect();
    assert_eq!(staff[2..], [Some(demba), None, Some(awa())]);
}

#[test]
fn only_a_tablet_says_it_and_no_proof_reaches_the_hub() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    world.read(&doctor);
    world.input(Input::Staff { session: doctor.session, staff: Some(awa()) });
    assert_eq!(world.refusal(&doctor), (ErrorCode::Order, "staff".to_owned()));
    world.say(&kiosk, ClientMessage::Staff(SetStaff { proof: Some("guess".into()) }));
    assert_eq!(world.refusal(&kiosk), (ErrorCode::NotFound, "staff".to_owned()));
}
