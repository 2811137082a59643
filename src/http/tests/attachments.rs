//! Attachments over HTTP: announced, sent in pieces, checked, drawn, read, and everything that is refused.

use super::{Answer, House, code, house};
use crate::{
    identity::secret,
    store::{
        Journal,
        testing::{add, consultation, identity},
    },
};
use serde_json::{Value, json};
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile},
    audit::{OpenedFile, OpeningWay},
    case::{AssignReason, DeferReason},
    clinical::Disposition,
    fact::{Fact, What},
    id::{AttachmentId, PartyId},
    people::{Addressee, Role},
};
use teranga_signaling::contract::{AtEnd, Input};
use uuid::Uuid;

const ATTACHMENT: AttachmentId = AttachmentId(Uuid::from_u128(9));
const PIECE: usize = 16_000;
const VOICE: &[u8] = include_bytes!("../../../media/tests/voices/chromium.webm");
const LONG_VOICE: &[u8] = include_bytes!("../../../media/tests/voices/long.webm");
const PHOTO: &[u8] = include_bytes!("../../../clinic/tests/images/canvas.webp");
const ECG: &[u8] = include_bytes!("../../../tests/fixtures/documents/ecg.pdf");
const PICTURE: &[u8] = include_bytes!("../../../tests/fixtures/documents/picture.pdf");
const MANY_PAGES: &[u8] = include_bytes!("../../../tests/fixtures/documents/two-hundred-pages.pdf");
const ENCRYPTED: &[u8] = include_bytes!("../../../tests/fixtures/documents/encrypted.pdf");

struct Scene {
    house: House,
    tablet: String,
}

/// The post's consultation runs.
async fn scene() -> Scene {
    let house = house().await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let tablet = house.sign_in_tablet().await;
    Scene { house, tablet }
}

fn path(attachment: AttachmentId) -> String {
    format!("/api/consultations/{}/attachments/{attachment}", consultation(1))
}

fn announcement(media_type: &str, file: &[u8]) -> Value {
    json!({ "media_type": media_type, "bytes": file.len(), "sha256": secret::encode(&secret::hash(file)) })
}

impl Scene {
    async fn announce(&self, cookie: &str, media_type: &str, file: &[u8]) -> Answer {
        let body = announcement(media_type, file).to_string().into();
        self.house.say("POST", &path(ATTACHMENT), cookie, "application/json", body).await
    }

    async fn put(&self, offset: usize, piece: &[u8]) -> Answer {
        let at = format!("{}?offset={offset}", path(ATTACHMENT));
        self.house.say("PUT", &at, &self.tablet, "application/octet-stream", piece.to_vec()).await
    }

    /// Sends a whole file; the answer to the last piece, or the first refusal.
    async fn send(&self, media_type: &str, file: &[u8]) -> Answer {
        let mut last = self.announce(&self.tablet, media_type, file).await;
        for (at, piece) in (0..).zip(file.chunks(PIECE)) {
            if last.0 != 200 {
                break;
            }
            last = self.put(at * PIECE, piece).await;
        }
        last
    }

    fn told(&mut self) -> Vec<Input> {
        std::iter::from_fn(|| self.house.inputs.try_recv().ok()).collect()
    }

    /// Makes a fact of what the hub was told, as it would.
    async fn take(&mut self) -> AttachmentFile {
        let Some(Input::AttachmentStored { file, .. }) = self.told().pop() else {
            panic!("nothing is stored")
        };
        self.house.record("post", What::Attached { attachment: ATTACHMENT, file: (*file).clone() }).await;
        *file
    }
}

fn held(bytes: usize) -> Answer {
    (200, json!({ "held": bytes, "stored": false }))
}

#[tokio::test]
async fn a_voice_note_comes_without_being_asked_for_and_members_hear_it() {
    let mut scene = scene().await;
    assert_eq!(scene.send("webm", VOICE).await, held(VOICE.len()));
    let file = scene.take().await;
    let AttachmentContent::VoiceNote { duration_ms, silent: false } = file.content else {
        panic!("{file:?}");
    };
    assert!((300..3_000).contains(&duration_ms), "{duration_ms}");
    let doctor = scene.house.sign_in("awa").await;
    assert_eq!(scene.house.bytes(&path(ATTACHMENT), &doctor).await, (200, VOICE.to_vec()));
    let part = format!("{}?offset=10&length=20", path(ATTACHMENT));
    assert_eq!(scene.house.bytes(&part, &doctor).await.1, VOICE[10..30]);
    let openings = scene.house.store.openings(consultation(1)).await.unwrap();
    assert_eq!(openings.len(), 1, "read in parts, opened once");
    assert_eq!(openings[0].file, Some(OpenedFile::Attachment(ATTACHMENT)));
    let asked = (200, json!({ "held": VOICE.len(), "stored": true }));
    assert_eq!(scene.put(VOICE.len(), &[]).await, asked, "it is part of the consultation");
    assert_eq!(scene.announce(&scene.tablet, "webm", VOICE).await, asked);
    assert_eq!(
        scene.announce(&scene.tablet, "webm", LONG_VOICE).await,
        code(400, "malformed"),
        "another file"
    );
}

