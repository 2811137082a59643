//! The bridge between the two machines: its task owns the signalling [`Hub`], carries the hub's effects out (sockets, journal,
//! media shards) and feeds what happens there back as inputs. It is the only module that imports both `signaling` and `media`,
//! and it decides nothing itself.

mod convert;
mod log;

use crate::{
    clock::Clock,
    declarations::DeclarationWriter,
    journal::{JournalWriter, QueuedFact, Recorded},
    link_history::LinkHistory,
    net::shard::Shard,
    outbound::Outbound,
    pulse::{BEAT, Pulse},
    security::{SecurityKind, SecurityLog},
    sockets::Sockets,
};
use convert::{ShardCommand, member_id};
use std::{sync::Arc, time::Duration};
use teranga_clinic::id::PartyId;
use teranga_media::command::Event;
use teranga_signaling::{
    contract::{Commit, Effect, Input, MediaOrder, MediaSignal},
    hub::{Hub, Stats},
    id::ShardId,
    message::session::ErrorCode,
};
use tokio::sync::{mpsc, watch};

/// Inputs that may wait for the hub. Sockets wait while the queue is full (back-pressure on their TCP
/// connections).
pub const INPUTS: usize = 4096;

/// Media events that may wait for the hub. Shards hold their events back while the queue is full.
pub const MEDIA_EVENTS: usize = 4096;

/// The bridge and everything that it connects.
pub struct Bridge {
    /// The signalling machine.
    pub hub: Hub,
    /// The server's clock.
    pub clock: Clock,
    /// The open `WebSocket`s.
    pub sockets: Arc<Sockets>,
    /// The writer that makes facts durable.
    pub journal: JournalWriter,
    /// The media threads. Each room lives on one of them.
    pub shards: Arc<[Shard]>,
    /// What is written without being waited for.
    pub writers: Writers,
    /// The log of security events.
    pub security: Arc<SecurityLog>,
    /// Publishes the state of the hub for metrics and the drain.
    pub status: watch::Sender<HubStatus>,
    /// Beats as long as the hub is served.
    pub pulse: Pulse,
}

/// What the bridge writes without waiting for the disk.
pub struct Writers {
    /// The rates that each party's link carried in its last call.
    pub link_history: LinkHistory,
    /// What specialists declare.
    pub declarations: DeclarationWriter,
    /// The doctors who are to be reached outside of their pages.
    pub outbound: Outbound,
}

/// The counts of the hub that the rest of the server reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HubStatus {
    /// Sessions that have said `hello`.
    pub sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Consultations that were claimed and are not closed.
    pub running: usize,
    /// Pre-warmed rooms: somebody has a transport in them before there is a call.
    pub prepared: usize,
    /// Times that a page reported one-way audio: it heard nobody although somebody spoke.
    pub deaf: u64,
    /// Consultations that rang again, because their doctor was not there.
    pub rang_again: u64,
    /// Consultations that another doctor took over.
    pub taken_over: u64,
    /// Deferred cases, and consultations whose outcome is awaited.
    pub cases: usize,
    /// Consultations that became deferred cases.
    pub deferred: u64,
    /// Answers to deferred cases.
    pub cases_answered: u64,
    /// Deadlines of deferred cases that a specialist let pass.
    pub cases_overdue: u64,
}

/// The queues that lead to the hub.
pub struct Inlets {
    /// Inputs from the sockets.
    pub inputs: mpsc::Receiver<Input>,
    /// Answers of the journal.
    pub recorded: mpsc::Receiver<Recorded>,
    /// Events of the shards.
    pub media: mpsc::Receiver<Event>,
    /// Accounts and devices that lost their rights.
    pub revoked: mpsc::Receiver<PartyId>,
}

impl Bridge {
    /// Runs until every sender of socket inputs is dropped, and then lets the last declarations reach the disk.
    pub async fn run(mut self, mut inlets: Inlets) {
        while let Some(next) = next(&mut inlets, self.until_timeout()).await {
            let now = self.clock.timestamp();
            self.pulse.beat();
            match next {
                Next::Nothing => continue,
                Next::Input(input) => {
                    log::voice_report(&input);
                    if matches!(input, Input::Revoked { .. }) {
                        self.security.record(SecurityKind::Revoked, None, None);
                    }
                    self.hub.handle(now, input);
                }
                Next::Media(event) => {
                    log::media_event(&event);
                    self.note_link(&event);
                    self.hub.handle(now, convert::input(event));
                }
                Next::Timeout => self.hub.handle_timeout(now),
            }
            self.carry_out_effects();
            self.status.send_if_modified(|status| replace(status, status_of(&self.hub)));
        }
        self.writers.declarations.finish().await;
    }

