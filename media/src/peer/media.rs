//! RTP through a peer: the engine's packets and keyframe requests in our words, and ours in its.
//!
//! Part of [`Peer`], on its lines and its engine. It never decides who receives a packet.

use super::{Peer, engine::codec, repair::Gate};
use crate::{
    command::Kind,
    limits::{QUEUE_BYTES, RTT_START},
    stats::Stats,
    track::{Codec, Packet, Rewritten},
    wallclock::Report,
};
use std::time::Instant;
use str0m::{
    media::{KeyframeRequestKind, Pt},
    rtp::{RawPacket, RtpPacket, RtpWrite, Ssrc, rtcp::Rtcp},
};

impl Peer {
    /// A packet of the client, if it belongs to one of its tracks.
    pub(super) fn packet(&mut self, packet: RtpPacket, now: Instant) -> Option<Packet> {
        self.path.hear(now);
        self.media_heard = Some(now);
        let header = &packet.header;
        let codec = self.codec_of(header.payload_type)?;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&header.ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let all = self.lines.all();
        let line = all.iter().position(|line| line.mid == mid && line.kind == Some(codec.kind()))?;
        let layer = all[line].layer(rid)?;
        let report = packet
            .last_sender_info
            .map(|info| Report { ntp: info.ntp_time, rtp: low_bits(info.rtp_time.numer()) });
        if codec.kind() == Kind::Audio {
            self.ask_for_missing(line, header.ssrc, *packet.seq_no, now);
        }
        let header = &packet.header;
        let captured = self.clock.captured(now, header.timestamp, codec.rate(), report);
        Some(Packet {
            line,
            layer,
            codec,
            sequence: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: packet.payload,
            captured,
        })
    }

    fn codec_of(&self, pt: Pt) -> Option<Codec> {
        let params = self.rtc.codec_config().find(|params| params.pt() == pt)?;
        codec(params.spec().codec)
    }

    fn payload_type_of(&self, wanted: Codec) -> Option<Pt> {
        let params = self.rtc.codec_config().find(|params| codec(params.spec().codec) == Some(wanted))?;
        Some(params.pt())
    }

    /// Whether more waits in a line than is worth sending.
    pub(crate) fn is_congested(&mut self, line: usize) -> bool {
        let Some(ssrc) = self.lines.ssrc(line) else { return false };
        let mut api = self.rtc.direct_api();
        let queue = api.stream_tx(&ssrc).and_then(|stream| stream.queue_info());
        queue.is_some_and(|queue| queue.byte_size() > QUEUE_BYTES)
    }

    /// Sends a packet through a line.
    pub(crate) fn write(&mut self, line: usize, packet: &Packet, new: Rewritten, now: Instant) {
        let ssrc = self.lines.ssrc(line);
        let (Some(ssrc), Some(pt)) = (ssrc, self.payload_type_of(packet.codec)) else { return };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&ssrc) else { return };
        if packet.codec.kind() == Kind::Audio {
            self.repairs[line].0.keep(packet, &new, now);
        }
        let write = RtpWrite::new(pt, new.sequence.into(), new.timestamp, packet.captured, new.payload)
            .marker(packet.marker)
            .nackable(packet.codec.kind() == Kind::Video);
        stream.write_rtp(write);
        self.dirty = true;
    }

    /// Sends what the client asks for again, if it is voice; the engine sees to video.
    pub(super) fn repair(&mut self, packet: &RawPacket, now: Instant, stats: &mut Stats) {
        let RawPacket::RtcpRx(Rtcp::Nack(nack)) = packet else { return };
        let Some(line) = self.lines.voice_of(nack.ssrc) else { return };
        let Some(pt) = self.payload_type_of(Codec::Opus) else { return };
        let spacing = self.rtt().unwrap_or(RTT_START);
        let numbers = nack.reports.iter().flat_map(|entry| {
            (0..=16).filter(|i| *i == 0 || entry.blp >> (i - 1) & 1 == 1).map(|i| entry.pid.wrapping_add(i))
        });
        for number in numbers {
            let Some(sent) = self.repairs[line].0.again(number, spacing, now) else { continue };
            if !self.repairing {
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
    fn ask_for_missing(&mut self, line: usize, ssrc: Ssrc, sequence: u64, now: Instant) {
        let rtt = self.repairing.then(|| self.rtt().unwrap_or(RTT_START));
        let gate = self.repairs[line].1.received(sequence, rtt, now);
        if gate == Gate::Unchanged {
            return;
        }
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
            stream.suppress_nack(gate == Gate::Closed);
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