#[tokio::test]
async fn a_document_is_drawn_and_its_pages_are_read_beside_the_original() {
    let mut scene = scene().await;
    assert_eq!(scene.send("pdf", ECG).await, held(ECG.len()));
    let AttachmentContent::Document { pages } = scene.take().await.content else { panic!("no document") };
    assert_eq!(pages.iter().map(|page| (page.width, page.height)).collect::<Vec<_>>(), [(1600, 1130); 2]);
    let doctor = scene.house.sign_in("awa").await;
    for (number, page) in (1..).zip(&pages) {
        let (status, picture) =
            scene.house.bytes(&format!("{}/pages/{number}", path(ATTACHMENT)), &doctor).await;
        assert_eq!((status, picture.len()), (200, page.bytes as usize));
        assert_eq!(secret::encode(&secret::hash(&picture)), page.sha256);
    }
    for page in ["0", "3", "256", "x"] {
        assert_eq!(
            scene.house.bytes(&format!("{}/pages/{page}", path(ATTACHMENT)), &doctor).await.0,
            404,
            "{page}"
        );
    }
    assert_eq!(scene.house.bytes(&path(ATTACHMENT), &doctor).await, (200, ECG.to_vec()));
}

#[tokio::test]
async fn a_specialist_may_add_a_photo_and_strangers_may_not() {
    let mut scene = scene().await;
    let (doctor, stranger) = (scene.house.sign_in("awa").await, scene.house.sign_in("ops").await);
    assert_eq!(scene.announce(&stranger, "webp", PHOTO).await, code(404, "not_found"));
    assert_eq!(scene.announce("", "webp", PHOTO).await, code(401, "signed_out"));
    assert_eq!(scene.announce(&doctor, "webp", PHOTO).await, held(0));
    let at = format!("{}?offset=0", path(ATTACHMENT));
    let sent = scene.house.say("PUT", &at, &doctor, "application/octet-stream", PHOTO.to_vec()).await;
    assert_eq!(sent, held(PHOTO.len()));
    let Some(Input::AttachmentStored { by, file, .. }) = scene.told().pop() else {
        panic!("nothing is stored")
    };
    assert_eq!(by.party.0, "doctor");
    assert!(matches!(file.content, AttachmentContent::Photo { .. }));
    assert_eq!(scene.house.bytes(&path(ATTACHMENT), &stranger).await.0, 404);
    let asked = scene.house.store.openings(consultation(1)).await.unwrap();
    assert!(asked.iter().all(|asked| asked.way == OpeningWay::Refused), "{asked:?}");
}

#[tokio::test]
async fn each_flaw_has_its_code_and_the_upload_is_forgotten() {
    let mut scene = scene().await;
    for (media_type, file, status, expected) in [
        ("pdf", PICTURE, 415, "document_kind"),
        ("pdf", MANY_PAGES, 422, "document_pages"),
        ("pdf", ENCRYPTED, 422, "document_encrypted"),
        ("webm", LONG_VOICE, 422, "voice_note_long"),
        ("webm", PICTURE, 415, "voice_note_kind"),
        ("ogg", VOICE, 415, "voice_note_kind"),
        ("webp", ECG, 415, "photo_kind"),
        ("jpeg", PHOTO, 415, "photo_kind"),
    ] {
        assert_eq!(scene.send(media_type, file).await, code(status, expected));
        assert_eq!(scene.put(0, &file[..10]).await, code(409, "photo_offset"), "{expected}: forgotten");
    }
    let mut damaged = VOICE.to_vec();
    damaged[1_000] ^= 1;
    scene.announce(&scene.tablet, "webm", VOICE).await;
    assert_eq!(scene.put(0, &damaged).await, code(422, "attachment_damaged"));
    assert!(scene.told().is_empty());
    assert_eq!(scene.send("webm", VOICE).await, held(VOICE.len()), "the right one is taken");
}

#[tokio::test]
async fn what_is_too_large_or_unknown_is_refused_at_its_announcement() {
    let scene = scene().await;
    for (media_type, bytes) in [("webp", 1_048_577), ("webm", 524_289), ("pdf", 4_194_305), ("pdf", 0)] {
        let mut body = announcement(media_type, ECG);
        body["bytes"] = json!(bytes);
        let body = body.to_string().into();
        let refused =
            scene.house.say("POST", &path(ATTACHMENT), &scene.tablet, "application/json", body).await;
        assert_eq!(refused, code(413, "too_large"), "{media_type}");
    }
    assert_eq!(scene.announce(&scene.tablet, "exe", ECG).await, code(400, "malformed"));
}

