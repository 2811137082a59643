//! The set-up of the WebRTC engine (str0m), and the conversion of its types into ours.
//!
//! The [`Sfu`](crate::Sfu) owns one [`Engine`] and lends it to each peer that joins. It never handles a packet: what it builds
//! belongs to the [`Peer`](super::Peer).

use super::{handshake, rtcp_feedback};
use crate::{
    limits::{CHANNEL_BACKLOG, ESTIMATE_START, MESSAGE_BYTES, REPORT_INTERVAL},
    sdp::Offer,
    track::Codec,
    units::Bitrate,
};
use rand::distr::{Alphanumeric, SampleString};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, IceCreds, Rtc, bwe,
    config::{CryptoProvider, DtlsCert, DtlsVersion},
    crypto::from_feature_flags,
    format,
    net::TcpType,
    rtp::Extension,
};

/// The interval of sender and receiver reports of voice (RFC 3550 section 6.2). One report in each direction costs 0.4 kbit/s
/// at this interval.
const RTCP_INTERVAL_AUDIO: Duration = Duration::from_secs(2);

/// The parts that all peers of an SFU share: addresses, certificate and cryptography.
pub(crate) struct Engine {
    addresses: Vec<SocketAddr>,
    /// The addresses at which TCP connections are accepted.
    tcp: Vec<SocketAddr>,
    certificate: DtlsCert,
    crypto: Arc<CryptoProvider>,
}

impl Engine {
    /// `addresses` are advertised as host candidates; packets count as received on the first.
    ///
    /// # Panics
    ///
    /// Panics without an address, or if the cryptography library cannot make a certificate, because nothing could work then.
    pub(crate) fn new(addresses: Vec<SocketAddr>) -> Self {
        assert!(!addresses.is_empty(), "an SFU needs an address to be reached at");
        let crypto = rtcp_feedback::with_feedback(&handshake::with_races(&from_feature_flags()));
        let crypto = Arc::new(crypto);
        let certificate = crypto.dtls_provider.generate_certificate().expect("aws-lc-rs makes certificates");
        Self { addresses, tcp: Vec::new(), certificate, crypto }
    }

    /// Adds TCP candidates at these addresses ([`Sfu::also_by_tcp`](crate::Sfu::also_by_tcp)).
    pub(crate) fn wait_for_tcp(&mut self, addresses: Vec<SocketAddr>) {
        self.tcp = addresses;
    }

    /// The local address at which UDP packets count as received.
    pub(super) fn local(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// The local address at which TCP packets count as received, if TCP is accepted.
    pub(super) fn local_tcp(&self) -> Option<SocketAddr> {
        self.tcp.first().copied()
    }

    pub(super) fn crypto(&self) -> Arc<CryptoProvider> {
        self.crypto.clone()
    }

    /// Builds a transport for an offer, which it has not seen yet.
    pub(super) fn build(&self, offer: &Offer, now: Instant) -> Rtc {
        let mut config = Rtc::builder()
            .set_crypto_provider(self.crypto.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_dtls_version(DtlsVersion::Auto)
            .set_ice_lite(true)
            .set_local_ice_credentials(credentials())
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
            .set_sctp_max_buffered_amount(CHANNEL_BACKLOG);
        offer_voice_nacks(config.codec_config());
        let mut rtc = handshake::expecting(offer.fingerprint(), || config.build(now));
        let udp = self.addresses.iter().map(|address| Candidate::host(*address, "udp"));
        let passive = |address| Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build();
        let tcp = self.tcp.iter().map(|address| passive(*address));
        for candidate in udp.chain(tcp).flatten() {
            rtc.add_local_candidate(candidate);
        }
        rtc
    }
}

/// New ICE credentials (RFC 8445 section 5.3). The engine's own come from a generator that can be predicted by who has seen enough of its
/// output. The password has 130 bits. Each request of the client carries the user name, so it is short.
pub(super) fn credentials() -> IceCreds {
    let random = |length| Alphanumeric.sample_string(&mut rand::rng(), length);
    IceCreds { ufrag: random(8), pass: random(22) }
}

/// Negotiates NACKs for voice (`a=rtcp-fb`, RFC 4585 section 4.2), too.
fn offer_voice_nacks(codecs: &mut format::CodecConfig) {
    let mut params = codecs.params().to_vec();
    for audio in params.iter_mut().filter(|params| params.spec().codec.is_audio()) {
        audio.set_fb_nack(true);
    }
    *codecs = format::CodecConfig::new_from_payload_params(params);
}

/// A bitrate in the engine's type.
pub(super) fn rate(bitrate: Bitrate) -> bwe::Bitrate {
    bwe::Bitrate::bps(bitrate.as_bps())
}

/// The codec in our type; `None` for one that is not forwarded.
pub(super) fn codec(codec: format::Codec) -> Option<Codec> {
    match codec {
        format::Codec::Opus => Some(Codec::Opus),
        format::Codec::Vp8 => Some(Codec::Vp8),
        _ => None,
    }
}

/// The negotiated version of DTLS as text, such as "DTLS 1.3".
pub(super) fn dtls_version(rtc: &mut Rtc) -> String {
    let version = rtc.direct_api().dtls_protocol_version();
    let version = version.map_or_else(|| "DTLS".to_owned(), |version| format!("{version:?}"));
    match version.as_str() {
        "DTLS1_2" => "DTLS 1.2".to_owned(),
        "DTLS1_3" => "DTLS 1.3".to_owned(),
        _ => version,
    }
}
