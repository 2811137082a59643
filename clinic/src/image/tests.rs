//! Real files of browsers and of an image library, and what can be hidden in them.

use super::*;
use std::{fs, path::Path};

/// Makes a file that looks like WebP: `VP8L` of this size, with a body of `length` bytes.
pub(crate) fn lossless_webp(width: u32, height: u32, length: usize) -> Vec<u8> {
    let mut body = vec![0x2f];
    body.extend(((width - 1) | (height - 1) << 14).to_le_bytes());
    body.extend((0..length).map(|at| at.wrapping_mul(7).to_le_bytes()[0]));
    webp(&[(b"VP8L", &body)])
}

/// Makes a WebP file of these chunks.
fn webp(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut all = b"WEBP".to_vec();
    for (name, body) in parts {
        all.extend_from_slice(*name);
        all.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        all.extend_from_slice(body);
        all.extend(vec![0; body.len() % 2]);
    }
    [b"RIFF".to_vec(), u32::try_from(all.len()).unwrap().to_le_bytes().to_vec(), all].concat()
}

/// Makes a JPEG file of these segments and a short scan.
pub(crate) fn jpeg(segments: &[&[u8]]) -> Vec<u8> {
    [&[0xff, 0xd8][..], &segments.concat(), &SCAN, &END].concat()
}

/// A frame header: 800 × 600, grey.
pub(crate) const FRAME: [u8; 13] = [0xff, 0xc0, 0, 11, 8, 2, 88, 3, 32, 1, 1, 0x11, 0];
const SCAN: [u8; 13] = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3];
const END: [u8; 2] = [0xff, 0xd9];

const GOOD: [(&str, PhotoKind); 10] = [
    ("canvas.webp", PhotoKind::Webp),
    ("canvas-p3.webp", PhotoKind::Webp),
    ("canvas-alpha.webp", PhotoKind::Webp),
    ("lossy.webp", PhotoKind::Webp),
    ("lossless.webp", PhotoKind::Webp),
    ("canvas.jpg", PhotoKind::Jpeg),
    ("canvas-p3.jpg", PhotoKind::Jpeg),
    ("baseline.jpg", PhotoKind::Jpeg),
    ("progressive.jpg", PhotoKind::Jpeg),
    ("grey.jpg", PhotoKind::Jpeg),
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

/// The file with these bytes put in at an offset. In a WebP the length of the file is corrected.
fn with(name: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut content = file(name);
    content.splice(at..at, bytes.iter().copied());
    if kind_of(&content) == Some(PhotoKind::Webp) {
        let riff = u32::try_from(content.len() - 8).unwrap().to_le_bytes();
        content[4..8].copy_from_slice(&riff);
    }
    content
}

#[test]
fn pictures_of_browsers_and_libraries_are_read() {
    for (name, kind) in GOOD {
        let size = if name.starts_with("lossless") { (12, 8) } else { (48, 32) };
        assert_eq!(inspect(&file(name)), Some((kind, size.0, size.1)), "{name}");
    }
    assert_eq!(inspect(&lossless_webp(800, 600, 41)), Some((PhotoKind::Webp, 800, 600)));
    assert_eq!(inspect(&jpeg(&[&FRAME])), Some((PhotoKind::Jpeg, 800, 600)));
}

#[test]
fn files_with_metadata_several_pictures_or_another_format_are_refused() {
    let bad = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let bad: Vec<_> = bad.filter(|name| name.starts_with("bad-")).collect();
    assert!(bad.len() > 10, "{bad:?}");
    for name in bad {
        assert_eq!(inspect(&file(&name)), None, "{name}");
    }
    assert_eq!(inspect(b"<svg onload=alert(1)>"), None);
}

#[test]
fn nothing_may_stand_behind_the_picture() {
    let second = file("lossy.webp");
    for (name, _) in GOOD {
        let end = file(name).len();
        for trailer in
            [&b"PK\x03\x04"[..], b"<script>alert(1)</script>", b"\0", b"\0\0", &second, &jpeg(&[&FRAME])]
        {
            assert_eq!(inspect(&[file(name), trailer.to_vec()].concat()), None, "{name}");
            assert_eq!(inspect(&with(name, end, trailer)), None, "{name}");
        }
    }
}

#[test]
fn nothing_may_stand_between_the_parts_of_a_jpeg() {
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, body].concat()
    };
    let thumbnail = segment(0xe0, b"JFXX\0\x10\xff\xd8\xff\xd9");
    let in_header = segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01abc");
    for (name, extra) in [
        ("EXIF", segment(0xe1, b"Exif\0\0MM\0*")),
        ("XMP", segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>")),
        ("several pictures", segment(0xe2, b"MPF\0MM\0*")),
        ("half a profile", segment(0xe2, b"ICC_PROFILE\0\x01\x02abc")),
        ("Photoshop", segment(0xed, b"Photoshop 3.0\0")),
        ("a maker's own", segment(0xec, b"Ducky")),
        ("a comment", segment(0xfe, b"Matam")),
        ("a thumbnail", thumbnail),
        ("a second header", in_header),
        ("fill", vec![0xff]),
        ("a second frame", segment(0xc0, &FRAME[4..])),
        ("a table and more", segment(0xdd, b"\0\x01abc")),
        ("half a table", segment(0xdb, &[0; 66])),
    ] {
        for base in ["baseline.jpg", "progressive.jpg", "canvas.jpg"] {
            let content = file(base);
            let places: Vec<_> = (2..content.len()).filter(|at| is_marker(&content, *at)).collect();
            assert!(places.len() > 4);
            let scan = content.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap();
            assert_eq!(inspect(&with(base, scan, b"abc")), None, "bytes between segments of {base}");
            for at in places {
                assert_eq!(inspect(&with(base, at, &extra)), None, "{name} at {at} of {base}");
            }
        }
    }
}

