//! Reads the Opus packets of a recorded voice out of the file in which a browser writes them: Ogg (RFC 7845) or WebM
//! (RFC 8794, RFC 9559). The whole container is walked, to its last byte: a second track, other codecs, attachments, chapters
//! and anything between or behind the parts are refused. Nothing is decoded.
//!
//! Pure; fuzz entry point: [`read`]. It reads each byte once and keeps one reference for each packet.

mod identification;
mod ogg;
mod webm;

use crate::rtp::opus;
use std::time::Duration;

/// The container of a recorded voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Ogg.
    Ogg,
    /// WebM.
    Webm,
}

/// The Opus packets of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpusFile<'a> {
    /// The container that holds them.
    pub container: Container,
    /// The number of channels, 1 or 2.
    pub channels: u8,
    /// The packets in their order, each of them valid by its first bytes.
    pub packets: Vec<&'a [u8]>,
    /// The sum of their durations.
    pub duration: Duration,
}

/// Reads a file; `None` if it is not one recorded voice and nothing else, or holds no packet.
pub fn read(file: &[u8]) -> Option<OpusFile<'_>> {
    let (container, (channels, packets)) = match file {
        [b'O', b'g', b'g', b'S', ..] => (Container::Ogg, ogg::packets(file)?),
        _ => (Container::Webm, webm::packets(file)?),
    };
    let duration =
        packets.iter().try_fold(Duration::ZERO, |sum, packet| Some(sum + opus::duration(packet)?))?;
    let is_voice = (1..=2).contains(&channels) && !packets.is_empty();
    is_voice.then_some(OpusFile { container, channels, packets, duration })
}

#[cfg(test)]
mod tests;
