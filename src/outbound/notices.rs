//! The notices that a list of summons asks for: one for each reason and channel, under a key that stays the same over restarts.

use super::text::Letter;
use crate::store::NewNotice;
use teranga_clinic::{
    notice::NoticeChannel,
    pii::Pii,
    request::Urgency,
    rota::{Duty, Zone},
    time::Timestamp,
};
use teranga_signaling::contract::{Cause, Summons, SummonsReason};

/// The time between two notices to one person about the same by the same channel, in milliseconds.
const PAUSE_MS: u64 = 3_600_000;

/// The time after which a notice is given up, in milliseconds; at the end of the duty or of the time for a case in any case.
const REMINDER_MS: u64 = 6 * 3_600_000;

/// The time after which the notice of a request is given up, in milliseconds: the request has become a case by then.
const RING_MS: u64 = 30 * 60_000;

/// The pause before another notice about the same. An emergency does not wait until the hour of the one before is over.
pub(super) const fn pause_ms(why: &SummonsReason) -> u64 {
    match why {
        SummonsReason::Case { urgency: Urgency::Stat, .. }
        | SummonsReason::Cause(
            Cause::Unassigned { urgency: Urgency::Stat, .. } | Cause::Lapsed { urgency: Urgency::Stat, .. },
        ) => 0,
        _ => PAUSE_MS,
    }
}

/// The key of the notice to somebody by a channel. It names a duty, a request or a case, and no person's name.
pub(super) fn key(summons: &Summons, channel: NoticeChannel) -> String {
    let (party, way) = (&summons.to.party, if channel == NoticeChannel::Sms { "sms" } else { "mail" });
    match &summons.why {
        SummonsReason::Absent(duty) => {
            let Duty { speciality, level, from, .. } = duty.as_ref();
            format!("absent.{party}.{speciality:?}.{level:?}.{}.{way}", from.0).to_ascii_lowercase()
        }
        SummonsReason::Rings { consultation, .. } => format!("rings.{party}.{consultation}.{way}"),
        SummonsReason::Case { consultation, since, .. } => {
            format!("case.{party}.{consultation}.{}.{way}", since.0)
        }
        SummonsReason::Cause(cause) => format!("{}.{party}.{way}", cause.key()),
    }
}

/// The notice to somebody by a channel.
pub(super) fn notice(
    summons: &Summons,
    channel: NoticeChannel,
    (zone, site): (&Zone, &str),
    now: Timestamp,
) -> NewNotice {
    let letter = Letter { summons, zone, site, now };
    NewNotice {
        key: key(summons, channel),
        subject: subject(&summons.why),
        party: summons.to.party.clone(),
        structure: None,
        channel,
        text: Pii::new(if channel == NoticeChannel::Sms { letter.sms() } else { letter.mail() }),
        made_at: now,
        expires_at: expires_at(&summons.why, now),
    }
}

const fn subject(why: &SummonsReason) -> &'static str {
    match why {
        SummonsReason::Absent(_) => "absent",
        SummonsReason::Rings { .. } => "rings",
        SummonsReason::Case { .. } => "case",
        SummonsReason::Cause(Cause::Unassigned { .. }) => "unassigned",
        SummonsReason::Cause(Cause::Lapsed { .. }) => "lapsed",
        SummonsReason::Cause(Cause::Uncovered(_)) => "uncovered",
        SummonsReason::Cause(Cause::Absent(_)) => "missed",
    }
}

/// The time at which a notice is given up.
fn expires_at(why: &SummonsReason, now: Timestamp) -> Timestamp {
    let later = now.plus_ms(REMINDER_MS);
    match why {
        SummonsReason::Absent(duty) | SummonsReason::Cause(Cause::Absent(duty)) => duty.until.min(later),
        SummonsReason::Rings { duty, .. } => duty.until.min(now.plus_ms(RING_MS)),
        SummonsReason::Case { due, .. } => later.min(*due),
        SummonsReason::Cause(_) => later,
    }
}
