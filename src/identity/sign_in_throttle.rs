//! The throttle of passwords. Whoever guesses is slowed by login and network together, by login in the whole world, and by
//! network for all logins. A browser from which the account signed in before holds a device cookie, and is throttled by that
//! cookie alone: nobody else can keep it out.

use super::throttle::{Backoff, Budget, network, site};
use std::net::IpAddr;
use teranga_clinic::time::Timestamp;

/// The hash of a folded login.
pub(super) type LoginKey = [u8; 32];

/// The identity of a device cookie.
pub(super) type CookieId = [u8; 16];

/// Who tries a password.
#[derive(Clone, Copy, Debug)]
pub(super) enum Guesser {
    /// A browser that holds a device cookie of this account.
    Known(CookieId),
    /// Any other, from this address.
    Stranger {
        /// The login that is tried.
        login: LoginKey,
        /// The address.
        from: IpAddr,
    },
}

/// The throttle of passwords.
#[derive(Debug)]
pub(super) struct SignInThrottle {
    known: Backoff<CookieId>,
    pairs: Backoff<(LoginKey, IpAddr)>,
    logins: Budget<LoginKey>,
    networks: Budget<IpAddr>,
    sites: Budget<IpAddr>,
}

impl Default for SignInThrottle {
    fn default() -> Self {
        Self {
            known: Backoff::new(FREE_KNOWN),
            pairs: Backoff::new(FREE_PAIR),
            logins: Budget::new(LOGIN_BURST, LOGIN_EVERY_MS),
            networks: Budget::new(NETWORK_BURST, NETWORK_EVERY_MS),
            sites: Budget::new(SITE_BURST, SITE_EVERY_MS),
        }
    }
}

impl SignInThrottle {
    /// Begins an attempt of a browser that may hold a device cookie. If somebody else guesses with a copy of that cookie, its owner
    /// is treated as any stranger, and is not kept out.
    ///
    /// # Errors
    /// The seconds to wait. Nothing was counted then.
    pub(super) fn begin(
        &self,
        known: Option<CookieId>,
        stranger: Guesser,
        now: Timestamp,
    ) -> Result<Guesser, u32> {
        let known = known.map(Guesser::Known).filter(|known| self.attempt(known, now).is_ok());
        known.map_or_else(|| self.attempt(&stranger, now).map(|()| stranger), Ok)
    }

    /// Begins an attempt. It counts as a failure until it has [succeeded](Self::succeeded).
    ///
    /// # Errors
    /// The seconds to wait. Nothing was counted then.
    pub(super) fn attempt(&self, guesser: &Guesser, now: Timestamp) -> Result<(), u32> {
        let (login, from) = match guesser {
            Guesser::Known(cookie) => return self.known.attempt(cookie, now),
            Guesser::Stranger { login, from } => (login, *from),
        };
        let (pair, own_network) = ((*login, network(from)), network(from));
        self.pairs.attempt(&pair, now)?;
        let shared = self.networks.take(&own_network, now).and_then(|()| {
            self.sites.take(&site(from), now).inspect_err(|_| self.networks.give_back(&own_network))
        });
        let all = shared.and_then(|()| {
            self.logins.take(login, now).inspect_err(|_| {
                self.networks.give_back(&own_network);
                self.sites.give_back(&site(from));
            })
        });
        all.inspect_err(|_| self.pairs.take_back(&pair))
    }

    /// The password was right.
    pub(super) fn succeeded(&self, guesser: &Guesser) {
        match guesser {
            Guesser::Known(cookie) => self.known.succeeded(cookie),
            Guesser::Stranger { login, from } => {
                self.pairs.succeeded(&(*login, network(*from)));
                self.logins.give_back(login);
                self.networks.give_back(&network(*from));
                self.sites.give_back(&site(*from));
            }
        }
    }
}

/// The failures that cost a known browser no waiting.
const FREE_KNOWN: u32 = 10;

/// The failures of one login from one network that cost no waiting.
const FREE_PAIR: u32 = 5;

