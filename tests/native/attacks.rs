//! An attack on a call of native peers over real sockets. The attacker reads what goes to the SFU, writes datagrams with any source address, and
//! owns ports of its own.

use crate::room::{Room, TestSfu, Wire};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    time::Duration,
};
use teranga_media::id::RoomId;

/// The length of the attack on a call. The one that was seen took 22 s.
const ATTACK: u32 = 300;
const EACH: Duration = Duration::from_millis(20);

/// The datagrams that came in since the last look.
fn read(wire: &Wire) -> Vec<(SocketAddr, Vec<u8>)> {
    wire.read.try_iter().collect()
}

fn is_request(datagram: &[u8]) -> bool {
    datagram.starts_with(&[0, 1])
}

/// True if a request has the attribute USE-CANDIDATE (RFC 8445 section 16.1), which is empty.
fn nominates(datagram: &[u8]) -> bool {
    datagram[20..].chunks_exact(4).any(|word| word == [0x00, 0x25, 0x00, 0x00])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_nomination_moves_no_media() {
    let mut room = Room::new(TestSfu::open(), RoomId(1));
    room.enter(0, false).await;
    room.run_until("the first member", |room| room.members[0].security.is_some()).await;
    // Only the victim has sent so far.
    let mut overheard = read(&room.sfu.wire);
    room.enter(1, false).await;
    room.run_until("a voice each", |room| room.members.iter().all(|m| !m.peer.receptions().is_empty())).await;
    room.run(Duration::from_secs(3)).await;
    let victim = overheard[0].0;
    overheard.extend(read(&room.sfu.wire).into_iter().filter(|(source, _)| *source == victim));
    let requests: Vec<_> = overheard.iter().map(|(_, d)| d).filter(|d| is_request(d)).cloned().collect();
    let a = requests.iter().find(|request| nominates(request)).expect("one nominates").clone();
    let b = requests.last().unwrap().clone();
    let before = room.members[0].peer.receptions()[0].figures;

    for _ in 0..70 {
        room.sfu.wire.write.send((victim, b.clone())).unwrap();
    }
    let ports: Vec<_> = (0..8).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
    for round in 0..ATTACK {
        let port = &ports[round as usize % ports.len()];
        port.send_to(&a, room.sfu.address).unwrap();
        room.run(EACH).await;
    }

    let mut stolen = 0;
    for port in ports {
        port.set_nonblocking(true).unwrap();
        while port.recv(&mut [0; 2_048]).is_ok() {
            stolen += 1;
        }
    }
    assert_eq!(stolen, 0, "datagrams to the attacker");
    let after = room.members[0].peer.receptions()[0].figures;
    let (heard, lost) = (after.packets - before.packets, after.lost - before.lost);
    println!(
        "replay: {heard} voice packets reached the victim, {lost} were lost, {stolen} went to the attacker"
    );
    assert!(heard > 200 && lost * 200 <= heard, "{heard} heard, {lost} lost");
    room.close().await;
}
