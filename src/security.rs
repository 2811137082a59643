//! The log of security events (OWASP ASVS 5.0, V16.3): each attempt to sign in, and each refusal that an attack would
//! cause. An event names a kind, a network and a keyed hash of the login, never a person. The counters feed `/metrics` and
//! the alerts of the operations page. This module decides nothing and refuses nothing.

use crate::clock::Clock;
use aws_lc_rs::{
    hmac::{self, HMAC_SHA256},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The kind of a security event, which is its name in the log, the label in `/metrics` and the word on the operations
/// page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    /// A person or a device signed in, or a device was enrolled.
    SignedIn,
    /// The login is unknown or the password is wrong.
    SignInFailed,
    /// The enrolment code is unknown, used or expired.
    EnrolmentCode,
    /// No referral has the code that somebody without an account typed, or it was over long ago; or no ambulance has such a link.
    LiaisonCode,
    /// The device is unknown, or did not sign with its key.
    DeviceRefused,
    /// A device that was revoked tried to come back.
    RevokedDevice,
    /// The challenge was forged, used before or too old.
    ChallengeRefused,
    /// A throttle refused an attempt.
    Throttled,
    /// A page of another origin sent a request.
    ForeignOrigin,
    /// A cookie named no session: it is old, was ended or was guessed.
    UnknownSession,
    /// The role of the asker may not use this address.
    RouteRefused,
    /// Somebody who is no member asked for a consultation.
    RecordRefused,
    /// A photo was not what its announcement said, or is no photo.
    PhotoRefused,
    /// A request was malformed or too large.
    Malformed,
    /// A join token (`grant` on the wire) was forged, foreign, used or too old.
    GrantRefused,
    /// A socket asked for what its role may not do, or for what does not exist.
    MessageRefused,
    /// A socket was closed because it was refused too often.
    SocketAbuse,
    /// A session ended before its time: signed out, ended from another browser, or too many of one account.
    SessionEnded,
    /// An account or a device lost its rights, or its password or key was changed.
    Revoked,
}

/// The weight of a kind of event, which decides the level of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// It is part of every day, however often it occurs: `INFO`.
    Ordinary,
    /// A person who mistypes, or a page with an old cookie, causes it: `INFO`, and `WARN` if there are many at once.
    Mistake,
    /// Our own pages and people never cause it, so somebody should look: `WARN`.
    Suspect,
}

/// The number of events of one kind in the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecurityCount {
    /// The kind.
    pub kind: SecurityKind,
    /// The events of the last ten minutes.
    pub recent: u32,
}

/// The log of security events.
pub struct SecurityLog {
    clock: Clock,
    key: hmac::Key,
    tallies: [Mutex<Tally>; KINDS.len()],
}

/// The counts of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    total: u64,
    /// The minute of the last event, counted from 1970.
    minute: u64,
    /// The events of that minute and of the nine before it, by minute modulo ten.
    minutes: [u32; RECENT_MINUTES],
    /// The events that were not written as a line of their own.
    untold: u32,
}

impl fmt::Debug for SecurityLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityLog").finish_non_exhaustive()
    }
}

impl SecurityLog {
    /// An empty log. The key of its hashes is random and lives as long as the process.
    ///
    /// # Panics
    /// If the system has no randomness.
    pub fn new(clock: Clock) -> Self {
        let mut key = [0; 32];
        rand::fill(&mut key).expect("the system gives random bytes");
        Self { clock, key: hmac::Key::new(HMAC_SHA256, &key), tallies: <_>::default() }
    }

    /// Counts an event, and writes it down unless its kind has filled its lines of this minute. `login` is written as a
    /// keyed hash, which tells the same login twice but not which one it is.
    pub fn record(&self, kind: SecurityKind, login: Option<&str>, from: Option<IpAddr>) {
        let has_line = self.tally(kind).add(self.minute());
        if !has_line {
            return;
        }
        let (name, login, network) = (kind.name(), login.map(|login| self.hashed(login)), from.map(network));
        let (login, network) = (login.as_deref(), network.as_deref());
        match kind.weight() {
            Weight::Ordinary | Weight::Mistake => {
                tracing::info!(target: TARGET, kind = name, login, network, "security event");
            }
            Weight::Suspect => {
                tracing::warn!(target: TARGET, kind = name, login, network, "security event");
            }
        }
    }

    /// Writes, for each kind, how many events of the minutes before were not written one by one. The health monitor calls
    /// it once a second.
    pub fn tell_untold(&self) {
        let minute = self.minute();
        for kind in KINDS {
            let mut tally = self.tally(kind);
            if tally.minute < minute && tally.untold > 0 {
                let count = std::mem::take(&mut tally.untold);
                let name = kind.name();
                match kind.weight() {
                    Weight::Ordinary => tracing::info!(target: TARGET, kind = name, count, "{MORE}"),
                    Weight::Mistake | Weight::Suspect => {
                        tracing::warn!(target: TARGET, kind = name, count, "{MORE}");
                    }
                }
            }
        }
    }

