//! The loss statistics of one voice stream: the fraction of its packets that are lost, and if losses come in bursts.
//!
//! Owned by a [`ResendBuffer`](super::resend_buffer::ResendBuffer) or a
//! [`NackGenerator`](super::nack_generator::NackGenerator). Loss is counted before any repair. It never decides what is
//! done about loss.

/// Two exponentially fading counts of packets and losses: a short one of about 200 packets for the fraction lost, and a long
/// one of about 1,000 packets, of which a good link loses ten, for the pattern of the losses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct VoiceLoss {
    packets: f32,
    lost: f32,
    packets_long: f32,
    lost_long: f32,
    /// The losses of the long count that followed another loss directly.
    consecutive: f32,
}

impl VoiceLoss {
    /// Counts one packet, received or lost.
    pub(super) fn count_packet(&mut self) {
        self.packets = self.packets * FADE + 1.0;
        self.lost *= FADE;
        self.packets_long = self.packets_long * FADE_LONG + 1.0;
        self.lost_long *= FADE_LONG;
        self.consecutive *= FADE_LONG;
    }

    /// Marks a counted packet as lost; `consecutive` says that the packet before it was lost as well.
    pub(super) fn count_loss(&mut self, consecutive: bool) {
        self.lost += 1.0;
        self.lost_long += 1.0;
        self.consecutive += f32::from(u8::from(consecutive));
    }

    /// True if packets are lost in a row more often than by chance; `None` while too few packets were seen. `was_bursty` is
    /// the previous verdict and gives hysteresis. A link with hardly any losses counts as not bursty, because nobody needs to
    /// wait there for a copy from further back.
    pub(super) fn is_bursty(self, was_bursty: bool) -> Option<bool> {
        let least = if was_bursty { SCATTERED } else { BURSTY };
        if self.lost_long >= FEWEST_LOST {
            Some(self.consecutive >= self.lost_long * least)
        } else {
            (self.packets_long >= MANY).then_some(false)
        }
    }

    /// The fraction of packets lost, from 0 to 1; 0 while too few packets were seen.
    pub(super) fn fraction(self) -> f32 {
        if self.packets < FEWEST { 0.0 } else { self.lost / self.packets }
    }
}

/// The fading factor per packet of the short count.
const FADE: f32 = 0.995;
/// The fading factor per packet of the long count.
const FADE_LONG: f32 = 0.999;
/// The fraction lost of fewer packets than this means nothing.
const FEWEST: f32 = 40.0;
/// Fewer losses than this do not show a pattern.
const FEWEST_LOST: f32 = 5.0;
/// The long count after 400 packets. That many packets with fewer than [`FEWEST_LOST`] losses are a link without bursts. Half
/// as many would not be enough: a link that loses 5 % in bursts was seen to lose fewer than five of 200.
const MANY: f32 = 330.0;
/// The share of consecutive losses from which losses count as bursty: that of bursts two thirds of a packet long.
const BURSTY: f32 = 0.3;
/// The share of consecutive losses below which bursty losses count as single ones again.
const SCATTERED: f32 = 0.15;
