//! The link monitor of one participant, with packets, messages and times made up.

use super::*;

/// A voice with redundancy on 24 kbit/s. One packet of it takes 98 ms.
const DOWNLINK: DownlinkUse =
    DownlinkUse { sent: Bitrate::kbps(20), voice_packet: Duration::from_millis(98) };

/// A report of the page.
fn late(queue_ms: u64, slope: i8, arrived: Bitrate) -> Finding {
    Finding::Late { queue: Duration::from_millis(queue_ms), slope, arrived }
}

fn monitor() -> LinkMonitor {
    LinkMonitor::new(PeerId(1))
}

#[test]
fn a_thin_way_whose_trains_were_lost_is_known_by_its_voice() {
    let known_after = |rate: Bitrate, jitter_ms: u64| {
        let mut link = monitor();
        let takes = |bytes: u64, late_ms: u64| {
            let takes = rate.time_of(bytes) + Duration::from_millis(late_ms);
            i64::try_from(takes.as_micros()).expect("short")
        };
        let heard = (0..3_000_u64).find(|i| {
            let bytes = if i / 20 % 2 == 0 { 90 } else { 3 };
            link.note_size(
                takes(bytes, i * 7_919 % 97 * jitter_ms / 97),
                usize::try_from(bytes).expect("few"),
            );
            link.up.is_measured()
        });
        heard.map(|_| link.up.capacity().expect("measured").as_bps() / 1_000)
    };
    assert_eq!([24, 39].map(|kbps| known_after(Bitrate::kbps(kbps), 0)), [Some(24), Some(39)]);
    assert_eq!([0, 10, 20].map(|jitter| known_after(Bitrate::kbps(9_000), jitter)), [None; 3]);
}

/// A browser's RTP clock stands while it sends no track. On a link that loses a tenth of its packets the voice that came back
/// was taken for a full queue, and 24 kbit/s for 8 until the call's end.
#[test]
fn a_voice_that_was_stopped_and_comes_back_is_no_queue() {
    let (start, ptime) = (Instant::now(), Duration::from_millis(60));
    let mut link = monitor();
    let mut now = start;
    // One Opus frame of 60 ms (configuration 3 of RFC 6716, table 2).
    let payload = [0b0001_1000, 0, 0, 0];
    let mut stamp = 0_u32;
    let mut fell = false;
    for number in 0..200 {
        now += if number == 60 { Duration::from_secs(4) } else { ptime };
        stamp = stamp.wrapping_add(60 * 48);
        link.note_voice(stamp, &payload, 90, now);
        fell |= link.watch_up(Bitrate::kbps(12), 0.12, now);
    }
    assert!(!fell, "{:?}", link.up());
    assert_eq!(link.queue_delay.lately(now), Duration::ZERO);
}

#[test]
fn what_comes_late_after_an_outage_is_no_evidence_and_later_it_is_again() {
    let start = Instant::now();
    let (mut link, known) = (monitor(), Bitrate::kbps(40));
    link.set_measured(LinkMemory { up: known, down: known });
    link.interrupted(start);
    let late = late(700, 60, Bitrate::kbps(16));
    let mut tell = |ms| {
        link.take_finding(late, DOWNLINK, start + Duration::from_millis(ms));
        link.down.capacity()
    };
    assert_eq!([500, 1_000, 2_500].map(&mut tell), [Some(known); 3]);
    tell(5_000);
    assert!(tell(5_500) < Some(known), "a link that has become thinner is believed");
}

/// What a downlink of 40 kbit/s is believed to carry after each of these reports, half a second apart.
fn believed_after(reports: &[Finding], downlink: DownlinkUse) -> Vec<u64> {
    let (start, known) = (Instant::now(), Bitrate::kbps(40));
    let mut link = monitor();
    link.set_measured(LinkMemory { up: known, down: known });
    let times = (0..).map(|i| start + Duration::from_millis(500 * i));
    let told = reports.iter().zip(times).map(|(report, now)| {
        link.take_finding(*report, downlink, now);
        link.down.capacity().expect("known").as_bps() / 1_000
    });
    told.collect()
}

#[test]
fn what_waits_behind_one_packet_is_no_queue_and_one_that_grows_must_be_told_twice() {
    let carries = Bitrate::kbps(24);
    let sent = DownlinkUse { sent: Bitrate::kbps(32), ..DOWNLINK };
    assert_eq!(
        believed_after(&[late(240, 40, carries); 3], sent),
        [40; 3],
        "a packet of the voice takes 98 ms"
    );
    assert_eq!(believed_after(&[late(300, 40, carries); 3], sent), [40, 24, 24]);
    let drains = [late(900, -60, carries), late(600, -60, carries), late(300, -60, carries)];
    assert_eq!(believed_after(&drains, sent), [40; 3], "a radio that stalled catches up");
}

#[test]
fn a_full_queue_that_cannot_grow_shows_by_what_does_not_arrive() {
    let sent = DownlinkUse { sent: Bitrate::kbps(60), ..DOWNLINK };
    assert_eq!(believed_after(&[late(1_000, 0, Bitrate::kbps(26)); 3], sent), [40, 26, 26]);
    assert_eq!(
        believed_after(&[late(1_000, 0, Bitrate::kbps(52)); 2], sent),
        [40; 2],
        "counted over another half second"
    );
}

#[test]
fn the_end_of_a_queue_is_told_and_ends_it() {
    let (start, known) = (Instant::now(), Bitrate::kbps(40));
    let mut link = monitor();
    link.set_measured(LinkMemory { up: known, down: known });
    link.take_finding(late(900, 0, Bitrate::kbps(24)), DOWNLINK, start);
    assert!(link.is_down_queued(start) && link.down.has_queue());
    link.take_finding(late(0, 0, Bitrate::kbps(24)), DOWNLINK, start + Duration::from_millis(500));
    assert!(!link.is_down_queued(start) && !link.down.has_queue());
}

#[test]
fn a_camera_tells_of_a_queue_in_a_pause_of_the_speech() {
    let start = Instant::now();
    let mut link = monitor();
    link.set_measured(LinkMemory { up: Bitrate::kbps(200), down: Bitrate::kbps(200) });
    // A picture each 100 ms, of which each comes 70 ms later than the one before from the thirtieth on.
    let fell = (0..60_u32).find(|picture| {
        let now = start + Duration::from_millis(u64::from(picture * 100 + picture.saturating_sub(30) * 70));
        link.note_camera(0, picture * 9_000, now);
        link.watch_up(Bitrate::kbps(60), 0.0, now)
    });
    assert!(fell.is_some_and(|picture| (31..=37).contains(&picture)), "{fell:?}");
    assert_eq!(link.up(), Some(Bitrate::kbps(60)));
}
