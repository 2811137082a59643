//! The negotiated payload types of a transport.

use super::engine::codec;
use crate::track::Codec;
use str0m::{Rtc, media::Pt};

/// The payload types of one codec.
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub(super) codec: Codec,
    pub(super) pt: Pt,
    /// The payload type of its redundant form (RED, RFC 2198), if the client knows it.
    pub(super) red: Option<Pt>,
}

impl Format {
    /// The format with this payload type, plain or redundant.
    pub(super) fn by_payload_type(rtc: &Rtc, pt: Pt) -> Option<Self> {
        Self::all(rtc).find(|format| format.pt == pt || format.red == Some(pt))
    }

    /// The format of a codec.
    pub(super) fn by_codec(rtc: &Rtc, wanted: Codec) -> Option<Self> {
        Self::all(rtc).find(|format| format.codec == wanted)
    }

    fn all(rtc: &Rtc) -> impl Iterator<Item = Self> {
        rtc.codec_config().params().iter().filter_map(|params| {
            let codec = codec(params.spec().codec)?;
            Some(Self { codec, pt: params.pt(), red: params.red() })
        })
    }
}
