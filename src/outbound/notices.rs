//! The notices that a list of summons asks for: one for each reason and channel, under a key that stays the same over restarts.

use super::text::Letter;
use crate::store::NewNotice;
use teranga_clinic::{
    notice::NoticeChannel,
    pii::Pii,
    rota::{Duty, Zone},
    time::Timestamp,
};
use teranga_signaling::contract::{Summons, SummonsReason};

/// The time between two notices to one person about the same by the same channel, in milliseconds.
pub(super) const PAUSE_MS: u64 = 3_600_000;

/// The time after which a reminder of a duty is given up, in milliseconds; at the end of the duty in any case.
const REMINDER_MS: u64 = 6 * 3_600_000;

/// The time after which the notice of a request is given up, in milliseconds: the request has become a case by then.
const RING_MS: u64 = 30 * 60_000;

/// The key of the notice to a doctor by a channel. It names a duty or a request, and no person's name.
pub(super) fn key(summons: &Summons, channel: NoticeChannel) -> String {
    let Duty { doctor, speciality, level, from, .. } = &summons.duty;
    let (party, way) = (&doctor.party, if channel == NoticeChannel::Sms { "sms" } else { "mail" });
    match summons.why {
        SummonsReason::Absent => {
            format!("absent.{party}.{speciality:?}.{level:?}.{}.{way}", from.0).to_ascii_lowercase()
        }
        SummonsReason::Rings { consultation, .. } => format!("rings.{party}.{consultation}.{way}"),
    }
}

/// The notice to a doctor by a channel.
pub(super) fn notice(
    summons: &Summons,
    channel: NoticeChannel,
    (zone, page): (&Zone, &str),
    now: Timestamp,
) -> NewNotice {
    let (subject, rings, lasts_ms) = match summons.why {
        SummonsReason::Absent => ("absent", None, REMINDER_MS),
        SummonsReason::Rings { urgency, .. } => ("rings", Some(urgency), RING_MS),
    };
    let letter = Letter { duty: &summons.duty, rings, zone, page };
    NewNotice {
        key: key(summons, channel),
        subject,
        party: summons.duty.doctor.party.clone(),
        channel,
        text: Pii::new(if channel == NoticeChannel::Sms { letter.sms() } else { letter.mail() }),
        made_at: now,
        expires_at: summons.duty.until.min(now.plus_ms(lasts_ms)),
    }
}
