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
    /// The time from connecting to the first data channel that the client opened.
    opened_after: Option<Duration>,
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

    /// Judges anew. A client that opened another channel and not that of the probes will not answer, nor will one that opened none
    /// although its round trip is short. It is probed after all if it opens the channel later, because the word of it may be lost more
    /// than once on a bad link: while SCTP waits to repeat it, that of a channel which was opened later may come first.
    pub(super) fn judge(&mut self, signs: ProbeSigns) {
        let waited = signs.waited.unwrap_or_default();
        if signs.has_channels {
            self.opened_after.get_or_insert(waited);
        }
        let is_near = signs.rtt.is_some_and(|rtt| rtt < PROBE_NEAR);
        let since_opened = self.opened_after.map(|after| waited.saturating_sub(after));
        let in_vain = (is_near && waited >= PROBE_HOPE) || since_opened >= Some(PROBE_HOPE_FAR);
        self.given_up |= in_vain;
        self.given_up &= !signs.has_probe_channel;
    }
}

/// The time after connecting by which a client with a round trip below [`PROBE_NEAR`] has opened the channel of the probes, or has
/// none.
const PROBE_HOPE: Duration = Duration::from_secs(2);

/// The round trip below which a client is near. A queue that stands on a thin link is longer.
const PROBE_NEAR: Duration = Duration::from_millis(150);

/// The time over a longer way from the first channel that a client opened to that of the probes. The message that opens it may be lost
/// twice.
const PROBE_HOPE_FAR: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The judgement each second up to `until_s`, of a client that opens some other channel after `opens_s` seconds.
    fn given_up(until_s: u32, rtt: Duration, opens_s: Option<u32>) -> bool {
        let mut support = ProbeSupport { can_probe: true, ..ProbeSupport::default() };
        for second in 0..=until_s {
            let has_channels = opens_s.is_some_and(|opens| second >= opens);
            let waited = Some(second * SECOND);
            support.judge(ProbeSigns { waited, rtt: Some(rtt), has_channels, has_probe_channel: false });
        }
        support.given_up
    }

    #[test]
    fn a_near_client_without_the_channel_is_given_up_soon_and_a_far_one_only_if_it_opened_others() {
        let (near, far) = (SECOND / 10, SECOND / 2);
        assert!(!given_up(1, near, None) && given_up(2, near, None));
        assert!(!given_up(5, far, Some(1)) && given_up(6, far, Some(1)));
        assert!(!given_up(60, far, None));
    }

    /// On 24 kbit/s with a tenth of the packets lost in bursts, the channel of the probes came 16 s late, and half a second after the
    /// one for pictures. The link was taken for one without probes in between, and got a camera.
    #[test]
    fn a_channel_that_comes_before_that_of_the_probes_says_nothing_at_once() {
        let far = SECOND / 2;
        assert!(!given_up(17, far, Some(16)) && given_up(21, far, Some(16)));
    }

    #[test]
    fn a_client_that_opens_the_channel_late_is_probed_after_all() {
        let mut support = ProbeSupport { can_probe: true, given_up: true, ..ProbeSupport::default() };
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
