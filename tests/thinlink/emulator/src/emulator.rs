//! The emulator as a state machine: two directions, a NAT, a schedule, and the seconds. Pure: [`Emulator::handle_packet`],
//! [`Emulator::handle_command`] and [`Emulator::handle_time`] are told the time; [`Emulator::poll`] and
//! [`Emulator::poll_row`] return packets and rows.

use crate::{
    command::{Command, Target},
    counters::Counters,
    link::Link,
    nat::{FAR, Nat},
    packet::{Header, UDP},
    profile::Profile,
    schedule::{Schedule, ScheduleError},
    shape::{Field, Shape, ShapeError},
};
use std::{collections::VecDeque, time::Duration};

/// One of the two ends of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The end of the server.
    Near,
    /// The end behind the thin link.
    Far,
}

/// A packet that has arrived.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery {
    /// End at which it has arrived.
    pub to: Side,
    /// The whole IPv4 packet.
    pub packet: Vec<u8>,
}

/// A row of the report.
#[derive(Debug)]
pub enum Row {
    /// The counters of one second.
    Second {
        /// Number of the second since the start, or since the last `go`.
        second: u64,
        /// Uplink: from the far to the near side.
        up: Counters,
        /// Downlink: from the near to the far side.
        down: Counters,
    },
    /// A moment that somebody marked.
    Mark {
        /// Second of the mark.
        second: u64,
        /// Text of the mark.
        text: String,
    },
}

const SECOND: Duration = Duration::from_secs(1);

/// Both directions of the link, with everything that happens to them.
#[derive(Debug)]
pub struct Emulator {
    up: Link,
    down: Link,
    nat: Nat,
    blocks_udp: bool,
    schedule: Schedule,
    /// Time at which the schedule and the seconds started.
    start: Duration,
    second: u64,
    second_end: Duration,
    rows: VecDeque<Row>,
}

impl Emulator {
    /// Makes an emulator at time zero. The same seed gives the same losses, jitter, addresses and ports.
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

    /// Takes a packet that left one side. Packets that no NAT would carry are not counted:
    /// other protocols than IPv4, multicast, other hosts' packets.
    pub fn handle_packet(&mut self, now: Duration, from: Side, mut packet: Vec<u8>) {
        self.handle_time(now);
        let Some(header) = Header::read(&packet).filter(|header| is_for_us(header, from)) else { return };
        let kind = header.kind(&packet);
        let blocked = self.blocks_udp && header.protocol == UDP;
        let blocked = blocked || (from == Side::Near && !self.nat.translate_incoming(&mut packet));
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

    /// Runs a command, and returns the time at which it ran, counted like the seconds.
    pub fn handle_command(&mut self, now: Duration, command: Command) -> Result<Duration, ShapeError> {
        self.handle_time(now);
        self.perform(now, command)?;
        Ok(now.saturating_sub(self.start))
    }

    /// Advances the time. Scheduled events and ends of seconds happen at their own time, even if this call is late.
    pub fn handle_time(&mut self, now: Duration) {
        while let Some(at) = self.next_stop().filter(|at| *at <= now) {
            self.up.handle_time(at);
            self.down.handle_time(at);
            while let Some(command) = self.schedule.pop(at.saturating_sub(self.start)) {
                // The event was checked when the profile was read.
                drop(self.perform(at, command));
            }
            if self.second_end <= at {
                self.end_second();
            }
        }
        self.up.handle_time(now);
        self.down.handle_time(now);
    }

    /// Returns the next packet that has arrived by `now`.
    pub fn poll(&mut self, now: Duration) -> Option<Delivery> {
        if let Some(mut packet) = self.up.poll(now) {
            self.nat.translate_outgoing(&mut packet);
            return Some(Delivery { to: Side::Near, packet });
        }
        self.down.poll(now).map(|packet| Delivery { to: Side::Far, packet })
    }

    /// Returns the next row for the report.
    pub fn poll_row(&mut self) -> Option<Row> {
        self.rows.pop_front()
    }

    /// Returns the time at which something has to be done if nothing else happens.
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
            Command::Hold(target, length) => self.hold(now, target, length),
            Command::Address => self.nat.change_address(),
            Command::Port => self.nat.change_ports(),
            Command::BlockUdp(on) => self.blocks_udp = on,
            Command::Mark(text) => self.rows.push_back(Row::Mark { second: self.second, text }),
            Command::Quit => {}
        }
        Ok(())
    }

    /// Makes the counters since the last whole second a row of their own, before the new second 0.
    fn restart(&mut self, now: Duration) {
        self.end_second();
        self.outage(now, Duration::ZERO);
        self.hold(now, Target::Both, Duration::ZERO);
        self.up.reseed(now);
        self.down.reseed(now);
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

    fn hold(&mut self, now: Duration, target: Target, length: Duration) {
        if target != Target::Down {
            self.up.hold(now, length);
        }
        if target != Target::Up {
            self.down.hold(now, length);
        }
    }

    fn end_second(&mut self) {
        let (up, down) = (self.up.take_counters(), self.down.take_counters());
        self.rows.push_back(Row::Second { second: self.second, up, down });
        self.second += 1;
        self.second_end += SECOND;
    }
}

