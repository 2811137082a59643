//! Media grants: who may join as whom, once, and not for long. Where that place is, its seat tells.

use crate::{
    id::{MemberId, SessionId},
    limits::GRANT_MS,
    message::call::Grant,
    token::Token,
};
use rand::CryptoRng;
use std::collections::BTreeMap;
use teranga_clinic::time::Timestamp;

/// What a grant opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// The only socket that may use it.
    pub(crate) session: SessionId,
    /// The place.
    pub(crate) member: MemberId,
}

/// Every unused grant. At most one a member, so it is bounded by the seats.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    by_token: BTreeMap<Token, (Ticket, Timestamp)>,
}

impl Grants {
    /// A grant for this ticket. One that was sent and not yet used is sent again while half of its life
    /// is left, so that a `join` which crosses this message on the way still counts.
    pub(crate) fn issue(&mut self, ticket: Ticket, now: Timestamp, rng: &mut dyn CryptoRng) -> Grant {
        let token = self.reusable(ticket, now).unwrap_or_else(|| self.replace(ticket, now, rng));
        Grant { token: token.reveal(), member: ticket.member }
    }

    /// Uses a token up. None if it is unknown, used, expired, or another socket's.
    pub(crate) fn redeem(&mut self, token: Token, session: SessionId, now: Timestamp) -> Option<Ticket> {
        let (ticket, expires) = self.by_token.get(&token).copied()?;
        if ticket.session != session {
            return None;
        }
        self.by_token.remove(&token);
        (now < expires).then_some(ticket)
    }

    /// The socket is closed: what it was given is worth nothing.
    pub(crate) fn revoke_session(&mut self, session: SessionId) {
        self.by_token.retain(|_, (ticket, _)| ticket.session != session);
    }

    /// The place is given up.
    pub(crate) fn revoke_member(&mut self, member: MemberId) {
        self.by_token.retain(|_, (ticket, _)| ticket.member != member);
    }

    /// How many are unused.
    pub(crate) fn len(&self) -> usize {
        self.by_token.len()
    }

    fn reusable(&self, ticket: Ticket, now: Timestamp) -> Option<Token> {
        let fresh = |expires: Timestamp| now.plus_ms(GRANT_MS / 2) < expires;
        let found = self.by_token.iter().find(|(_, (known, expires))| *known == ticket && fresh(*expires));
        found.map(|(token, _)| *token)
    }

    fn replace(&mut self, ticket: Ticket, now: Timestamp, rng: &mut dyn CryptoRng) -> Token {
        self.revoke_member(ticket.member);
        let token = Token::random(rng);
        self.by_token.insert(token, (ticket, now.plus_ms(GRANT_MS)));
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    const NOW: Timestamp = Timestamp(1_000_000);

    fn ticket(session: u64) -> Ticket {
        Ticket { session: SessionId(session), member: MemberId(5) }
    }

    fn issued(grants: &mut Grants, ticket: Ticket, now: Timestamp) -> Token {
        let grant = grants.issue(ticket, now, &mut StdRng::seed_from_u64(now.0 + ticket.session.0));
        Token::parse(grant.token.reveal()).expect("we wrote it")
    }

    #[test]
    fn a_grant_works_once() {
        let mut grants = Grants::default();
        let token = issued(&mut grants, ticket(1), NOW);
        assert_eq!(grants.redeem(token, SessionId(1), NOW), Some(ticket(1)));
        assert_eq!(grants.redeem(token, SessionId(1), NOW), None);
    }

    #[test]
    fn another_socket_cannot_use_it_nor_burn_it() {
        let mut grants = Grants::default();
        let token = issued(&mut grants, ticket(1), NOW);
        assert_eq!(grants.redeem(token, SessionId(2), NOW), None);
        assert_eq!(grants.redeem(token, SessionId(1), NOW), Some(ticket(1)));
    }

    #[test]
    fn it_dies_after_five_minutes() {
        let mut grants = Grants::default();
        let token = issued(&mut grants, ticket(1), NOW);
        assert_eq!(grants.redeem(token, SessionId(1), NOW.plus_ms(GRANT_MS)), None);
    }

    #[test]
    fn an_unused_grant_is_sent_again_and_another_page_gets_its_own() {
        let mut grants = Grants::default();
        let first = issued(&mut grants, ticket(1), NOW);
        assert_eq!(issued(&mut grants, ticket(1), NOW.plus_ms(1_000)), first);
        assert_ne!(issued(&mut grants, ticket(2), NOW.plus_ms(2_000)), first);
        assert_eq!(grants.len(), 1, "one a member");
    }
}
