//! The metrics: name, unit and help of every figure that Prometheus reads. Labels are kinds and reasons, never persons.

use crate::{
    audit_watch::AuditStatus,
    bridge::HubStatus,
    disk_space::DiskSpace,
    net::places::PlaceCounts,
    outbound::{OutboundCounts, PublicationTotals},
    security::SecurityCount,
};
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use std::sync::Arc;
use teranga_clinic::{case::CountedOutcome, history::SetAside, notice::NoticeChannel};
use teranga_media::stats::Stats;

/// The figures of the server at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The counts of the hub.
    pub hub: HubStatus,
    /// The counters of each media shard.
    pub shards: Vec<Stats>,
    /// Open sockets.
    pub sockets: usize,
    /// HTTPS connections.
    pub connections: PlaceCounts,
    /// Facts stored since the start, and those that could not be.
    pub facts: (u64, u64),
    /// True if the last fact was stored.
    pub store_ok: bool,
    /// The space of the disk that holds the data.
    pub disk: Option<DiskSpace>,
    /// True if another server has taken over the journal.
    pub fenced: bool,
    /// Consultations that cannot be read.
    pub set_aside: Vec<SetAside>,
    /// The state of the audit log.
    pub audit: AuditStatus,
    /// Resident memory, bytes.
    pub resident_bytes: u64,
    /// CPU time used since the start, milliseconds.
    pub cpu_ms: u64,
    /// Security events since the start, by the name of their kind.
    pub security: Vec<(&'static str, u64)>,
    /// Security events of the last ten minutes.
    pub security_recent: Vec<SecurityCount>,
    /// The number of patients with each outcome, as the journal counts them; empty if they are not asked for or cannot be read.
    pub outcomes: Vec<(CountedOutcome, u64)>,
    /// The counts of notices by SMS and e-mail.
    pub notices: Arc<OutboundCounts>,
    /// The figures of publications to the national record.
    pub publications: Arc<PublicationTotals>,
    /// True if the server takes no new work.
    pub draining: bool,
}

impl Snapshot {
    /// A counter of the media machine, summed over all shards.
    fn media(&self, read: fn(&Stats) -> u64) -> u64 {
        self.shards.iter().map(read).sum()
    }

    /// Rooms with a transport.
    pub fn rooms(&self) -> u64 {
        self.media(|m| m.rooms)
    }

    /// Participants with a transport.
    pub fn peers(&self) -> u64 {
        self.media(|m| m.peers)
    }

    /// Datagrams received since the start.
    pub fn packets_in(&self) -> u64 {
        self.media(|m| m.packets_in)
    }

    /// Datagrams sent since the start.
    pub fn packets_out(&self) -> u64 {
        self.media(|m| m.packets_out)
    }

    /// Datagrams refused since the start.
    pub fn dropped(&self) -> u64 {
        self.media(Stats::dropped_total)
    }
}

/// Renders snapshots in the text format of Prometheus.
pub struct Exporter {
    recorder: PrometheusRecorder,
}

type Read = fn(&Snapshot) -> u64;

