use super::*;
use mio::{Poll, Token};
use std::{net::Ipv4Addr, sync::mpsc::Receiver};
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

/// A STUN binding request in a frame, with the username `a:b` and without message integrity.
const STUN_REQUEST: &[u8] = b"\x00\x1c\x00\x01\x00\x08\x21\x12\xa4\x42abcdefghijkl\x00\x06\x00\x03a:b\x00";
const SHORT: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

/// An ICE-TCP listener, with a shard that the test plays.
struct Fixture {
    ice_tcp: Arc<IceTcp>,
    shard: Receiver<ToShard>,
    listener: TcpListener,
    _poll: Poll,
}

impl Fixture {
    async fn new() -> Self {
        let poll = Poll::new().unwrap();
        let waker = Arc::new(Waker::new(poll.registry(), Token(0)).unwrap());
        let (queue, shard) = std::sync::mpsc::sync_channel(1_024);
        let ice_tcp = Arc::new(IceTcp::new(vec![ShardQueue::new(queue, waker)], 64, Clock::start()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { ice_tcp, shard, listener, _poll: poll }
    }

    /// A client connects; its connection is carried if the shard accepts it.
    async fn connect(&self) -> (TcpStream, JoinHandle<()>) {
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = self.listener.accept().await.unwrap();
        let ice_tcp = self.ice_tcp.clone();
        let task = tokio::spawn(async move {
            if let Some(connection) = ice_tcp.accept(stream).await {
                connection.run().await;
            }
        });
        (client, task)
    }

    async fn next_message(&self) -> ToShard {
        loop {
            if let Ok(message) = self.shard.try_recv() {
                return message;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// A client connects, sends its STUN request and is accepted.
    async fn accepted(&self) -> (TcpStream, JoinHandle<()>, SendQueue) {
        let (mut client, task) = self.connect().await;
        client.write_all(STUN_REQUEST).await.unwrap();
        let ToShard::Open { first, send_queue, accepted, remote, .. } = self.next_message().await else {
            panic!("the connection opens")
        };
        assert_eq!((first.as_slice(), remote), (&STUN_REQUEST[2..], client.local_addr().unwrap()));
        accepted.send(true).unwrap();
        (client, task, send_queue)
    }
}

#[tokio::test]
async fn frames_go_both_ways_until_the_participant_leaves() {
    let fixture = Fixture::new().await;
    let (mut client, task, send_queue) = fixture.accepted().await;
    client.write_all(b"\x00\x02hi\x00\x05ag").await.unwrap();
    let ToShard::Frame { frame, .. } = fixture.next_message().await else { panic!("a frame") };
    assert_eq!(frame, b"hi");
    client.write_all(b"ain").await.unwrap();
    let ToShard::Frame { frame, .. } = fixture.next_message().await else { panic!("a frame") };
    assert_eq!(frame, b"again");

    assert!(send_queue.send(b"hello".to_vec()));
    drop(send_queue);
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"\x00\x05hello", "what is queued is sent before the connection closes");
    task.await.unwrap();
}

#[tokio::test]
async fn a_connection_that_no_shard_accepts_is_closed() {
    let fixture = Fixture::new().await;
    for bytes in [&STUN_REQUEST[..20], b"GET / HTTP/1.1\r\n\r\n", b"\x00\x02hi"] {
        let (mut client, task) = fixture.connect().await;
        client.write_all(bytes).await.unwrap();
        client.shutdown().await.unwrap();
        task.await.unwrap();
    }
    assert!(fixture.shard.try_recv().is_err(), "the shard is not asked about them");

    let (mut client, task) = fixture.connect().await;
    client.write_all(STUN_REQUEST).await.unwrap();
    let ToShard::Open { accepted, .. } = fixture.next_message().await else { panic!("it opens") };
    accepted.send(false).unwrap();
    task.await.unwrap();
    assert_eq!(client.read(&mut [0]).await.unwrap_or_default(), 0);
}

#[tokio::test]
async fn a_stream_without_valid_frames_is_closed() {
    let fixture = Fixture::new().await;
    let (mut client, task, send_queue) = fixture.accepted().await;
    client.write_all(&[0xFF; 8]).await.unwrap();
    task.await.unwrap();
    assert!(send_queue.is_closed());
}

#[tokio::test]
async fn a_shard_that_does_not_keep_up_is_not_flooded() {
    let fixture = Fixture::new().await;
    let (mut client, _task, _send_queue) = fixture.accepted().await;
    client.write_all(&b"\x00\x02hi".repeat(500)).await.unwrap();
    sleep(SHORT).await;
    let messages: Vec<_> = std::iter::from_fn(|| fixture.shard.try_recv().ok()).collect();
    assert_eq!(messages.len(), FRAMES_WAITING, "the rest is not read");
    drop(messages);
    sleep(SHORT).await;
    assert_eq!(fixture.shard.try_iter().count(), FRAMES_WAITING);
}

/// The client gets what the kernel held, one packet that was being written, and then only fresh media.
#[tokio::test]
async fn media_for_a_client_that_does_not_read_is_dropped() {
    let fixture = Fixture::new().await;
    let (mut client, task, send_queue) = fixture.accepted().await;
    SockRef::from(&client).set_recv_buffer_size(65_536).unwrap();
    let (mut sent, mut refused) = (0, 0);
    while refused < 20 {
        if send_queue.send([0x80; 1_000].to_vec()) {
            (sent, refused) = (sent + 1, 0);
        } else {
            refused += 1;
            sleep(SHORT / 20).await;
        }
    }
    let reader = tokio::spawn(async move {
        let mut received = Vec::new();
        client.read_to_end(&mut received).await.map(|_| received)
    });
    let fresh = async {
        while !send_queue.send([0x81; 1_000].to_vec()) {
            sleep(SHORT).await;
        }
    };
    timeout(PATIENCE, fresh).await.expect("there is space again");
    drop(send_queue);
    let received = timeout(PATIENCE, reader).await.unwrap().unwrap().unwrap();
    let frames: Vec<_> = received.chunks(1_002).map(|frame| frame[2]).collect();
    assert_eq!(frames.last(), Some(&0x81));
    assert!(frames.len() < sent, "stale media was dropped: {} of {sent} arrived", frames.len());
    task.await.unwrap();
}
