//! The statistics of a peer's transport, read from the engine's statistics report.

use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::time::Duration;
use webrtc::peer_connection::{RTCStatsReport, RTCStatsReportEntry};

/// The statistics of a transport.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransportStats {
    /// Round trip of the last STUN check (RFC 7675) or receiver report (RFC 3550 section 6.4.1).
    pub rtt: Option<Duration>,
    /// DTLS version, cipher suite and SRTP profile, as the engine names them.
    pub security: String,
    /// UDP payload bytes sent.
    pub bytes_sent: u64,
    /// UDP payload bytes received.
    pub bytes_received: u64,
    /// Voice packets sent.
    pub voice_sent: u64,
    /// Voice bytes sent, RTP payload only.
    pub voice_bytes: u64,
    /// Share of our packets, 0 to 1, that the server's receiver reports call lost; none before the first report.
    pub reported_loss: Option<f64>,
}

impl TransportStats {
    /// Reads the statistics from a report.
    pub(super) fn read(report: &RTCStatsReport) -> Self {
        let mut stats = Self::default();
        for entry in report.iter() {
            stats.read_entry(entry);
        }
        stats
    }

    fn read_entry(&mut self, entry: &RTCStatsReportEntry) {
        match entry {
            RTCStatsReportEntry::Transport(transport) => {
                let words = [&transport.tls_version, &transport.dtls_cipher, &transport.srtp_cipher];
                self.security = words.map(String::as_str).join(" ");
                self.bytes_sent = transport.bytes_sent;
                self.bytes_received = transport.bytes_received;
            }
            RTCStatsReportEntry::IceCandidatePair(pair) if pair.nominated => {
                self.note_rtt(pair.current_round_trip_time);
            }
            RTCStatsReportEntry::OutboundRtp(sent)
                if sent.sent_rtp_stream_stats.rtp_stream_stats.kind == RtpCodecKind::Audio =>
            {
                self.voice_sent = sent.sent_rtp_stream_stats.packets_sent;
                self.voice_bytes = sent.sent_rtp_stream_stats.bytes_sent;
            }
            RTCStatsReportEntry::RemoteInboundRtp(reported) if reported.round_trip_time_measurements > 0 => {
                self.note_rtt(reported.round_trip_time);
                self.reported_loss = Some(reported.fraction_lost);
            }
            _ => {}
        }
    }

    fn note_rtt(&mut self, seconds: f64) {
        if seconds > 0.0 && self.rtt.is_none() {
            self.rtt = Some(Duration::from_secs_f64(seconds));
        }
    }
}
