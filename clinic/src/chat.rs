//! The chat of a consultation: the short texts that its members write to each other, and how far each of them has
//! received and read. A consultation owns it, and changes it by facts only. It knows no link and no screen.

use crate::{
    id::{ChatId, PartyId},
    people::Identity,
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A chat message, as one reader is shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChatMessage {
    /// Its place among the messages of the consultation, counted from 1 without a gap.
    pub number: u32,
    /// The identifier that the reader's own page gave it; none for a message of somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub chat: Option<ChatId>,
    /// The name of whoever wrote it.
    pub by: Pii<String>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The text; none if it only tells its writer's page that the text is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub text: Option<Pii<String>>,
}

/// How far one member other than the reader has come in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChatMark {
    /// The member's name.
    pub by: Pii<String>,
    /// The highest number that the member's page has received.
    pub received: u32,
    /// The highest number that was shown in an open chat on a visible page.
    pub read: u32,
}

/// The numbers up to which somebody has received and read the messages of the others; zero for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The highest number received.
    pub received: u32,
    /// The highest number read, which is at most the one received.
    pub read: u32,
}

/// The chat of one consultation, as its facts give it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chat {
    written: Vec<Written>,
    readers: Vec<Reader>,
}

#[derive(Clone, Debug, PartialEq)]
struct Written {
    chat: ChatId,
    by: Identity,
    at: Timestamp,
    text: Pii<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Reader {
    who: Identity,
    progress: Progress,
}

impl Chat {
    /// The number of messages.
    pub fn count(&self) -> u32 {
        u32::try_from(self.written.len()).unwrap_or(u32::MAX)
    }

    /// The number of the message with this identifier, if this party wrote it with this text.
    ///
    /// # Errors
    /// [`Reused`] if another text or another party has the identifier.
    pub fn number_of(&self, chat: ChatId, by: &PartyId, text: &Pii<String>) -> Result<Option<u32>, Reused> {
        let Some(at) = self.written.iter().position(|known| known.chat == chat) else { return Ok(None) };
        let known = &self.written[at];
        if known.by.party == *by && known.text == *text { Ok(Some(number(at))) } else { Err(Reused) }
    }

    /// The messages after number `after`, as this party reads them.
    pub fn messages_for(&self, reader: &PartyId, after: u32) -> Vec<ChatMessage> {
        let message = |(at, written): (usize, &Written)| ChatMessage {
            number: number(at),
            chat: (written.by.party == *reader).then_some(written.chat),
            by: written.by.name.clone(),
            at: written.at,
            text: Some(written.text.clone()),
        };
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        self.written.iter().enumerate().skip(skipped).map(message).collect()
    }

    /// How far everybody but this party has come.
    pub fn marks_for(&self, reader: &PartyId) -> Vec<ChatMark> {
        self.readers.iter().filter(|known| known.who.party != *reader).map(Reader::mark).collect()
    }

    /// How far this party has come, as the others are told; none if it has received nothing.
    pub fn mark_of(&self, party: &PartyId) -> Option<ChatMark> {
        self.reader(party).map(Reader::mark)
    }

    /// How far this party has come.
    pub fn progress_of(&self, party: &PartyId) -> Progress {
        self.reader(party).map(|known| known.progress).unwrap_or_default()
    }

    /// The number of messages of others that this party has not read.
    pub fn unread_by(&self, party: &PartyId) -> u32 {
        let read = self.progress_of(party).read;
        let unread =
            (1..).zip(&self.written).filter(|(at, message)| *at > read && message.by.party != *party);
        u32::try_from(unread.count()).unwrap_or(u32::MAX)
    }

    /// True if this party wrote any message.
    pub fn has_written(&self, party: &PartyId) -> bool {
        self.written.iter().any(|written| written.by.party == *party)
    }

    /// What is new in what a party says to have received and read. Its own messages do not count, and numbers that were
    /// never given out are cut off. None if nothing is new.
    pub fn news(&self, party: &PartyId, said: Progress) -> Option<Progress> {
        let known = self.progress_of(party);
        let received = self.last_of_others(party, said.received);
        let read = self.last_of_others(party, said.read.min(said.received));
        let next = Progress { received: known.received.max(received), read: known.read.max(read) };
        (next != known).then_some(next)
    }

    /// Adds a message. Returns false, and changes nothing, if its identifier is in use.
    #[must_use]
    pub(crate) fn write(&mut self, chat: ChatId, by: &Identity, at: Timestamp, text: &Pii<String>) -> bool {
        let is_new = !self.written.iter().any(|known| known.chat == chat);
        if is_new {
            self.written.push(Written { chat, by: by.clone(), at, text: text.clone() });
        }
        is_new
    }

