//! RTP through a peer: the engine's packets and keyframe requests in our words, and ours in its.
//!
//! Part of [`Peer`], on its lines and its engine. It never decides who receives a packet.

use super::{
    Peer,
    engine::codec,
    media_sections::set_rtx_cache,
    nack_generator::EngineNacks,
    red::{self, Earlier},
};
use crate::{
    command::Kind,
    rtp::capture_time::Report,
    stats::Stats,
    track::{Codec, Packet, Rewritten},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    media::{KeyframeRequestKind, Pt},
    rtp::{RawPacket, RtpPacket, RtpWrite, Ssrc, rtcp::Rtcp},
};

/// The bytes of one stream that may wait in the engine's pacer: half a second at 2 Mbit/s. Beyond this the picture is begun
/// anew with a keyframe, because more would only be late.
const PACER_BYTES: u64 = 128 * 1_024;

/// The same bound as time at the estimated rate, for links that carry less.
const PACER_SPAN: Duration = Duration::from_secs(1);

/// The bytes that may always wait in the pacer: one keyframe.
const PACER_KEYFRAME_BYTES: u64 = 12 * 1_024;

/// The round trip that is assumed until one was measured: that of a thin link.
const RTT_START: Duration = Duration::from_millis(300);

/// How a codec is said on the wire of a peer.
#[derive(Clone, Copy)]
struct Format {
    codec: Codec,
    pt: Pt,
    /// Its redundant form (RFC 2198), if the client knows it.
    red: Option<Pt>,
}

impl Peer {
    /// A packet of the client, if it belongs to one of its tracks, and what it carries of earlier ones.
    pub(super) fn packet(&mut self, packet: &RtpPacket, now: Instant, stats: &mut Stats) {
        self.path.hear(now);
        self.media_heard = Some(now);
        let header = &packet.header;
        let Some(format) = self.format_of(header.payload_type) else { return };
        let Some((line, layer)) = self.place_of(header.ssrc, format.codec) else { return };
        let report = packet
            .last_sender_info
            .map(|info| Report { ntp: info.ntp_time, rtp: low_bits(info.rtp_time.numer()) });
        let captured = self.clock.captured(now, header.timestamp, format.codec.clock_rate(), report);
        let mut whole = Packet {
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
        let doubled = format.red == Some(header.payload_type);
        if doubled {
            let Some(red) = red::unwrap(&packet.payload, format.pt) else { return };
            self.recover(&whole, &red.earlier, now, stats);
            whole.payload = red.primary;
        }
        if format.codec.kind() == Kind::Audio {
            let repairing = self.repairing && !doubled;
            self.ask_for_missing(line, header.ssrc, whole.sequence, repairing, now);
        }
        self.unwrapped.push_back(whole);
    }

    /// Takes what is missing of a voice from a packet that came.
    fn recover(&mut self, carrier: &Packet, earlier: &[Earlier], now: Instant, stats: &mut Stats) {
        for Earlier { packets, ticks, payload } in earlier.iter().rev() {
            let sequence = carrier.sequence.saturating_sub(*packets);
            let nacks = &mut self.repairs[carrier.line].1;
            if nacks.is_missing(sequence) {
                nacks.recovered(sequence, now);
                stats.voice_recovered += 1;
                self.unwrapped.push_back(Packet {
                    sequence,
                    timestamp: carrier.timestamp.wrapping_sub(*ticks),
                    marker: false,
                    payload: payload.clone(),
                    ..carrier.clone()
                });
            }
        }
    }

    /// The m-line and the layer of one of the client's streams.
    fn place_of(&mut self, ssrc: Ssrc, codec: Codec) -> Option<(usize, usize)> {
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let all = self.lines.all();
        let line = all.iter().position(|line| line.mid == mid && line.kind == Some(codec.kind()))?;
        Some((line, all[line].layer(rid)?))
    }

    fn format_of(&self, pt: Pt) -> Option<Format> {
        self.formats().find(|format| format.pt == pt || format.red == Some(pt))
    }

    fn format_for(&self, wanted: Codec) -> Option<Format> {
        self.formats().find(|format| format.codec == wanted)
    }

    fn formats(&self) -> impl Iterator<Item = Format> {
        self.rtc.codec_config().params().iter().filter_map(|params| {
            let codec = codec(params.spec().codec)?;
            Some(Format { codec, pt: params.pt(), red: params.red() })
        })
    }

    /// Whether more waits in a line than is worth sending.
    pub(crate) fn is_congested(&mut self, line: usize) -> bool {
        let Some(ssrc) = self.lines.ssrc(line) else { return false };
        let mut api = self.rtc.direct_api();
        let queue = api.stream_tx(&ssrc).and_then(|stream| stream.queue_info());
        let most = PACER_BYTES.min(self.assumed.bytes_in(PACER_SPAN).max(PACER_KEYFRAME_BYTES));
        queue.is_some_and(|queue| queue.byte_size() as u64 > most)
    }

    /// What went through a line will not be sent again: the engine keeps it until something newer goes there.
    pub(crate) fn forget_sent(&mut self, line: usize) {
        let Some(ssrc) = self.lines.ssrc(line) else { return };
        if let Some(stream) = self.rtc.direct_api().stream_tx(&ssrc) {
            set_rtx_cache(stream);
        }
    }

    /// Sends a packet through a line.
    pub(crate) fn write(&mut self, line: usize, packet: &Packet, new: Rewritten, now: Instant) {
        let ssrc = self.lines.ssrc(line);
        let (Some(ssrc), Some(format)) = (ssrc, self.format_for(packet.codec)) else { return };
        let doubled = self.doubled(line, &new, format);
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&ssrc) else { return };
        if packet.codec.kind() == Kind::Audio {
            self.repairs[line].0.push(packet, &new, now);
        }
        let (pt, payload) = doubled.unwrap_or((format.pt, new.payload));
        let write = RtpWrite::new(pt, new.sequence.into(), new.timestamp, packet.captured, payload)
            .marker(packet.marker)
            .nackable(packet.codec.kind() == Kind::Video);
        stream.write_rtp(write);
        self.dirty = true;
    }

