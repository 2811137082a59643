//! The m-lines of a transport: offer in, answer out, and what each line then is.
//!
//! Owned by a [`Peer`](super::Peer). It never sends, and never decides whose track goes through a line.

use super::compact_answer::compact;
use crate::{
    command::{Kind, Refusal},
    id::PeerId,
    sdp::{self, Offer, Section},
};
use std::time::Duration;
use str0m::{
    Rtc,
    change::SdpOffer,
    media::{Media, Mid, Rid},
    rtp::{Ssrc, StreamTx},
};
use tracing::debug;

/// An m-line after negotiation.
#[derive(Debug)]
pub(crate) struct Line {
    pub(super) mid: Mid,
    /// `None` for the data channel line.
    pub(crate) kind: Option<Kind>,
    /// The client sends through it.
    pub(crate) up: bool,
    /// We may send through it.
    pub(crate) down: bool,
    pub(super) layers: Vec<Rid>,
    /// Our stream in it.
    pub(super) ssrc: Option<Ssrc>,
    /// NACKs counted so far: received, sent.
    pub(super) nacks: (u64, u64),
}

impl Line {
    pub(crate) fn mid(&self) -> &str {
        &self.mid
    }

    /// Simulcast layers; 1 without simulcast.
    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len().max(1)
    }

    /// Index of a simulcast layer; without one, the only layer there is.
    pub(super) fn layer(&self, rid: Option<Rid>) -> Option<usize> {
        rid.map_or(Some(0), |rid| self.layers.iter().position(|layer| *layer == rid))
    }
}

/// All of a transport's lines, in the order of its offer.
#[derive(Default)]
pub(super) struct Lines {
    sections: Vec<Section>,
    lines: Vec<Line>,
}

impl Lines {
    /// Whether a later offer keeps what was agreed.
    pub(super) fn are_extended_by(&self, offer: &Offer) -> bool {
        offer.extends(&self.sections)
    }

    /// Answers an offer that extends the one before.
    pub(super) fn accept(&mut self, rtc: &mut Rtc, offer: Offer, peer: PeerId) -> Result<String, Refusal> {
        let mut answer = negotiate(rtc, &offer.text, peer)?;
        self.lines = offer.sections.iter().map(|section| self.line(rtc, section)).collect();
        if self.declare_streams(rtc) {
            // Only now the answer names all our streams.
            answer = negotiate(rtc, &offer.text, peer)?;
        }
        self.sections = offer.sections;
        Ok(sdp::dress(&answer))
    }

    fn line(&self, rtc: &Rtc, section: &Section) -> Line {
        let mid = Mid::from(section.mid.as_str());
        let (ssrc, nacks) = self.of(mid).map(|line| (line.ssrc, line.nacks)).unwrap_or_default();
        let media = rtc.media(mid).filter(|media| !media.disabled());
        let direction = media.map(Media::direction);
        Line {
            mid,
            kind: section.kind,
            up: direction.is_some_and(|direction| direction.is_receiving()),
            down: direction.is_some_and(|direction| direction.is_sending()),
            layers: section.layers.iter().map(|rid| Rid::from(rid.as_str())).collect(),
            ssrc,
            nacks,
        }
    }

    /// Gives every line that we may send through a stream with a repair store; whether one was new to
    /// the engine, which makes none where the client sends simulcast.
    fn declare_streams(&mut self, rtc: &mut Rtc) -> bool {
        let mut made = false;
        let repairable = rtc.codec_config().params().iter().any(|params| params.resend().is_some());
        for line in self.lines.iter_mut().filter(|line| line.down && line.ssrc.is_none()) {
            let mut api = rtc.direct_api();
            if api.stream_tx_by_mid(line.mid, None).is_none() {
                let repair = (line.kind == Some(Kind::Video) && repairable).then(|| api.new_ssrc());
                let ssrc = api.new_ssrc();
                api.declare_stream_tx(ssrc, repair, line.mid, None);
                made = true;
            }
            let Some(stream) = api.stream_tx_by_mid(line.mid, None) else { continue };
            set_rtx_cache(stream);
            line.ssrc = Some(stream.ssrc());
        }
        made
    }

    pub(super) fn all(&self) -> &[Line] {
        &self.lines
    }

    pub(super) fn get(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    pub(super) fn of(&self, mid: Mid) -> Option<&Line> {
        self.lines.iter().find(|line| line.mid == mid)
    }

    pub(super) fn of_mut(&mut self, mid: Mid) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.mid == mid)
    }

    pub(super) fn index_of(&self, mid: Mid) -> Option<usize> {
        self.lines.iter().position(|line| line.mid == mid)
    }

    /// The voice line in which this is our stream.
    pub(super) fn voice_of(&self, ssrc: Ssrc) -> Option<usize> {
        let is_it = |line: &Line| line.kind == Some(Kind::Audio) && line.ssrc == Some(ssrc);
        self.lines.iter().position(is_it)
    }

    /// Our stream in a line.
    pub(super) fn ssrc(&self, index: usize) -> Option<Ssrc> {
        self.get(index).and_then(|line| line.ssrc)
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
    answer.map(|answer| compact(&answer.to_sdp_string())).map_err(|error| {
        debug!(%peer, %error, "offer refused");
        Refusal::Malformed
    })
}