/// The counters: name, unit, help, and the figure of the snapshot.
const COUNTERS: &[(&str, Unit, &str, Read)] = &[
    ("teranga_packets_in_total", Unit::Count, "Datagrams received", |s| s.media(|m| m.packets_in)),
    ("teranga_packets_out_total", Unit::Count, "Datagrams sent", |s| s.media(|m| m.packets_out)),
    ("teranga_received_bytes_total", Unit::Bytes, "Bytes received, without IP and UDP headers", |s| {
        s.media(|m| m.bytes_in)
    }),
    ("teranga_sent_bytes_total", Unit::Bytes, "Bytes sent, without IP and UDP headers", |s| {
        s.media(|m| m.bytes_out)
    }),
    ("teranga_forwarded_audio_total", Unit::Count, "Voice packets, once a receiver", |s| {
        s.media(|m| m.forwarded_audio)
    }),
    ("teranga_forwarded_video_total", Unit::Count, "Video packets, once a receiver", |s| {
        s.media(|m| m.forwarded_video)
    }),
    (
        "teranga_mixes_begun_total",
        Unit::Count,
        "Times a participant began to hear several voices as one",
        |s| s.media(|m| m.mixes_begun),
    ),
    ("teranga_mixes_ended_total", Unit::Count, "Times a participant got the voices themselves again", |s| {
        s.media(|m| m.mixes_ended)
    }),
    ("teranga_mixed_audio_total", Unit::Count, "Voice packets that were made of several voices", |s| {
        s.media(|m| m.mixed_audio)
    }),
    ("teranga_mix_concealed_total", Unit::Count, "Pieces of 20 ms that were made up for a mix", |s| {
        s.media(|m| m.mix_concealed)
    }),
    ("teranga_keyframes_asked_total", Unit::Count, "Keyframe requests received", |s| {
        s.media(|m| m.keyframes_asked)
    }),
    ("teranga_keyframes_forwarded_total", Unit::Count, "Keyframe requests sent on", |s| {
        s.media(|m| m.keyframes_forwarded)
    }),
    ("teranga_nacks_in_total", Unit::Count, "NACKs received", |s| s.media(|m| m.nacks_in)),
    ("teranga_nacks_out_total", Unit::Count, "NACKs sent", |s| s.media(|m| m.nacks_out)),
    (
        "teranga_voice_resent_total",
        Unit::Count,
        "Voice packets sent once more, as they were asked for",
        |s| s.media(|m| m.voice_resent),
    ),
    ("teranga_voice_recovered_total", Unit::Count, "Lost voice packets that the next one carried", |s| {
        s.media(|m| m.voice_recovered)
    }),
    (
        "teranga_voices_stopped_total",
        Unit::Count,
        "Times that no voice came for 5 s through a transport that lives",
        |s| s.media(|m| m.voices_stopped),
    ),
    ("teranga_deaf_total", Unit::Count, "Times that a page heard nobody, although somebody spoke", |s| {
        s.hub.deaf
    }),
    (
        "teranga_rang_again_total",
        Unit::Count,
        "Times that a consultation rang again, because its doctor was not there",
        |s| s.hub.rang_again,
    ),
    ("teranga_cases_deferred_total", Unit::Count, "Consultations that became deferred cases", |s| {
        s.hub.deferred
    }),
    ("teranga_cases_answered_total", Unit::Count, "Answers to deferred cases", |s| s.hub.cases_answered),
    (
        "teranga_cases_overdue_total",
        Unit::Count,
        "Deadlines of deferred cases that a specialist let pass",
        |s| s.hub.cases_overdue,
    ),
    ("teranga_taken_over_total", Unit::Count, "Consultations that another doctor took over", |s| {
        s.hub.taken_over
    }),
    ("teranga_rungs_total", Unit::Count, "Times a participant was told another rung of the ladder", |s| {
        s.media(|m| m.rungs)
    }),
    ("teranga_paths_moved_total", Unit::Count, "Times a participant's media moved to another address", |s| {
        s.media(|m| m.moved)
    }),
    (
        "teranga_paths_flapping_total",
        Unit::Count,
        "Times a participant's media moved five times within a minute",
        |s| s.media(|m| m.paths_flapping),
    ),
    (
        "teranga_path_checks_total",
        Unit::Count,
        "Connectivity checks sent to participants' addresses, repetitions included",
        |s| s.media(|m| m.path_checks),
    ),
    ("teranga_path_checks_answered_total", Unit::Count, "Connectivity checks that were answered", |s| {
        s.media(|m| m.path_checks_answered)
    }),
    ("teranga_joins_total", Unit::Count, "Participants that joined", |s| s.media(|m| m.joined)),
    ("teranga_offers_refused_total", Unit::Count, "Offers refused", |s| s.media(|m| m.refused)),
    ("teranga_rooms_failed_total", Unit::Count, "Rooms ended by a fault of ours", |s| {
        s.media(|m| m.rooms_failed)
    }),
    ("teranga_facts_stored_total", Unit::Count, "Facts made durable", |s| s.facts.0),
    ("teranga_facts_failed_total", Unit::Count, "Facts that could not be stored", |s| s.facts.1),
    (
        "teranga_strangers_pushed_out_total",
        Unit::Count,
        "Connections of strangers closed because newer ones needed their place",
        |s| s.connections.pushed_out,
    ),
    ("teranga_sms_sent_total", Unit::Count, "SMS that the gateway has taken", |s| {
        s.notices.sent(NoticeChannel::Sms)
    }),
    ("teranga_sms_failed_total", Unit::Count, "SMS that were given up", |s| {
        s.notices.failed(NoticeChannel::Sms)
    }),
    ("teranga_mail_sent_total", Unit::Count, "E-mails that the relay has taken", |s| {
        s.notices.sent(NoticeChannel::Mail)
    }),
    ("teranga_mail_failed_total", Unit::Count, "E-mails that were given up", |s| {
        s.notices.failed(NoticeChannel::Mail)
    }),
    ("teranga_dpp_published_total", Unit::Count, "Records that the national record has taken", |s| {
        s.publications.sent()
    }),
    ("teranga_dpp_refused_total", Unit::Count, "Records that were refused", |s| s.publications.refused()),
    ("teranga_cpu_milliseconds_total", Unit::Milliseconds, "CPU time used", |s| s.cpu_ms),
];

