//! The network below HTTP: the one TCP port, TLS certificates, and the media threads with their UDP sockets and ICE-TCP
//! connections. It moves bytes; it knows neither people nor consultations.

mod accept;
pub mod authority;
pub mod certificate;
pub mod descriptors;
pub mod https;
pub mod ice_tcp;
pub mod places;
pub mod shard;
mod subscriber;
pub mod tls;
mod udp;
