//! Joins during a flood of STUN requests with wrong credentials; targets: not more bytes answered than asked, and joins within 2 s.
//!
//! A media shard runs as in the server, with its socket on loopback. Two threads send it 100,000 requests a second together for 15 s: every other one
//! names nobody, the others name a participant who is in a call and have a wrong MESSAGE-INTEGRITY, which costs the server most. Native peers join
//! one after the other meanwhile. Prints the rates, the bytes both ways, the CPU time that a request cost the shard, and the time of each join; exit 1
//! if a target is missed. Datagrams that the kernel had no room for are those that were sent and not refused.
//! Run by `cargo bench -p teranga --bench stun_flood`.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};
use teranga::{
    clock::Clock,
    native::{
        peer::{NativePeer, PeerOptions},
        voice::{Source, VoiceId},
    },
    net::shard::{Shard, ShardConfig},
};
use teranga_media::{
    command::{Command, Event},
    id::{PeerId, RoomId},
};
use tokio::sync::mpsc;

/// Requests a second of both senders.
const RATE: u64 = 100_000;
const SENDERS: u64 = 2;
const TIME: Duration = Duration::from_secs(15);
const JOIN_IN: Duration = Duration::from_secs(2);

/// What the senders count.
#[derive(Default)]
struct Counts {
    sent: AtomicU64,
    asked_bytes: AtomicU64,
    answered_bytes: AtomicU64,
    over: AtomicBool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let clock = Clock::start();
    let probe = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let listen = probe.local_addr().expect("an address");
    drop(probe);
    let (sender, mut events) = mpsc::channel(4_096);
    let config = ShardConfig { listen, advertised: vec![listen], passive: Vec::new() };
    let shard = Shard::start(config, clock, sender).expect("a shard");

    let (_first, ufrag, quiet) = join(&shard, &mut events, 1, clock).await;
    println!("join without a flood: {} ms", quiet.as_millis());
    let idle = shard_cpu();
    let counts = Counts::default();
    let mut joins = Vec::new();
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| flood(listen, &ufrag, clock, &counts));
        }
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| {
            handle.block_on(async {
                let end = clock.now() + TIME;
                let mut number = 2;
                while clock.now() < end {
                    let (peer, _, took) = join(&shard, &mut events, number, clock).await;
                    joins.push(took);
                    shard.send(Command::Leave { peer: PeerId(number) }).expect("the shard takes commands");
                    let _ = peer.close().await;
                    number += 1;
                }
            });
        });
        counts.over.store(true, Ordering::Relaxed);
    });
    report(&counts, &joins, &shard, shard_cpu().saturating_sub(idle))
}

fn report(counts: &Counts, joins: &[Duration], shard: &Shard, cpu: Duration) -> ExitCode {
    let sent = counts.sent.load(Ordering::Relaxed);
    let (asked, answered) =
        (counts.asked_bytes.load(Ordering::Relaxed), counts.answered_bytes.load(Ordering::Relaxed));
    let worst = joins.iter().max().copied().unwrap_or(Duration::MAX);
    let mut ordered = joins.to_vec();
    ordered.sort_unstable();
    let median = ordered[ordered.len() / 2];
    let refused = shard.stats().dropped.stun_unauthenticated.max(1);
    println!("sent {sent} requests, {} a second; the shard refused {refused}", sent / TIME.as_secs());
    println!(
        "CPU time of the shard: {} ms, {} ns a refused request",
        cpu.as_millis(),
        cpu.as_nanos() / u128::from(refused)
    );
    println!("asked {asked} bytes, answered {answered}");
    println!("{} joins: median {} ms, longest {} ms", joins.len(), median.as_millis(), worst.as_millis());
    if answered <= asked && worst <= JOIN_IN { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The time that the shard's thread has run: the first field of `schedstat`, in nanoseconds.
fn shard_cpu() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists the threads").flatten();
    let of_shards = tasks
        .filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.contains("shard")));
    let nanoseconds = of_shards.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// Lets a native peer join a room of its own. Returns it with the server's user name for it, and the time until its transport was up.
async fn join(
    shard: &Shard,
    events: &mut mpsc::Receiver<Event>,
    number: u32,
    clock: Clock,
) -> (NativePeer, String, Duration) {
    let voice = Source::Voice(VoiceId::new(0));
    let options = PeerOptions { local: Ipv4Addr::LOCALHOST.into(), voice, camera: false };
    let mut peer = NativePeer::open(options, clock).await.expect("a peer");
    let offer = peer.offer().await.expect("an offer");
    let began = clock.now();
    let command = Command::Join { room: RoomId(number), peer: PeerId(number), offer };
    shard.send(command).expect("the shard takes commands");
    loop {
        if let Some(Event::Answer { peer: of, sdp }) = events.recv().await
            && of == PeerId(number)
        {
            let ufrag = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
            let ufrag = ufrag.expect("a user name").to_owned();
            peer.accept(sdp).await.expect("an acceptable answer");
            peer.connected(Duration::from_secs(10)).await.expect("it gets in");
            return (peer, ufrag, clock.now() - began);
        }
    }
}

/// Sends at half the rate until the time is over, and counts what comes back.
fn flood(server: SocketAddr, ufrag: &str, clock: Clock, counts: &Counts) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.connect(server).expect("loopback");
    socket.set_nonblocking(true).expect("a socket");
    let mut requests = [request("nobody0"), request(ufrag)];
    let (began, mut sent) = (clock.now(), 0_u64);
    while !counts.over.load(Ordering::Relaxed) {
        let due = elapsed(began, clock) * RATE / SENDERS / 1_000_000;
        while sent < due {
            let request = &mut requests[usize::from(sent % 2 == 0)];
            request[8..16].copy_from_slice(&sent.to_be_bytes());
            if socket.send(request).is_ok() {
                counts.sent.fetch_add(1, Ordering::Relaxed);
                counts.asked_bytes.fetch_add(request.len() as u64, Ordering::Relaxed);
            }
            sent += 1;
        }
        let mut answer = [0; 2_048];
        while let Ok(length) = socket.recv(&mut answer) {
            counts.answered_bytes.fetch_add(length as u64, Ordering::Relaxed);
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// Microseconds since then.
fn elapsed(began: Instant, clock: Clock) -> u64 {
    u64::try_from((clock.now() - began).as_micros()).unwrap_or(u64::MAX)
}

/// A Binding request with USERNAME, PRIORITY, USE-CANDIDATE and a MESSAGE-INTEGRITY of zeros.
fn request(ufrag: &str) -> Vec<u8> {
    let name = format!("{ufrag}:flood");
    let mut attributes = vec![0x00, 0x06];
    attributes.extend(u16::try_from(name.len()).expect("short").to_be_bytes());
    attributes.extend(name.as_bytes());
    attributes.resize(attributes.len().next_multiple_of(4), 0);
    attributes.extend([0x00, 0x24, 0x00, 0x04, 0x6E, 0xFF, 0xFF, 0xFF]);
    attributes.extend([0x00, 0x25, 0x00, 0x00]);
    attributes.extend([0x00, 0x08, 0x00, 0x14]);
    attributes.extend([0; 20]);
    let mut request = vec![0x00, 0x01];
    request.extend(u16::try_from(attributes.len()).expect("short").to_be_bytes());
    request.extend([0x21, 0x12, 0xA4, 0x42]);
    request.extend([0; 12]);
    request.extend(attributes);
    request
}