/// The failures of one login in the whole world, and the time in which one more is allowed: 4,340 guesses in the first day,
/// and the chance to guess a password of twelve random letters is below one in 10^13.
const LOGIN_BURST: u32 = 20;
const LOGIN_EVERY_MS: u64 = 20_000;

/// The failures from one network with any logins, and the time in which one more is allowed. A hospital behind one address
/// mistypes less than that, and right passwords cost nothing.
const NETWORK_BURST: u32 = 60;
const NETWORK_EVERY_MS: u64 = 10_000;

/// The same for an IPv6 network of 48 bits, whose owner has 65,536 networks of 64 bits.
const SITE_BURST: u32 = 240;
const SITE_EVERY_MS: u64 = 2_500;

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_000_000);
    const AWA: LoginKey = [1; 32];
    const HOUR_MS: u64 = 3_600_000;

    fn stranger(login: LoginKey, network: u32) -> Guesser {
        Guesser::Stranger { login, from: IpAddr::from(network.to_be_bytes()) }
    }

    /// The guesses that get through if each guesser tries once a second for this long.
    fn passed(throttle: &SignInThrottle, guessers: &[Guesser], for_ms: u64) -> usize {
        let tries =
            (0..for_ms / 1_000).flat_map(|second| guessers.iter().map(move |guesser| (second, guesser)));
        tries.filter(|(second, guesser)| throttle.attempt(guesser, T.plus_ms(second * 1_000)).is_ok()).count()
    }

    #[test]
    fn guesses_from_forty_addresses_are_slowed() {
        let throttle = SignInThrottle::default();
        let attackers: Vec<_> = (1..=40).map(|network| stranger(AWA, network)).collect();
        assert_eq!(passed(&throttle, &attackers, 6_000), 20, "240 guesses in 6 s");
        let hour = passed(&SignInThrottle::default(), &attackers, HOUR_MS);
        assert!(hour <= 200, "{hour} guesses in an hour");
    }

    #[test]
    fn one_guesser_cannot_use_up_the_budget_of_a_login() {
        let throttle = SignInThrottle::default();
        let hour = passed(&throttle, &[stranger(AWA, 1)], HOUR_MS);
        assert!(hour < 30, "{hour} guesses in an hour");
        let elsewhere = throttle.attempt(&stranger(AWA, 2), T.plus_ms(HOUR_MS));
        assert_eq!(elsewhere, Ok(()), "the doctor was locked out elsewhere");
    }

    #[test]
    fn a_known_browser_is_never_kept_out_by_others() {
        let throttle = SignInThrottle::default();
        let attackers: Vec<_> = (1..=200).map(|network| stranger(AWA, network)).collect();
        for second in 0..600 {
            let now = T.plus_ms(second * 1_000);
            let strangers = attackers.iter().filter(|guesser| throttle.attempt(guesser, now).is_ok()).count();
            assert!(second < 2 || strangers < 2, "{strangers} strangers in second {second}");
            let known = Guesser::Known([7; 16]);
            assert_eq!(throttle.attempt(&known, now), Ok(()));
            throttle.succeeded(&known);
        }
    }

    #[test]
    fn a_stolen_device_cookie_is_slowed_too() {
        let guesses = passed(&SignInThrottle::default(), &[Guesser::Known([7; 16])], HOUR_MS);
        assert!(guesses < 30, "{guesses} guesses in an hour");
    }

    #[test]
    fn one_password_for_all_logins_is_slowed() {
        let throttle = SignInThrottle::default();
        let sprayed = (0..30_000_u32).filter(|n| {
            let mut login = [0; 32];
            login[..4].copy_from_slice(&n.to_be_bytes());
            throttle.attempt(&stranger(login, 1), T.plus_ms(u64::from(*n))).is_ok()
        });
        assert_eq!(sprayed.count(), 60 + 2, "logins in 30 s");
    }

    #[test]
    fn a_hospital_behind_one_address_comes_back_after_a_power_cut() {
        let throttle = SignInThrottle::default();
        for doctor in 0..=255 {
            let guesser = stranger([doctor; 32], 1);
            assert_eq!(throttle.attempt(&guesser, T), Ok(()), "doctor {doctor}");
            throttle.succeeded(&guesser);
        }
    }
}