/// The gauges: name, unit, help, and the figure of the snapshot.
const GAUGES: &[(&str, Unit, &str, Read)] = &[
    ("teranga_rooms", Unit::Count, "Rooms with a transport", |s| s.media(|m| m.rooms)),
    ("teranga_peers", Unit::Count, "Participants with a transport", |s| s.media(|m| m.peers)),
    ("teranga_pipes", Unit::Count, "TCP connections that carry media", |s| s.media(|m| m.tcp_connections)),
    ("teranga_sockets", Unit::Count, "Open WebSockets", |s| s.sockets as u64),
    ("teranga_connections_strangers", Unit::Count, "Open HTTPS connections of strangers", |s| {
        s.connections.strangers
    }),
    ("teranga_connections_known", Unit::Count, "Open HTTPS connections of those who are signed in", |s| {
        s.connections.known
    }),
    ("teranga_sessions", Unit::Count, "Sessions that said hello", |s| s.hub.sessions as u64),
    ("teranga_waiting", Unit::Count, "Requests in the queue", |s| s.hub.waiting as u64),
    ("teranga_prepared", Unit::Count, "Rooms in which a transport is warmed for a call", |s| {
        s.hub.prepared as u64
    }),
    ("teranga_cases", Unit::Count, "Deferred cases, and consultations whose outcome is awaited", |s| {
        s.hub.cases as u64
    }),
    ("teranga_running", Unit::Count, "Consultations that were taken", |s| s.hub.running as u64),
    ("teranga_resident_bytes", Unit::Bytes, "Resident memory", |s| s.resident_bytes),
    ("teranga_disk_free_bytes", Unit::Bytes, "Free space of the disk that holds the data", |s| {
        s.disk.map_or(0, |disk| disk.free_bytes)
    }),
    ("teranga_disk_bytes", Unit::Bytes, "Size of the disk that holds the data", |s| {
        s.disk.map_or(0, |disk| disk.total_bytes)
    }),
    ("teranga_set_aside", Unit::Count, "Consultations that cannot be read and are set aside", |s| {
        s.set_aside.len() as u64
    }),
    ("teranga_audit_rows", Unit::Count, "Rows of the audit log", |s| {
        u64::try_from(s.audit.rows).unwrap_or_default()
    }),
    ("teranga_audit_broken", Unit::Count, "1 if the audit log was tampered with", |s| {
        u64::from(s.audit.flaw.is_some())
    }),
    ("teranga_outbox_waiting", Unit::Count, "SMS and e-mails that wait to be sent", |s| s.notices.waiting()),
    ("teranga_dpp_owed", Unit::Count, "Records that are owed to the national record", |s| {
        s.publications.owed()
    }),
    ("teranga_dpp_refused", Unit::Count, "Records that were refused and wait for a person", |s| {
        s.publications.with_a_person()
    }),
    ("teranga_fenced", Unit::Count, "1 once another server has taken over the journal", |s| {
        u64::from(s.fenced)
    }),
    ("teranga_draining", Unit::Count, "1 while the server takes no new work", |s| u64::from(s.draining)),
];

