//! The network below HTTP: the one TCP port that sorts connections by their first byte, TLS certificates, and the media
//! threads with their UDP sockets and ICE-TCP connections.

pub mod accept;
pub mod ice_tcp;
pub mod shard;
pub mod tls;
