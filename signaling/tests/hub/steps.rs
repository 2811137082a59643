//! What can happen to a hub, as small values that proptest chooses and shrinks: what people say, what the media plane hears, what
//! the disk and the network do.

use crate::world::{consultation, doctor, guest, kiosk, operator, request, tablet};
use proptest::{prelude::*, sample::select};
use teranga_clinic::{
    case::Outcome,
    clinical::{Advise, Disposition, Note},
    id::{ChatId, PhotoId},
    people::{Addressee, Availability, Identity, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::{
    contract::MediaSignal,
    id::MemberId,
    message::{
        ClientMessage,
        call::{
            AnswerInvite, Caps, HandOn, Invite, Leave, LinkDirection, MemberLink, Mic, Offer, Prepare,
            Rejoin, RingAgain, Rung, Voice,
        },
        case::{AskOpinion, AssignCase, CallCase, Defer, Examine, ReadCase, TellOutcome},
        chat::{SeeChat, WriteChat},
        clinical::Close,
        ops::Watch,
        photo::{AskPhoto, MarkPhoto},
        presence::SetAvailability,
        queue::{Cancel, Claim},
        session::{Beat, ErrorCode},
    },
};

/// The parties that take part.
pub(crate) fn cast() -> Vec<Identity> {
    vec![
        kiosk("a"),
        kiosk("b"),
        doctor("c", Speciality::Obstetrics),
        doctor("d", Speciality::Obstetrics),
        doctor("e", Speciality::Surgery),
        guest("f"),
        operator("g"),
        tablet("a", 2),
    ]
}

/// The tablets among the parties. The last one is of the same post as the first.
pub(crate) const TABLETS: [usize; 3] = [0, 1, 7];

/// One thing that happens. Small numbers choose among the cast, the consultations, the places.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Connect(usize),
    Arrive {
        who: usize,
        resume: bool,
        take_over: bool,
    },
    Cut(usize),
    Say(usize, Said),
    /// Said by whoever holds this consultation, about it.
    Holder(u128, Said),
    /// Said by whoever was invited last, about that consultation.
    Rung(Said),
    /// Joins with any grant that was ever given to anybody.
    Join {
        who: usize,
        grant: usize,
    },
    /// Joins with the grant that this page was given last.
    JoinLast(usize),
    Media(usize, Heard),
    /// A part of a photo comes from somebody, or the last of it.
    Photo {
        who: usize,
        id: u128,
        photo: u128,
        all: bool,
    },
    Disk(bool),
    Pass(u64),
    Revoke(usize),
    Unreadable(usize),
    Restart,
}

/// A message that needs nothing but a consultation and somebody else.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Beat,
    Availability(Availability),
    Prepare(bool),
    Request(u128, Urgency),
    Cancel(u128),
    Claim(u128),
    Offer,
    Invite(u128, usize, bool),
    Answer(u128, bool),
    Leave(u128),
    Rejoin(u128),
    RingAgain(u128),
    HandOn(u128, Option<u128>),
    Note(u128, u32),
    Advise(u128, u32),
    AskPhoto(u128, u128),
    MarkPhoto(u128, u128),
    WriteChat(u128, u128, bool),
    SeeChat(u128, u32, u32),
    Close(u128),
    File(u128, Urgency),
    Defer(u128),
    Assign(u128, usize),
    ReadCase(u128),
    AskOpinion(u128, usize),
    CallCase(u128),
    Examine(u128, u8),
    CloseWithFollowUp(u128),
    TellOutcome(u128),
    AskInWriting(u128, u128),
    Watch(bool),
    Voice(bool),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Heard {
    Answer,
    Refused,
    Connected,
    Quiet,
    Back,
    Gone,
    Caps,
    Link,
    Voice(bool),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let who = 0..8_usize;
    prop_oneof![
        1 => who.clone().prop_map(Step::Connect),
        4 => (who.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(who, resume, take_over)| Step::Arrive { who, resume, take_over }),
        1 => who.clone().prop_map(Step::Cut),
        4 => (who.clone(), said(0..7)).prop_map(|(who, said)| Step::Say(who, said)),
        30 => sensible(),
        4 => (who.clone(), 0..50_usize).prop_map(|(who, grant)| Step::Join { who, grant }),
        6 => prop::sample::select(vec![0, 1, 2, 3, 4, 5]).prop_map(Step::JoinLast),
        6 => (0..20_usize, heard()).prop_map(|(place, heard)| Step::Media(place, heard)),
        4 => (0..3_usize, 1..4_u128, 0..3_u128, any::<bool>())
            .prop_map(|(who, id, photo, all)| Step::Photo { who, id, photo, all }),
        20 => prop::bool::weighted(0.9).prop_map(Step::Disk),
        3 => (1..2_000_u64).prop_map(Step::Pass),
        1 => who.clone().prop_map(Step::Revoke),
        1 => who.prop_map(Step::Unreadable),
        1 => Just(Step::Restart),
    ]
}

/// Something that would be said: by a post, by whoever takes, holds or is invited.
pub(crate) fn sensible() -> impl Strategy<Value = Step> {
    let id = || 1..4_u128;
    let by_post = prop_oneof![
        4 => (id(), urgency()).prop_map(|(id, urgency)| Said::Request(id, urgency)),
        2 => prop::bool::weighted(0.8).prop_map(Said::Prepare),
        1 => id().prop_map(Said::Cancel),
        1 => id().prop_map(Said::Leave),
        1 => id().prop_map(Said::Rejoin),
        1 => id().prop_map(Said::RingAgain),
        2 => (id(), urgency()).prop_map(|(id, urgency)| Said::File(id, urgency)),
        1 => id().prop_map(Said::Defer),
        1 => id().prop_map(Said::ReadCase),
        1 => (id(), any::<u8>()).prop_map(|(id, pulse)| Said::Examine(id, pulse)),
        1 => id().prop_map(Said::TellOutcome),
        2 => (id(), 0..6_u128, any::<bool>()).prop_map(|(id, chat, other)| Said::WriteChat(id, chat, other)),
        2 => (id(), 0..6_u32, 0..6_u32).prop_map(|(id, received, read)| Said::SeeChat(id, received, read)),
    ];
    let by_doctor = prop_oneof![
        3 => id().prop_map(Said::Claim),
        1 => (id(), 2..5_usize).prop_map(|(id, who)| Said::Assign(id, who)),
        1 => availability().prop_map(Said::Availability),
    ];
    let by_holder = prop_oneof![
        4 => (2..6_usize, any::<bool>()).prop_map(|(who, hand_over)| Said::Invite(0, who, hand_over)),
        2 => (0..4_u32).prop_map(|revision| Said::Note(0, revision)),
        2 => (0..4_u32).prop_map(|revision| Said::Advise(0, revision)),
        2 => (0..3_u128).prop_map(|photo| Said::AskPhoto(0, photo)),
        1 => (0..3_u128).prop_map(|photo| Said::MarkPhoto(0, photo)),
        2 => (0..6_u128, any::<bool>()).prop_map(|(chat, other)| Said::WriteChat(0, chat, other)),
        2 => (0..6_u32, 0..6_u32).prop_map(|(received, read)| Said::SeeChat(0, received, read)),
        1 => Just(Said::Close(0)),
        1 => Just(Said::CloseWithFollowUp(0)),
        1 => Just(Said::Defer(0)),
        1 => Just(Said::ReadCase(0)),
        1 => Just(Said::CallCase(0)),
        1 => (2..5_usize).prop_map(|who| Said::AskOpinion(0, who)),
        1 => (2..5_usize).prop_map(|who| Said::Assign(0, who)),
        1 => (6..9_u128).prop_map(|chat| Said::AskInWriting(0, chat)),
        1 => Just(Said::Leave(0)),
        1 => Just(Said::Rejoin(0)),
        1 => Just(Said::RingAgain(0)),
        1 => prop::option::of(id()).prop_map(|take| Said::HandOn(0, take)),
    ];
    let by_guest = prop_oneof![
        4 => prop::bool::weighted(0.9).prop_map(|accept| Said::Answer(0, accept)),
        1 => Just(Said::Leave(0)),
        1 => (0..6_u128).prop_map(|chat| Said::WriteChat(0, chat, false)),
        1 => (0..6_u32).prop_map(|received| Said::SeeChat(0, received, received)),
    ];
    prop_oneof![
        3 => (select(&TABLETS[..]), by_post).prop_map(|(who, said)| Step::Say(who, said)),
        3 => (2..5_usize, by_doctor).prop_map(|(who, said)| Step::Say(who, said)),
        4 => (id(), by_holder).prop_map(|(id, said)| Step::Holder(id, said)),
        3 => by_guest.prop_map(Step::Rung),
    ]
}

/// Anything, whoever says it.
pub(crate) fn said(others: std::ops::Range<usize>) -> impl Strategy<Value = Said> {
    let id = 1..4_u128;
    prop_oneof![
        Just(Said::Beat),
        availability().prop_map(Said::Availability),
        any::<bool>().prop_map(Said::Prepare),
        (id.clone(), urgency()).prop_map(|(id, urgency)| Said::Request(id, urgency)),
        id.clone().prop_map(Said::Cancel),
        id.clone().prop_map(Said::Claim),
        Just(Said::Offer),
        (id.clone(), others, any::<bool>()).prop_map(|(id, who, hand_over)| Said::Invite(id, who, hand_over)),
        (id.clone(), any::<bool>()).prop_map(|(id, accept)| Said::Answer(id, accept)),
        id.clone().prop_map(Said::Leave),
        id.clone().prop_map(Said::Rejoin),
        id.clone().prop_map(Said::RingAgain),
        (id.clone(), prop::option::of(id.clone())).prop_map(|(id, take)| Said::HandOn(id, take)),
        (id.clone(), 0..4_u32).prop_map(|(id, revision)| Said::Note(id, revision)),
        (id.clone(), 0..4_u32).prop_map(|(id, revision)| Said::Advise(id, revision)),
        (id.clone(), 0..3_u128).prop_map(|(id, photo)| Said::AskPhoto(id, photo)),
        (id.clone(), 0..3_u128).prop_map(|(id, photo)| Said::MarkPhoto(id, photo)),
        (id.clone(), 0..6_u128, any::<bool>()).prop_map(|(id, chat, other)| Said::WriteChat(id, chat, other)),
        (id.clone(), 0..6_u32, 0..6_u32).prop_map(|(id, received, read)| Said::SeeChat(id, received, read)),
        (id.clone(), urgency()).prop_map(|(id, urgency)| Said::File(id, urgency)),
        id.clone().prop_map(Said::Defer),
        (id.clone(), 0..7_usize).prop_map(|(id, who)| Said::Assign(id, who)),
        id.clone().prop_map(Said::ReadCase),
        (id.clone(), 0..7_usize).prop_map(|(id, who)| Said::AskOpinion(id, who)),
        id.clone().prop_map(Said::CallCase),
        (id.clone(), any::<u8>()).prop_map(|(id, pulse)| Said::Examine(id, pulse)),
        id.clone().prop_map(Said::CloseWithFollowUp),
        id.clone().prop_map(Said::TellOutcome),
        (id.clone(), 0..9_u128).prop_map(|(id, chat)| Said::AskInWriting(id, chat)),
        id.prop_map(Said::Close),
        any::<bool>().prop_map(Said::Watch),
        any::<bool>().prop_map(Said::Voice),
    ]
}

pub(crate) fn availability() -> impl Strategy<Value = Availability> {
    prop::sample::select(vec![Availability::Available, Availability::Busy, Availability::Away])
}

pub(crate) fn urgency() -> impl Strategy<Value = Urgency> {
    prop::sample::select(vec![Urgency::Stat, Urgency::Urgent, Urgency::Routine])
}

pub(crate) fn heard() -> impl Strategy<Value = Heard> {
    use Heard::{Answer, Back, Caps, Connected, Gone, Link, Quiet, Refused, Voice};
    prop::sample::select(vec![
        Answer,
        Refused,
        Connected,
        Quiet,
        Back,
        Gone,
        Caps,
        Link,
        Voice(false),
        Voice(true),
    ])
}

pub(crate) fn message(said: &Said) -> ClientMessage {
    let sdp = "v=0".to_owned();
    match *said {
        Said::Beat => ClientMessage::Beat(Beat { n: 0 }),
        Said::Availability(state) => ClientMessage::Availability(SetAvailability { state, for_ms: None }),
        Said::Prepare(on) => ClientMessage::Prepare(Prepare { on }),
        Said::Request(id, urgency) => ClientMessage::Request(request(id, urgency)),
        Said::Cancel(id) => ClientMessage::Cancel(Cancel { consultation: consultation(id) }),
        Said::Claim(id) => ClientMessage::Claim(Claim { consultation: consultation(id) }),
        Said::Offer => ClientMessage::Offer(Offer { sdp }),
        Said::Invite(id, who, hand_over) => {
            let party = cast()[who].party.clone();
            ClientMessage::Invite(Invite { consultation: consultation(id), party, hand_over, why: None })
        }
        Said::Answer(id, accept) => {
            ClientMessage::AnswerInvite(AnswerInvite { consultation: consultation(id), accept })
        }
        Said::Leave(id) => ClientMessage::Leave(Leave { consultation: consultation(id) }),
        Said::Rejoin(id) => ClientMessage::Rejoin(Rejoin { consultation: consultation(id) }),
        Said::RingAgain(id) => ClientMessage::RingAgain(RingAgain { consultation: consultation(id) }),
        Said::HandOn(id, take) => {
            ClientMessage::HandOn(HandOn { consultation: consultation(id), take: take.map(consultation) })
        }
        Said::Note(id, revision) => {
            ClientMessage::Note(Note { consultation: consultation(id), revision, text: "n".into() })
        }
        Said::Advise(id, revision) => ClientMessage::Advise(Advise {
            consultation: consultation(id),
            revision,
            text: "a".into(),
            replaces: None,
        }),
        Said::AskPhoto(id, number) => {
            ClientMessage::AskPhoto(AskPhoto { consultation: consultation(id), photo: photo(number) })
        }
        Said::MarkPhoto(id, number) => {
            let marks = Vec::new();
            ClientMessage::MarkPhoto(MarkPhoto {
                consultation: consultation(id),
                photo: photo(number),
                marks,
            })
        }
        Said::WriteChat(id, number, other) => ClientMessage::WriteChat(WriteChat {
            consultation: consultation(id),
            chat: ChatId(consultation(number).0),
            text: if other { "b" } else { "a" }.into(),
            asks: false,
        }),
        Said::SeeChat(id, received, read) => {
            ClientMessage::SeeChat(SeeChat { consultation: consultation(id), received, read })
        }
        Said::Close(id) => {
            let disposition = Disposition::Advice;
            ClientMessage::Close(Close { consultation: consultation(id), disposition, follow_up_h: None })
        }
        Said::File(id, urgency) => {
            let defer_to = Some(Addressee::Speciality(Speciality::Obstetrics));
            ClientMessage::Request(Request { defer_to, ..request(id, urgency) })
        }
        Said::Defer(id) => ClientMessage::Defer(Defer { consultation: consultation(id), to: None }),
        Said::Assign(id, who) => {
            let to = cast()[who].party.clone();
            ClientMessage::AssignCase(AssignCase { consultation: consultation(id), to })
        }
        Said::ReadCase(id) => ClientMessage::ReadCase(ReadCase { consultation: consultation(id) }),
        Said::AskOpinion(id, who) => {
            let party = cast()[who].party.clone();
            ClientMessage::AskOpinion(AskOpinion { consultation: consultation(id), party })
        }
        Said::CallCase(id) => ClientMessage::CallCase(CallCase { consultation: consultation(id) }),
        Said::Examine(id, pulse) => {
            let intake = Intake { pulse: Some(u16::from(pulse).into()), ..Intake::default() };
            ClientMessage::Examine(Examine { consultation: consultation(id), intake, act: None })
        }
        Said::CloseWithFollowUp(id) => {
            let (disposition, follow_up_h) = (Disposition::Advice, Some(1));
            ClientMessage::Close(Close { consultation: consultation(id), disposition, follow_up_h })
        }
        Said::TellOutcome(id) => ClientMessage::TellOutcome(TellOutcome {
            consultation: consultation(id),
            outcome: Outcome::Recovered,
            text: "".into(),
            act: None,
        }),
        Said::AskInWriting(id, number) => ClientMessage::WriteChat(WriteChat {
            consultation: consultation(id),
            chat: ChatId(consultation(number).0),
            text: "?".into(),
            asks: true,
        }),
        Said::Watch(on) => ClientMessage::Watch(Watch { on }),
        Said::Voice(deaf) => ClientMessage::Voice(Voice { mic: Mic::Dead, deaf }),
    }
}

pub(crate) fn photo(number: u128) -> PhotoId {
    PhotoId(consultation(number).0)
}

/// The same, about this consultation.
pub(crate) fn about(id: u128, said: &Said) -> Said {
    match *said {
        Said::Invite(_, who, hand_over) => Said::Invite(id, who, hand_over),
        Said::Answer(_, accept) => Said::Answer(id, accept),
        Said::Leave(_) => Said::Leave(id),
        Said::Rejoin(_) => Said::Rejoin(id),
        Said::RingAgain(_) => Said::RingAgain(id),
        Said::HandOn(_, take) => Said::HandOn(id, take),
        Said::Note(_, revision) => Said::Note(id, revision),
        Said::Advise(_, revision) => Said::Advise(id, revision),
        Said::AskPhoto(_, photo) => Said::AskPhoto(id, photo),
        Said::MarkPhoto(_, photo) => Said::MarkPhoto(id, photo),
        Said::WriteChat(_, chat, other) => Said::WriteChat(id, chat, other),
        Said::SeeChat(_, received, read) => Said::SeeChat(id, received, read),
        Said::Close(_) => Said::Close(id),
        Said::CloseWithFollowUp(_) => Said::CloseWithFollowUp(id),
        Said::Defer(_) => Said::Defer(id),
        Said::ReadCase(_) => Said::ReadCase(id),
        Said::CallCase(_) => Said::CallCase(id),
        Said::AskOpinion(_, who) => Said::AskOpinion(id, who),
        Said::Assign(_, who) => Said::Assign(id, who),
        Said::AskInWriting(_, chat) => Said::AskInWriting(id, chat),
        ref other => other.clone(),
    }
}

pub(crate) fn signal(member: MemberId, heard: Heard) -> MediaSignal {
    let (up, down) = (LinkDirection::default(), LinkDirection::default());
    match heard {
        Heard::Answer => MediaSignal::Answer("v=0".to_owned()),
        Heard::Refused => MediaSignal::Refused(ErrorCode::Offer),
        Heard::Connected => MediaSignal::Connected,
        Heard::Quiet => MediaSignal::Quiet,
        Heard::Back => MediaSignal::Back,
        Heard::Voice(flows) => MediaSignal::Voice(flows),
        Heard::Gone => MediaSignal::Gone,
        Heard::Caps => MediaSignal::Caps(Caps {
            audio_bps: 16_000,
            ptime_ms: 60,
            video_bps: None,
            pictures_bps: None,
            playout_ms: 0,
            red: 0,
            rung: Rung::Voice,
        }),
        Heard::Link => MediaSignal::Link(MemberLink { member, rtt_ms: None, up, down }),
    }
}
