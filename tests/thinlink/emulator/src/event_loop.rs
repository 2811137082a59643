//! Event loop: one thread that sleeps until a packet, a line, a signal or the emulator's next timeout.

use crate::{
    clock::Clock,
    command::{Command, CommandError, MAX_LINE},
    emulator::{Delivery, Emulator, Side},
    nat64,
    report::{Report, Stalls},
};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, ppoll},
    sys::{
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd},
        time::TimeSpec,
    },
};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Read, Write},
    os::fd::AsFd,
};
use tappers::linux::Tun;

/// Number of packets read from one side before the other side has its turn and the clock is read again.
const BATCH: usize = 32;
/// Size of the largest IPv4 packet in bytes.
const MAX_PACKET: usize = 65_535;

/// The loop with everything that it reads and writes.
pub struct EventLoop {
    emulator: Emulator,
    clock: Clock,
    near: Tun,
    far: Tun,
    signals: SignalFd,
    report: Report<BufWriter<File>>,
    stalls: Stalls,
    line: Vec<u8>,
    /// True while the rest of a line that was too long is skipped.
    is_too_long: bool,
    /// True if the far host has IPv6 only.
    translates_far: bool,
    ends: bool,
}

/// Makes SIGINT and SIGTERM readable instead of deadly. Call it before there is anything to clean up.
pub fn catch_signals() -> io::Result<SignalFd> {
    let mut mask = SigSet::empty();
    mask.add(Signal::SIGINT);
    mask.add(Signal::SIGTERM);
    mask.thread_block()?;
    Ok(SignalFd::with_flags(&mask, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?)
}

impl EventLoop {
    /// Makes the loop; it moves nothing before [`Self::run`].
    pub fn new(
        emulator: Emulator,
        clock: Clock,
        [near, far]: [Tun; 2],
        signals: SignalFd,
        report: Report<BufWriter<File>>,
    ) -> Self {
        let (stalls, line) = (Stalls::default(), Vec::new());
        Self {
            emulator,
            clock,
            near,
            far,
            signals,
            report,
            stalls,
            line,
            is_too_long: false,
            translates_far: false,
            ends: false,
        }
    }

    /// Says whether the far host has IPv6 only.
    pub fn translate_far(&mut self, translates: bool) {
        self.translates_far = translates;
    }

    /// Runs until `quit`, the end of standard input, or a signal.
    pub fn run(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; MAX_PACKET];
        while !self.ends {
            let ready = self.sleep()?;
            self.tick()?;
            if ready.far {
                self.read_packets(Side::Far, &mut buffer)?;
            }
            if ready.near {
                self.read_packets(Side::Near, &mut buffer)?;
            }
            if ready.input {
                self.read_lines(&mut buffer)?;
            }
            self.ends |= ready.signal;
        }
        Ok(())
    }

    fn sleep(&mut self) -> io::Result<Ready> {
        let due = self.emulator.next_timeout();
        let pause = due.saturating_sub(self.clock.now());
        let input = io::stdin();
        let mut watched = [
            PollFd::new(self.near.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.far.as_fd(), PollFlags::POLLIN),
            PollFd::new(input.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
        ];
        match ppoll(&mut watched, Some(TimeSpec::from_duration(pause)), None) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let [near, far, input, signal] = watched.map(|one| one.any().unwrap_or(true));
        Ok(Ready { near, far, input, signal })
    }

    /// Delivers the packets that have arrived by now, and writes the seconds that are over.
    fn tick(&mut self) -> io::Result<()> {
        let due = self.emulator.next_timeout();
        let now = self.clock.now();
        self.stalls.note(now.saturating_sub(due));
        self.emulator.handle_time(now);
        while let Some(delivery) = self.emulator.poll(now) {
            self.deliver(delivery)?;
        }
        while let Some(row) = self.emulator.poll_row() {
            self.report.write(&row, &mut self.stalls)?;
        }
        Ok(())
    }

    fn deliver(&self, Delivery { to, packet }: Delivery) -> io::Result<()> {
        let sent = match to {
            Side::Near => self.near.send(&packet),
            Side::Far if self.translates_far => match nat64::to_ipv6(&packet) {
                Some(packet) => self.far.send(&packet),
                None => return Ok(()),
            },
            Side::Far => self.far.send(&packet),
        };
        sent.map(drop).or_else(|error| if is_transient(&error) { Ok(()) } else { Err(error) })
    }

    fn read_packets(&mut self, from: Side, buffer: &mut [u8]) -> io::Result<()> {
        let now = self.clock.now();
        for _ in 0..BATCH {
            let device = if from == Side::Near { &self.near } else { &self.far };
            match device.recv(buffer) {
                Ok(length) if self.translates_far && from == Side::Far => {
                    if let Some(packet) = nat64::to_ipv4(&buffer[..length]) {
                        self.emulator.handle_packet(now, from, packet);
                    }
                }
                Ok(length) => self.emulator.handle_packet(now, from, buffer[..length].to_vec()),
                Err(error) if is_transient(&error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads standard input once. A read of a readable input does not block.
    fn read_lines(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let length = File::from(io::stdin().as_fd().try_clone_to_owned()?).read(buffer)?;
        self.ends |= length == 0;
        for byte in &buffer[..length] {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                let too_long = std::mem::take(&mut self.is_too_long);
                self.run_command(&line, too_long)?;
            } else if self.line.len() <= MAX_LINE {
                self.line.push(*byte);
            } else {
                self.is_too_long = true;
            }
        }
        Ok(())
    }

    fn run_command(&mut self, line: &[u8], too_long: bool) -> io::Result<()> {
        let line = String::from_utf8_lossy(line);
        let command = if too_long { Err(CommandError::TooLong) } else { line.parse::<Command>() };
        self.ends |= command == Ok(Command::Quit);
        let now = self.clock.now();
        let done = command.and_then(|command| Ok(self.emulator.handle_command(now, command)?));
        say(&match done {
            Ok(at) => Answer { ok: true, at_ms: Some(at.as_millis()), error: None },
            Err(error) => Answer { ok: false, at_ms: None, error: Some(error.to_string()) },
        })
    }
}

/// Sources that can be read without blocking.
#[derive(Clone, Copy, Debug)]
struct Ready {
    near: bool,
    far: bool,
    input: bool,
    signal: bool,
}

#[derive(Debug, Serialize)]
struct Answer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Prints one line of JSON for the program that started this one.
pub fn say(line: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, line)?;
    writeln!(output)?;
    output.flush()
}

/// True for an error that costs one packet only. A device that is gone ends the emulation.
fn is_transient(error: &io::Error) -> bool {
    let full = [Errno::ENOBUFS, Errno::ENOMEM, Errno::EINVAL].map(|errno| errno as i32);
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
        || error.raw_os_error().is_some_and(|code| full.contains(&code))
}
