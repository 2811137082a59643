//! Frames that RFC 6455 forbids, on a real socket: each ends or is refused on its own socket, and no other one notices.

use super::sessions::Server;
use serde_json::json;
use tokio::io::AsyncWriteExt;

/// The masking key of each frame: zeros, so that the payload stands as it is (RFC 6455 section 5.3).
const KEY: [u8; 4] = [0; 4];

/// A name, the first bytes of a frame up to its length, and the payload.
type Frame = (&'static str, &'static [u8], &'static [u8]);

const FRAMES: [Frame; 18] = [
    ("a reserved bit, RSV1", &[0xC1, 0x80], b""),
    ("a reserved bit, RSV2", &[0xA1, 0x80], b""),
    ("a reserved bit, RSV3", &[0x91, 0x80], b""),
    ("a reserved opcode for data", &[0x83, 0x80], b""),
    ("a reserved opcode for control", &[0x8B, 0x80], b""),
    ("a continuation of nothing", &[0x80, 0x80], b""),
    ("a ping in fragments", &[0x09, 0x80], b""),
    ("a ping of 126 bytes", &[0x89, 0xFE, 0, 126], &[0; 126]),
    ("a close of one byte", &[0x88, 0x81], &[3]),
    ("a close with code 999", &[0x88, 0x82], &[0x03, 0xE7]),
    ("a close whose reason is no text", &[0x88, 0x83], &[0x03, 0xE8, 0xFF]),
    ("a text that is no UTF-8", &[0x81, 0x81], &[0xFF]),
    ("a text that ends within a character", &[0x81, 0x81], &[0xC3]),
    ("a second text within the first", &[0x01, 0x80], &[0x81, 0x80, 0, 0, 0, 0]),
    ("a length of 2^63", &[0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], b""),
    ("a length above the bound", &[0x81, 0xFF, 0, 0, 0, 0, 0x7F, 0, 0, 0], b""),
    ("a binary message", &[0x82, 0x80], b""),
    ("an empty text", &[0x81, 0x80], b""),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_frame_ends_no_socket_but_its_own() {
    let server = Server::start().await;
    let (doctor, operator) = (server.house.sign_in("awa").await, server.house.sign_in("ops").await);
    let mut other = server.page(&operator).await;
    other.welcome().await;
    for (name, head, payload) in FRAMES {
        let mut page = server.page(&doctor).await;
        page.welcome().await;
        page.0.get_mut().write_all(&[head, &KEY, payload].concat()).await.unwrap();
        if let Some(error) = page.find("error", |_| true).await {
            assert_eq!(error["code"], "malformed", "{name}");
        }
    }
    let mut unmasked = server.page(&doctor).await;
    unmasked.welcome().await;
    unmasked.0.get_mut().write_all(b"\x81\x02{}").await.unwrap();
    assert!(unmasked.find("error", |_| true).await.is_none(), "section 5.1: such a connection is closed");
    other.say(&json!({ "type": "beat", "n": 7 })).await;
    assert!(other.find("beat", |beat| beat["n"] == 7).await.is_some());
}
