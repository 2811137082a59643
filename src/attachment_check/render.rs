//! Draws the pages of a PDF as JPEG pictures. It runs in a process of its own, `teranga render-document`, which first gives up
//! what it does not need: it can open no file and no socket, start no program, and use only so much time and memory. It reads
//! the document from its standard input and writes the answer to its standard output.

use super::refusal::Refusal;
use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{LoadPdfError, Pdf, page::Page},
    vello_cpu::{Pixmap, color::palette::css::WHITE},
};
use image::{DynamicImage, RgbaImage, codecs::jpeg::JpegEncoder};
use rustix::process::{Resource, Rlimit, setpriority_process, setrlimit};
use std::{
    io::{self, Read, Write},
    thread,
};
use teranga_clinic::attachment_rules::{DOCUMENT_BYTES, PAGES};

/// True if a file says that it is a PDF. ISO 32000-2 section 7.5.2 wants it at the beginning, and readers look for it in the
/// first kilobyte.
pub fn is_pdf(start: &[u8]) -> bool {
    start[..start.len().min(HEADER_WITHIN)].windows(MAGIC.len()).any(|window| window == MAGIC)
}

/// Runs the process: gives up what it does not need, draws what it is sent, and answers.
///
/// # Errors
/// A limit cannot be set, or the standard streams fail.
pub fn run_process() -> io::Result<()> {
    confine()?;
    // The depth of a document's objects becomes depth of the stack.
    let drawn = thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        let mut document = Vec::new();
        io::stdin().take(DOCUMENT_BYTES as u64 + 1).read_to_end(&mut document)?;
        write_answer(&mut io::stdout().lock(), draw(&document))
    })?;
    drawn.join().unwrap_or_else(|_| Err(io::Error::other("the drawing failed")))
}

/// Draws all pages.
///
/// # Errors
/// The document is none, has too many pages, or opens only with a password.
pub fn draw(document: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    if !is_pdf(document) {
        return Err(Refusal::DocumentKind);
    }
    let pdf = Pdf::new(document.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Refusal::DocumentEncrypted,
        LoadPdfError::Invalid => Refusal::DocumentKind,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() || pages.len() > PAGES {
        return Err(Refusal::DocumentPages);
    }
    let cache = RenderCache::new();
    pages.iter().map(|page| draw_page(page, &cache).ok_or(Refusal::DocumentTooHard)).collect()
}

/// Writes the pictures, or the reason why there are none: [`read_answer`] reads it.
///
/// # Errors
/// The stream failed.
fn write_answer(to: &mut impl Write, drawn: Result<Vec<Vec<u8>>, Refusal>) -> io::Result<()> {
    match drawn {
        Ok(pictures) => {
            to.write_all(&[DRAWN])?;
            for picture in pictures {
                to.write_all(&u32::try_from(picture.len()).unwrap_or(u32::MAX).to_be_bytes())?;
                to.write_all(&picture)?;
            }
        }
        Err(refusal) => to.write_all(&[word(refusal)])?,
    }
    to.flush()
}

/// Reads an answer. One that is no answer means that the process died of its limits.
///
/// # Errors
/// The reason why there are no pictures.
pub(super) fn read_answer(answer: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    let refusals = [Refusal::DocumentKind, Refusal::DocumentPages, Refusal::DocumentEncrypted];
    let (first, mut rest) = answer.split_first().ok_or(Refusal::DocumentTooHard)?;
    if *first != DRAWN {
        let known = refusals.into_iter().find(|refusal| word(*refusal) == *first && rest.is_empty());
        return Err(known.unwrap_or(Refusal::DocumentTooHard));
    }
    let mut pictures = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk().ok_or(Refusal::DocumentTooHard)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        pictures.push(after.get(..length).ok_or(Refusal::DocumentTooHard)?.to_vec());
        rest = &after[length..];
    }
    let in_bounds = (1..=PAGES).contains(&pictures.len());
    if in_bounds { Ok(pictures) } else { Err(Refusal::DocumentTooHard) }
}

/// The first byte of an answer that is a refusal.
const fn word(refusal: Refusal) -> u8 {
    match refusal {
        Refusal::DocumentKind => b'k',
        Refusal::DocumentPages => b'n',
        Refusal::DocumentEncrypted => b'e',
        _ => b'h',
    }
}

