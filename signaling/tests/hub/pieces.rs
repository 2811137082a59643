//! Long messages beside a thin voice: they travel in pieces, each after the answer to the last, and nothing of them is lost.

use crate::{
    referrals::{referred, say},
    world::{Page, World},
};
use teranga_clinic::{fact::What, id::ConsultationId};
use teranga_signaling::{
    contract::MediaSignal,
    message::{
        ClientMessage, ServerMessage,
        call::{Caps, Rung},
        piece::{Piece, PieceReader},
        session::{Hello, PROTOCOL_VERSION},
    },
};

/// The most that one piece may be on the wire, in bytes.
const PIECE_BYTES: usize = 321;

/// A call whose post puts pieces together and whose link carries no camera.
fn thin_call() -> (World, Page, Page, ConsultationId) {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    // The page opens another socket, and says now that it knows pieces.
    world.cut(&kiosk);
    kiosk.session = world.connect(&kiosk.who);
    let resume = kiosk.resume.clone().map(Into::into);
    let hello = Hello { version: PROTOCOL_VERSION, resume, take_over: false, pieces: true };
    world.say(&kiosk, ClientMessage::Hello(hello));
    let caps = |rung| Caps {
        audio_bps: 12_000,
        ptime_ms: 60,
        video_bps: None,
        pictures_bps: None,
        playout_ms: 0,
        red: 0,
        rung,
    };
    let place = world.place(&kiosk);
    world.signal(place, MediaSignal::Caps(caps(Rung::Voice)));
    world.read(&kiosk);
    (world, kiosk, doctor, id)
}

/// The pieces among what a page was sent, and the kinds of the other messages for people.
fn pieces(world: &mut World, page: &Page) -> Vec<Piece> {
    let all = world.read(page).into_iter();
    all.filter_map(|message| match message {
        ServerMessage::Piece(piece) => {
            let bytes = piece.frame().len();
            assert!(bytes <= PIECE_BYTES, "a piece of {bytes} bytes");
            Some(piece)
        }
        ServerMessage::Advice(_) | ServerMessage::Referral(_) => {
            panic!("a long message in one go beside a thin voice")
        }
        _ => None,
    })
    .collect()
}

/// Answers each piece until none comes any more, and returns the texts of the advice that was put together.
fn put_together(world: &mut World, page: &Page) -> Vec<String> {
    let (mut reader, mut texts) = (PieceReader::default(), Vec::new());
    for _ in 0..200 {
        let came = pieces(world, page);
        assert!(came.len() <= 1, "one piece is on its way at a time");
        for piece in came {
            texts.extend(
                reader.add(&piece).expect("pieces of a message").map(|json| advice_in(json.reveal())),
            );
            world.say(page, ClientMessage::PieceReceived);
        }
        world.pass(100, &[]);
    }
    texts
}

fn advice_in(json: &str) -> String {
    match serde_json::from_str(json).expect("a whole message") {
        ServerMessage::Advice(advice) => advice.text.reveal().clone(),
        other => panic!("{other:?} was put together"),
    }
}

/// A text of so many characters in which nothing is repeated that compression could leave out.
fn long(chars: usize, seed: u32) -> String {
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyzéèàçœ\"\\ ".chars().collect();
    let mut state = seed;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        letters[(state >> 16) as usize % letters.len()]
    };
    (0..chars).map(|_| letter()).collect()
}

#[test]
fn long_advice_comes_in_pieces_each_after_the_answer_to_the_last_and_in_order() {
    let (mut world, kiosk, doctor, id) = thin_call();
    world.advise(&doctor, id, 1, &long(700, 1));
    world.advise(&doctor, id, 2, &long(700, 2));
    world.advise(&doctor, id, 3, "court");
    let first = pieces(&mut world, &kiosk);
    assert!(matches!(first.as_slice(), [Piece { first: true, last: false, .. }]));
    world.pass(5_000, &[&kiosk, &doctor]);
    assert!(pieces(&mut world, &kiosk).is_empty(), "the page has not said that it has the first");
    world.say(&kiosk, ClientMessage::PieceReceived);
    let second = pieces(&mut world, &kiosk);
    assert!(matches!(second.as_slice(), [Piece { first: false, .. }]));
}

#[test]
fn a_letter_of_an_evacuation_comes_in_pieces_too() {
    let (mut world, kiosk, doctor, id) = thin_call();
    let mut order = referred(id, 1);
    let What::Referred { referral } = &mut order else { panic!() };
    referral.letter.reason = long(900, 1).into();
    say(&mut world, Some(&doctor.who), id, order);
    let first = pieces(&mut world, &kiosk);
    assert!(matches!(&first[..], [piece] if piece.first && !piece.last), "{first:?}");
}

#[test]
fn the_pieces_give_back_what_was_signed() {
    let (mut world, kiosk, doctor, id) = thin_call();
    let texts = [long(700, 1), long(700, 2), "court".to_owned()];
    for (revision, text) in (1..).zip(&texts) {
        world.advise(&doctor, id, revision, text);
    }
    assert_eq!(put_together(&mut world, &kiosk), texts);
}

#[test]
fn a_new_socket_brings_the_whole_and_nothing_of_the_rest() {
    let (mut world, mut kiosk, doctor, id) = thin_call();
    world.advise(&doctor, id, 1, &long(700, 1));
    world.read(&kiosk);
    world.cut(&kiosk);
    let welcome = world.come_back(&mut kiosk);
    let record = welcome.call.expect("the call goes on").record.expect("with its record");
    assert_eq!(record.advice.len(), 1);
    world.say(&kiosk, ClientMessage::PieceReceived);
    world.pass(5_000, &[&kiosk, &doctor]);
    assert!(pieces(&mut world, &kiosk).is_empty());
}

#[test]
fn the_end_comes_after_all_that_was_signed_before_it() {
    let (mut world, kiosk, doctor, id) = thin_call();
    world.advise(&doctor, id, 1, &long(700, 1));
    world.close(&doctor, id);
    let kinds = world.kinds(&kiosk);
    let at = |kind: &str| kinds.iter().rposition(|one| one == kind).expect("was sent");
    assert!(at("piece") < at("closed"), "{kinds:?}");
    assert!(kinds.iter().filter(|kind| *kind == "piece").count() >= 2);
}

#[test]
fn a_page_that_does_not_know_pieces_or_has_a_camera_gets_everything_at_once() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.advise(&doctor, id, 1, &long(700, 1));
    let kinds = world.kinds(&kiosk);
    assert!(
        kinds.iter().any(|kind| kind == "advice") && !kinds.iter().any(|kind| kind == "piece"),
        "{kinds:?}"
    );
}

#[test]
fn beyond_a_bound_nothing_waits_for_a_page_that_answers_no_piece() {
    let (mut world, kiosk, doctor, id) = thin_call();
    let (mut reader, mut told) = (PieceReader::default(), 0);
    for revision in 1..=20 {
        world.advise(&doctor, id, revision, &long(4_000, revision));
        world.pass(5_000, &[&kiosk, &doctor]);
        for message in world.read(&kiosk) {
            told += match message {
                ServerMessage::Piece(piece) => {
                    reader.add(&piece).expect("pieces of a message").iter().count()
                }
                ServerMessage::Advice(_) => 1,
                _ => 0,
            };
        }
    }
    assert_eq!(world.on_disk(id).advice().len(), 20);
    assert!(told >= 8, "{told} of 20 pieces of advice have left");
}
