//! The bounds that protect the signalling plane, each with its reason. Those that the pages must know are exported to
//! `web/protocol/messages.ts`; `PROTOCOL.md` tells all that a client can meet.

/// A message on the socket, in bytes. The largest honest one is an SDP offer with eight media sections: about 20 kB.
pub const MESSAGE_BYTES: usize = 64 * 1024;

/// An SDP in `join` or `offer`, in bytes: eight media sections and every codec that Chromium knows, with room.
pub const SDP_BYTES: usize = 32 * 1024;

/// Sockets open at once: twice the 10,000 with which one machine is measured.
pub const SESSIONS: usize = 20_000;

/// Sockets of one party: the live one, its successor, and two windows that were told "elsewhere".
pub const SOCKETS_PER_PARTY: usize = 4;

/// The time from a socket's opening to its `hello`, in milliseconds: three round trips of the slowest link, and a page's
/// start.
pub const HELLO_MS: u64 = 10_000;

/// The time from "this account is open elsewhere" to the second `hello`, in milliseconds: a person reads a question and
/// answers it.
pub const DECISION_MS: u64 = 2 * 60 * 1_000;

/// The time for which a call may go on after the HTTP session of a member has ended, in milliseconds. Nobody is cut off in
/// the middle of advice, and the end is told long before.
pub const FINISH_CALL_MS: u64 = 2 * 60 * 60 * 1_000;

/// The interval in which it is asked whether such a call is over, in milliseconds.
pub(crate) const CALL_OVER_POLL_MS: u64 = 2_000;

/// Waiting requests in the country. A doctor is sent all of them at `welcome`: 200 rows are about 100 kB.
pub const QUEUE: usize = 200;

/// Waiting requests of one region, so that one region cannot fill the country's queue.
pub const REGION_QUEUE: usize = 60;

/// Waiting and running consultations in the country: the 1,500 posts, with room.
pub const CONSULTATIONS: usize = 2_000;

/// Waiting and running consultations of one region: the largest has 250 posts, with room.
pub const REGION_CONSULTATIONS: usize = 500;

/// Deferred cases in the country: 300 a day for a month, with room. Each is a few kilobytes in memory. Consultations whose outcome is
/// awaited do not count: each of them was one of these, or a call, and it ends by itself.
pub const CASES: usize = 20_000;

/// Deferred cases of one post: more than a nurse can follow.
pub const CASES_OF_POST: usize = 200;

/// Rows in a list of cases: about 120 kB.
pub const CASE_ROWS: usize = 300;

/// Examinations after the request in one consultation: all of them travel with the record.
pub const EXAMINATIONS: usize = 48;

/// Hours from the end of a consultation to the question for its outcome: 90 days.
pub const FOLLOW_UP_HOURS: u16 = 90 * 24;

/// Characters of the remark beside an outcome.
pub const OUTCOME_CHARS: usize = 1_000;

/// People in one consultation. The media plane forwards everyone to everyone.
pub const SEATS: usize = 8;

/// Uncommitted facts. A disk that stands still for so many refuses the next one.
pub const PENDING_RECORDS: usize = 4_096;

/// Signed pieces of advice in one consultation. All of them travel when somebody enters.
pub const ADVICE: usize = 32;

/// Photos asked for in one consultation: 20 MiB on the disk at 1 MiB each.
pub const PHOTOS: usize = 20;

/// Marks on one photo. More would hide what they show.
pub const MARKS: usize = 16;

/// The right and the lower border of a photo, in the units of a mark's place.
pub const MARK_PLACE: u16 = 10_000;

/// The life of a join token (`grant` on the wire), in milliseconds: the auditor's bound.
pub const GRANT_MS: u64 = 5 * 60 * 1_000;

/// Pre-warmed rooms of posts, and as many of specialists: a third of the country's 1,500 posts at once.
pub const PREPARED: usize = 500;

/// The time for which a pre-warmed room is kept, in milliseconds. A form takes two minutes and a ward interrupts it; a
/// bell does not ring for a specialist much longer.
pub const PREPARED_MS: u64 = 10 * 60 * 1_000;

