//! The check of a voice note: Opus in the container that was announced, not too long, and heard or silent.

use super::refusal::Refusal;
use opus::{Channels, Decoder};
use teranga_clinic::{
    attachment::{AttachmentContent, MediaType},
    attachment_rules::VOICE_NOTE_MS,
};
use teranga_media::opus_file::{self, Container, OpusFile};

/// Checks a voice note. This decodes all of it, which takes some tens of milliseconds.
pub(super) fn check(kind: MediaType, bytes: &[u8]) -> Result<AttachmentContent, Refusal> {
    let container = if kind == MediaType::Ogg { Container::Ogg } else { Container::Webm };
    let file = opus_file::read(bytes).filter(|file| file.container == container);
    let file = file.ok_or(Refusal::VoiceNoteKind)?;
    let duration_ms = u32::try_from(file.duration.as_millis()).unwrap_or(u32::MAX);
    if duration_ms > VOICE_NOTE_MS {
        return Err(Refusal::VoiceNoteLong);
    }
    let silent = peak(&file).ok_or(Refusal::VoiceNoteKind)? < SILENCE;
    Ok(AttachmentContent::VoiceNote { duration_ms, silent })
}

/// The greatest sample of a voice, from 0 to 32,768; `None` if a packet cannot be decoded.
fn peak(file: &OpusFile<'_>) -> Option<u16> {
    let channels = if file.channels == 1 { Channels::Mono } else { Channels::Stereo };
    let mut decoder = Decoder::new(SAMPLE_RATE, channels).ok()?;
    let mut sound = vec![0_i16; LONGEST_PACKET * usize::from(file.channels)];
    let mut peak = 0;
    for packet in &file.packets {
        let samples = decoder.decode(packet, &mut sound, false).ok()?;
        let heard = &sound[..samples * usize::from(file.channels)];
        peak = heard.iter().fold(peak, |peak, sample| peak.max(sample.unsigned_abs()));
    }
    Some(peak)
}

/// The sample rate of Opus.
const SAMPLE_RATE: u32 = 48_000;

/// The samples of the longest packet, 120 ms.
const LONGEST_PACKET: usize = 5_760;

/// What is quieter in every sample is silence: 54 dB below full scale, where a quiet room lies. A voice at a tablet is thirty
/// times louder.
const SILENCE: u16 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const TONE: &[u8] = include_bytes!("../../media/tests/voices/chromium.webm");
    const SILENT: &[u8] = include_bytes!("../../media/tests/voices/silence.webm");
    const LONG: &[u8] = include_bytes!("../../media/tests/voices/long.webm");

    fn silent(bytes: &[u8]) -> Option<bool> {
        match check(MediaType::Webm, bytes) {
            Ok(AttachmentContent::VoiceNote { silent, .. }) => Some(silent),
            _ => None,
        }
    }

    #[test]
    fn a_voice_is_heard_and_silence_is_marked() {
        assert_eq!((silent(TONE), silent(SILENT)), (Some(false), Some(true)));
    }

    #[test]
    fn what_is_too_long_or_something_else_is_refused() {
        assert_eq!(check(MediaType::Webm, LONG), Err(Refusal::VoiceNoteLong));
        assert_eq!(
            check(MediaType::Ogg, TONE),
            Err(Refusal::VoiceNoteKind),
            "the other container was announced"
        );
        assert_eq!(check(MediaType::Webm, b"RIFF....WAVE"), Err(Refusal::VoiceNoteKind));
    }
}