    /// The name and the number of events since the start, for each kind.
    pub fn totals(&self) -> [(&'static str, u64); KINDS.len()] {
        KINDS.map(|kind| (kind.name(), self.tally(kind).total))
    }

    /// The kinds that occurred in the last ten minutes, with their numbers.
    pub fn recent(&self) -> Vec<SecurityCount> {
        let minute = self.minute();
        let counts = KINDS.map(|kind| SecurityCount { kind, recent: self.tally(kind).recent(minute) });
        counts.into_iter().filter(|count| count.recent > 0).collect()
    }

    fn minute(&self) -> u64 {
        self.clock.timestamp().0 / MINUTE_MS
    }

    fn hashed(&self, login: &str) -> String {
        let tag = hmac::sign(&self.key, login.as_bytes());
        URL_SAFE_NO_PAD.encode(&tag.as_ref()[..HASH_BYTES])
    }

    fn tally(&self, kind: SecurityKind) -> MutexGuard<'_, Tally> {
        self.tallies[kind as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    /// Counts an event. Returns true if it may have a line of its own.
    fn add(&mut self, minute: u64) -> bool {
        self.turn_to(minute);
        self.total += 1;
        let now = &mut self.minutes[slot(self.minute)];
        *now = now.saturating_add(1);
        let has_line = *now <= LINES_PER_MINUTE;
        self.untold = self.untold.saturating_add(u32::from(!has_line));
        has_line
    }

    /// The events of the last ten minutes.
    fn recent(&mut self, minute: u64) -> u32 {
        self.turn_to(minute);
        self.minutes.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Forgets the minutes that are too old.
    fn turn_to(&mut self, minute: u64) {
        let passed = minute.saturating_sub(self.minute).min(RECENT_MINUTES as u64);
        for step in 1..=passed {
            self.minutes[slot(minute + 1 - step)] = 0;
        }
        self.minute = self.minute.max(minute);
    }
}

impl SecurityKind {
    const fn weight(self) -> Weight {
        match self {
            Self::SignedIn | Self::SessionEnded | Self::Revoked => Weight::Ordinary,
            // A page may claim what was just withdrawn, and bring a join token of before a restart.
            Self::SignInFailed
            | Self::EnrolmentCode
            | Self::LiaisonCode
            | Self::ChallengeRefused
            | Self::UnknownSession
            | Self::GrantRefused
            | Self::MessageRefused => Weight::Mistake,
            Self::DeviceRefused
            | Self::RevokedDevice
            | Self::Throttled
            | Self::ForeignOrigin
            | Self::RouteRefused
            | Self::RecordRefused
            | Self::PhotoRefused
            | Self::Malformed
            | Self::SocketAbuse => Weight::Suspect,
        }
    }

    /// The name on the log, in metrics and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::EnrolmentCode => "enrolment_code",
            Self::LiaisonCode => "liaison_code",
            Self::DeviceRefused => "device_refused",
            Self::RevokedDevice => "revoked_device",
            Self::ChallengeRefused => "challenge_refused",
            Self::Throttled => "throttled",
            Self::ForeignOrigin => "foreign_origin",
            Self::UnknownSession => "unknown_session",
            Self::RouteRefused => "route_refused",
            Self::RecordRefused => "record_refused",
            Self::PhotoRefused => "photo_refused",
            Self::Malformed => "malformed",
            Self::GrantRefused => "grant_refused",
            Self::MessageRefused => "message_refused",
            Self::SocketAbuse => "socket_abuse",
            Self::SessionEnded => "session_ended",
            Self::Revoked => "revoked",
        }
    }
}

/// The network of an address as it may be written down: 24 bits of IPv4, 48 bits of IPv6, which name no household.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("{}/24", Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))),
        IpAddr::V6(v6) => format!("{}/48", Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below ten")]
const fn slot(minute: u64) -> usize {
    (minute % RECENT_MINUTES as u64) as usize
}

/// The target of the events, by which a collector selects them.
pub const TARGET: &str = "security";

/// The text of the line for the events that have no line of their own.
const MORE: &str = "more security events of this kind";

/// Every kind, in the order of the enum.
const KINDS: [SecurityKind; 19] = {
    use SecurityKind as K;
    [
        K::SignedIn,
        K::SignInFailed,
        K::EnrolmentCode,
        K::LiaisonCode,
        K::DeviceRefused,
        K::RevokedDevice,
        K::ChallengeRefused,
        K::Throttled,
        K::ForeignOrigin,
        K::UnknownSession,
        K::RouteRefused,
        K::RecordRefused,
        K::PhotoRefused,
        K::Malformed,
        K::GrantRefused,
        K::MessageRefused,
        K::SocketAbuse,
        K::SessionEnded,
        K::Revoked,
    ]
};

/// Lines of one kind in a minute. A flood of all kinds then writes less than 100 MB a day; more is only counted.
const LINES_PER_MINUTE: u32 = 20;

/// The minutes over which the operations page counts.
const RECENT_MINUTES: usize = 10;

const MINUTE_MS: u64 = 60_000;

/// Bytes of a login's hash: enough to tell a million logins apart.
const HASH_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io, sync::Arc};
    use tracing_subscriber::fmt::MakeWriter;

