//! The identification header of Opus, which both containers carry.

/// The channels that an identification header tells (RFC 7845 section 5.1); `None` if it is none, or of more channels than
/// stereo.
pub(super) fn channels_of(head: &[u8]) -> Option<u8> {
    let [version, channels, _skip_1, _skip_2, _rate @ .., _gain_1, _gain_2, family] =
        head.strip_prefix(b"OpusHead")?
    else {
        return None;
    };
    (version & 0xf0 == 0 && *family == 0 && (1..=2).contains(channels)).then_some(*channels)
}