/// True if a segment of a JPEG begins here, roughly.
fn is_marker(content: &[u8], at: usize) -> bool {
    matches!(content[at..], [0xff, 0xc0..=0xfe, ..])
}

#[test]
fn a_webp_holds_the_chunks_of_one_picture_only() {
    let picture = &file("lossy.webp")[20..];
    let picture = &picture[..picture.len() / 2 * 2];
    let plain = webp(&[(b"VP8 ", picture)]);
    assert!(inspect(&plain).is_some());
    let head = |flags: u8| [flags, 0, 0, 0, 47, 0, 0, 31, 0, 0];
    assert!(inspect(&webp(&[(b"VP8X", &head(0)), (b"VP8 ", picture)])).is_some());
    let cases: [&[(&[u8; 4], &[u8])]; 12] = [
        &[],
        &[(b"VP8 ", picture), (b"VP8 ", picture)],
        &[(b"VP8 ", picture), (b"EXIF", b"GPS ")],
        &[(b"JUNK", b"abcd"), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0)), (b"VP8 ", picture), (b"XMP ", b"<x/>")],
        &[(b"VP8X", &head(0)), (b"ALPH", b"\0abc"), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0x10)), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0x20)), (b"ICCP", b"no profile"), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0x08)), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0x02)), (b"ANIM", &[0; 6]), (b"ANMF", picture)],
        &[(b"VP8X", &[0, 0, 0, 0, 99, 0, 0, 31, 0, 0]), (b"VP8 ", picture)],
        &[(b"VP8X", &head(0)), (b"VP8X", &head(0)), (b"VP8 ", picture)],
    ];
    for chunks in cases {
        assert_eq!(
            inspect(&webp(chunks)),
            None,
            "{:?}",
            chunks.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
    }
    let mut odd = lossless_webp(8, 8, 4);
    assert!(inspect(&odd).is_some());
    *odd.last_mut().unwrap() = 1;
    assert_eq!(inspect(&odd), None, "the padding says something");
}

#[test]
fn a_profile_hides_nothing() {
    for (name, _) in GOOD.into_iter().filter(|(name, _)| name.starts_with("canvas")) {
        let content = file(name);
        let start = content.windows(4).position(|part| part == b"acsp").unwrap() - 36;
        for (offset, bytes) in [(0, 9), (36, b'x'), (110, b'M'), (131, 200), (132, b'x'), (143, 0xff)] {
            let mut changed = content.clone();
            changed[start + offset] = bytes;
            assert_eq!(inspect(&changed), None, "{name}: byte {offset} of the profile");
        }
        let text = content.windows(8).position(|part| part == b"\0G\0o\0o\0g").unwrap();
        let mut changed = content.clone();
        changed[text + 1] = b'<';
        assert_eq!(inspect(&changed), None, "{name}: markup in a text");
    }
}

#[test]
fn what_is_cut_is_refused_and_nothing_is_a_panic() {
    let made = [lossless_webp(8, 8, 40), jpeg(&[&FRAME])];
    for photo in GOOD.map(|(name, _)| file(name)).into_iter().chain(made) {
        for cut in 0..photo.len() {
            assert_eq!(inspect(&photo[..cut]), None, "{cut}");
        }
        for at in 0..photo.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = photo.clone();
                changed[at] = value;
                let _ = inspect(&changed);
            }
        }
    }
}
