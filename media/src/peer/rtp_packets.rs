//! RTP packets and keyframe requests through a peer, between the engine's types and ours.
//!
//! Part of [`Peer`]. It never decides who receives a packet.

use super::{Output, Peer, format::Format, media_sections::set_rtx_cache, nack_generator::EngineNacks, red};
use crate::{
    command::Kind,
    rtp::{capture_time::Report, vp8},
    stats::Stats,
    track::{Codec, Packet, Rewritten},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    media::{KeyframeRequestKind, Pt},
    rtp::{RtpPacket, RtpWrite, Ssrc, Vp8Descriptor, Vp8Patch, rtcp::Nack},
};

/// The bytes of one stream that may wait in the engine's pacer: half a second at 2 Mbit/s. A picture that waits
/// with more is begun anew with a keyframe, because more would only be late.
const PACER_BYTES: u64 = 128 * 1_024;

/// The bound of the pacer as time at the estimated rate, for links that carry less.
const PACER_SPAN: Duration = Duration::from_secs(1);

/// The bytes that may always wait in the pacer: one keyframe.
const PACER_KEYFRAME_BYTES: u64 = 12 * 1_024;

/// The round trip that is assumed until one was measured: that of a thin link.
const RTT_START: Duration = Duration::from_millis(300);

impl Peer {
    /// Sends a packet through a media section.
    pub(crate) fn write(&mut self, line: usize, packet: &Packet, new: Rewritten, now: Instant) {
        let ssrc = self.sections.ssrc(line);
        let (Some(ssrc), Some(format)) = (ssrc, Format::by_codec(&self.rtc, packet.codec)) else { return };
        let redundant = self.with_redundant_copy(line, &new, format);
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&ssrc) else { return };
        if packet.codec.kind() == Kind::Audio {
            self.voice.sent(line, packet, &new, now);
        }
        let Rewritten { sequence, timestamp, payload, vp8 } = new;
        let (pt, payload, patch) = match (redundant, vp8) {
            (Some((red, payload)), _) => (red, payload, None),
            (None, None) => (format.pt, payload, None),
            (None, Some((descriptor, numbers))) => match patch(&payload, numbers) {
                Some(patch) => (format.pt, payload, Some(patch)),
                None => (format.pt, vp8::renumber(&payload, &descriptor, numbers), None),
            },
        };
        let write = RtpWrite::new(pt, sequence.into(), timestamp, packet.captured, payload)
            .marker(packet.marker)
            .nackable(packet.codec.kind() == Kind::Video);
        stream.write_rtp(match patch {
            Some(patch) => write.vp8_patch(patch),
            None => write,
        });
        self.dirty = true;
    }

    /// The redundant form of a voice packet, if it is wanted and possible.
    fn with_redundant_copy(&self, line: usize, new: &Rewritten, format: Format) -> Option<(Pt, Arc<[u8]>)> {
        let red = format.red.filter(|_| self.voice.is_redundant())?;
        let earlier = self.voice.redundant_for_next(line)?;
        Some((red, red::wrap(&new.payload, new.timestamp, earlier, format.pt)?.into()))
    }

    /// True if more waits in the pacer for a media section than is worth sending.
    pub(crate) fn is_congested(&mut self, line: usize) -> bool {
        let Some(ssrc) = self.sections.ssrc(line) else { return false };
        let mut api = self.rtc.direct_api();
        let queue = api.stream_tx(&ssrc).and_then(|stream| stream.queue_info());
        let most = PACER_BYTES.min(self.assumed.bytes_in(PACER_SPAN).max(PACER_KEYFRAME_BYTES));
        queue.is_some_and(|queue| queue.byte_size() as u64 > most)
    }

    /// Empties the RTX cache of a media section, which the engine would otherwise keep until something newer is sent there.
    pub(crate) fn clear_rtx_cache(&mut self, line: usize) {
        let Some(ssrc) = self.sections.ssrc(line) else { return };
        if let Some(stream) = self.rtc.direct_api().stream_tx(&ssrc) {
            set_rtx_cache(stream);
        }
    }

    /// Switches NACKs for the client's cameras. The repair of a camera that was withdrawn would fill the uplink once more.
    pub(crate) fn set_video_nacks(&mut self, on: bool) {
        let mut api = self.rtc.direct_api();
        for section in self.sections.all().iter().filter(|section| section.kind == Some(Kind::Video)) {
            let layers = section.layers.iter().copied().map(Some).chain([None]);
            for rid in layers {
                if let Some(stream) = api.stream_rx_by_mid(section.mid, rid) {
                    stream.suppress_nack(!on);
                }
            }
        }
    }

    /// Requests a keyframe of one layer from the client (PLI, RFC 4585 section 6.3.1).
    pub(crate) fn request_keyframe(&mut self, line: usize, layer: usize) {
        let Some(section) = self.sections.get(line) else { return };
        let (mid, rid) = (section.mid, section.layers.get(layer).copied());
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            self.dirty = true;
        }
    }

    /// Takes a packet of the client, if it belongs to one of its tracks, and the earlier packets that it recovers. Tells of a voice with
    /// another SSRC than before.
    pub(super) fn rtp_received(
        &mut self,
        packet: &RtpPacket,
        now: Instant,
        stats: &mut Stats,
    ) -> Option<Output> {
        self.hear(now);
        self.media_heard = Some(now);
        let header = &packet.header;
        let format = Format::by_payload_type(&self.rtc, header.payload_type)?;
        let (line, layer) = self.sections.place_of(&mut self.rtc, header.ssrc, format.codec.kind())?;
        let report = packet
            .last_sender_info
            .map(|info| Report { ntp: info.ntp_time, rtp: low_bits(info.rtp_time.numer()) });
        let captured = self.clock.captured(now, header.timestamp, format.codec.clock_rate(), report);
        let mut received = Packet {
            line,
            layer,
            codec: format.codec,
            sequence: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: packet.payload.clone(),
            carried: packet.payload.len(),
            captured,
        };
        let is_redundant = format.red == Some(header.payload_type);
        if is_redundant {
            let red = red::unwrap(&packet.payload, format.pt)?;
            let recovered = self.voice.recover(&received, &red.copies, now);
            stats.voice_recovered += recovered.len() as u64;
            self.received.extend(recovered);
            received.payload = red.primary;
        }
        let mut voice = None;
        if format.codec.kind() == Kind::Audio {
            let requests = self.voice.is_enabled() && !is_redundant;
            self.request_missing(&received, header.ssrc, requests, now);
            let is_new = self.voice_ssrc.replace(header.ssrc) != Some(header.ssrc);
            voice = is_new.then(|| Output::Voice(*header.ssrc));
        }
        self.received.push_back(received);
        voice
    }

    /// Enables the engine's NACKs for a voice stream while a request is due.
    fn request_missing(&mut self, packet: &Packet, ssrc: Ssrc, requests: bool, now: Instant) {
        let rtt = requests.then(|| self.link_stats.rtt().unwrap_or(RTT_START));
        let nacks = self.voice.received(packet.line, packet.sequence, rtt, now);
        if nacks == EngineNacks::Unchanged {
            return;
        }
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
            stream.suppress_nack(nacks == EngineNacks::Disable);
        }
    }

    /// Resends the voice packets that a NACK requests; the engine resends video.
    pub(super) fn nack_received(&mut self, nack: &Nack, now: Instant, stats: &mut Stats) {
        let Some(line) = self.sections.voice_with_ssrc(nack.ssrc) else { return };
        let Some(Format { pt, red, .. }) = Format::by_codec(&self.rtc, Codec::Opus) else { return };
        let is_redundant = self.voice.is_redundant() && red.is_some();
        let spacing = self.link_stats.rtt().unwrap_or(RTT_START);
        let numbers = nack.reports.iter().flat_map(|entry| {
            (0..=16).filter(|i| *i == 0 || entry.blp >> (i - 1) & 1 == 1).map(|i| entry.pid.wrapping_add(i))
        });
        for number in numbers {
            let Some(sent) = self.voice.resend(line, number, spacing, now) else { continue };
            if !self.voice.is_enabled() || is_redundant {
                continue;
            }
            let mut api = self.rtc.direct_api();
            let Some(stream) = api.stream_tx(&nack.ssrc) else { return };
            let write = RtpWrite::new(pt, sent.sequence.into(), sent.timestamp, sent.captured, sent.payload);
            stream.write_rtp(write.marker(sent.marker).nackable(false));
            stats.voice_resent += 1;
            self.dirty = true;
        }
    }
}

/// The engine's order to write other numbers while it serializes a packet, so that receivers share one payload. It refuses descriptors
/// with `TL0PICIDX` and without a temporal layer (RFC 7741 section 4.2), of which the numbers are written into a copy.
fn patch(payload: &[u8], numbers: vp8::Numbers) -> Option<Vp8Patch> {
    let mut builder = Vp8Descriptor::parse(payload).ok()?.patch();
    if let Some(picture) = numbers.picture {
        builder = builder.picture_id(picture);
    }
    if let Some(level0) = numbers.level0 {
        builder = builder.tl0_pic_idx(level0);
    }
    builder.build().ok()
}

/// The 32 bits on the wire of an extended RTP timestamp.
fn low_bits(extended: u64) -> u32 {
    let [.., a, b, c, d] = extended.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}