#[tokio::test]
async fn a_page_that_comes_back_goes_on_where_it_was_after_a_restart_too() {
    let mut scene = scene().await;
    scene.announce(&scene.tablet, "pdf", ECG).await;
    assert_eq!(scene.put(0, &ECG[..PIECE]).await, held(PIECE));
    assert_eq!(scene.put(0, &ECG[..PIECE]).await, held(PIECE), "the answer was lost");
    scene.house.restart().await;
    assert_eq!(scene.announce(&scene.tablet, "pdf", ECG).await, held(PIECE));
    assert_eq!(scene.put(PIECE, &ECG[PIECE..]).await, held(ECG.len()));
    assert!(matches!(scene.told().last(), Some(Input::AttachmentStored { .. })));
    scene.house.restart().await;
    assert_eq!(scene.put(ECG.len(), &[]).await, held(ECG.len()), "the fact had not been stored");
    assert!(matches!(scene.told().last(), Some(Input::AttachmentStored { .. })));
}

#[tokio::test]
async fn a_file_of_a_deferred_case_is_read_by_its_specialists_and_by_no_other_doctor() {
    let house = house().await;
    for (party, login) in [("doctor-fatou", "fatou"), ("doctor-sow", "sow")] {
        house.add(party, login, Role::Doctor).await;
    }
    let tablet = house.sign_in_tablet().await;
    let mut scene = Scene { house, tablet };
    let record = async |scene: &Scene, by: &str, what| scene.house.record(by, what).await;
    let to = Addressee::Party(PartyId("doctor".into()));
    record(&scene, "post", What::Deferred { to, why: DeferReason::Chosen }).await;
    assert_eq!(scene.send("webm", VOICE).await, held(VOICE.len()), "nobody answers for the case yet");
    scene.take().await;
    let doctor = Some(identity("doctor", Role::Doctor));
    record(&scene, "doctor", What::Assigned { doctor, why: AssignReason::Addressed }).await;
    let read = async |scene: &Scene, login: &str| {
        let cookie = scene.house.sign_in(login).await;
        scene.house.bytes(&path(ATTACHMENT), &cookie).await.0
    };
    assert_eq!((read(&scene, "awa").await, read(&scene, "fatou").await), (200, 404));
    let guest = identity("doctor-fatou", Role::Doctor);
    record(&scene, "doctor", What::Entered { guest, holds: false, why: None }).await;
    assert_eq!(read(&scene, "fatou").await, 200, "asked for an opinion");
    for login in ["sow", "ops"] {
        assert_eq!(read(&scene, login).await, 404, "{login}");
        let cookie = scene.house.sign_in(login).await;
        assert_eq!(scene.announce(&cookie, "webp", PHOTO).await, code(404, "not_found"), "{login}");
    }
}

#[tokio::test]
async fn what_is_on_its_way_at_the_end_is_taken_from_the_post_and_from_nobody_else() {
    let mut scene = scene().await;
    let doctor = scene.house.sign_in("awa").await;
    scene.announce(&scene.tablet, "pdf", ECG).await;
    assert_eq!(scene.put(0, &ECG[..PIECE]).await, held(PIECE));
    let what = What::Closed { disposition: Disposition::Advice, follow_up: None };
    let (at, by) = (scene.house.clock.timestamp(), Some(PartyId("doctor".into())));
    add(&scene.house.store, consultation(1), &Fact { at, by, staff: None, what }).await.unwrap();
    assert_eq!(scene.announce(&doctor, "webp", PHOTO).await, code(410, "attachment_late"));
    assert_eq!(scene.send("pdf", ECG).await, held(ECG.len()));
    let Some(Input::AttachmentStored { at_end, .. }) = scene.told().pop() else { panic!("no file") };
    let expected = AtEnd { facts: 3, is_new_tablet: false };
    assert_eq!(at_end, Some(expected), "a request, a claim, the end");
    assert_eq!(scene.put(ECG.len(), &[]).await.0, 200);
    scene.take().await;
    let stored = (200, json!({ "held": ECG.len(), "stored": true }));
    assert_eq!(scene.put(ECG.len(), &[]).await, stored);
    assert_eq!(scene.house.bytes(&path(ATTACHMENT), &doctor).await, (200, ECG.to_vec()));
}

#[tokio::test]
async fn nothing_comes_a_week_after_the_end() {
    let scene = scene().await;
    scene.announce(&scene.tablet, "pdf", ECG).await;
    assert_eq!(scene.put(0, &ECG[..PIECE]).await, held(PIECE));
    scene.house.record("doctor", What::Closed { disposition: Disposition::Advice, follow_up: None }).await;
    assert_eq!(scene.put(PIECE, &ECG[PIECE..]).await, code(410, "attachment_late"));
    assert_eq!(scene.announce(&scene.tablet, "pdf", ECG).await, code(410, "attachment_late"));
}
