//! Offers that real clients have made, from public reports with addresses, names and keys replaced: each is answered, section by
//! section, and the transport is described where every client finds it.

use crate::testbed::{ROOM, Setup, Testbed};
use teranga_media::{
    command::{Command, Event},
    id::PeerId,
};

/// The answer of a new SFU to an offer.
fn answer(offer: &str) -> String {
    let mut testbed = Testbed::new(1);
    testbed.command(Command::Join { room: ROOM, peer: PeerId(1), offer: offer.to_owned() });
    let answers = testbed.seen(|event| match event {
        Event::Answer { sdp, .. } => Some(sdp.clone()),
        _ => None,
    });
    answers.first().cloned().expect("answered")
}

/// The session part, then the media sections of a description.
fn parts(sdp: &str) -> Vec<String> {
    sdp.split("\r\nm=").map(str::to_owned).collect()
}

/// A public report's offer, and for each of its sections the beginning of the right answer's.
const REPORTS: [(&str, &str, &[&str]); 6] = [
    (
        // meetecho/janus-gateway#3320 and obsproject/obs-studio#7926: the camera comes first, and its codec is unknown here.
        include_str!("../fixtures/sdp/obs-webrtc-rs.sdp"),
        "1",
        &["video 0 UDP/TLS/RTP/SAVPF 125", "audio 9 UDP/TLS/RTP/SAVPF 111"],
    ),
    (
        // livekit/client-sdk-js#648: a stopped section without a tag.
        include_str!("../fixtures/sdp/firefox-99-rejected-no-mid.sdp"),
        "1",
        &["audio 0 UDP/TLS/RTP/SAVPF 0", "audio 9 UDP/TLS/RTP/SAVPF 109", "video 9 UDP/TLS/RTP/SAVPF 96 97"],
    ),
    (
        // onsip/SIP.js#959: a tag that is a token (RFC 5888 section 4).
        include_str!("../fixtures/sdp/android-webview-cordova.sdp"),
        "audio-0",
        &["audio 9 UDP/TLS/RTP/SAVPF 111"],
    ),
    (
        include_str!("../fixtures/sdp/firefox-153-max-bundle.sdp"),
        "0",
        &[
            "audio 9 UDP/TLS/RTP/SAVPF 109",
            "video 9 UDP/TLS/RTP/SAVPF 120 124",
            "application 9 UDP/DTLS/SCTP",
        ],
    ),
    (
        include_str!("../fixtures/sdp/gstreamer-max-bundle.sdp"),
        "video0",
        &["video 9 UDP/TLS/RTP/SAVPF 96", "audio 9 UDP/TLS/RTP/SAVPF 97"],
    ),
    (
        include_str!("../fixtures/sdp/obs-30.1.sdp"),
        "0",
        &["audio 9 UDP/TLS/RTP/SAVPF 111", "video 0 UDP/TLS/RTP/SAVPF 96"],
    ),
];

#[test]
fn offers_of_public_reports_are_answered_section_by_section() {
    for (offer, tagged, expected) in REPORTS {
        let answer = answer(offer);
        let parts = parts(&answer);
        for once in ["a=fingerprint:", "a=ice-ufrag:", "a=ice-pwd:"] {
            assert!(parts[0].contains(once), "{once} stands in the session part:\n{answer}");
            assert_eq!(answer.matches(once).count(), 1, "{once} stands once:\n{answer}");
        }
        // The DTLS role stands in the section that describes the transport, too, where some clients look for it.
        assert!(parts[0].contains("a=setup:passive"), "{answer}");
        assert_eq!(answer.matches("a=setup:passive").count(), 2, "{answer}");
        assert_eq!(parts.len() - 1, expected.len(), "{answer}");
        for (section, beginning) in parts[1..].iter().zip(expected) {
            assert!(section.starts_with(beginning), "{beginning}:\n{answer}");
            // RFC 9143 section 7.3.1: the first tag of the group names the section that describes the transport.
            let describes = section.contains(&format!("a=mid:{tagged}\r\n"));
            assert_eq!(section.contains("a=candidate:"), describes, "{answer}");
        }
        assert!(parts[0].contains(&format!("a=group:BUNDLE {tagged}")), "{answer}");
    }
}

#[test]
fn the_answer_to_a_browser_is_no_longer_than_before() {
    let testbed = Testbed::with(1, 3, Setup { cameras: 1, channel: true, ..Setup::default() });
    let answer = &testbed.clients[0].answer;
    println!("figure: an answer of voice, camera and data has {} B", answer.len());
    assert!(answer.len() <= BEFORE, "{} B", answer.len());
}

/// The most bytes of that answer when the first section described the transport: the same lines in another order. Session and
/// stream numbers are random: most answers have 1,576 to 1,582 bytes, and a number in eighty is up to two digits longer.
const BEFORE: usize = 1_590;