    /// A log file in memory.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    impl Lines {
        fn text(&self) -> String {
            let bytes: MutexGuard<'_, Vec<u8>> = self.0.lock().unwrap();
            String::from_utf8(bytes.clone()).unwrap()
        }
    }

    /// What is written by the program's own filter while `work` runs.
    fn written(work: impl FnOnce()) -> String {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
        tracing::subscriber::with_default(log, work);
        lines.text()
    }

    #[test]
    fn an_event_names_kind_network_and_hash_and_no_person() {
        let log = SecurityLog::new(Clock::start());
        let text = written(|| {
            for login in ["awa.ndiaye", "awa.ndiaye", "moussa"] {
                let from = Some("192.0.2.77".parse().unwrap());
                log.record(SecurityKind::SignInFailed, Some(login), from);
            }
        });
        let hashes: Vec<_> = text.lines().map(|line| line.split("\"login\":").nth(1).unwrap()).collect();
        assert_eq!(hashes.len(), 3);
        assert_eq!(hashes[0], hashes[1], "the same login");
        assert_ne!(hashes[0], hashes[2]);
        for wanted in ["\"sign_in_failed\"", "192.0.2.0/24", "\"target\":\"security\""] {
            assert!(text.contains(wanted), "{wanted} is missing in {text}");
        }
        for person in ["awa", "ndiaye", "moussa", "192.0.2.77"] {
            assert!(!text.contains(person), "{person} is in {text}");
        }
    }

    /// The levels of the lines of a text, without repetition.
    fn levels(text: &str) -> Vec<&str> {
        let mut levels: Vec<_> = text
            .lines()
            .map(|line| line.split("\"level\":\"").nth(1).unwrap().split('"').next().unwrap())
            .collect();
        levels.dedup();
        levels
    }

    #[test]
    fn what_happens_every_day_is_no_warning_and_what_needs_somebody_is() {
        let log = SecurityLog::new(Clock::start());
        let at_a_start = [SecurityKind::Revoked, SecurityKind::SignedIn, SecurityKind::SessionEnded];
        let ordinary = written(|| at_a_start.into_iter().for_each(|kind| log.record(kind, None, None)));
        assert_eq!(levels(&ordinary), ["INFO"]);
        let mistyped = written(|| log.record(SecurityKind::SignInFailed, Some("awa"), None));
        assert_eq!(levels(&mistyped), ["INFO"]);
        let suspect = [SecurityKind::RevokedDevice, SecurityKind::Throttled, SecurityKind::ForeignOrigin];
        let suspect = written(|| suspect.into_iter().for_each(|kind| log.record(kind, None, None)));
        assert_eq!(levels(&suspect), ["WARN"]);
    }

    #[test]
    fn many_mistakes_at_once_are_a_warning_and_many_sign_ins_after_a_restart_are_none() {
        let log = SecurityLog::new(Clock::start());
        for (kind, level) in [
            (SecurityKind::SignedIn, "INFO"),
            (SecurityKind::SignInFailed, "WARN"),
            (SecurityKind::ForeignOrigin, "WARN"),
        ] {
            (0..100).for_each(|_| log.record(kind, None, None));
            // The minute of the events is over.
            log.tally(kind).minute -= 1;
            let text = written(|| log.tell_untold());
            assert_eq!(levels(&text), [level], "{kind:?}");
            assert!(text.contains(MORE), "{text}");
        }
    }

    #[test]
    fn a_flood_fills_no_disk_and_is_counted() {
        let log = SecurityLog::new(Clock::start());
        let text = written(|| (0..100_000).for_each(|_| log.record(SecurityKind::ForeignOrigin, None, None)));
        // The flood may run over the end of a minute.
        assert!(text.lines().count() <= 2 * LINES_PER_MINUTE as usize, "{} lines", text.lines().count());
        let totals = log.totals();
        assert_eq!(totals[SecurityKind::ForeignOrigin as usize], ("foreign_origin", 100_000));
        assert_eq!(log.recent(), [SecurityCount { kind: SecurityKind::ForeignOrigin, recent: 100_000 }]);
    }

    #[test]
    fn minutes_are_forgotten_after_ten() {
        let mut tally = Tally::default();
        for minute in 100..=112 {
            tally.add(minute);
        }
        assert_eq!(tally.recent(112), 10);
        assert_eq!(tally.recent(115), 7);
        assert_eq!(tally.recent(200), 0);
        assert_eq!(tally.total, 13);
    }

    #[test]
    fn kinds_stand_in_their_order_and_have_one_name_everywhere() {
        for (index, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn networks_are_coarse() {
        assert_eq!(network("2001:db8:1:2::3".parse().unwrap()), "2001:db8:1::/48");
        assert_eq!(network("::ffff:192.0.2.9".parse().unwrap()), "192.0.2.0/24");
    }
}
