use super::*;
use mio::{Poll, Token};
use std::{net::Ipv4Addr, sync::mpsc::Receiver};
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

/// A STUN binding request that names `a`, in a frame, without any proof.
const KNOCK: &[u8] = b"\x00\x1c\x00\x01\x00\x08\x21\x12\xa4\x42abcdefghijkl\x00\x06\x00\x03a:b\x00";
const SHORT: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections, and a shard played by the test.
struct House {
    pipes: Arc<Pipes>,
    shard: Receiver<FromPipe>,
    listener: TcpListener,
    _poll: Poll,
}

impl House {
    async fn open() -> Self {
        let poll = Poll::new().unwrap();
        let waker = Arc::new(Waker::new(poll.registry(), Token(0)).unwrap());
        let (queue, shard) = std::sync::mpsc::sync_channel(1_024);
        let pipes = Arc::new(Pipes::new(vec![Inlet::new(queue, waker)], Clock::start()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { pipes, shard, listener, _poll: poll }
    }

    /// Somebody comes, and is led in if the shard says so.
    async fn visit(&self) -> (TcpStream, JoinHandle<()>) {
        let visitor = TcpStream::connect(self.listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = self.listener.accept().await.unwrap();
        let pipes = self.pipes.clone();
        let task = tokio::spawn(async move {
            if let Some(pipe) = pipes.greet(stream).await {
                pipe.run().await;
            }
        });
        (visitor, task)
    }

    async fn said(&self) -> FromPipe {
        loop {
            if let Ok(word) = self.shard.try_recv() {
                return word;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Somebody comes, knocks and is known.
    async fn known(&self) -> (TcpStream, JoinHandle<()>, Outlet) {
        let (mut visitor, task) = self.visit().await;
        visitor.write_all(KNOCK).await.unwrap();
        let FromPipe::Open { first, outlet, taken, remote, .. } = self.said().await else { panic!("opens") };
        assert_eq!((first.as_slice(), remote), (&KNOCK[2..], visitor.local_addr().unwrap()));
        taken.send(true).unwrap();
        (visitor, task, outlet)
    }
}

#[tokio::test]
async fn frames_go_both_ways_until_the_participant_leaves() {
    let house = House::open().await;
    let (mut visitor, task, outlet) = house.known().await;
    visitor.write_all(b"\x00\x02hi\x00\x05ag").await.unwrap();
    let FromPipe::Frame { frame, .. } = house.said().await else { panic!("a frame") };
    assert_eq!(frame, b"hi");
    visitor.write_all(b"ain").await.unwrap();
    let FromPipe::Frame { frame, .. } = house.said().await else { panic!("a frame") };
    assert_eq!(frame, b"again");

    assert!(outlet.send(b"hello".to_vec()));
    drop(outlet);
    let mut answer = Vec::new();
    visitor.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"\x00\x05hello", "the last words are said, then it is closed");
    task.await.unwrap();
}

#[tokio::test]
async fn whom_no_shard_knows_is_shown_out() {
    let house = House::open().await;
    for knock in [&KNOCK[..20], b"GET / HTTP/1.1\r\n\r\n", b"\x00\x02hi"] {
        let (mut visitor, task) = house.visit().await;
        visitor.write_all(knock).await.unwrap();
        visitor.shutdown().await.unwrap();
        task.await.unwrap();
    }
    assert!(house.shard.try_recv().is_err(), "the shard never hears of them");

    let (mut visitor, task) = house.visit().await;
    visitor.write_all(KNOCK).await.unwrap();
    let FromPipe::Open { taken, .. } = house.said().await else { panic!("opens") };
    taken.send(false).unwrap();
    task.await.unwrap();
    assert_eq!(visitor.read(&mut [0]).await.unwrap_or_default(), 0);
}

#[tokio::test]
async fn a_stream_out_of_step_is_closed() {
    let house = House::open().await;
    let (mut visitor, task, outlet) = house.known().await;
    visitor.write_all(&[0xFF; 8]).await.unwrap();
    task.await.unwrap();
    assert!(outlet.is_closed());
}

#[tokio::test]
async fn a_shard_that_does_not_keep_up_is_not_flooded() {
    let house = House::open().await;
    let (mut visitor, _task, _outlet) = house.known().await;
    visitor.write_all(&b"\x00\x02hi".repeat(500)).await.unwrap();
    sleep(SHORT).await;
    let words: Vec<_> = std::iter::from_fn(|| house.shard.try_recv().ok()).collect();
    assert_eq!(words.len(), FRAMES_WAITING, "the rest is not read");
    drop(words);
    sleep(SHORT).await;
    assert_eq!(house.shard.try_iter().count(), FRAMES_WAITING);
}

/// What comes in the end is what the kernel and one packet on its way held, and what is fresh.
#[tokio::test]
async fn to_whom_does_not_read_media_is_dropped_and_not_kept() {
    let house = House::open().await;
    let (mut visitor, task, outlet) = house.known().await;
    SockRef::from(&visitor).set_recv_buffer_size(65_536).unwrap();
    let (mut sent, mut refused) = (0, 0);
    while refused < 20 {
        if outlet.send([0x80; 1_000].to_vec()) {
            (sent, refused) = (sent + 1, 0);
        } else {
            refused += 1;
            sleep(SHORT / 20).await;
        }
    }
    let reader = tokio::spawn(async move {
        let mut came = Vec::new();
        visitor.read_to_end(&mut came).await.map(|_| came)
    });
    let fresh = async {
        while !outlet.send([0x81; 1_000].to_vec()) {
            sleep(SHORT).await;
        }
    };
    timeout(PATIENCE, fresh).await.expect("there is space again");
    drop(outlet);
    let came = timeout(PATIENCE, reader).await.unwrap().unwrap().unwrap();
    let frames: Vec<_> = came.chunks(1_002).map(|frame| frame[2]).collect();
    assert_eq!(frames.last(), Some(&0x81));
    assert!(frames.len() < sent, "what was stale was not sent: {} of {sent}", frames.len());
    task.await.unwrap();
}
