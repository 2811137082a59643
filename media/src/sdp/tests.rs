//! Tests of offers and answers with texts of our own and with offers that real clients have made.

use super::*;
use crate::{
    command::{Kind, Refusal},
    limits::{SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES, SDP_SECTIONS},
};
use proptest::prelude::*;

const SESSION: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 v\r\n\
    a=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n\
    a=setup:actpass\r\n";

const AUDIO: &str =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n";

const VIDEO: &str = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=sendrecv\r\na=rtpmap:96 VP8/90000\r\n";

const DATA: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";

fn offer(media: &str) -> String {
    format!("{SESSION}{media}")
}

fn accepted(offer: &Offer) -> Vec<bool> {
    offer.sections.iter().map(|section| section.accepted).collect()
}

#[test]
fn a_plain_offer_passes() {
    let offer = check(&offer(&format!("{AUDIO}{DATA}"))).unwrap();
    assert_eq!(accepted(&offer), [true, true]);
    assert_eq!((offer.sections[0].kind, offer.sections[1].kind), (Some(Kind::Audio), None));
    assert_eq!(offer.sections[1].mid.as_deref(), Some("1"));
    let text = offer.engine_text();
    assert!(text.contains("a=group:BUNDLE 0 1\r\na=ice-ufrag:abcd\r\n"), "{text}");
    assert!(text.ends_with("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n"), "{text}");
}

#[test]
fn unprotected_media_is_insecure() {
    for media in [
        "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n",
        "m=audio 9 RTP/SAVPF 0\r\na=mid:0\r\n",
        "m=application 9 DTLS/SCTP 5000\r\na=mid:0\r\n",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=crypto:1 AES_CM_128 inline:x\r\n",
    ] {
        assert_eq!(check(&offer(media)), Err(Refusal::Insecure), "{media}");
    }
    assert_eq!(check(&offer(AUDIO).replace("sha-256", "sha-1")), Err(Refusal::Insecure));
}

#[test]
fn what_the_engine_is_shown_is_bounded_by_what_a_client_has_written() {
    let formats: String = (0..200).map(|n| if n % 2 == 0 { "96 " } else { "096 " }).collect();
    let fmtp = "a=fmtp:96 x=1\r\n".repeat(1_000);
    let video = VIDEO.replace(" 96\r", &format!(" 96 {formats}\r"));
    let text = offer(&format!("{video}{fmtp}"));
    let shown = check(&text).unwrap().engine_text();
    assert!(shown.len() < text.len(), "{} B of {} B", shown.len(), text.len());
    let of_all = format!("{VIDEO}{}a=rtcp-fb:* {}\r\n", "a=rtcp-fb:* nack\r\n".repeat(900), "n".repeat(900));
    let shown = check(&offer(&of_all)).unwrap().engine_text();
    assert_eq!((shown.matches("a=rtcp-fb:96 nack\r\n").count(), shown.matches("nn").count()), (1, 0));
}

#[test]
fn offers_beyond_a_bound_are_refused() {
    let line = "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n";
    let stripped = check(&offer(&format!("{AUDIO}{}", line.repeat(SDP_CANDIDATES)))).unwrap();
    assert!(!stripped.engine_text().contains("candidate"), "no candidate reaches the engine");
    let many = offer(&format!("{AUDIO}{}", line.repeat(1_000)));
    let huge = offer(&format!("{AUDIO}{}", "a=x:y\r\n".repeat(SDP_BYTES)));
    let long = offer(&format!("{AUDIO}a=x:{}\r\n", "y".repeat(SDP_LINE_BYTES)));
    let layers = offer(&format!("{VIDEO}{}", "a=rid:q send\r\n".repeat(100)));
    let lines: String = (0..=SDP_SECTIONS).map(|i| AUDIO.replace("mid:0", &format!("mid:{i}"))).collect();
    for hostile in [many, huge, long, layers, offer(&lines)] {
        assert_eq!(check(&hostile), Err(Refusal::Malformed));
    }
}

