//! File descriptors: how many the process may open, and how they are shared out. Every connection costs one, and a process
//! without any left can neither accept a call nor write to its database.

use crate::net::places::Bounds;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The shares of the file descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// ICE-TCP connections.
    pub ice_tcp: usize,
    /// HTTPS connections.
    pub https: Bounds,
}

impl Shares {
    /// Shares out `descriptors`. The database, photos, logs and media sockets keep a sixteenth, at least `OWN_MIN`.
    pub fn of(descriptors: usize) -> Self {
        let own = (descriptors / 16).max(OWN_MIN);
        let connections = descriptors.saturating_sub(own);
        let ice_tcp = (connections / 4).min(ICE_TCP);
        Self { ice_tcp, https: Bounds::share(connections - ice_tcp) }
    }
}

/// Descriptors of the process itself: twenty database connections with three files each, and a socket and a waker a shard.
const OWN_MIN: usize = 96;

/// ICE-TCP connections on a machine with descriptors to spare. A thousand participants have some to spare, and each
/// connection costs some kB.
const ICE_TCP: usize = 4_096;

/// The most descriptors that are used where the kernel allows more. It is far above what one machine serves.
const DESCRIPTORS: u64 = 1 << 20;

/// Raises the soft limit (`RLIMIT_NOFILE`) to the hard one, and returns the number of descriptors that may be open.
pub fn raise_limit() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: maximum, maximum };
    let granted = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            current
        }
    };
    usize::try_from(granted.unwrap_or(DESCRIPTORS).min(DESCRIPTORS)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_descriptor_has_one_user() {
        for descriptors in [256, 400, 1_024, 20_000, 65_536] {
            let Shares { ice_tcp, https } = Shares::of(descriptors);
            let used = ice_tcp + https.strangers + https.known;
            assert!(used + OWN_MIN <= descriptors, "{descriptors}: {used}");
            assert!(https.known >= 2 * https.strangers, "{descriptors}");
        }
        assert!(Shares::of(20_000).https.known > 10_000, "ten thousand sockets fit");
    }

    #[test]
    fn the_soft_limit_becomes_the_hard_one() {
        let raised = raise_limit();
        assert_eq!(getrlimit(Resource::Nofile).current, getrlimit(Resource::Nofile).maximum);
        assert!(raised >= 256);
    }
}
