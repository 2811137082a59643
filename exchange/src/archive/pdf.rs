//! Writing pages as PDF/A-3b (ISO 19005-3). Nothing comes from a clock or from chance: the date is the newest fact's, the identifier
//! the document's own.

use super::{
    code::Modules,
    error::ArchiveError,
    manuscript::{Manuscript, Proof},
    page::{Mark, SMALL, STRONG, Style, pages},
    sheet::{HEIGHT, MARGIN, MM, WIDTH},
    typeface::{Typeface, printable},
};
use jiff::{Timestamp as Moment, tz::TimeZone};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};
use teranga_clinic::time::Timestamp;

/// The manuscript as a PDF.
pub(super) fn write(manuscript: Manuscript) -> Result<Vec<u8>, ArchiveError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A3_B).finish();
    let configuration = archival.map_err(|error| ArchiveError(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let pages = pages(&manuscript.blocks);
    for (number, marks) in (1..).zip(&pages) {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| ArchiveError("no page".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        frame(&mut surface, &manuscript, number, pages.len());
        for mark in marks {
            draw(&mut surface, mark);
        }
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(&manuscript));
    if let Some(proof) = manuscript.proof {
        attach(&mut document, proof, manuscript.at)?;
    }
    document.finish().map_err(|error| ArchiveError(format!("{error:?}")))
}

/// The running head and foot of a page.
fn frame(surface: &mut Surface<'_>, manuscript: &Manuscript, number: usize, count: usize) {
    let right =
        |style: Style, text: &str| WIDTH - MARGIN - Typeface::of(style.weight).width(text, style.size);
    let (head, foot) = (15.0 * MM, HEIGHT - 14.0 * MM);
    words(surface, MARGIN, head, SMALL, &manuscript.head);
    words(surface, right(STRONG, COPY), head, STRONG, COPY);
    rule(surface, head + 5.0);
    rule(surface, foot - SMALL.size - 4.0);
    words(surface, MARGIN, foot, SMALL, &manuscript.id.to_string());
    let place = format!("Page {number} / {count}");
    words(surface, right(SMALL, &place), foot, SMALL, &place);
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Words { x, baseline, style, text } => words(surface, *x, *baseline, *style, text),
        Mark::Rule { y } => rule(surface, *y),
        Mark::Bar { y, height } => fill(surface, INK, [(MARGIN, *y, 3.0, *height)]),
        Mark::Code { x, y, modules } => code(surface, *x, *y, modules),
    }
}

fn words(surface: &mut Surface<'_>, x: f32, baseline: f32, style: Style, text: &str) {
    let face = Typeface::of(style.weight);
    let glyphs = face.glyphs(text);
    if glyphs.is_empty() {
        return;
    }
    surface.set_fill(Some(ink(if style.soft { SOFT } else { INK })));
    surface.draw_glyphs(Point::from_xy(x, baseline), &glyphs, face.font(), text, style.size, false);
}

fn rule(surface: &mut Surface<'_>, y: f32) {
    fill(surface, SOFT, [(MARGIN, y, WIDTH - 2.0 * MARGIN, 0.6)]);
}

/// A code whose quiet zone begins at this corner. Its modules are the unit of length, because whole numbers are short.
fn code(surface: &mut Surface<'_>, x: f32, y: f32, modules: &Modules) {
    let side = modules.module();
    let squares = modules
        .runs()
        .into_iter()
        .map(|(column, row, length)| (f32::from(column), f32::from(row), f32::from(length), 1.0));
    surface.push_transform(&Transform::from_row(side, 0.0, 0.0, side, x, y));
    fill(surface, INK, squares);
    surface.pop();
}

/// Fills rectangles, each given by its upper left corner, width and height, as one path.
fn fill(
    surface: &mut Surface<'_>,
    color: [u8; 3],
    rectangles: impl IntoIterator<Item = (f32, f32, f32, f32)>,
) {
    let mut path = PathBuilder::new();
    for (x, y, width, height) in rectangles {
        if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rectangle);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(ink(color)));
        surface.draw_path(&path);
    }
}

fn ink([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// What the PDF says of itself. It names no patient.
fn metadata(manuscript: &Manuscript) -> Metadata {
    Metadata::new()
        .title(format!("{} — {}", manuscript.title, COPY.to_lowercase()))
        .authors(manuscript.authors.iter().map(|author| printable(author)).collect())
        .creator("Teranga".to_owned())
        .language("fr".to_owned())
        .document_id(manuscript.id.urn().to_string())
        .creation_date(date(manuscript.at))
}

fn attach(document: &mut Document, proof: Proof, at: Timestamp) -> Result<(), ArchiveError> {
    let file = EmbeddedFile {
        path: proof.file.to_owned(),
        mime_type: MimeType::new(proof.media_type),
        description: Some(proof.what.to_owned()),
        association_kind: AssociationKind::Source,
        data: proof.bytes.into(),
        modification_date: Some(date(at)),
        compress: Some(true),
        location: None,
    };
    document.embed_file(file).ok_or_else(|| ArchiveError("two files with one name".to_owned()))
}

/// A time of a fact, in UTC. What is after the end of the calendar is 1970, as elsewhere.
fn date(at: Timestamp) -> DateTime {
    let moment = i64::try_from(at.0).ok().and_then(|ms| Moment::from_millisecond(ms).ok());
    let moment = TimeZone::UTC.to_datetime(moment.unwrap_or_default());
    let part = |number: i8| number.unsigned_abs();
    DateTime::new(moment.year().unsigned_abs())
        .month(part(moment.month()))
        .day(part(moment.day()))
        .hour(part(moment.hour()))
        .minute(part(moment.minute()))
        .second(part(moment.second()))
        .utc_offset_hour(0)
}

/// Stands on each page, so that nobody takes a copy for the paper that was given to the patient.
const COPY: &str = "Copie d’archive";
const INK: [u8; 3] = [0, 0, 0];
const SOFT: [u8; 3] = [90, 90, 90];
