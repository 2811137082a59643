//! Join tokens: each lets one socket join the media plane as one member, once, and not for long. A token is
//! called a grant on the wire.

use crate::{
    id::{MemberId, SessionId},
    limits::GRANT_MS,
    message::call::Grant,
    token::Token,
};
use rand::CryptoRng;
use std::collections::BTreeMap;
use teranga_clinic::time::Timestamp;

/// The permission that a join token gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The only socket that may use it.
    pub(crate) session: SessionId,
    /// The member as which it may join.
    pub(crate) member: MemberId,
}

/// All unused join tokens. There is at most one a member, so the seats bound them.
#[derive(Debug, Default)]
pub(crate) struct JoinTokens {
    by_token: BTreeMap<Token, (Scope, Timestamp)>,
}

impl JoinTokens {
    /// A token for this scope. One that was sent and not yet used is sent again while half of its life is left, so that
    /// a `join` which crosses this message on the way still counts.
    pub(crate) fn issue(&mut self, scope: Scope, now: Timestamp, rng: &mut dyn CryptoRng) -> Grant {
        let token = self.reusable(scope, now).unwrap_or_else(|| self.replace(scope, now, rng));
        Grant { token: token.reveal(), member: scope.member }
    }

    /// Uses a token up; none if it is unknown, used, expired, or of another socket.
    pub(crate) fn redeem(&mut self, token: Token, session: SessionId, now: Timestamp) -> Option<Scope> {
        let (scope, expires) = self.by_token.get(&token).copied()?;
        if scope.session != session {
            return None;
        }
        self.by_token.remove(&token);
        (now < expires).then_some(scope)
    }

    /// Voids the tokens of a socket that is closed.
    pub(crate) fn revoke_session(&mut self, session: SessionId) {
        self.by_token.retain(|_, (scope, _)| scope.session != session);
    }

    /// Voids the token of a member.
    pub(crate) fn revoke_member(&mut self, member: MemberId) {
        self.by_token.retain(|_, (scope, _)| scope.member != member);
    }

    /// The number of unused tokens.
    pub(crate) fn len(&self) -> usize {
        self.by_token.len()
    }

    fn reusable(&self, scope: Scope, now: Timestamp) -> Option<Token> {
        let fresh = |expires: Timestamp| now.plus_ms(GRANT_MS / 2) < expires;
        let found = self.by_token.iter().find(|(_, (known, expires))| *known == scope && fresh(*expires));
        found.map(|(token, _)| *token)
    }

    fn replace(&mut self, scope: Scope, now: Timestamp, rng: &mut dyn CryptoRng) -> Token {
        self.revoke_member(scope.member);
        let token = Token::random(rng);
        self.by_token.insert(token, (scope, now.plus_ms(GRANT_MS)));
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    const NOW: Timestamp = Timestamp(1_000_000);

    fn scope(session: u64) -> Scope {
        Scope { session: SessionId(session), member: MemberId(5) }
    }

    fn issued(tokens: &mut JoinTokens, scope: Scope, now: Timestamp) -> Token {
        let grant = tokens.issue(scope, now, &mut StdRng::seed_from_u64(now.0 + scope.session.0));
        Token::parse(grant.token.reveal()).expect("we wrote it")
    }

    #[test]
    fn a_join_token_works_once() {
        let mut tokens = JoinTokens::default();
        let token = issued(&mut tokens, scope(1), NOW);
        assert_eq!(tokens.redeem(token, SessionId(1), NOW), Some(scope(1)));
        assert_eq!(tokens.redeem(token, SessionId(1), NOW), None);
    }

    #[test]
    fn another_socket_can_neither_use_it_nor_void_it() {
        let mut tokens = JoinTokens::default();
        let token = issued(&mut tokens, scope(1), NOW);
        assert_eq!(tokens.redeem(token, SessionId(2), NOW), None);
        assert_eq!(tokens.redeem(token, SessionId(1), NOW), Some(scope(1)));
    }

    #[test]
    fn it_expires_after_five_minutes() {
        let mut tokens = JoinTokens::default();
        let token = issued(&mut tokens, scope(1), NOW);
        assert_eq!(tokens.redeem(token, SessionId(1), NOW.plus_ms(GRANT_MS)), None);
    }

    #[test]
    fn an_unused_token_is_sent_again_and_another_socket_gets_its_own() {
        let mut tokens = JoinTokens::default();
        let first = issued(&mut tokens, scope(1), NOW);
        assert_eq!(issued(&mut tokens, scope(1), NOW.plus_ms(1_000)), first);
        assert_ne!(issued(&mut tokens, scope(2), NOW.plus_ms(2_000)), first);
        assert_eq!(tokens.len(), 1, "one for each member");
    }
}
