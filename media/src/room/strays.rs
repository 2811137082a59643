//! Voices from unknown addresses: a NAT has given a member another address, which the member does not know.
//!
//! A browser checks a path that works each 2.5 s, and the voice would be away that long. Its packets are authentic, so they pass, and they
//! cause our own check of their source. Only the answer to it moves the path (adr/0018).

use super::Room;
use crate::{address::Address, id::PeerId, limits::STRAY_AFTER, output::Outbox};
use std::time::Instant;

impl Room {
    /// Takes an RTP packet from an unknown address, with the SSRC of a participant's voice. True if the participant was silent for
    /// [`STRAY_AFTER`] and has really sent it.
    pub(crate) fn handle_stray(
        &mut self,
        id: PeerId,
        source: Address,
        datagram: &[u8],
        now: Instant,
        out: &mut Outbox,
    ) -> bool {
        let Some(index) = self.find(id) else { return false };
        let heard = self.members[index].peer.media_heard();
        if heard.is_none_or(|heard| now.saturating_duration_since(heard) < STRAY_AFTER) {
            return false;
        }
        self.handle_datagram(id, source, datagram, now, out);
        let Some(index) = self.find(id) else { return false };
        self.members[index].peer.media_heard() == Some(now)
    }
}
