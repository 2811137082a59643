//! Whoever asks for a record, with what the audit log keeps of the request: the kind of network, and the member of staff at a tablet.

use crate::http::{
    error::ApiError,
    session::{at_tablet::Said, auth::SignedIn},
    state::HttpState,
};
use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::request::Parts,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use teranga_clinic::{
    audit::{Circumstances, NetworkKind, OpenedFile, OpeningWay, RecordOpening},
    id::ConsultationId,
    people::Identity,
};

/// The extractor of whoever is signed in and asks for a record. A handler that takes it answers 401 to everybody else.
#[derive(Clone, Debug)]
pub(in crate::http) struct Asker {
    /// The account or device.
    pub(in crate::http) who: Identity,
    circumstances: Circumstances,
}

impl<S: Send + Sync> FromRequestParts<S> for Asker
where
    HttpState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let SignedIn(who) = SignedIn::from_request_parts(parts, state).await?;
        let from = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await.ok();
        let network = from.map(|ConnectInfo(from)| network_of(from.ip()));
        let said = Said::of(&who, &parts.headers);
        let staff = Said::staff(said.as_ref(), &HttpState::from_ref(state)).await?;
        Ok(Self { who, circumstances: Circumstances { network, staff } })
    }
}

impl Asker {
    /// The opening that this request is, or that it is not.
    pub(in crate::http) fn opening(
        &self,
        state: &HttpState,
        consultation: ConsultationId,
        file: Option<OpenedFile>,
        way: OpeningWay,
    ) -> RecordOpening {
        let (by, at) = (self.who.party.clone(), state.clock.timestamp());
        RecordOpening { consultation, by, at, file, way, circumstances: self.circumstances.clone() }
    }
}

/// The kind of network of an address. A carrier's shared addresses (RFC 6598) are not seen in the internet either.
pub(in crate::http) fn network_of(ip: IpAddr) -> NetworkKind {
    let is_private = match ip.to_canonical() {
        ip if ip.is_loopback() => return NetworkKind::Local,
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || is_shared(ip),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    if is_private { NetworkKind::Private } else { NetworkKind::Public }
}

/// True for 100.64.0.0/10.
const fn is_shared(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    first == 100 && second & 0xc0 == 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_the_kind_of_their_network() {
        let cases = [
            ("127.0.0.1", NetworkKind::Local),
            ("::1", NetworkKind::Local),
            ("::ffff:127.0.0.1", NetworkKind::Local),
            ("10.1.2.3", NetworkKind::Private),
            ("::ffff:192.168.1.1", NetworkKind::Private),
            ("100.64.0.1", NetworkKind::Private),
            ("fd00::1", NetworkKind::Private),
            ("fe80::1", NetworkKind::Private),
            ("100.128.0.1", NetworkKind::Public),
            ("41.82.0.1", NetworkKind::Public),
            ("2001:db8::1", NetworkKind::Public),
        ];
        for (address, kind) in cases {
            assert_eq!(network_of(address.parse().unwrap()), kind, "{address}");
        }
    }
}