    /// A voice packet with the one before it, where that is wanted and possible.
    fn doubled(&self, line: usize, new: &Rewritten, format: Format) -> Option<(Pt, Arc<[u8]>)> {
        let red = format.red.filter(|_| self.doubling > 0)?;
        let before = self.repairs[line].0.redundant_for_next(self.doubling)?;
        Some((red, red::wrap(&new.payload, new.timestamp, before, format.pt)?.into()))
    }

    /// Sends what the client asks for again, if it is voice; the engine sees to video.
    pub(super) fn repair(&mut self, packet: &RawPacket, now: Instant, stats: &mut Stats) {
        let RawPacket::RtcpRx(Rtcp::Nack(nack)) = packet else { return };
        let Some(line) = self.lines.voice_of(nack.ssrc) else { return };
        let Some(Format { pt, red, .. }) = self.format_for(Codec::Opus) else { return };
        let doubled = self.doubling > 0 && red.is_some();
        let spacing = self.rtt().unwrap_or(RTT_START);
        let numbers = nack.reports.iter().flat_map(|entry| {
            (0..=16).filter(|i| *i == 0 || entry.blp >> (i - 1) & 1 == 1).map(|i| entry.pid.wrapping_add(i))
        });
        for number in numbers {
            let Some(sent) = self.repairs[line].0.resend(number, spacing, now) else { continue };
            if !self.repairing || doubled {
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

    /// Lets the engine ask for voice that is missing: by itself it would ask five times in a round trip of
    /// a thin link, or, as it is set for streams without RTX, never.
    fn ask_for_missing(&mut self, line: usize, ssrc: Ssrc, sequence: u64, repairing: bool, now: Instant) {
        let rtt = repairing.then(|| self.rtt().unwrap_or(RTT_START));
        let gate = self.repairs[line].1.received(sequence, rtt, now);
        if gate == EngineNacks::Unchanged {
            return;
        }
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
            stream.suppress_nack(gate == EngineNacks::Disable);
        }
    }

    /// Whether what is missing of its cameras is asked for. Of one that was withdrawn it would fill the way up once more.
    pub(crate) fn ask_for_pictures(&mut self, on: bool) {
        let mut api = self.rtc.direct_api();
        for line in self.lines.all().iter().filter(|line| line.kind == Some(Kind::Video)) {
            let layers = line.layers.iter().copied().map(Some).chain([None]);
            for rid in layers {
                if let Some(stream) = api.stream_rx_by_mid(line.mid, rid) {
                    stream.suppress_nack(!on);
                }
            }
        }
    }

    /// Asks the client for a keyframe of a layer.
    pub(crate) fn request_keyframe(&mut self, line: usize, layer: usize) {
        let Some(line) = self.lines.get(line) else { return };
        let (mid, rid) = (line.mid, line.layers.get(layer).copied());
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            self.dirty = true;
        }
    }
}

/// What was on the wire of an extended timestamp.
fn low_bits(extended: u64) -> u32 {
    let [.., a, b, c, d] = extended.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}
