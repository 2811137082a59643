//! STUN messages that a test writes itself, with the credentials of a client or without.

use super::Client;
use std::net::SocketAddr;
use str0m::{
    crypto::from_feature_flags,
    ice::{StunMessage, TransId},
};

/// What somebody must know to write requests in a client's name.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

impl Credentials {
    /// Returns the credentials of a client's first offer and its last answer.
    pub(crate) fn of(client: &Client) -> Self {
        let (offer, answer) = (&client.first_offer, &client.answer);
        let name = format!("{}:{}", attribute(answer, "ice-ufrag"), attribute(offer, "ice-ufrag"));
        Self { name, password: attribute(answer, "ice-pwd") }
    }

    /// Returns a new request.
    pub(crate) fn request(&self, nominates: bool) -> Vec<u8> {
        let message = StunMessage::binding_request(&self.name, TransId::new(), true, 7, 1 << 24, nominates);
        bytes(&message, &self.password)
    }
}

/// Returns the answer to a request, as whoever knows this password writes it.
pub(crate) fn answer(request: &[u8], password: &str, mapped: SocketAddr) -> Vec<u8> {
    let request = StunMessage::parse(request).expect("a request");
    bytes(&StunMessage::binding_reply(request.trans_id(), mapped), password)
}

/// True for everything but STUN.
pub(crate) fn is_media(datagram: &[u8]) -> bool {
    datagram[0] >= 20
}

/// Returns the value of an attribute of SDP.
pub(crate) fn attribute(sdp: &str, name: &str) -> String {
    let start = format!("a={name}:");
    sdp.lines().find_map(|line| line.strip_prefix(&start)).expect("an attribute").trim().to_owned()
}

fn bytes(message: &StunMessage<'_>, password: &str) -> Vec<u8> {
    let crypto = from_feature_flags();
    let mut bytes = vec![0; 512];
    let length = message
        .to_bytes(Some(password.as_bytes()), &mut bytes, |key, parts| {
            crypto.sha1_hmac_provider.sha1_hmac(key, parts)
        })
        .expect("a message");
    bytes.truncate(length);
    bytes
}
