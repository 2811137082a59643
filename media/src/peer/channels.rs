//! The data channels of a peer, by label.
//!
//! Owned by a [`Peer`](super::Peer). It never reads a message, and never opens a channel: the client does.

use crate::limits::CHANNELS;
use str0m::{
    Rtc,
    channel::{ChannelData, ChannelId},
};

/// A data channel message.
#[derive(Debug)]
pub(crate) struct Message {
    /// The label of its channel.
    pub(crate) label: String,
    pub(crate) binary: bool,
    pub(crate) data: Vec<u8>,
}

/// The open channels. Those beyond [`CHANNELS`] are ignored.
#[derive(Default)]
pub(super) struct Channels(Vec<(ChannelId, String)>);

impl Channels {
    pub(super) fn opened(&mut self, id: ChannelId, label: String) {
        if self.0.len() < CHANNELS {
            self.0.push((id, label));
        }
    }

    pub(super) fn closed(&mut self, id: ChannelId) {
        self.0.retain(|(open, _)| *open != id);
    }

    /// True if a channel with this label is open.
    pub(super) fn has(&self, label: &str) -> bool {
        self.0.iter().any(|(_, open)| open == label)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The message that came through a channel; `None` for a channel that is ignored.
    pub(super) fn received(&self, data: ChannelData) -> Option<Message> {
        let (_, label) = self.0.iter().find(|(open, _)| *open == data.id)?;
        Some(Message { label: label.clone(), binary: data.binary, data: data.data })
    }

    /// Sends a message through the channel with its label. `None` if there is none; `false` if its buffer is full.
    pub(super) fn send(&self, rtc: &mut Rtc, message: &Message) -> Option<bool> {
        let (id, _) = self.0.iter().find(|(_, label)| *label == message.label)?;
        let mut channel = rtc.channel(*id)?;
        Some(channel.write(message.binary, &message.data).unwrap_or(false))
    }
}
