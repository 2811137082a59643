//! Whatever a page says of its link, at whatever pace: it is read or refused, and one train is one finding at most.
#![no_main]

use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use std::time::{Duration, Instant};
use teranga_media::link::packet_train::{
    Finding, Message, PROBE_BYTES, PROBE_BYTES_BESIDE, PROBE_PATIENCE, Prober, TrainDirection,
};

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Begin {
        up: bool,
        beside: bool,
    },
    /// A message as it came from the channel.
    Message(&'a [u8]),
    /// A train of the page's, whose length nobody would guess.
    Train {
        train: u8,
        index: u8,
        beside: bool,
    },
    Wait {
        ms: u16,
    },
}

/// Bytes of a packet of a train, beside a voice or alone.
fn bytes(beside: bool) -> usize {
    if beside { PROBE_BYTES_BESIDE } else { PROBE_BYTES }
}

fuzz_target!(|steps: Vec<Step>| {
    let (mut prober, mut now) = (Prober::default(), Instant::now());
    let (mut begun, mut found) = (0, 0);
    for step in steps {
        let message = match step {
            Step::Begin { up, beside } => {
                begun += 1;
                let turn = if up { TrainDirection::Up } else { TrainDirection::Down };
                assert!(!prober.begin(turn, bytes(beside), now).is_empty());
                continue;
            }
            Step::Wait { ms } => {
                now += Duration::from_millis(ms.into());
                let _ = (prober.is_due(PROBE_PATIENCE, now), prober.is_spent(now));
                continue;
            }
            Step::Message(data) => Message::parse(data),
            Step::Train { train, index, beside } => {
                let mut data = vec![0; bytes(beside)];
                data[..3].copy_from_slice(&[1, train, index]);
                Message::parse(&data)
            }
        };
        let finding = message.and_then(|message| prober.handle(message, now));
        found += u32::from(matches!(finding, Some(Finding::Up(_) | Finding::Down(_))));
        assert!(found <= begun, "a train that was never begun was believed");
    }
});