    /// Notes how far somebody has come. Returns false, and changes nothing, for numbers that cannot be.
    #[must_use]
    pub(crate) fn see(&mut self, who: &Identity, progress: Progress) -> bool {
        if progress.received > self.count() || progress.read > progress.received {
            return false;
        }
        let known = self.readers.iter_mut().find(|known| known.who.party == who.party);
        match known.map(|known| &mut known.progress) {
            Some(Progress { received, read }) => {
                (*received, *read) = ((*received).max(progress.received), (*read).max(progress.read));
            }
            None => self.readers.push(Reader { who: who.clone(), progress }),
        }
        true
    }

    fn reader(&self, party: &PartyId) -> Option<&Reader> {
        self.readers.iter().find(|known| known.who.party == *party)
    }

    /// The highest number up to `number` of a message that this party did not write; zero if there is none.
    fn last_of_others(&self, party: &PartyId, most: u32) -> u32 {
        let within = usize::try_from(most).unwrap_or(usize::MAX).min(self.written.len());
        self.written[..within].iter().rposition(|written| written.by.party != *party).map_or(0, number)
    }
}

impl Reader {
    fn mark(&self) -> ChatMark {
        let Progress { received, read } = self.progress;
        ChatMark { by: self.who.name.clone(), received, read }
    }
}

/// An identifier that another message has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reused;

/// The number of the message at this place of the list.
fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{people::Role, sample::identity};
    use uuid::Uuid;

    const fn name(number: u128) -> ChatId {
        ChatId(Uuid::from_u128(number))
    }

    /// A chat in which the post writes 1 and 3, and the doctor 2.
    fn sample() -> (Chat, Identity, Identity) {
        let (post, doctor) = (identity("post", Role::Kiosk), identity("doctor", Role::Doctor));
        let mut chat = Chat::default();
        for (number, by) in [(1, &post), (2, &doctor), (3, &post)] {
            assert!(chat.write(name(number), by, Timestamp(9), &"x".into()));
        }
        (chat, post, doctor)
    }

    #[test]
    fn everybody_reads_all_and_only_the_writer_gets_identifiers() {
        let (chat, post, doctor) = sample();
        let ids = |who: &Identity| {
            let messages = chat.messages_for(&who.party, 0);
            messages.iter().map(|one| (one.number, one.chat)).collect::<Vec<_>>()
        };
        assert_eq!(ids(&post), [(1, Some(name(1))), (2, None), (3, Some(name(3)))]);
        assert_eq!(ids(&doctor), [(1, None), (2, Some(name(2))), (3, None)]);
        assert_eq!(chat.messages_for(&post.party, 2).len(), 1);
        assert_eq!(chat.messages_for(&post.party, u32::MAX).len(), 0);
    }

    #[test]
    fn one_identifier_is_one_text_of_one_party() {
        let (mut chat, post, doctor) = sample();
        assert_eq!(chat.number_of(name(3), &post.party, &"x".into()), Ok(Some(3)));
        assert_eq!(chat.number_of(name(4), &post.party, &"x".into()), Ok(None));
        assert_eq!(chat.number_of(name(3), &post.party, &"y".into()), Err(Reused));
        assert_eq!(chat.number_of(name(3), &doctor.party, &"x".into()), Err(Reused));
        assert!(!chat.write(name(3), &doctor, Timestamp(10), &"y".into()));
        assert_eq!(chat.count(), 3);
    }

    #[test]
    fn ones_own_messages_are_no_news_and_numbers_never_given_out_are_cut_off() {
        let (mut chat, post, doctor) = sample();
        let said = |received, read| Progress { received, read };
        assert_eq!(chat.news(&doctor.party, said(3, 1)), Some(said(3, 1)));
        assert_eq!(chat.news(&doctor.party, said(u32::MAX, u32::MAX)), Some(said(3, 3)));
        assert_eq!(chat.news(&doctor.party, said(2, 3)), Some(said(1, 1)), "read is at most received");
        assert_eq!(chat.news(&post.party, said(1, 1)), None, "its own");
        assert_eq!(chat.news(&post.party, said(3, 0)), Some(said(2, 0)));
        assert!(chat.see(&post, said(2, 2)));
        assert_eq!(chat.news(&post.party, said(3, 3)), None);
        assert_eq!(chat.news(&post.party, said(0, 0)), None, "a mark never goes back");
    }

    #[test]
    fn a_mark_only_rises_and_is_told_to_the_others() {
        let (mut chat, post, doctor) = sample();
        assert!(chat.see(&doctor, Progress { received: 3, read: 1 }));
        assert!(chat.see(&doctor, Progress { received: 1, read: 1 }));
        let mark = ChatMark { by: doctor.name.clone(), received: 3, read: 1 };
        assert_eq!(chat.marks_for(&post.party), [mark]);
        assert!(chat.marks_for(&doctor.party).is_empty());
        assert!(!chat.see(&doctor, Progress { received: 4, read: 1 }));
        assert!(!chat.see(&doctor, Progress { received: 1, read: 2 }));
    }
}