/// The reasons for which datagrams are refused; each becomes a label of `teranga_dropped_total`.
const DROPPED: &[(&str, Read)] = &[
    ("garbage", |s| s.media(|m| m.dropped.garbage)),
    ("unknown_source", |s| s.media(|m| m.dropped.unknown_source)),
    ("stun_unauthenticated", |s| s.media(|m| m.dropped.stun_unauthenticated)),
    ("stun_replayed", |s| s.media(|m| m.dropped.stun_replayed)),
    ("stun_unasked", |s| s.media(|m| m.dropped.stun_unasked)),
    ("stun_misdirected", |s| s.media(|m| m.dropped.stun_misdirected)),
    ("too_many_routes", |s| s.media(|m| m.dropped.too_many_routes)),
    ("engine", |s| s.media(|m| m.dropped.engine)),
    ("over_cap", |s| s.media(|m| m.dropped.over_cap)),
    ("stale", |s| s.media(|m| m.dropped.stale)),
    ("held_back", |s| s.media(|m| m.dropped.held_back)),
    ("stalled", |s| s.media(|m| m.dropped.stalled)),
    ("messages", |s| s.media(|m| m.dropped.messages)),
    ("no_consent", |s| s.media(|m| m.dropped.no_consent)),
];

/// The counter of outcomes.
const OUTCOMES: &str = "teranga_outcomes_total";

/// The counter of security events.
const SECURITY: &str = "teranga_security_events_total";

const METADATA: Metadata<'static> = Metadata::new("teranga", Level::INFO, None);

impl Default for Exporter {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        for &(name, unit, help, _) in COUNTERS {
            recorder.describe_counter(KeyName::from_const_str(name), Some(unit), help.into());
        }
        for &(name, unit, help, _) in GAUGES {
            recorder.describe_gauge(KeyName::from_const_str(name), Some(unit), help.into());
        }
        let dropped = KeyName::from_const_str("teranga_dropped_total");
        recorder.describe_counter(dropped, Some(Unit::Count), "Datagrams refused, by reason".into());
        let security = KeyName::from_const_str(SECURITY);
        recorder.describe_counter(security, Some(Unit::Count), "Security events, by kind".into());
        let outcomes = KeyName::from_const_str(OUTCOMES);
        let help = "Patients of whom it is known, or given up, what became of them, by outcome";
        recorder.describe_counter(outcomes, Some(Unit::Count), help.into());
        Self { recorder }
    }
}

impl Exporter {
    /// Renders a snapshot.
    pub fn render(&self, snapshot: &Snapshot) -> String {
        for &(name, _, _, read) in COUNTERS {
            self.recorder.register_counter(&Key::from_static_name(name), &METADATA).absolute(read(snapshot));
        }
        for &(name, _, _, read) in GAUGES {
            #[expect(clippy::cast_precision_loss, reason = "gauges of Prometheus are floats")]
            self.recorder.register_gauge(&Key::from_static_name(name), &METADATA).set(read(snapshot) as f64);
        }
        for &(reason, read) in DROPPED {
            let key = Key::from_parts("teranga_dropped_total", vec![Label::new("reason", reason)]);
            self.recorder.register_counter(&key, &METADATA).absolute(read(snapshot));
        }
        for &(kind, count) in &snapshot.security {
            let key = Key::from_parts(SECURITY, vec![Label::new("kind", kind)]);
            self.recorder.register_counter(&key, &METADATA).absolute(count);
        }
        for &(outcome, count) in &snapshot.outcomes {
            let key = Key::from_parts(OUTCOMES, vec![Label::new("outcome", outcome.word())]);
            self.recorder.register_counter(&key, &METADATA).absolute(count);
        }
        self.recorder.handle().render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::case::LossReason;

    #[test]
    fn every_metric_is_rendered_with_its_help() {
        let mut shards = vec![Stats::default(); 2];
        shards[0].dropped.garbage = 1;
        shards[1].dropped.garbage = 2;
        let security = vec![("throttled", 5)];
        let outcomes = vec![(CountedOutcome::GivenUp(LossReason::NoAnswer), 3)];
        let snapshot = Snapshot { resident_bytes: 7, shards, security, outcomes, ..Snapshot::default() };
        let text = Exporter::default().render(&snapshot);
        for (name, _, help, _) in COUNTERS.iter().chain(GAUGES) {
            assert!(text.contains(&format!("# HELP {name} {help}")), "{name} has no help in:\n{text}");
        }
        assert!(text.contains("teranga_outcomes_total{outcome=\"no_answer\"} 3"));
        assert!(text.contains("teranga_resident_bytes 7"));
        assert!(text.contains("teranga_security_events_total{kind=\"throttled\"} 5"));
        assert!(text.contains("teranga_dropped_total{reason=\"garbage\"} 3"));
    }
}
