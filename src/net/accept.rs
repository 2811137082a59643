//! Protocol sniffing on the one TCP port. The first byte of a connection tells TLS, which goes on to the HTTPS server, from
//! STUN in RFC 4571 frames, which is a participant's ICE-TCP connection; RFC 7983 tells protocols apart in the same way.
//! Any other connection is closed without an answer.

use crate::net::ice_tcp::IceTcp;
use tokio::net::TcpStream;

/// The first byte of a TLS connection: the content type of a record with a handshake (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// The first byte of an RFC 4571 frame is the high byte of its length. It is 0 or 1 for a frame below 512 bytes, and no STUN
/// request of ICE is longer (RFC 8445 section 7.1).
const FRAME_LENGTH_HIGH: [u8; 2] = [0, 1];

/// Returns the connection, with nothing read from it, if it speaks TLS, and starts a task for it if it is a participant's. It
/// waits as long as the client takes; the caller bounds that. Nagle's algorithm (RFC 896) is switched off for TLS: it would
/// hold a small message back until the one before it is acknowledged, a round trip later.
pub(super) async fn sniff(stream: TcpStream, ice_tcp: &IceTcp) -> Option<TcpStream> {
    let mut first = [0];
    // A stream that ended gives no byte, and `first` still holds 0.
    let seen = stream.peek(&mut first).await.ok()?;
    match first[0] {
        TLS_HANDSHAKE if seen == 1 => {
            stream.set_nodelay(true).ok()?;
            return Some(stream);
        }
        byte if seen == 1 && FRAME_LENGTH_HIGH.contains(&byte) => {
            if let Some(connection) = ice_tcp.accept(stream).await {
                tokio::spawn(connection.run());
            }
        }
        _ => {}
    }
    None
}
