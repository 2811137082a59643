//! The encoder: plain samples become an Ogg Opus file (RFC 7845), mono at 24 kbit/s, in one bounded piece of work.

use super::level::{SAMPLE_RATE, SoundFlaw, made_even};
use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use std::io::Cursor;

/// A recording as tablets play it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub audio: Vec<u8>,
    /// Its length, milliseconds.
    pub duration_ms: u32,
}

/// Makes a file of a recording: samples of 16 bits, little-endian, mono at 24 kHz. Silence at the ends is cut. A second of sound takes
/// some milliseconds of a core.
///
/// # Errors
/// See [`SoundFlaw`].
pub fn encode(recorded: &[u8]) -> Result<Encoded, SoundFlaw> {
    if recorded.len() > RECORDED_BYTES || !recorded.len().is_multiple_of(2) {
        return Err(SoundFlaw::TooLong);
    }
    let samples: Vec<i16> =
        recorded.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    let spoken = made_even(&samples)?;
    let duration_ms = u32::try_from(spoken.len() * 1_000 / SAMPLE_RATE).map_err(|_| SoundFlaw::TooLong)?;
    let audio = write(&spoken).ok_or(SoundFlaw::Encoder)?;
    Ok(Encoded { audio, duration_ms })
}

/// Encodes the samples and writes the pages of the file; `None` if the encoder fails.
fn write(samples: &[i16]) -> Option<Vec<u8>> {
    let rate = u32::try_from(SAMPLE_RATE).ok()?;
    let mut encoder = opus::Encoder::new(rate, opus::Channels::Mono, opus::Application::Voip).ok()?;
    encoder.set_bitrate(opus::Bitrate::Bits(BITS_PER_SECOND)).ok()?;
    let pre_skip = u64::try_from(encoder.get_lookahead().ok()?).ok()? * GRANULES;
    let mut file = PacketWriter::new(Cursor::new(Vec::new()));
    file.write_packet(head(u16::try_from(pre_skip).ok()?), SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    file.write_packet(TAGS, SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    let end = samples.len() as u64 * GRANULES + pre_skip;
    let packets = end.div_ceil(PACKET as u64 * GRANULES);
    for number in 0..packets {
        let from = usize::try_from(number).ok()? * PACKET;
        let mut packet: Vec<i16> = samples.iter().skip(from).take(PACKET).copied().collect();
        packet.resize(PACKET, 0);
        let position = ((number + 1) * PACKET as u64 * GRANULES).min(end);
        let last = if number + 1 == packets {
            PacketWriteEndInfo::EndStream
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        file.write_packet(encoder.encode_vec(&packet, PACKET_BYTES).ok()?, SERIAL, last, position).ok()?;
    }
    Some(file.into_inner().into_inner())
}

/// The identification header (RFC 7845 section 5.1).
fn head(pre_skip: u16) -> Vec<u8> {
    let rate = u32::try_from(SAMPLE_RATE).unwrap_or_default();
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(pre_skip.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend([0; 3]); // no output gain, and the mapping of one channel
    head
}

/// The comment header (RFC 7845 section 5.2): a vendor, and no comment that could name anybody.
const TAGS: &[u8] = b"OpusTags\x07\0\0\0teranga\0\0\0\0";
/// The serial number of the only stream. A fixed one makes equal files of equal sounds.
const SERIAL: u32 = 1;

/// Units of a position in the file for each sample: positions count at 48 kHz.
const GRANULES: u64 = 2;
/// Samples of a packet: 20 ms.
const PACKET: usize = SAMPLE_RATE / 50;
/// The most bytes of a packet; at this bit rate it has about 60.
const PACKET_BYTES: usize = 1_275;
/// A clear voice; 20 s of it are 60 kB.
const BITS_PER_SECOND: i32 = 24_000;
/// The most bytes of a recording: 20 s of 16-bit samples.
pub const RECORDED_BYTES: usize = 20 * SAMPLE_RATE * 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SPOKEN_BYTES;
    use ogg::reading::PacketReader;

    /// So many seconds of a tone that swells, as little-endian samples.
    fn recorded(tenths: usize) -> Vec<u8> {
        let sample = |n: usize| i16::try_from((n / 40 % 2) * 12_000 + n % 7_000).unwrap() - 6_000;
        (0..tenths * SAMPLE_RATE / 10).flat_map(|n| sample(n).to_le_bytes()).collect()
    }

    #[test]
    fn a_recording_becomes_a_file_that_decodes_to_its_length() {
        let encoded = encode(&recorded(23)).unwrap();
        assert_eq!(encoded.duration_ms, 2_300);
        let mut reader = PacketReader::new(Cursor::new(&encoded.audio));
        assert!(reader.read_packet_expected().unwrap().data.starts_with(b"OpusHead\x01\x01"));
        assert!(reader.read_packet_expected().unwrap().data.starts_with(b"OpusTags"));
        let mut decoder = opus::Decoder::new(24_000, opus::Channels::Mono).unwrap();
        let (mut samples, mut end, mut loudest) = (0, 0, 0);
        while let Some(packet) = reader.read_packet().unwrap() {
            let mut sound = [0_i16; PACKET];
            samples += decoder.decode(&packet.data, &mut sound, false).unwrap();
            loudest = loudest.max(sound.iter().map(|sample| sample.unsigned_abs()).max().unwrap());
            end = packet.absgp_page();
        }
        let pre_skip = u64::from(u16::from_le_bytes([encoded.audio[28 + 10], encoded.audio[28 + 11]]));
        assert_eq!(end - pre_skip, 2_300 * 48, "the last page tells the length (RFC 7845 section 4)");
        assert!(samples as u64 * GRANULES >= end && loudest > 10_000);
        assert_eq!(encode(&recorded(23)).unwrap(), encoded, "equal sounds are equal files");
    }

    #[test]
    fn the_longest_recording_fits_and_a_longer_one_is_refused() {
        let longest = encode(&recorded(200)).unwrap();
        assert!(longest.audio.len() < SPOKEN_BYTES, "{}", longest.audio.len());
        assert_eq!(encode(&recorded(201)), Err(SoundFlaw::TooLong));
        assert_eq!(encode(&[1]), Err(SoundFlaw::TooLong), "half a sample");
        assert_eq!(encode(&[]), Err(SoundFlaw::Silent));
    }
}
