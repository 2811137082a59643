//! The SFU against a second WebRTC stack that shares no code with it: native peers (the `webrtc` crate and libopus) meet in a
//! room of our SFU, over UDP on loopback and without the HTTP server. `end_to_end` runs the same through the whole server.
//! Each voice is recognised by its sound.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod attacks;
mod end_to_end;
mod room;

use room::{Room, TestSfu, send_camera};
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::time::Duration;
use teranga::native::{peer::Reception, voice::VoiceId};
use teranga_media::id::RoomId;
use webrtc::data_channel::DataChannelEvent;

/// Listening time: ten windows of the voice detector after everybody is in.
const LISTEN_TIME: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hear_each_other() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    for voice in 0..2 {
        room.enter(voice, false).await;
    }
    room.run_until("a voice each", |room| room.members.iter().all(|g| !g.peer.receptions().is_empty())).await;
    room.run(LISTEN_TIME).await;
    for member in &room.members {
        let receptions = member.peer.receptions();
        let [voice] = receptions.as_slice() else { panic!("one voice, not {receptions:?}") };
        assert_heard(voice, VoiceId::new(1 - member.voice));
        assert!(voice.figures.jitter < Duration::from_millis(20), "{voice:?}");
        let transport = member.peer.transport().await;
        assert!(transport.security.contains("1.2"), "the webrtc crate speaks DTLS 1.2: {transport:?}");
        assert!(transport.rtt.is_some_and(|rtt| rtt < Duration::from_millis(100)), "{transport:?}");
        let sent = room.members[1 - member.voice].peer.transport().await.voice_sent;
        let figures = voice.figures;
        assert_eq!((figures.lost, figures.late), (0, 0), "{figures:?}");
        assert!(figures.packets > 100 && figures.packets <= sent, "{figures:?} of {sent} packets");
    }
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_room_of_six_everyone_hears_everyone() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    for voice in 0..6 {
        room.enter(voice, false).await;
    }
    room.run_until("five voices each", |room| {
        room.members.iter().all(|member| member.peer.receptions().len() == 5)
    })
    .await;
    room.run(LISTEN_TIME).await;
    for member in &room.members {
        let receptions = member.peer.receptions();
        assert_eq!(receptions.len(), 5);
        for voice in receptions {
            let sender = member.sender_of(&voice.mid);
            assert_ne!(sender, member.voice, "nobody hears themselves");
            assert_heard(&voice, VoiceId::new(sender));
            assert_eq!((voice.figures.lost, voice.figures.late), (0, 0), "{voice:?}");
        }
    }
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_reaches_the_other_side_from_its_first_keyframe() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    room.enter(0, true).await;
    room.enter(1, true).await;
    room.run_until("permission to send a camera", |room| {
        room.members[0].caps.is_some_and(|caps| caps.video.is_some())
    })
    .await;
    let shown = send_camera(&mut room, 0, 60).await;
    room.run(Duration::from_millis(200)).await;
    let seen = room.members[1].peer.receptions().into_iter().find(|r| r.kind == RtpCodecKind::Video);
    let seen = seen.expect("the camera has a line of its own");
    assert_eq!(room.members[1].sender_of(&seen.mid), 0);
    assert_eq!((seen.figures.packets, seen.figures.lost, seen.figures.late), (shown, 0, 0));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_relayed_to_the_channel_of_the_same_name() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    let first = room.enter_with_channel(0, "pictures").await;
    let second = room.enter_with_channel(1, "pictures").await;
    room.run_until("both transports", |room| room.members.iter().all(|member| member.security.is_some()))
        .await;
    for channel in [&first, &second] {
        let opened = async { while !matches!(channel.poll().await, Some(DataChannelEvent::OnOpen)) {} };
        room.run_during(opened).await;
    }
    // The two sides learn of the opening one after the other, so the SFU may not know the second channel yet.
    room.run(Duration::from_millis(300)).await;
    first.send_text("une photo").await.unwrap();
    let heard = room
        .run_during(async {
            loop {
                if let Some(DataChannelEvent::OnMessage(message)) = second.poll().await {
                    return message.data;
                }
            }
        })
        .await;
    assert_eq!(&heard[..], "une photo".as_bytes());
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_who_leaves_is_no_longer_heard_and_the_others_go_on() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    for voice in 0..3 {
        room.enter(voice, false).await;
    }
    room.run_until("two voices each", |room| {
        room.members.iter().all(|member| member.peer.receptions().len() == 2)
    })
    .await;
    room.leave(2).await;
    room.run(Duration::from_millis(200)).await;
    let before: Vec<_> = room.members.iter().map(|member| member.peer.receptions()).collect();
    room.run(LISTEN_TIME).await;
    for (member, before) in room.members.iter().zip(before) {
        for (now, before) in member.peer.receptions().iter().zip(&before) {
            let gone = member.slots.iter().all(|(mid, _)| *mid != now.mid);
            assert_eq!(gone, now.figures.packets == before.figures.packets, "{now:?}");
        }
        assert_eq!(member.slots.len(), 1, "one voice is left");
    }
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_survives_an_ice_restart() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    for voice in 0..2 {
        room.enter(voice, false).await;
    }
    room.run_until("a voice each", |room| room.members.iter().all(|g| !g.peer.receptions().is_empty())).await;
    room.run(Duration::from_secs(1)).await;
    room.restart(0).await;
    room.run(LISTEN_TIME).await;
    for member in &room.members {
        let receptions = member.peer.receptions();
        let [voice] = receptions.as_slice() else { panic!("the same line goes on: {receptions:?}") };
        assert_heard(voice, VoiceId::new(1 - member.voice));
        // The SFU goes on along the old path, as RFC 8445 section 9 asks. The webrtc crate neither sends nor takes
        // packets until its new pair is nominated, two checks later.
        assert!(voice.figures.lost < 25 && voice.figures.packets > 140, "{voice:?}");
        assert!(voice.figures.longest_gap < Duration::from_millis(500), "{voice:?}");
    }
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_stacks_report_the_same_loss_and_repair_it() {
    let mut room = Room::new(TestSfu::dropping(Some(9)), RoomId(1));
    for voice in 0..2 {
        room.enter(voice, false).await;
    }
    room.run_until("reports of both directions", |room| {
        let told = |member: &room::Member| {
            member.link.is_some_and(|link| link.up.loss > 0.0 && link.down.loss > 0.0)
        };
        room.members.iter().all(told)
    })
    .await;
    room.run(LISTEN_TIME).await;
    for member in &room.members {
        let link = member.link.unwrap();
        let receptions = member.peer.receptions();
        let [voice] = receptions.as_slice() else { panic!("one voice, not {receptions:?}") };
        assert_heard(voice, VoiceId::new(1 - member.voice));
        // A ninth is lost on the uplink, and a ninth of the rest on the downlink. Each direction reports its own loss
        // before retransmission, which begins with the first report. Without retransmission 21 % would never arrive.
        assert!((0.06..=0.18).contains(&link.up.loss), "missed by the SFU: {link:?}");
        assert!((0.06..=0.18).contains(&link.down.loss), "asked for by the native peer: {link:?}");
        assert!(voice.figures.late > 5 && voice.figures.loss() < 0.17, "repaired: {voice:?}");
    }
    room.close().await;
}

/// Asserts that the right voice was heard in nearly every window with sound, and that every packet was decoded.
fn assert_heard(reception: &Reception, voice: VoiceId) {
    let heard = reception.heard;
    assert_eq!(heard.voice(), Some(voice), "{reception:?}");
    assert!(heard.sounding >= 8 && heard.by_voice[voice.index()] + 2 >= heard.sounding, "{reception:?}");
    assert_eq!((reception.kind, reception.undecodable), (RtpCodecKind::Audio, 0));
}
