//! Every bound of the signalling plane, with its reason. What the pages must know of them is exported to
//! `web/protocol/messages.ts`.

use std::ops::RangeInclusive;

/// A message on the socket, bytes. The largest honest one is an SDP offer with eight m-lines: about 20 kB.
pub const MESSAGE_BYTES: usize = 64 * 1024;

/// An SDP in `join` or `offer`, bytes: eight m-lines and every codec Chromium knows, with room.
pub const SDP_BYTES: usize = 32 * 1024;

/// Sockets open at once. Twice the 10,000 that one machine is measured with.
pub const SESSIONS: usize = 20_000;

/// Sockets of one party: the live one, its successor, and two windows that were told "elsewhere".
pub const SOCKETS_PER_PARTY: usize = 4;

/// From the socket's opening to `hello`: three round trips of the slowest link, and a page's start.
pub const HELLO_MS: u64 = 10_000;

/// From "this account is open elsewhere" to the second `hello`: a person reads a question and answers it.
pub const DECISION_MS: u64 = 2 * 60 * 1_000;

/// Waiting requests. A doctor is sent all of them at `welcome`: 200 rows are about 100 kB.
pub const QUEUE: usize = 200;

/// Waiting and running consultations together; the 1,500 posts of the country, with room.
pub const CONSULTATIONS: usize = 2_000;

/// People in one consultation; the media plane forwards everyone to everyone.
pub const SEATS: usize = 8;

/// Facts on their way to the disk. A disk that stands still for so many refuses the next one.
pub const PENDING_RECORDS: usize = 4_096;

/// Signed pieces of advice in one consultation: all of them travel when somebody enters.
pub const ADVICE: usize = 32;

/// Photos asked for in one consultation: at 1 MiB each 20 MiB on the disk, at most.
pub const PHOTOS: usize = 20;

/// Marks on one photo: more hide what they show.
pub const MARKS: usize = 16;

/// The right and the lower border of a photo, where a mark may stand.
pub const MARK_PLACE: u16 = 10_000;

/// Life of a media grant: the auditor's bound for a join token.
pub const GRANT_MS: u64 = 5 * 60 * 1_000;

/// Posts that fill in their form and warm their transport meanwhile: a third of the country's 1,500 at once. As many
/// specialists while it rings for them.
pub const PREPARED: usize = 500;

/// How long such a transport is kept for a form that is not sent: a form takes two minutes, a ward interrupts it. Nor does
/// it ring for a specialist much longer.
pub const PREPARED_MS: u64 = 10 * 60 * 1_000;

/// The nurse's reason, characters: a paragraph.
pub const REASON_CHARS: usize = 500;

/// Number in the national record, characters.
pub const DPP_CHARS: usize = 32;

/// The specialist's notes, characters: five pages, and 40 kB in UTF-8 still fit into a message.
pub const NOTE_CHARS: usize = 12_000;

/// One piece of advice, characters: more than a page of print.
pub const ADVICE_CHARS: usize = 4_000;

/// A party's identifier, characters, as the store makes them.
pub const PARTY_CHARS: usize = 64;

/// A token in hexadecimal, characters: 128 bits.
pub const TOKEN_CHARS: usize = 32;

/// Messages a second that a session may keep up. A page in a call sends about two.
pub const MESSAGES_PER_S: u32 = 10;

/// Messages at once: what a page sends when a link that stood still for 20 s moves again.
pub const MESSAGES_BURST: u32 = 60;

/// Refusals at once before a socket is closed for abuse: a page with a fault, not a page with bad luck.
pub const REFUSALS_BURST: u32 = 30;

/// A refusal is forgotten after so long.
pub const REFUSAL_FORGOTTEN_MS: u64 = 5_000;

/// Added to the first deadline after `pace` became faster: the page must hear of it first.
pub const PACE_GRACE_MS: u64 = 2_000;

/// Parties offered to the holder of a consultation.
pub const INVITABLE: usize = 64;

/// Rows of each list in `overview`.
pub const OVERVIEW_ROWS: usize = 2_000;

/// Between two `overview` messages.
pub const OVERVIEW_MS: u64 = 2_000;

/// Between two `link` messages of a room, if all its links carry a camera or the ladder's rung has changed.
pub const LINK_MS: u64 = 2_000;

/// The same on a thinner link, which must not carry 1 kbit/s of figures beside a voice.
pub const LINK_THIN_MS: u64 = 10_000;

/// The same if a round trip has changed much.
pub const LINK_NEWS_MS: u64 = 6_000;

/// A round trip has changed much if it did by more than this share of itself, in percent, ...
pub const LINK_NEWS_PERCENT: u32 = 20;

/// ... and by more than this: less is jitter.
pub const LINK_NEWS_RTT_MS: u32 = 100;

/// Between two `roster` messages: an idle post pays for every byte.
pub const ROSTER_MS: u64 = 5_000;

/// Ended consultations remembered, so that a post that was away still gets its advice.
pub const FINISHED: usize = 1_024;

/// How long they are remembered: a night without electricity, and the morning.
pub const FINISHED_MS: u64 = 24 * 60 * 60 * 1_000;

/// A post heard so long after the end of its consultation was told of it. Silent sooner, it is told again.
pub const TOLD_MS: u64 = 5_000;

/// A fact of the server's own clock that could not be stored is tried again after this.
pub const RETRY_MS: u64 = 5_000;

/// Years of age.
pub const AGE_YEARS: RangeInclusive<u8> = 0..=120;

/// Weeks of pregnancy.
pub const TERM_WEEKS: RangeInclusive<u8> = 0..=45;

/// Systolic pressure, mmHg; 0 is "not found", which must be sayable.
pub const SYSTOLIC: RangeInclusive<u16> = 0..=350;

/// Diastolic pressure, mmHg.
pub const DIASTOLIC: RangeInclusive<u16> = 0..=250;

/// Pulse, beats a minute.
pub const PULSE: RangeInclusive<u16> = 0..=350;

/// Temperature, tenths of a degree Celsius: from the coldest survivor to the hottest.
pub const TEMPERATURE_DC: RangeInclusive<u16> = 100..=470;
