//! Files of a browser and files that were made by hand, and what can be hidden in them.

use super::{ogg::tests::page, *};
use proptest::prelude::*;

/// What Chromium's recorder wrote: half a second of a tone at 16 kbit/s.
const CHROMIUM: &[u8] = include_bytes!("../../tests/voices/chromium.webm");

/// Identification header: version 1, mono, 312 samples of pre-skip, 48 kHz, no gain, family 0.
const HEAD: &[u8] = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0";
const TAGS: &[u8] = b"OpusTags\x04\0\0\0test\0\0\0\0";
/// SILK, narrow band, 20 ms.
const PACKET: &[u8] = &[1 << 3, 1, 2, 3];

fn ogg(voice: &[&[u8]]) -> Vec<u8> {
    [page(2, 0, &[HEAD]), page(0, 1, &[TAGS]), page(4, 2, voice)].concat()
}

#[test]
fn a_voice_of_a_browser_is_read() {
    let file = read(CHROMIUM).unwrap();
    assert_eq!((file.container, file.channels), (Container::Webm, 1));
    let seconds = file.duration.as_secs_f64();
    assert!((0.3..3.0).contains(&seconds), "{seconds}");
}

#[test]
fn ogg_is_read_packet_by_packet() {
    let long = [&[1 << 3][..], &[7; 600]].concat();
    let bytes = ogg(&[PACKET, &long, PACKET]);
    let file = read(&bytes).unwrap();
    assert_eq!((file.container, file.channels), (Container::Ogg, 1));
    assert_eq!(file.packets, [PACKET, &long, PACKET]);
    assert_eq!(file.duration, Duration::from_millis(60));
}

#[test]
fn what_is_cut_changed_or_longer_is_refused() {
    let whole = ogg(&[PACKET]);
    assert!(read(&whole).is_some());
    for cut in 0..whole.len() {
        assert!(cut_is_refused(&whole, cut), "{cut}");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert_eq!(read(&changed), None, "the checksum holds byte {at}");
    }
    for file in [&whole[..], CHROMIUM] {
        assert_eq!(read(&[file, b"<html>"].concat()), None, "something behind the end");
        assert_eq!(read(&file[..file.len() - 1]), None);
    }
}

/// Without its last page a file holds no packet.
fn cut_is_refused(whole: &[u8], cut: usize) -> bool {
    read(&whole[..cut]).is_none()
}

#[test]
fn what_is_no_voice_is_refused() {
    let second = [page(2, 0, &[HEAD]), page(0, 1, &[TAGS]), page(2, 2, &[HEAD])].concat();
    let surround =
        HEAD.iter().enumerate().map(|(at, byte)| if at == 9 { 6 } else { *byte }).collect::<Vec<_>>();
    let files = [
        second,
        [page(2, 0, &[&surround]), page(0, 1, &[TAGS]), page(4, 2, &[PACKET])].concat(),
        [page(2, 0, &[b"\x01vorbis"]), page(0, 1, &[TAGS]), page(4, 2, &[PACKET])].concat(),
        ogg(&[]),
        ogg(&[b""]),
        b"%PDF-1.7".to_vec(),
        vec![],
    ];
    for file in files {
        assert_eq!(read(&file), None, "{}", String::from_utf8_lossy(&file));
    }
    let video = CHROMIUM.to_vec();
    let at = video.windows(6).position(|window| window == b"A_OPUS").unwrap();
    let vorbis = [&video[..at], b"A_VORB", &video[at + 6..]].concat();
    assert_eq!(read(&vorbis), None);
}

proptest! {
    #[test]
    fn never_panics(bytes: Vec<u8>, at in 0..CHROMIUM.len(), byte: u8) {
        let _ = read(&bytes);
        let _ = read(&[&b"OggS"[..], &bytes].concat());
        let mut changed = CHROMIUM.to_vec();
        changed[at] = byte;
        let _ = read(&changed);
    }
}
