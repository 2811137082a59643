//! The network below HTTP: the one TCP port, TLS certificates, and the media threads with their UDP sockets and ICE-TCP
//! connections. It moves bytes; it knows neither people nor consultations.

pub mod accept;
pub mod ice_tcp;
pub mod shard;
pub mod tls;
mod udp;
