//! The data channels of a peer, by label.
//!
//! Owned by a [`Peer`](super::Peer). It never reads a message, and never opens a channel: the client does.

use crate::limits::CHANNELS;
use str0m::{Rtc, channel::ChannelId};

/// A data channel message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) label: String,
    pub(crate) binary: bool,
    pub(crate) data: Vec<u8>,
}

/// Channels that are open; those over the bound are not heard.
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

    pub(super) fn label(&self, id: ChannelId) -> Option<&str> {
        self.0.iter().find(|(open, _)| *open == id).map(|(_, label)| label.as_str())
    }

    pub(super) fn has(&self, label: &str) -> bool {
        self.0.iter().any(|(_, open)| open == label)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sends a message through the channel of this label. `None`: there is none; `false`: it is full.
    pub(super) fn send(&self, rtc: &mut Rtc, message: &Message) -> Option<bool> {
        let (id, _) = self.0.iter().find(|(_, label)| *label == message.label)?;
        let mut channel = rtc.channel(*id)?;
        Some(channel.write(message.binary, &message.data).unwrap_or(false))
    }
}
