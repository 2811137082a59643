//! Colour profiles (ICC.1:2022): browsers put a small one into every picture that they draw. A profile could hide
//! anything, so only one of this kind is accepted: short, its tags fill it without a gap, and its texts are short.

/// True for a small display profile that holds nothing else.
pub(super) fn is_plain(profile: &[u8]) -> bool {
    check(profile).is_some()
}

fn check(profile: &[u8]) -> Option<()> {
    let is_bounded = profile.len() <= BYTES && u32_at(profile, 0)? == profile.len();
    let is_profile = profile.get(36..40)? == b"acsp" && profile.get(100..128)?.iter().all(|byte| *byte == 0);
    let count = u32_at(profile, 128)?;
    if !is_bounded || !is_profile || count > TAGS {
        return None;
    }
    let mut end = 132 + 12 * count;
    let mut places = Vec::new();
    for entry in profile.get(132..end)?.chunks(12) {
        let (offset, length) = (u32_at(entry, 4)?, u32_at(entry, 8)?);
        let data = profile.get(offset..offset.checked_add(length)?)?;
        is_tag(&entry[..4], data).then_some(())?;
        places.push((offset, offset + length));
    }
    // Several tags may share one place.
    places.sort_unstable();
    for (start, stop) in places {
        if start >= end {
            let between = profile.get(end..start)?;
            (between.len() < 4 && between.iter().all(|byte| *byte == 0)).then_some(())?;
        }
        end = end.max(stop);
    }
    let behind = profile.get(end..)?;
    (behind.len() < 4 && behind.iter().all(|byte| *byte == 0)).then_some(())
}

/// True for a tag of a display profile, with a value of its type.
fn is_tag(name: &[u8], data: &[u8]) -> bool {
    let kind = data.get(..8);
    match name {
        b"desc" | b"cprt" => kind == Some(b"mluc\0\0\0\0") && is_short_text(data).is_some(),
        b"wtpt" | b"rXYZ" | b"gXYZ" | b"bXYZ" => kind == Some(b"XYZ \0\0\0\0") && data.len() == 20,
        b"chad" => kind == Some(b"sf32\0\0\0\0") && data.len() == 44,
        b"cicp" => kind == Some(b"cicp\0\0\0\0") && data.len() == 12,
        b"rTRC" | b"gTRC" | b"bTRC" => is_curve(data).is_some(),
        _ => false,
    }
}

/// A parametric curve, or a curve that is one number.
fn is_curve(data: &[u8]) -> Option<()> {
    let length = match data.get(..8)? {
        b"para\0\0\0\0" => 12 + 4 * [1, 3, 4, 5, 7].get(usize::from(*data.get(9)?))?,
        b"curv\0\0\0\0" => 12 + 2 * u32_at(data, 8).filter(|points| *points <= 1)?,
        _ => return None,
    };
    (data.len() == length).then_some(())
}

/// A text in one language, of few plain letters.
fn is_short_text(data: &[u8]) -> Option<()> {
    let [records, size, length, offset] = [8, 12, 20, 24].map(|at| u32_at(data, at));
    let (length, offset) = (length?, offset?);
    let text = data.get(offset..)?;
    let (text, padding) = text.split_at_checked(length)?;
    let is_padded = padding.len() < 4 && padding.iter().all(|byte| *byte == 0);
    let is_whole = records? == 1 && size? == 12 && offset == 28 && is_padded;
    let is_letter = |pair: &[u8]| matches!(*pair, [0, letter] if letter.is_ascii_alphanumeric() || b" .-()".contains(&letter));
    let is_plain = length <= 2 * TEXT_CHARS && length % 2 == 0 && text.chunks(2).all(is_letter);
    (is_whole && is_plain).then_some(())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// The longest profile, bytes. Those that Chromium writes have 456 to 520.
const BYTES: usize = 1_024;

/// The most tags of a profile. Those that Chromium writes have 9 to 11.
const TAGS: usize = 16;

/// The longest text in a profile, in characters: `Display P3 Gamut with sRGB Transfer` has 35.
const TEXT_CHARS: usize = 40;