    /// Keeps the measured rates of a link for the party's next call.
    fn note_link(&mut self, event: &Event) {
        match event {
            Event::Link { peer, report } => {
                if let Some(rates) = report.capacity {
                    self.writers.link_history.measured(member_id(*peer), convert::link_rates(rates));
                }
            }
            Event::Gone { peer, .. } => self.writers.link_history.member_left(member_id(*peer)),
            _ => {}
        }
    }

    /// The time until the hub's next timeout; none if it has none.
    fn until_timeout(&self) -> Option<Duration> {
        let at = self.hub.poll_timeout()?;
        Some(Duration::from_millis(at.since_ms(self.clock.timestamp())))
    }

    /// Carries out the hub's effects in its order.
    fn carry_out_effects(&mut self) {
        while let Some(effect) = self.hub.poll() {
            match effect {
                Effect::Send { session, message } => {
                    if let Some(kind) = log::security_kind(&message) {
                        self.security.record(kind, None, self.sockets.from(session));
                    }
                    self.sockets.send(session, message);
                }
                Effect::Close { session } => self.sockets.close(session),
                Effect::Record { record, consultation, number, fact } => {
                    self.record(QueuedFact { record, consultation, number, fact });
                }
                Effect::Declare { party, declaration } => self.writers.declarations.put(party, declaration),
                Effect::Summon(summons) => self.writers.outbound.summon(summons),
                Effect::Opening(opening) => self.journal.note(opening),
                Effect::Media(order) => self.order(order),
            }
        }
    }

    fn record(&mut self, entry: QueuedFact) {
        let record = entry.record;
        if !self.journal.record(entry) {
            self.hub.handle(self.clock.timestamp(), Input::Recorded { record, outcome: Commit::Failed });
        }
    }

    /// Sends an order to its shard. A join is followed by what the party's link carried last time.
    fn order(&mut self, order: MediaOrder) {
        let mut remembered = None;
        match &order {
            MediaOrder::Join { room, member, party, .. } => {
                let rates = self.writers.link_history.member_joined(*member, party.clone());
                remembered = rates.map(|rates| (room.shard, convert::remember_link(*member, rates)));
            }
            MediaOrder::Leave { member, .. } => self.writers.link_history.member_left(*member),
            _ => {}
        }
        self.send_to_shard(order);
        if let Some((shard, command)) = remembered {
            // A shard that has no space for it had none for the join either, and that was answered.
            let _ = self.shard(shard).send(command);
        }
    }

    /// Sends an order to its shard. If the shard is too busy, the hub gets a refusal at once.
    fn send_to_shard(&mut self, order: MediaOrder) {
        let is_move = matches!(order, MediaOrder::Move { .. });
        let ShardCommand { shard, asker, command } = convert::command(order);
        if self.shard(shard).send(command).is_err() {
            tracing::error!(?shard, "a media shard does not take commands");
            if let Some(member) = asker {
                let signal =
                    if is_move { MediaSignal::Gone } else { MediaSignal::Refused(ErrorCode::Internal) };
                self.hub.handle(self.clock.timestamp(), Input::Media { member, signal });
            }
        }
    }

    /// A shard. The hub was told how many there are, and names no other.
    fn shard(&self, shard: ShardId) -> &Shard {
        &self.shards[usize::from(shard.0)]
    }
}

/// The next thing for the hub to handle.
enum Next {
    Input(Input),
    Media(Event),
    Timeout,
    /// Nothing happened for a beat of the pulse.
    Nothing,
}

/// Waits for what comes next. Answers of the journal go first, then media events, and new messages last. It is `None` once
/// every socket is gone.
async fn next(inlets: &mut Inlets, until_timeout: Option<Duration>) -> Option<Next> {
    tokio::select! {
        biased;
        Some(recorded) = inlets.recorded.recv() => Some(Next::Input(recorded.into())),
        Some(event) = inlets.media.recv() => Some(Next::Media(event)),
        Some(party) = inlets.revoked.recv() => Some(Next::Input(Input::Revoked { party })),
        () = sleep(until_timeout) => Some(Next::Timeout),
        input = inlets.inputs.recv() => input.map(Next::Input),
        () = tokio::time::sleep(BEAT) => Some(Next::Nothing),
    }
}

async fn sleep(span: Option<Duration>) {
    match span {
        Some(span) => tokio::time::sleep(span).await,
        None => std::future::pending().await,
    }
}

fn status_of(hub: &Hub) -> HubStatus {
    let Stats { sessions, waiting, running, cases, prepared, deaf, .. } = hub.stats();
    let counters = hub.counters();
    HubStatus {
        sessions,
        waiting,
        running,
        prepared,
        deaf,
        rang_again: counters.rang_again,
        taken_over: counters.taken_over,
        cases,
        deferred: counters.deferred,
        cases_answered: counters.cases_answered,
        cases_overdue: counters.cases_overdue,
    }
}

fn replace(old: &mut HubStatus, new: HubStatus) -> bool {
    std::mem::replace(old, new) != new
}
