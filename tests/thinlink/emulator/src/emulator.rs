//! The machine: two directions, a translator, a schedule, and the seconds. Pure: [`Emulator::handle_packet`],
//! [`Emulator::handle_command`] and [`Emulator::handle_time`] are told the time; [`Emulator::poll`] and
//! [`Emulator::poll_row`] give what comes of it.

use crate::{
    account::Account,
    command::{Command, Target},
    link::Link,
    nat::{FAR, Nat},
    packet::{Header, UDP},
    profile::Profile,
    schedule::{Schedule, ScheduleError},
    shape::{Field, Shape, ShapeError},
};
use std::{collections::VecDeque, time::Duration};

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Where the server is.
    Near,
    /// Behind the thin link.
    Far,
}

/// A packet that has arrived.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery {
    /// At which end.
    pub to: Side,
    /// The whole IPv4 packet.
    pub packet: Vec<u8>,
}

/// A row of the accounts.
#[derive(Debug)]
pub enum Row {
    /// A second is over.
    Second {
        /// Counted from the start, or from the last `go`.
        second: u64,
        /// Far to near.
        up: Account,
        /// Near to far.
        down: Account,
    },
    /// Somebody wanted to find this moment again.
    Mark {
        /// In which second.
        second: u64,
        /// What was said.
        text: String,
    },
}

const SECOND: Duration = Duration::from_secs(1);

/// The whole link.
#[derive(Debug)]
pub struct Emulator {
    up: Link,
    down: Link,
    nat: Nat,
    blocks_udp: bool,
    schedule: Schedule,
    /// When the schedule and the seconds started.
    start: Duration,
    second: u64,
    second_end: Duration,
    rows: VecDeque<Row>,
}

impl Emulator {
    /// At time zero. The same seed gives the same losses, jitter, addresses and ports.
    pub fn new(profile: &Profile, seed: u64) -> Result<Self, ScheduleError> {
        let seeds = [1, 2, 3].map(|which| seed.wrapping_mul(4).wrapping_add(which));
        Ok(Self {
            up: Link::new(profile.up.clone(), seeds[0]),
            down: Link::new(profile.down.clone(), seeds[1]),
            nat: Nat::new(seeds[2]),
            blocks_udp: false,
            schedule: profile.schedule()?,
            start: Duration::ZERO,
            second: 0,
            second_end: SECOND,
            rows: VecDeque::new(),
        })
    }

    /// A packet left the far host or came from the near side. What no translator would carry is not counted:
    /// other protocols than IPv4, multicast, other hosts' packets.
    pub fn handle_packet(&mut self, now: Duration, from: Side, mut packet: Vec<u8>) {
        self.handle_time(now);
        let Some(header) = Header::read(&packet).filter(|header| is_for_us(header, from)) else { return };
        let kind = header.kind(&packet);
        let blocked = self.blocks_udp && header.protocol == UDP;
        let blocked = blocked || (from == Side::Near && !self.nat.inward(&mut packet));
        let link = match from {
            Side::Far => &mut self.up,
            Side::Near => &mut self.down,
        };
        if blocked {
            link.refuse(kind, u64::try_from(packet.len()).unwrap_or(u64::MAX));
        } else {
            link.handle_packet(now, kind, packet);
        }
    }

    /// Does what was asked, and tells when, counted like the seconds.
    pub fn handle_command(&mut self, now: Duration, command: Command) -> Result<Duration, ShapeError> {
        self.handle_time(now);
        self.perform(now, command)?;
        Ok(now.saturating_sub(self.start))
    }

    /// Time passes: scheduled events and ends of seconds happen at their own time, even if this is late.
    pub fn handle_time(&mut self, now: Duration) {
        while let Some(at) = self.next_stop().filter(|at| *at <= now) {
            self.up.handle_time(at);
            self.down.handle_time(at);
            while let Some(command) = self.schedule.pop(at.saturating_sub(self.start)) {
                // Checked when the profile was read.
                drop(self.perform(at, command));
            }
            if self.second_end <= at {
                self.end_second();
            }
        }
        self.up.handle_time(now);
        self.down.handle_time(now);
    }

    /// The next packet that has arrived by `now`.
    pub fn poll(&mut self, now: Duration) -> Option<Delivery> {
        if let Some(mut packet) = self.up.poll(now) {
            self.nat.outward(&mut packet);
            return Some(Delivery { to: Side::Near, packet });
        }
        self.down.poll(now).map(|packet| Delivery { to: Side::Far, packet })
    }

    /// The next row for the accounts.
    pub fn poll_row(&mut self) -> Option<Row> {
        self.rows.pop_front()
    }

    /// When there is something to do, if nothing else happens.
    pub fn next_timeout(&self) -> Duration {
        let links = [self.up.next_timeout(), self.down.next_timeout(), self.next_scheduled()];
        links.into_iter().flatten().fold(self.second_end, Duration::min)
    }

    fn next_stop(&self) -> Option<Duration> {
        self.next_scheduled().into_iter().chain([self.second_end]).min()
    }

    fn next_scheduled(&self) -> Option<Duration> {
        self.schedule.next().map(|at| self.start + at)
    }

    fn perform(&mut self, now: Duration, command: Command) -> Result<(), ShapeError> {
        match command {
            Command::Go => self.restart(now),
            Command::Set(target, changes) => self.set(now, target, &changes)?,
            Command::Outage(length) => self.outage(now, length),
            Command::Address => self.nat.change_address(),
            Command::Port => self.nat.change_ports(),
            Command::BlockUdp(on) => self.blocks_udp = on,
            Command::Mark(text) => self.rows.push_back(Row::Mark { second: self.second, text }),
            Command::Quit => {}
        }
        Ok(())
    }

    /// What was counted since the last whole second is a row of its own, before the new second 0.
    fn restart(&mut self, now: Duration) {
        self.end_second();
        self.outage(now, Duration::ZERO);
        self.schedule.restart();
        (self.start, self.second, self.second_end) = (now, 0, now + SECOND);
        self.rows.push_back(Row::Mark { second: 0, text: "go".to_owned() });
    }

    fn set(&mut self, now: Duration, target: Target, changes: &[(Field, f64)]) -> Result<(), ShapeError> {
        let reshaped = |link: &Link| {
            let mut shape: Shape = link.shape().clone();
            changes.iter().try_for_each(|(field, value)| shape.set(*field, *value)).map(|()| shape)
        };
        let (up, down) = (reshaped(&self.up)?, reshaped(&self.down)?);
        if target != Target::Down {
            self.up.reshape(now, up);
        }
        if target != Target::Up {
            self.down.reshape(now, down);
        }
        Ok(())
    }

    fn outage(&mut self, now: Duration, length: Duration) {
        self.up.outage(now, length);
        self.down.outage(now, length);
    }

    fn end_second(&mut self) {
        let (up, down) = (self.up.take_account(), self.down.take_account());
        self.rows.push_back(Row::Second { second: self.second, up, down });
        self.second += 1;
        self.second_end += SECOND;
    }
}

fn is_for_us(header: &Header, from: Side) -> bool {
    let elsewhere = header.destination.is_multicast() || header.destination.is_broadcast();
    !elsewhere && (from == Side::Near || header.source == FAR)
}