fn draw_page<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>) -> Option<Vec<u8>> {
    let (width, height) = page.render_dimensions();
    let scale = LONGEST_SIDE / width.max(height);
    let is_drawable = scale.is_finite() && width * scale >= 1.0 && height * scale >= 1.0;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let draw =
        || hayro::render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    jpeg(&is_drawable.then(draw)?)
}

/// Encodes a picture, in a quality at which it is not too heavy for a thin link.
fn jpeg(drawn: &Pixmap) -> Option<Vec<u8>> {
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels = RgbaImage::from_raw(width, height, drawn.data_as_u8_slice().to_vec())?;
    let pixels = DynamicImage::ImageRgba8(pixels).into_rgb8();
    let encode = |quality| {
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, quality).encode_image(&pixels).ok()?;
        Some(file)
    };
    let tried = QUALITIES.iter().map(|quality| encode(*quality));
    tried.flatten().find(|file| file.len() <= PICTURE_BYTES).or_else(|| encode(LEAST_QUALITY))
}

/// Gives up what drawing does not need. A process that was taken over by a document can then do little but compute: with the
/// limit of open files at its three streams, no file and no socket can be opened, by whatever system call.
fn confine() -> io::Result<()> {
    let limits = [
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_S),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, STREAMS),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    // Calls come first. A service manager may forbid this; the limits above hold in any case.
    let _ = setpriority_process(None, LOWEST_PRIORITY);
    Ok(())
}

const MAGIC: &[u8] = b"%PDF-";
const HEADER_WITHIN: usize = 1_024;

/// The first byte of an answer with pictures.
const DRAWN: u8 = b'p';

/// The longest side of a picture, pixels: an electrocardiogram on A4 has 5 of them a millimetre.
const LONGEST_SIDE: f32 = 1_600.0;

/// The qualities that are tried, and the one that is taken if the picture is still too heavy.
const QUALITIES: [u8; 3] = [80, 65, 50];
const LEAST_QUALITY: u8 = 35;

/// The bytes of a picture: a minute at 40 kbit/s.
const PICTURE_BYTES: usize = 300_000;

/// The address space of the process, bytes. A page of 1,600 pixels needs a tenth of it, a scan of 25 megapixels half.
const MEMORY_BYTES: u64 = 768 * 1024 * 1024;

/// The processor time, seconds. A document that is meant to be read takes less than one.
const CPU_S: u64 = 15;

/// Standard input, output and error.
const STREAMS: u64 = 3;

const STACK_BYTES: usize = 16 * 1024 * 1024;

const LOWEST_PRIORITY: i32 = 19;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(drawn: Result<Vec<Vec<u8>>, Refusal>) -> Vec<u8> {
        let mut answer = Vec::new();
        write_answer(&mut answer, drawn).unwrap();
        answer
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let pictures = vec![vec![1, 2, 3], vec![], vec![4]];
        assert_eq!(read_answer(&said(Ok(pictures.clone()))), Ok(pictures));
        for refusal in [
            Refusal::DocumentKind,
            Refusal::DocumentPages,
            Refusal::DocumentEncrypted,
            Refusal::DocumentTooHard,
        ] {
            assert_eq!(read_answer(&said(Err(refusal))), Err(refusal));
        }
    }

    #[test]
    fn a_process_that_died_or_says_too_much_has_drawn_nothing() {
        let whole = said(Ok(vec![vec![7; 50]; 3]));
        for cut in (0..whole.len()).filter(|cut| (cut + 53) % 54 != 0) {
            assert_eq!(read_answer(&whole[..cut]), Err(Refusal::DocumentTooHard), "{cut}");
        }
        assert_eq!(read_answer(&said(Ok(vec![]))), Err(Refusal::DocumentTooHard));
        assert_eq!(read_answer(&said(Ok(vec![vec![1]; PAGES + 1]))), Err(Refusal::DocumentTooHard));
    }

    proptest! {
        #[test]
        fn no_answer_is_more_than_it_says(answer: Vec<u8>) {
            let bytes = read_answer(&answer).map_or(0, |pictures| pictures.iter().map(Vec::len).sum());
            prop_assert!(bytes <= answer.len());
        }
    }
}
