//! The judgement on whether a client answers probes at all.
//!
//! The [`LinkMonitor`](super::monitor) owns it. A link that cannot be measured must not keep a call waiting.

use std::time::Duration;

/// The knowledge of one client's support for probes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ProbeSupport {
    /// The client has negotiated data channels, without which it cannot answer.
    pub(super) can_probe: bool,
    /// The client will answer no probe, as far as can be told.
    pub(super) given_up: bool,
}

/// The signs by which a client shows that it will answer probes, or will not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProbeSigns {
    /// The time since the transport was connected.
    pub(crate) waited: Option<Duration>,
    /// The round trip, if it was measured yet.
    pub(crate) rtt: Option<Duration>,
    /// The client has opened some data channel.
    pub(crate) has_channels: bool,
    /// The client has opened the channel of the probes.
    pub(crate) has_probe_channel: bool,
}

impl ProbeSupport {
    /// True if no probe will be answered.
    pub(super) fn is_hopeless(self) -> bool {
        !self.can_probe || self.given_up
    }

    /// Judges anew. A client that opens other channels will not answer, nor will one that opens none although its round trip is
    /// short. It is probed after all if it opens the channel later, because the word of it may be lost more than once on a bad link.
    pub(super) fn judge(&mut self, signs: ProbeSigns) {
        let is_near = signs.rtt.is_some_and(|rtt| rtt < PROBE_NEAR);
        let patience = if is_near { PROBE_HOPE } else { PROBE_HOPE_FAR };
        let in_vain =
            signs.waited.is_some_and(|waited| waited >= patience) && (is_near || signs.has_channels);
        self.given_up |= in_vain;
        self.given_up &= !signs.has_probe_channel;
    }
}

/// The time after connecting by which a client with a round trip below [`PROBE_NEAR`] has opened the channel of the probes, or has
/// none.
const PROBE_HOPE: Duration = Duration::from_secs(2);

/// The round trip below which a client is near. A queue that stands on a thin link is longer.
const PROBE_NEAR: Duration = Duration::from_millis(150);

/// The same time over a longer way, where the message that opens a channel may be lost twice.
const PROBE_HOPE_FAR: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn given_up(waited: Duration, rtt: Duration, has_channels: bool) -> bool {
        let mut support = ProbeSupport { can_probe: true, given_up: false };
        let signs =
            ProbeSigns { waited: Some(waited), rtt: Some(rtt), has_channels, has_probe_channel: false };
        support.judge(signs);
        support.given_up
    }

    #[test]
    fn a_near_client_without_the_channel_is_given_up_soon_and_a_far_one_only_if_it_opened_others() {
        let (near, far) = (SECOND / 10, SECOND / 2);
        assert!(!given_up(SECOND, near, false) && given_up(2 * SECOND, near, false));
        assert!(!given_up(4 * SECOND, far, true) && given_up(5 * SECOND, far, true));
        assert!(!given_up(60 * SECOND, far, false));
    }

    #[test]
    fn a_client_that_opens_the_channel_late_is_probed_after_all() {
        let mut support = ProbeSupport { can_probe: true, given_up: true };
        let signs = ProbeSigns {
            waited: Some(60 * SECOND),
            rtt: Some(SECOND / 10),
            has_channels: true,
            has_probe_channel: true,
        };
        support.judge(signs);
        assert!(!support.is_hopeless());
    }
}
