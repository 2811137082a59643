//! A report is good only if everything that was expected arrived: each test takes something away from a good call.

use super::*;
use crate::{
    clock::Clock,
    native::{
        meter::Figures,
        peer::{Reception, TransportStats},
        voice::{Recognition, VoiceId},
    },
};
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use teranga_signaling::id::MemberId;

const PACKET: Duration = Duration::from_millis(20);
const PACKETS: u32 = 500;

/// A call of three members in which everybody heard every packet of everybody.
fn good_call() -> Outcome {
    let from = Clock::start().now();
    let every_packet = || (0..PACKETS).map(|n| from + PACKET * n).collect::<PacketTimes>();
    let voice_of = |speaker: u32| {
        let mut heard = Recognition { sounding: 50, windows: 50, ..Recognition::default() };
        heard.by_voice[speaker as usize] = 50;
        let reception = Reception {
            mid: speaker.to_string(),
            kind: RtpCodecKind::Audio,
            first: Some(from),
            figures: Figures { packets: PACKETS.into(), ..Figures::default() },
            heard,
            arrivals: every_packet(),
            undecodable: 0,
        };
        ReceivedVoice { from: Some(MemberId(speaker)), reception }
    };
    let member = |member: u32| Measurements {
        member: MemberId(member),
        voice: Some(VoiceId::new(member as usize)),
        signalling_rtt: None,
        connect_time: Some(PACKET),
        first_voice: Some(from),
        span: PACKET * PACKETS,
        transport: TransportStats { voice_sent: PACKETS.into(), ..TransportStats::default() },
        link: None,
        caps: None,
        sent: every_packet(),
        voices: (0..3).filter(|speaker| *speaker != member).map(voice_of).collect(),
    };
    Outcome {
        claimed_at: Some(from),
        talk: Some(Talk { from, until: from + PACKET * (PACKETS - 1) }),
        planned: 3,
        measurements: (0..3).map(member).collect(),
        error: None,
    }
}

/// True if the call is good after `harm` was done to it, when nothing may be missing.
fn is_good(harm: impl FnOnce(&mut Outcome)) -> bool {
    let mut outcome = good_call();
    harm(&mut outcome);
    Report::of(&outcome, 0.0).good
}

/// Keeps those packets of a direction whose number `keep` says.
fn arrive(outcome: &mut Outcome, hearer: usize, voice: usize, keep: impl Fn(u32) -> bool) {
    let from = outcome.talk.unwrap().from;
    let kept = (0..PACKETS).filter(|n| keep(*n)).map(|n| from + PACKET * n).collect();
    outcome.measurements[hearer].voices[voice].reception.arrivals = kept;
}

#[test]
fn everybody_hears_everybody() {
    assert!(is_good(|_| {}));
    assert!(is_good(|call| arrive(call, 0, 1, |n| n < PACKETS - 10)), "some packets are still on their way");
}

#[test]
fn a_direction_without_packets_is_not_good() {
    assert!(!is_good(|call| arrive(call, 1, 0, |_| false)));
    assert!(!is_good(|call| drop(call.measurements[2].voices.pop())));
}

#[test]
fn a_direction_that_loses_half_or_stops_is_not_good_whatever_its_sequence_numbers_say() {
    assert!(!is_good(|call| arrive(call, 0, 1, |n| n % 2 == 0)));
    assert!(!is_good(|call| arrive(call, 0, 1, |n| n < PACKETS / 2)));
    assert!(!is_good(|call| arrive(call, 0, 1, |n| n % 12 == 0)), "8 % were heard");
    let mut lossy = good_call();
    arrive(&mut lossy, 0, 1, |n| n % 20 != 0);
    assert!(!Report::of(&lossy, 0.0).good);
    assert!(Report::of(&lossy, 0.05).good, "as much may be missing as was allowed");
}

#[test]
fn a_silent_member_is_not_good() {
    assert!(!is_good(|call| {
        call.measurements[1].sent = PacketTimes::default();
        arrive(call, 0, 0, |_| false);
        arrive(call, 2, 1, |_| false);
    }));
    assert!(!is_good(|call| call.measurements[0].voices[0].reception.heard = Recognition::default()));
    assert!(!is_good(|call| call.measurements[2].transport.voice_sent = 0));
}

#[test]
fn a_member_or_a_talk_that_is_missing_is_not_good() {
    assert!(!is_good(|call| drop(call.measurements.pop())));
    assert!(!is_good(|call| call.talk = None));
    assert!(!is_good(|call| call.measurements.clear()));
    assert!(!is_good(|call| call.measurements[0].connect_time = None));
}

#[test]
fn a_post_alone_is_judged_by_what_the_server_received() {
    let alone = |loss: Option<f64>| {
        let mut call = good_call();
        call.measurements.truncate(1);
        call.measurements[0].voices.clear();
        call.measurements[0].transport.reported_loss = loss;
        (call.planned, call.talk) = (1, None);
        Report::of(&call, 0.2).good
    };
    assert!(alone(None) && alone(Some(0.1)));
    assert!(!alone(Some(0.5)));
}