#[test]
fn a_truncated_offer_is_refused_or_shorter() {
    let text = offer(AUDIO);
    for end in 0..text.len() {
        let _ = check(&text[..end]);
    }
    for missing in ["ice-ufrag", "ice-pwd"] {
        let text = text.replace(&format!("a={missing}:"), "a=x:");
        assert_eq!(check(&text), Err(Refusal::Malformed), "{missing}");
    }
    let twice = offer(&format!("{AUDIO}{AUDIO}"));
    assert_eq!(check(&twice), Err(Refusal::Malformed), "a tag must be unique");
    assert_eq!(check(SESSION), Err(Refusal::Malformed), "nothing is offered");
}

#[test]
fn voice_carries_no_extension_but_its_mid() {
    let extensions = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
        a=extmap:4/sendrecv urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
        a=extmap:20 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
        a=rtcp-fb:* transport-cc\r\n";
    let text = check(&offer(&format!("{AUDIO}{extensions}"))).unwrap().engine_text();
    assert!(text.contains("sdes:mid") && !text.contains("audio-level") && !text.contains("transport"));
    let text = check(&offer(&format!("{VIDEO}{extensions}"))).unwrap().engine_text();
    assert!(text.contains("transport-wide-cc") && text.contains("a=rtcp-fb:96 transport-cc"), "{text}");
    assert!(!text.contains("a=extmap:20"), "only the one-byte form is in use");
}

#[test]
fn simulcast_layers_are_read_in_order_and_dropped_if_the_engine_cannot_name_them() {
    let video = format!("{VIDEO}a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;~f\r\n");
    assert_eq!(check(&offer(&video)).unwrap().sections[0].layers, ["q", "f"]);
    assert_eq!(check(&offer(&video.replace("q;~f", "a;b;c;d;e"))), Err(Refusal::Malformed));
    // RFC 8851 section 10 allows "-" and "_" and sets no length.
    let long =
        check(&offer(&video.replace("rid:q", "rid:low_res-1").replace("q;~f", "low_res-1;f"))).unwrap();
    assert!(long.sections[0].layers.is_empty() && !long.engine_text().contains("rid"));
}

#[test]
fn a_later_offer_must_keep_its_sections_in_place() {
    let first = check(&offer(&format!("{AUDIO}{DATA}"))).unwrap();
    let second = check(&offer(&format!("{AUDIO}{DATA}{VIDEO}"))).unwrap();
    assert!(second.extends(&first.sections) && first.extends(&first.sections));
    assert!(!first.extends(&second.sections), "a line is gone");
    assert!(!check(&offer(VIDEO)).unwrap().extends(&first.sections), "another line");
    let without_data = check(&offer(&format!("{AUDIO}{}", DATA.replace(" 9 ", " 0 ")))).unwrap();
    assert!(without_data.extends(&first.sections), "port 0 in the bundle is not stopped");
    let stopped =
        check(&offer(&format!("{AUDIO}{}", VIDEO.replace(" 9 ", " 0 ").replace(":v", ":x")))).unwrap();
    let again = check(&offer(&format!("{AUDIO}{VIDEO}"))).unwrap();
    assert!(again.extends(&stopped.sections), "the place of a stopped section is used again");
}

/// What the standards allow and one client or another writes.
#[test]
fn offers_are_read_as_widely_as_the_standards_allow() {
    let plain = offer(AUDIO);
    let alone = plain.replace("a=group:BUNDLE 0 1 v\r\n", "");
    let wide = [
        plain.replace("\r\n", "\n"),
        plain.replace("\r\n", " \r\n"),
        plain.replace("a=sendrecv\r\n", ""),
        plain.replace("s=-\r\nt=0 0", "s=\r\ni=x\r\nb=AS:9\r\nb=TIAS:9\r\nt=1 2\r\nz=0 0\r\nk=x"),
        plain.replace("o=- 1 2", "o=jdoe 99999999999999999999999 2"),
        plain.replace("sha-256", "SHA-256"),
        plain.replace("BUNDLE 0", "LS 0\r\na=group:BUNDLE 7 0"),
        plain.replace("SAVPF 111", "SAVPF 200 96 111 0").replace("a=mid", "i=x\r\nb=AS:1\r\nb=AS:2\r\na=mid"),
        plain.replace("UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF"),
        plain.replace("audio 9 ", "audio 54400/2 "),
        plain.replace("a=setup:actpass\r\n", ""),
        alone.clone(),
        alone.replace("a=mid:0\r\n", ""),
        plain.replace("mid:0", "mid:audio-0_{~}").replace("BUNDLE 0", "BUNDLE audio-0_{~}"),
    ];
    for text in wide {
        let offer = check(&text).unwrap_or_else(|refusal| panic!("{refusal:?}: {text}"));
        assert_eq!(accepted(&offer), [true], "{text}");
    }
}

