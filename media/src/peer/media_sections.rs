//! The media sections (m-lines) of a transport: an offer goes in, the answer comes out, with the negotiated sections.
//!
//! Owned by a [`Peer`](super::Peer). It never sends, and never decides whose track goes through a section.

use crate::{
    command::{Kind, Refusal},
    id::PeerId,
    sdp::{Offer, OfferedSection},
};
use std::time::Duration;
use str0m::{
    Rtc,
    change::SdpOffer,
    media::{Media, Mid, Rid},
    rtp::{Extension, Ssrc, StreamTx},
};
use tracing::debug;

/// A media section after negotiation.
#[derive(Debug)]
pub(crate) struct MediaSection {
    pub(super) mid: Mid,
    /// The client's own tag; empty if it gave none.
    tag: String,
    /// Audio or video; `None` for the data channels' section.
    pub(crate) kind: Option<Kind>,
    /// The client sends in it.
    pub(crate) up: bool,
    /// We may send in it.
    pub(crate) down: bool,
    /// The simulcast layers that the client sends (RFC 8853); empty without simulcast.
    pub(super) layers: Vec<Rid>,
    /// The SSRC of our stream.
    pub(super) ssrc: Option<Ssrc>,
    /// The number of NACKs that the client has sent for our stream.
    pub(super) nacks_received: u64,
    /// The number of NACKs that we have sent for the client's streams.
    pub(super) nacks_sent: u64,
}

impl MediaSection {
    /// The identification tag (`a=mid`, RFC 5888).
    pub(crate) fn mid(&self) -> &str {
        &self.tag
    }

    /// The number of simulcast layers; 1 without simulcast.
    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len().max(1)
    }

    /// The index of a simulcast layer; 0 for a packet without a layer's name.
    pub(super) fn layer(&self, rid: Option<Rid>) -> Option<usize> {
        rid.map_or(Some(0), |rid| self.layers.iter().position(|layer| *layer == rid))
    }
}

/// All media sections of a transport, in the order of its offer.
#[derive(Default)]
pub(super) struct MediaSections {
    offered: Vec<OfferedSection>,
    negotiated: Vec<MediaSection>,
    /// The header extension that carries transport-wide sequence numbers. One transport uses it for all sections (RFC 8843 section 9).
    twcc_id: Option<u8>,
}

impl MediaSections {
    /// True if a later offer keeps the sections that were negotiated.
    pub(super) fn are_extended_by(&self, offer: &Offer) -> bool {
        offer.extends(&self.offered)
    }

    /// Answers an offer that extends the one before.
    pub(super) fn accept(&mut self, rtc: &mut Rtc, offer: Offer, peer: PeerId) -> Result<String, Refusal> {
        let text = offer.engine_text();
        let mut answer = negotiate(rtc, &text, peer)?;
        self.negotiated = offer.sections.iter().map(|offered| self.negotiated(rtc, offered)).collect();
        let id_in = |section: &MediaSection| {
            rtc.media(section.mid)?.remote_extmap().id_of(Extension::TransportSequenceNumber)
        };
        self.twcc_id = self.negotiated.iter().find_map(id_in);
        if self.declare_streams(rtc) {
            // The second answer names the streams that were just declared.
            answer = negotiate(rtc, &text, peer)?;
        }
        let is_rejected = |section: &OfferedSection| {
            let media = rtc.media(Mid::from(section.engine_mid.as_str()));
            section.kind.is_some() && media.is_none_or(Media::disabled)
        };
        let answer = offer.answer(&answer, is_rejected);
        self.offered = offer.sections;
        Ok(answer)
    }

    fn negotiated(&self, rtc: &Rtc, section: &OfferedSection) -> MediaSection {
        let mid = Mid::from(section.engine_mid.as_str());
        let before = self.by_mid(mid);
        let media = rtc.media(mid).filter(|media| !media.disabled());
        let direction = media.map(Media::direction);
        MediaSection {
            mid,
            tag: section.mid.clone().unwrap_or_default(),
            kind: section.kind,
            up: direction.is_some_and(|direction| direction.is_receiving()),
            down: direction.is_some_and(|direction| direction.is_sending()),
            layers: section.layers.iter().map(|rid| Rid::from(rid.as_str())).collect(),
            ssrc: before.and_then(|before| before.ssrc),
            nacks_received: before.map_or(0, |before| before.nacks_received),
            nacks_sent: before.map_or(0, |before| before.nacks_sent),
        }
    }

