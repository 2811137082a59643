//! How the WebRTC engine is built, and its words in ours.
//!
//! One [`Engine`] is owned by the [`Sfu`](crate::Sfu) and lent to each peer that joins. It never handles a
//! packet: what it builds belongs to the [`Peer`](super::Peer).

use crate::{
    limits::{CHANNEL_BACKLOG, ESTIMATE_START, MESSAGE_BYTES, REPORT_INTERVAL},
    track::Codec,
    units::Bitrate,
};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Rtc, bwe,
    config::{CryptoProvider, DtlsCert, DtlsVersion},
    crypto::from_feature_flags,
    format,
    net::TcpType,
    rtp::Extension,
};

/// The interval of sender and receiver reports of voice (RFC 3550 section 6.2). One report in each direction costs 0.4 kbit/s
/// at this interval.
const RTCP_INTERVAL_AUDIO: Duration = Duration::from_secs(2);

/// What all peers of an SFU share: addresses, certificate, cryptography.
pub(crate) struct Engine {
    addresses: Vec<SocketAddr>,
    /// Where TCP connections are waited for.
    tcp: Vec<SocketAddr>,
    certificate: DtlsCert,
    crypto: Arc<CryptoProvider>,
}

impl Engine {
    /// `addresses` are advertised as host candidates; packets count as received on the first.
    ///
    /// # Panics
    ///
    /// Without an address, or when the cryptography library cannot make a certificate: nothing could
    /// ever work.
    pub(crate) fn new(addresses: Vec<SocketAddr>) -> Self {
        assert!(!addresses.is_empty(), "an SFU needs an address to be reached at");
        let crypto = Arc::new(from_feature_flags());
        let certificate = crypto.dtls_provider.generate_certificate().expect("aws-lc-rs makes certificates");
        Self { addresses, tcp: Vec::new(), certificate, crypto }
    }

    /// See [`Sfu::also_by_tcp`](crate::Sfu::also_by_tcp).
    pub(crate) fn wait_for_tcp(&mut self, addresses: Vec<SocketAddr>) {
        self.tcp = addresses;
    }

    /// Where packets count as received.
    pub(super) fn local(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// The same for TCP, if it is waited for.
    pub(super) fn local_tcp(&self) -> Option<SocketAddr> {
        self.tcp.first().copied()
    }

    pub(super) fn crypto(&self) -> Arc<CryptoProvider> {
        self.crypto.clone()
    }

    /// A transport that has not seen an offer.
    pub(super) fn build(&self, now: Instant) -> Rtc {
        let mut config = Rtc::builder()
            .set_crypto_provider(self.crypto.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_dtls_version(DtlsVersion::Auto)
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .clear_extension_map()
            .set_extension(1, Extension::RtpMid)
            .set_extension(2, Extension::RtpStreamId)
            .set_extension(3, Extension::RepairedRtpStreamId)
            .set_extension(4, Extension::TransportSequenceNumber)
            .enable_bwe(Some(rate(ESTIMATE_START)))
            .set_stats_interval(Some(REPORT_INTERVAL))
            .set_rtcp_report_interval_audio(RTCP_INTERVAL_AUDIO)
            .set_sctp_max_message_size(MESSAGE_BYTES)
            .set_sctp_max_buffered_amount(CHANNEL_BACKLOG)
            // NACKs of voice, which the engine does not answer, are seen in no other way.
            .enable_raw_packets(true);
        repair_voice(config.codec_config());
        let mut rtc = config.build(now);
        let udp = self.addresses.iter().map(|address| Candidate::host(*address, "udp"));
        let passive = |address| Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build();
        let tcp = self.tcp.iter().map(|address| passive(*address));
        for candidate in udp.chain(tcp).flatten() {
            rtc.add_local_candidate(candidate);
        }
        rtc
    }
}

/// Voice may be asked for again, too.
fn repair_voice(codecs: &mut format::CodecConfig) {
    let mut params = codecs.params().to_vec();
    for audio in params.iter_mut().filter(|params| params.spec().codec.is_audio()) {
        audio.set_fb_nack(true);
    }
    *codecs = format::CodecConfig::new_from_payload_params(params);
}

/// A rate as the engine takes it.
pub(super) fn rate(bitrate: Bitrate) -> bwe::Bitrate {
    bwe::Bitrate::bps(bitrate.as_bps())
}

/// What we forward of what the engine knows.
pub(super) fn codec(codec: format::Codec) -> Option<Codec> {
    match codec {
        format::Codec::Opus => Some(Codec::Opus),
        format::Codec::Vp8 => Some(Codec::Vp8),
        _ => None,
    }
}

/// The negotiated protection, as people write it.
pub(super) fn security(version: &str) -> String {
    match version {
        "DTLS1_2" => "DTLS 1.2".to_owned(),
        "DTLS1_3" => "DTLS 1.3".to_owned(),
        other => other.to_owned(),
    }
}
