//! A way by which notices leave the server.

use async_trait::async_trait;
use std::time::Duration;
use teranga_clinic::{
    contact::Contact,
    notice::{NoticeChannel, NoticeTrouble},
    pii::Pii,
};

/// The longest time that a gateway or relay has for one notice.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// A gateway or a relay.
#[async_trait]
pub(super) trait Way: Send + Sync {
    /// The channel that it serves.
    fn channel(&self) -> NoticeChannel;

    /// Hands a text over, under a key that is the same when the same text is sent again. It returns once the gateway has taken the
    /// responsibility for it.
    async fn send(&self, to: &Pii<String>, key: &str, text: &Pii<String>) -> Result<(), NoticeTrouble>;
}

/// The address of a person on a channel.
pub(super) fn address(contact: Contact, channel: NoticeChannel) -> Option<Pii<String>> {
    match channel {
        NoticeChannel::Sms => contact.phone,
        NoticeChannel::Mail => contact.email,
    }
}