/// The nurse's reason, in characters: a paragraph.
pub const REASON_CHARS: usize = 500;

/// The time for which a wait may be put off, in milliseconds: one minute to four hours. Longer than that is an appointment.
pub const POSTPONE_MS: std::ops::RangeInclusive<u64> = 60_000..=4 * 3_600_000;

/// The time for which a specialist may declare an availability or an absence, in milliseconds: one minute to sixty days, a long
/// leave.
pub const DECLARED_MS: std::ops::RangeInclusive<u64> = 60_000..=60 * 24 * 3_600_000;

/// The patient's name or initials, in characters.
pub const NAME_CHARS: usize = 60;

/// What was typed for a value that it cannot be, in characters: the length of the form's fields for figures.
pub const TYPED_CHARS: usize = 16;

/// The number in the national record, in characters.
pub const DPP_CHARS: usize = 32;

/// The specialist's notes, in characters: five pages, and 40 kB in UTF-8 still fit into a message.
pub const NOTE_CHARS: usize = 12_000;

/// One piece of advice, in characters: more than a page of print.
pub const ADVICE_CHARS: usize = 4_000;

/// One chat message, in characters: some sentences. With its envelope it takes a quarter of a second on a link of 24 kbit/s.
pub const CHAT_CHARS: usize = 500;

/// Chat messages in one consultation. People write twenty; more than this is a fault, and it would fill the record.
pub const CHAT: usize = 200;

/// Chat messages of one member at once.
pub(crate) const CHAT_BURST: u32 = 10;

/// The time in which a member earns one more chat message, in milliseconds.
pub(crate) const CHAT_EVERY_MS: u64 = 2_000;

/// The identifier of a party, in characters, as the store makes them.
pub const PARTY_CHARS: usize = 64;

/// A token in hexadecimal, in characters: 128 bits.
pub const TOKEN_CHARS: usize = 32;

/// Messages a second that a session may keep up. A page in a call sends about two.
pub const MESSAGES_PER_S: u32 = 10;

/// Messages at once: what a page sends when a link that stood still for 20 s moves again.
pub const MESSAGES_BURST: u32 = 60;

/// Facts that the messages of one party may write at once: an hour of notes that were kept on the device, and the marks on some photos.
pub const FACTS_BURST: u32 = 60;

/// The time after which one more is allowed, in milliseconds. Each fact is on the disk for ever, and a page saves its notes
/// every 5 s.
pub const FACT_EVERY_MS: u64 = 2_000;

/// The times at once that one party may make desks or a post ring: by a request, by calling again, by handing on.
pub const RINGS_BURST: u32 = 12;

/// The time after which it may do so once more, in milliseconds. A post has one open request at a time, and asks again after
/// minutes.
pub const RING_EVERY_MS: u64 = 20_000;

/// News at once of one consultation, of each kind: what has changed in a call, and the position in the queue. Eight people come
/// in with fewer.
pub(crate) const NEWS_BURST: u32 = 24;

/// The time after which there may be news once more, in milliseconds. A `call` has some hundred bytes, and stands beside a
/// voice.
pub(crate) const NEWS_EVERY_MS: u64 = 2_000;

/// Refusals at once before a socket is closed for abuse: a page with a fault reaches this, a page with bad luck does not.
pub const REFUSALS_BURST: u32 = 30;

/// The time after which a refusal is forgotten, in milliseconds.
pub const REFUSAL_FORGOTTEN_MS: u64 = 5_000;

/// Added to the first deadline after the pace of heartbeats became faster, in milliseconds: the page must hear of it
/// first.
pub const PACE_GRACE_MS: u64 = 2_000;

/// Parties offered to the holder of a consultation for an invitation.
pub const INVITABLE: usize = 64;

/// Rows of each list in `overview`.
pub const OVERVIEW_ROWS: usize = 2_000;

/// The time for which an ended consultation is remembered for a post that was away, in milliseconds: a night without
/// electricity, and the morning.
pub const FINISHED_MS: u64 = 24 * 60 * 60 * 1_000;
