//! Reads recordings: 16-bit PCM WAV files (RIFF), converted to mono at Opus's rate.

use super::voice::SAMPLE_RATE;

/// The contents of a `fmt ` chunk.
#[derive(Clone, Copy)]
struct Format {
    channels: usize,
    rate: u32,
}

/// The samples of a WAV file, mono at [`SAMPLE_RATE`]. It is `None` if the file is not 16-bit PCM of 8 to 48 kHz.
pub fn read(file: &[u8]) -> Option<Vec<i16>> {
    let mut rest = file.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    let mut format = None;
    while let Some((id, body, next)) = chunk(rest) {
        match id {
            b"fmt " => format = Some(read_format(body)?),
            b"data" => return Some(convert(body, format?)),
            _ => {}
        }
        rest = next;
    }
    None
}

/// Splits off the next chunk: its name, its body and the rest. Bodies are padded to even lengths.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(8)?;
    let (id, length) = head.split_at(4);
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    let body = &rest[..length.min(rest.len())];
    let next = rest.get(length.saturating_add(length % 2)..).unwrap_or_default();
    Some((id, body, next))
}

fn read_format(body: &[u8]) -> Option<Format> {
    let word = |at: usize| Some(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?));
    let rate = u32::from_le_bytes(body.get(4..8)?.try_into().ok()?);
    let (pcm, channels, bits) = (word(0)? == 1, usize::from(word(2)?), word(14)?);
    let usable = pcm && bits == 16 && (1..=8).contains(&channels) && (8_000..=SAMPLE_RATE).contains(&rate);
    usable.then_some(Format { channels, rate })
}

/// Takes the first channel and resamples it by linear interpolation, which is good enough to measure a link with.
fn convert(data: &[u8], format: Format) -> Vec<i16> {
    let frames = data.chunks_exact(2 * format.channels);
    let samples: Vec<i16> = frames.map(|frame| i16::from_le_bytes([frame[0], frame[1]])).collect();
    let (from, to) = (u64::from(format.rate), u64::from(SAMPLE_RATE));
    let count = samples.len() as u64 * to / from;
    (0..count).map(|n| interpolate(&samples, n * from, to)).collect()
}

/// The signal at the fractional sample `position / scale`.
fn interpolate(samples: &[i16], position: u64, scale: u64) -> i16 {
    let at = |index: u64| usize::try_from(index).ok().and_then(|index| samples.get(index)).copied();
    let here = i64::from(at(position / scale).unwrap_or(0));
    let next = at(position / scale + 1).map_or(here, i64::from);
    let (fraction, scale) = ((position % scale).cast_signed(), scale.cast_signed());
    i16::try_from(here + (next - here) * fraction / scale).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(rate: u32, channels: u16, bits: u16, samples: &[i16]) -> Vec<u8> {
        let data: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        let mut file = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend([0; 6]);
        file.extend(bits.to_le_bytes());
        file.extend(b"data");
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn a_stereo_file_becomes_mono_at_our_rate() {
        assert_eq!(read(&wav(48_000, 2, 16, &[1, 9, -2, 9])), Some(vec![1, -2]));
        assert_eq!(read(&wav(16_000, 1, 16, &[0, 300])), Some(vec![0, 100, 200, 300, 300, 300]));
    }

    #[test]
    fn anything_else_is_refused_and_nothing_panics() {
        assert_eq!(read(&wav(48_000, 1, 24, &[1])), None);
        assert_eq!(read(&wav(96_000, 1, 16, &[1])), None);
        let whole = wav(48_000, 1, 16, &[1, 2, 3]);
        (0..whole.len()).for_each(|end| drop(read(&whole[..end])));
        assert_eq!(read(b"OggS"), None);
    }
}