fn is_for_us(header: &Header, from: Side) -> bool {
    let elsewhere = header.destination.is_multicast() || header.destination.is_broadcast();
    !elsewhere && (from == Side::Near || header.source == FAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{nat::NEAR, packet::samples};
    use std::net::Ipv4Addr;

    fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    fn emulator(name: &str) -> Emulator {
        Emulator::new(&Profile::named(name).unwrap(), 1).unwrap()
    }

    fn from_far() -> Vec<u8> {
        samples::udp((FAR, 5_000), (NEAR, 443), &[0x80, 111, 0, 0])
    }

    /// Returns all packets that arrive by then, each with its source address.
    fn arrived(emulator: &mut Emulator, at: Duration) -> Vec<(Side, Ipv4Addr)> {
        emulator.handle_time(at);
        let all = std::iter::from_fn(|| emulator.poll(at));
        all.map(|one| (one.to, Header::read(&one.packet).unwrap().source)).collect()
    }

    fn seconds(emulator: &mut Emulator) -> Vec<(u64, u64, u64)> {
        let rows = std::iter::from_fn(|| emulator.poll_row());
        rows.filter_map(|row| match row {
            Row::Second { second, up, .. } => Some((second, up.total().packets, up.total().lost)),
            Row::Mark { .. } => None,
        })
        .collect()
    }

    #[test]
    fn packets_cross_under_a_public_address_and_answers_return() {
        let mut emulator = emulator("good");
        emulator.handle_packet(ms(0), Side::Far, from_far());
        let public = emulator.nat.public();
        emulator.handle_time(ms(100));
        let delivery = emulator.poll(ms(100)).unwrap();
        assert!(samples::is_whole(&delivery.packet));
        let header = Header::read(&delivery.packet).unwrap();
        assert_eq!((delivery.to, header.source, header.destination), (Side::Near, public, NEAR));
        let port = header.udp_port(&delivery.packet, crate::packet::End::Source).unwrap();
        emulator.handle_packet(ms(100), Side::Near, samples::udp((NEAR, 443), (public, port), b"x"));
        assert_eq!(arrived(&mut emulator, ms(200)), [(Side::Far, NEAR)]);
    }

    #[test]
    fn what_nobody_would_carry_is_not_counted() {
        let mut emulator = emulator("good");
        let multicast = Ipv4Addr::new(224, 0, 0, 251);
        emulator.handle_packet(ms(0), Side::Far, samples::udp((FAR, 5_353), (multicast, 5_353), b"x"));
        emulator.handle_packet(ms(0), Side::Far, samples::udp((NEAR, 1), (NEAR, 2), b"x"));
        emulator.handle_packet(ms(0), Side::Far, vec![0x60; 60]);
        assert_eq!(arrived(&mut emulator, ms(1_000)), []);
        assert_eq!(seconds(&mut emulator), [(0, 0, 0)]);
    }

    #[test]
    fn udp_is_blocked_both_ways_and_counted() {
        let mut emulator = emulator("good");
        emulator.handle_command(ms(0), Command::BlockUdp(true)).unwrap();
        emulator.handle_packet(ms(0), Side::Far, from_far());
        emulator.handle_packet(ms(0), Side::Far, samples::tcp((FAR, 5_000), (NEAR, 443)));
        assert_eq!(arrived(&mut emulator, ms(900)).len(), 1);
        emulator.handle_time(ms(1_000));
        let Some(Row::Second { up, .. }) = emulator.poll_row() else { panic!("no second") };
        assert_eq!((up.total().packets, up.total().blocked), (2, 1));
    }

    /// A laboratory's preparations take a different time in each run, and the losses of the measured call must not differ for that.
    #[test]
    fn bursts_come_at_the_same_times_after_go_whatever_was_before() {
        let losses = |preparation: u64| {
            let mut emulator = emulator("P5");
            for tick in 0..preparation {
                emulator.handle_packet(ms(tick * 37), Side::Far, from_far());
            }
            let start = preparation * 37 + 5_000;
            emulator.handle_command(ms(start), "go".parse().unwrap()).unwrap();
            seconds(&mut emulator);
            for tick in 0..6_000 {
                emulator.handle_packet(ms(start + tick * 20), Side::Far, from_far());
            }
            seconds(&mut emulator)
        };
        let first = losses(50);
        assert!(first.iter().map(|(.., lost)| lost).sum::<u64>() > 300, "{first:?}");
        assert_eq!(first, losses(1_003));
    }

    /// P6 has an outage from 20 to 28 s; the schedule keeps its own time even if the machine sleeps.
    #[test]
    fn the_schedule_and_the_seconds_do_not_wait_for_the_machine() {
        let mut emulator = emulator("P6");
        emulator.handle_command(ms(500), "go".parse().unwrap()).unwrap();
        assert_eq!(seconds(&mut emulator).len(), 1);
        for tenth in 0..300 {
            emulator.handle_packet(ms(500 + tenth * 100), Side::Far, from_far());
        }
        emulator.handle_time(ms(30_500));
        let seconds = seconds(&mut emulator);
        assert_eq!(seconds.len(), 30);
        let dark: Vec<_> =
            seconds.iter().filter(|(_, _, lost)| *lost == 10).map(|(second, ..)| *second).collect();
        assert_eq!(dark, [20, 21, 22, 23, 24, 25, 26, 27]);
        assert!(seconds.iter().all(|(_, packets, _)| *packets == 10));
    }

    #[test]
    fn a_new_start_ends_an_outage_and_counts_from_zero() {
        let mut emulator = emulator("good");
        emulator.handle_command(ms(2_100), Command::Outage(ms(60_000))).unwrap();
        let at = emulator.handle_command(ms(2_500), Command::Go).unwrap();
        assert_eq!(at, Duration::ZERO);
        emulator.handle_packet(ms(2_600), Side::Far, from_far());
        assert_eq!(arrived(&mut emulator, ms(3_500)).len(), 1);
        assert_eq!(seconds(&mut emulator), [(0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 0)]);
        assert_eq!(emulator.handle_command(ms(3_600), Command::Port), Ok(ms(1_100)));
    }

    #[test]
    fn numbers_change_one_way_or_both() {
        let mut emulator = emulator("P4");
        let rates = |emulator: &Emulator| (emulator.up.shape().rate, emulator.down.shape().rate);
        emulator.handle_command(ms(1), "set up rate=24000 loss=0.1".parse().unwrap()).unwrap();
        assert_eq!(rates(&emulator), (24_000, 40_000));
        emulator.handle_command(ms(2), "set both rate=9600".parse().unwrap()).unwrap();
        assert_eq!(rates(&emulator), (9_600, 9_600));
        assert!((emulator.up.shape().loss - 0.1).abs() < 1e-9);
    }
}
