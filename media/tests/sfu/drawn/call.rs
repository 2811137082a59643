//! One call of two people on a drawn link: a post behind it, and a specialist beside the server.

use super::{
    clock,
    draw::{Change, Drawn},
};
use crate::testbed::{Page, ROOM, Setup, TcpFlow, Testbed};
use std::time::{Duration, Instant};
use teranga_media::{
    command::{Command, Event, LinkMemory, Rung},
    id::PeerId,
    units::Bitrate,
};

/// The post behind the drawn link.
const POST: PeerId = PeerId(1);

/// The specialist beside the server.
const SPECIALIST: PeerId = PeerId(2);

/// Time from one look at the call to the next.
const SLICE: Duration = Duration::from_millis(20);

/// Time between two notes of what is seen.
const NOTE: u32 = 5;

/// Time in which the post is alone and its link is measured, as while a nurse fills in the form.
const FORM: Duration = Duration::from_secs(8);

/// Time from the beginning of the call to the window.
const SETTLING: Duration = Duration::from_secs(8);

/// One direction of the link at one time of the window, ten times a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) at: Duration,
    /// Rate of the link in kbit/s.
    pub(super) truth: f64,
    /// Rate that the server believes, in kbit/s.
    pub(super) belief: Option<f64>,
    pub(super) queue: Duration,
    /// The largest delay of the voice packets that came.
    pub(super) age: Option<Duration>,
    /// Limits of the page that sends in this direction: the rate of the voice in kbit/s, and its rung.
    pub(super) audio: f64,
    pub(super) rung: Option<Rung>,
}

struct Call<'a> {
    drawn: &'a Drawn,
    testbed: Testbed,
    pages: Vec<Page>,
    truth: [u64; 2],
    belief: Option<LinkMemory>,
    read: usize,
    /// Number of changes of the link that have happened.
    changed: usize,
    ages: [Option<Duration>; 2],
}

const SETUP: Setup = Setup {
    voices: 1,
    cameras: 1,
    simulcast: false,
    channel: true,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: true,
    malformed_feedback: false,
};

/// Makes the call, and returns what was seen of the ways up and down.
pub(super) fn call(drawn: &Drawn) -> [Vec<Seen>; 2] {
    let mut testbed = Testbed::new(drawn.seed);
    testbed.join(ROOM, POST, SETUP);
    for way in 0..2 {
        testbed.network.shape_way(POST, way, |link| {
            link.rate = drawn.rate[way];
            link.delay = drawn.delay;
            link.jitter = drawn.jitter;
            link.ordered = true;
            link.loss = drawn.loss;
            link.queue = drawn.queue;
        });
    }
    let page = Page::new(&mut testbed, 0);
    let (truth, ages) = (drawn.rate, [None; 2]);
    let mut call = Call { drawn, testbed, pages: vec![page], truth, belief: None, read: 0, changed: 0, ages };
    call.pass(FORM, |_| {});
    call.testbed.join(ROOM, SPECIALIST, SETUP);
    let near = LinkMemory { up: Bitrate::kbps(20_000), down: Bitrate::kbps(20_000) };
    call.testbed.command(Command::Measured { peer: SPECIALIST, link: near });
    let page = Page::new(&mut call.testbed, 1);
    call.pages.push(page);
    call.pass(SETTLING, |_| {});
    call.window()
}

impl Call<'_> {
    fn window(&mut self) -> [Vec<Seen>; 2] {
        let begin = self.testbed.now;
        let mut seen = [Vec::new(), Vec::new()];
        let mut slices = 0;
        self.pass(self.drawn.length, |call| {
            clock::set(call.testbed.now - begin);
            call.change(begin);
            slices += 1;
            if slices % NOTE == 0 {
                for (way, seen) in seen.iter_mut().enumerate() {
                    seen.push(call.note(way, begin));
                }
            }
        });
        seen
    }

    /// Lets time pass, and calls `each` after each slice of it.
    fn pass(&mut self, span: Duration, mut each: impl FnMut(&mut Self)) {
        let end = self.testbed.now + span;
        while self.testbed.now < end {
            self.testbed.run(SLICE);
            let waits = self.testbed.network.waiting_down(POST, self.testbed.now);
            let takes = [waits + self.drawn.delay, Duration::from_millis(20)];
            for (page, takes) in self.pages.iter_mut().zip(takes) {
                page.act(&mut self.testbed, takes);
            }
            self.read();
            each(self);
        }
    }

    /// Reads what has happened, and forgets it.
    fn read(&mut self) {
        for (_, event) in &self.testbed.events[self.read..] {
            if let Event::Link { peer: POST, report } = event {
                self.belief = report.capacity.or(self.belief);
            }
        }
        self.read = self.testbed.events.len();
        for (listener, speaker, way) in [(1, 0, 0), (0, 1, 1)] {
            let Some(ear) = self.testbed.clients.get(listener) else { return };
            let voice = ear.received.iter().filter(|packet| ear.voices.contains(&packet.mid));
            let latest = voice.map(|packet| packet.age(&self.testbed.clients[speaker])).max();
            self.ages[way] = self.ages[way].max(latest);
        }
        for client in &mut self.testbed.clients {
            client.received.clear();
        }
    }

    fn change(&mut self, begin: Instant) {
        let (now, network) = (self.testbed.now, &mut self.testbed.network);
        while let Some((at, way, change)) = self.drawn.changes.get(self.changed).copied() {
            if begin + at > now {
                return;
            }
            self.changed += 1;
            match change {
                Change::Rate(rate) => {
                    self.truth[way] = rate;
                    network.shape_way(POST, way, |link| link.rate = rate);
                }
                Change::Hold(span) => network.hold_way(POST, way, span, now),
                Change::Flow(congestion, lasts) => {
                    network.begin_flow(TcpFlow::new(POST, way, congestion, now + lasts), now);
                }
            }
        }
    }

    fn note(&mut self, way: usize, begin: Instant) -> Seen {
        let now = self.testbed.now;
        let belief = self.belief.map(|known| [known.up, known.down][way]);
        let caps = self.pages[way].caps;
        Seen {
            at: now - begin,
            truth: self.truth[way] as f64 / 1e3,
            belief: belief.map(|rate| rate.as_bps() as f64 / 1e3),
            queue: self.testbed.network.waiting(POST, way, now),
            age: self.ages[way].take(),
            audio: caps.map_or(0.0, |caps| caps.audio.as_bps() as f64 / 1e3),
            rung: caps.map(|caps| caps.rung),
        }
    }
}
