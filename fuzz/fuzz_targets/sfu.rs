//! Feeds the SFU with datagrams and offers in any order at any pace: it neither panics nor answers a stranger.
#![no_main]

use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use std::time::{Duration, Instant};
use teranga_media::{
    Sfu, SfuConfig,
    address::{Address, TcpConnectionId},
    command::Command,
    id::{PeerId, RoomId},
};

const MAX_STEPS: usize = 32;

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    /// A datagram by UDP, or as a frame of a TCP connection.
    Datagram {
        port: u16,
        tcp: Option<u8>,
        datagram: &'a [u8],
    },
    Join {
        room: u8,
        peer: u8,
        offer: &'a str,
    },
    Offer {
        peer: u8,
        offer: &'a str,
    },
    Leave {
        peer: u8,
    },
    CloseRoom {
        room: u8,
    },
    Wait {
        ms: u16,
    },
}

fuzz_target!(|steps: Vec<Step>| {
    let address = ([127, 0, 0, 1], 4_000).into();
    let mut sfu = Sfu::new(SfuConfig { addresses: vec![address] });
    let mut now = Instant::now();
    for step in steps.into_iter().take(MAX_STEPS) {
        match step {
            Step::Datagram { port, tcp, datagram } => {
                let source = Address {
                    socket: ([192, 0, 2, 1], port).into(),
                    tcp: tcp.map(|id| TcpConnectionId(id.into())),
                };
                sfu.handle_datagram(now, source, datagram);
                assert!(sfu.poll_transmit().is_none(), "a stranger got an answer");
            }
            Step::Join { room, peer, offer } => {
                let (room, peer) = (RoomId(room.into()), PeerId(peer.into()));
                sfu.handle_command(now, Command::Join { room, peer, offer: offer.to_owned() });
            }
            Step::Offer { peer, offer } => {
                let peer = PeerId(peer.into());
                sfu.handle_command(now, Command::Offer { peer, offer: offer.to_owned() });
            }
            Step::Leave { peer } => sfu.handle_command(now, Command::Leave { peer: PeerId(peer.into()) }),
            Step::CloseRoom { room } => {
                sfu.handle_command(now, Command::CloseRoom { room: RoomId(room.into()) })
            }
            Step::Wait { ms } => {
                now += Duration::from_millis(ms.into());
                sfu.handle_timeout(now);
            }
        }
        while sfu.poll_event().is_some() {}
        while sfu.poll_transmit().is_some() {}
    }
});