#[test]
fn what_cannot_be_accepted_is_rejected_alone() {
    let dead = [
        "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\n",
        "m=audio 0 RTP/AVP 0\r\n",
        "m=application 0 DTLS/SCTP 5000\r\n",
        "m=image 5000 udptl t38\r\na=mid:fax\r\n",
        "m=video 9 UDP/TLS/RTP/SAVPF 125\r\na=mid:1\r\na=rtpmap:125 H264/90000\r\n",
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:alone\r\na=rtpmap:96 VP8/90000\r\n",
        "m=application 9 UDP/DTLS/SCTP 5000\r\na=mid:1\r\n",
    ];
    for section in dead {
        let text = offer(&format!("{section}{AUDIO}"));
        let offer = check(&text).unwrap_or_else(|refusal| panic!("{refusal:?}: {text}"));
        assert_eq!(accepted(&offer), [false, true], "{section}");
        assert_eq!(offer.bundle, [1]);
    }
}

const ENGINE: &str = "v=0\r\no=str0m\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS x\r\na=ice-lite\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n\
    a=candidate:fffeff7e 1 udp 2130706175 127.0.0.1 55102 typ host ufrag AtRx\r\n\
    a=candidate:fffaff5a 1 tcp 1526725375 127.0.0.1 38491 typ host tcptype passive ufrag AtRx\r\n\
    a=ice-ufrag:AtRx\r\na=ice-pwd:p\r\na=ice-options:trickle\r\na=fingerprint:sha-256 AA\r\na=setup:passive\r\n\
    a=mid:0\r\na=msid:r4nd0m t\r\na=ssrc:1 cname:c\r\na=ssrc:1 msid:r4nd0m t\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:AtRx\r\na=ice-pwd:p\r\na=fingerprint:sha-256 AA\r\na=setup:passive\r\na=mid:v\r\na=msid:0ther t\r\n";

#[test]
fn the_transport_is_described_once_for_the_session_and_candidates_are_short() {
    let offer = check(&offer(&format!("{AUDIO}{VIDEO}"))).unwrap();
    let expected = "v=0\r\no=str0m\r\na=ice-lite\r\na=group:BUNDLE 0 v\r\n\
        a=fingerprint:sha-256 AA\r\na=ice-ufrag:AtRx\r\na=ice-pwd:p\r\na=setup:passive\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n\
        a=candidate:1 1 udp 2130706175 127.0.0.1 55102 typ host\r\n\
        a=candidate:2 1 tcp 1526725375 127.0.0.1 38491 typ host tcptype passive\r\n\
        a=mid:0\r\na=setup:passive\r\na=msid:a0 a0\r\na=ssrc:1 cname:c\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:v\r\na=msid:v0 v0\r\n";
    assert_eq!(offer.answer(ENGINE, |_| false), expected);
}

#[test]
fn candidates_stand_in_the_first_accepted_section() {
    let offer = check(&offer(&format!("{AUDIO}{VIDEO}"))).unwrap();
    let answer = offer.answer(ENGINE, |section| section.mid.as_deref() == Some("0"));
    let (session, media) = answer.split_at(answer.find("m=").unwrap());
    assert!(session.contains("a=group:BUNDLE v\r\n") && session.contains("a=fingerprint:"), "{session}");
    let (audio, video) = media.split_at(media.find("m=video").unwrap());
    assert_eq!(audio, "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\n");
    assert!(video.contains("a=candidate:1 "), "{video}");
}

proptest! {
    #[test]
    fn never_panics(text in "v=0\r\n([a-z]=[ -~]{0,40}(\r\n|\n)){0,30}", garbage: String) {
        let _ = check(&text);
        let _ = check(&garbage);
        let offer = check(&offer(AUDIO)).unwrap();
        let _ = offer.answer(&garbage, |_| false);
    }
}