    /// Gives a stream with an RTX cache to every section in which we may send. True if one was new to the engine, which makes
    /// none by itself for a section with simulcast.
    fn declare_streams(&mut self, rtc: &mut Rtc) -> bool {
        let mut made = false;
        let repairable = rtc.codec_config().params().iter().any(|params| params.resend().is_some());
        for section in self.negotiated.iter_mut().filter(|section| section.down && section.ssrc.is_none()) {
            let mut api = rtc.direct_api();
            if api.stream_tx_by_mid(section.mid, None).is_none() {
                let repair = (section.kind == Some(Kind::Video) && repairable).then(|| api.new_ssrc());
                let ssrc = api.new_ssrc();
                api.declare_stream_tx(ssrc, repair, section.mid, None);
                made = true;
            }
            let Some(stream) = api.stream_tx_by_mid(section.mid, None) else { continue };
            set_rtx_cache(stream);
            section.ssrc = Some(stream.ssrc());
        }
        made
    }

    /// The header extension that carries transport-wide sequence numbers, if they were negotiated.
    pub(super) fn twcc_id(&self) -> Option<u8> {
        self.twcc_id
    }

    pub(super) fn all(&self) -> &[MediaSection] {
        &self.negotiated
    }

    pub(super) fn get(&self, index: usize) -> Option<&MediaSection> {
        self.negotiated.get(index)
    }

    fn by_mid(&self, mid: Mid) -> Option<&MediaSection> {
        self.negotiated.iter().find(|section| section.mid == mid)
    }

    pub(super) fn by_mid_mut(&mut self, mid: Mid) -> Option<&mut MediaSection> {
        self.negotiated.iter_mut().find(|section| section.mid == mid)
    }

    pub(super) fn index_of(&self, mid: Mid) -> Option<usize> {
        self.negotiated.iter().position(|section| section.mid == mid)
    }

    /// The audio section in which we send a stream with this SSRC.
    pub(super) fn voice_with_ssrc(&self, ssrc: Ssrc) -> Option<usize> {
        let is_it = |section: &MediaSection| section.kind == Some(Kind::Audio) && section.ssrc == Some(ssrc);
        self.negotiated.iter().position(is_it)
    }

    /// The section and the simulcast layer of one of the client's streams.
    pub(super) fn place_of(&self, rtc: &mut Rtc, ssrc: Ssrc, kind: Kind) -> Option<(usize, usize)> {
        let mut api = rtc.direct_api();
        let stream = api.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let is_it = |section: &MediaSection| section.mid == mid && section.kind == Some(kind);
        let index = self.negotiated.iter().position(is_it)?;
        Some((index, self.negotiated[index].layer(rid)?))
    }

    /// The SSRC of our stream in a section.
    pub(super) fn ssrc(&self, index: usize) -> Option<Ssrc> {
        self.get(index).and_then(|section| section.ssrc)
    }
}

/// The number of sent video packets that are kept for RTX (RFC 4588): one second at 2 Mbit/s.
const RTX_PACKETS: usize = 256;

/// The age after which a video packet is not sent again, because it would come too late for any playout buffer.
const RTX_AGE: Duration = Duration::from_secs(1);

/// The largest share of a stream that may be retransmissions: more than this would choke the voice on a thin link.
const RTX_SHARE: f32 = 0.25;

/// Makes the engine keep sent video packets for RTX, and forget those that it has kept before.
pub(super) fn set_rtx_cache(stream: &mut StreamTx) {
    stream.set_rtx_cache(RTX_PACKETS, RTX_AGE, Some(RTX_SHARE));
}

/// The engine's answer to an offer.
fn negotiate(rtc: &mut Rtc, offer: &str, peer: PeerId) -> Result<String, Refusal> {
    let offer = SdpOffer::from_sdp_string(offer).map_err(|_| Refusal::Malformed)?;
    let answer = rtc.sdp_api().accept_offer(offer);
    answer.map(|answer| answer.to_sdp_string()).map_err(|error| {
        debug!(%peer, %error, "offer refused");
        Refusal::Malformed
    })
}
