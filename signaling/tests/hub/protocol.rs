//! `PROTOCOL.md` tells the truth: its examples are messages, all of them are there, its bounds are ours.

use std::collections::BTreeSet;
use teranga_signaling::{
    limits,
    message::{ClientMessage, ServerMessage, parse, session::ErrorCode},
};

const PROSE: &str = include_str!("../../PROTOCOL.md");
const CLIENT_V1: &str = include_str!("../golden/client-v1.jsonl");
const TYPES: &str = include_str!("../../../web/protocol/messages.ts");

/// The fenced JSON blocks that are marked as said by `side`.
fn examples(side: &str) -> Vec<&'static str> {
    let fence = format!("```json {side}\n");
    let blocks = PROSE.split(&fence).skip(1);
    blocks.filter_map(|rest| rest.split_once("```").map(|(example, _)| example)).collect()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect(text)
}

fn types(side: &str) -> BTreeSet<String> {
    examples(side).iter().map(|example| json(example)["type"].as_str().expect("a type").to_owned()).collect()
}

/// The `type` of every variant of a union in `messages.ts`.
fn variants(union: &str) -> BTreeSet<String> {
    let (_, rest) = TYPES.split_once(&format!("export type {union} =")).expect("is generated");
    let (variants, _) = rest.split_once(';').expect("ends");
    variants.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_example_of_a_client_is_a_message() {
    for example in examples("client") {
        let message = parse(example).unwrap_or_else(|code| panic!("{code:?}: {example}"));
        assert_eq!(message.kind(), json(example)["type"]);
    }
}

#[test]
fn every_message_of_the_previous_version_is_still_understood() {
    for example in CLIENT_V1.lines() {
        let message = parse(example).unwrap_or_else(|code| panic!("{code:?}: {example}"));
        assert_eq!(message.kind(), json(example)["type"]);
    }
}

#[test]
fn unknown_fields_are_refused_only_where_they_could_hide_what_was_said() {
    const BECOME_FACTS_OR_RIGHTS: [&str; 25] = [
        "staff",
        "postpone",
        "redirect",
        "ring_again",
        "hand_on",
        "request",
        "cancel",
        "claim",
        "invite",
        "answer_invite",
        "leave",
        "note",
        "advise",
        "ask_photo",
        "mark_photo",
        "write_chat",
        "see_chat",
        "close",
        "defer",
        "assign_case",
        "read_case",
        "ask_opinion",
        "call_case",
        "examine",
        "tell_outcome",
    ];
    for example in examples("client") {
        let mut message = json(example);
        message["of_a_later_version"] = true.into();
        let strict = BECOME_FACTS_OR_RIGHTS.contains(&message["type"].as_str().expect("a type"));
        assert_eq!(parse(&message.to_string()).is_err(), strict, "{message}");
    }
}

#[test]
fn an_unknown_vital_sign_is_refused_and_not_lost() {
    let request = examples("client").into_iter().map(json).find(|message| message["type"] == "request");
    let mut request = request.expect("an example");
    request["intake"]["oxygen_percent"] = 84.into();
    assert_eq!(parse(&request.to_string()), Err(ErrorCode::Malformed));
}

#[test]
fn every_example_of_the_server_is_what_it_would_send() {
    for example in examples("server") {
        let message: ServerMessage = serde_json::from_str(example).expect(example);
        assert_eq!(serde_json::to_value(&message).unwrap(), json(example));
    }
}

#[test]
fn every_message_has_an_example() {
    assert_eq!(types("client"), variants("ClientMessage"));
    assert_eq!(types("server"), variants("ServerMessage"));
}

#[test]
fn every_error_code_is_explained() {
    for code in variants("ErrorCode") {
        assert!(PROSE.contains(&format!("| `{code}` |")), "{code} is not explained");
    }
}

#[test]
fn the_bounds_are_the_ones_in_force() {
    let bounds = [
        ("MESSAGE_BYTES", limits::MESSAGE_BYTES as u64),
        ("SDP_BYTES", limits::SDP_BYTES as u64),
        ("REASON_CHARS", limits::REASON_CHARS as u64),
        ("DPP_CHARS", limits::DPP_CHARS as u64),
        ("NOTE_CHARS", limits::NOTE_CHARS as u64),
        ("ADVICE_CHARS", limits::ADVICE_CHARS as u64),
        ("ADVICE", limits::ADVICE as u64),
        ("CHAT_CHARS", limits::CHAT_CHARS as u64),
        ("CHAT", limits::CHAT as u64),
        ("PHOTOS", limits::PHOTOS as u64),
        ("MARKS", limits::MARKS as u64),
        ("MARK_PLACE", u64::from(limits::MARK_PLACE)),
        ("SEATS", limits::SEATS as u64),
        ("CASES", limits::CASES as u64),
        ("CASES_OF_POST", limits::CASES_OF_POST as u64),
        ("EXAMINATIONS", limits::EXAMINATIONS as u64),
        ("FOLLOW_UP_HOURS", u64::from(limits::FOLLOW_UP_HOURS)),
        ("OUTCOME_CHARS", limits::OUTCOME_CHARS as u64),
        ("QUEUE", limits::QUEUE as u64),
        ("REGION_QUEUE", limits::REGION_QUEUE as u64),
        ("SOCKETS_PER_PARTY", limits::SOCKETS_PER_PARTY as u64),
        ("MESSAGES_PER_S", u64::from(limits::MESSAGES_PER_S)),
        ("MESSAGES_BURST", u64::from(limits::MESSAGES_BURST)),
        ("REFUSALS_BURST", u64::from(limits::REFUSALS_BURST)),
        ("GRANT_MS", limits::GRANT_MS),
        ("HELLO_MS", limits::HELLO_MS),
        ("DECISION_MS", limits::DECISION_MS),
    ];
    for (name, value) in bounds {
        assert!(PROSE.contains(&format!("| `{name}` | {value} |")), "{name} is {value}");
    }
}

#[test]
fn what_is_not_a_message_is_refused_and_never_a_panic() {
    let cases = [
        ("", ErrorCode::Malformed),
        ("{}", ErrorCode::Malformed),
        ("[1]", ErrorCode::Malformed),
        (r#"{"type":"fly"}"#, ErrorCode::Malformed),
        (r#"{"type":"beat","n":-1}"#, ErrorCode::Malformed),
        (
            r#"{"type":"claim","consultation":"01890000-0000-7000-8000-000000000001","typo":2}"#,
            ErrorCode::Malformed,
        ),
        (r#"{"type":"hello","version":70000}"#, ErrorCode::Malformed),
    ];
    for (text, code) in cases {
        assert_eq!(parse(text), Err(code), "{text}");
    }
    assert_eq!(parse(&" ".repeat(limits::MESSAGE_BYTES + 1)), Err(ErrorCode::TooLarge));
    let deep = "[".repeat(limits::MESSAGE_BYTES);
    assert_eq!(parse(&deep), Err(ErrorCode::Malformed));
}

#[test]
fn a_message_is_named_as_on_the_wire() {
    for example in examples("client") {
        let message: ClientMessage = parse(example).expect("is a message");
        assert_eq!(serde_json::to_value(&message).unwrap()["type"], message.kind());
    }
}
