//! `thinlink-emulator`: joins two network namespaces by a thin link until its standard input ends.

use clap::Parser;
use serde::Serialize;
use std::{fs, io, path::PathBuf, process::ExitCode};
use teranga_thinlink::{
    clock::Clock,
    emulator::{Emulator, Side},
    event_loop::{EventLoop, catch_signals, say},
    namespaces::{NamespaceError, Namespaces},
    nat::NEAR,
    nat64, priority,
    profile::{NAMES, Profile, ProfileError},
    report::Report,
    schedule::ScheduleError,
};

/// Joins two network namespaces by a thin link. Commands on standard input: go, set, outage, hold, address, port,
/// block-udp, mark, quit.
#[derive(Debug, Parser)]
#[command(name = "thinlink-emulator", version, about)]
struct Args {
    /// P1 to P7, good, or a JSON file.
    #[arg(long)]
    profile: String,
    /// Seed of the random numbers: the same seed gives the same losses, jitter, addresses and ports.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File for one row a second, direction and kind; the queue delay goes to FILE.queue.csv.
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    /// The namespaces are NAME-near and NAME-far [default: tl and the process's number].
    #[arg(long)]
    name: Option<String>,
    /// MTU of both devices.
    #[arg(long, default_value_t = 1_500, value_parser = clap::value_parser!(u16).range(576..))]
    tun_mtu: u16,
    /// MTU of the far device, which the post's host knows [default: as --tun-mtu].
    #[arg(long, value_parser = clap::value_parser!(u16).range(576..))]
    far_mtu: Option<u16>,
    /// The far host has IPv6 only, and reaches the server through a NAT64.
    #[arg(long)]
    far_ipv6: bool,
}

/// Line that is printed once the link is there.
#[derive(Debug, Serialize)]
struct ReadyLine {
    ready: bool,
    near: String,
    far: String,
    server: String,
    /// Address of the server for the far host.
    server_of_far: String,
}

/// Reason for which there was no emulation, as one line for the terminal.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("--profile {0}: {1} (or one of {names})", names = NAMES.join(", "))]
    NoProfile(String, io::Error),
    #[error("--profile {0}: {1}")]
    BadProfile(String, ProfileError),
    #[error("--profile: {0}")]
    Schedule(#[from] ScheduleError),
    #[error("--csv {0}: {1}")]
    Csv(PathBuf, io::Error),
    #[error(transparent)]
    NamespaceError(#[from] NamespaceError),
    #[error("the link broke: {0}")]
    Broken(#[from] io::Error),
}

fn main() -> ExitCode {
    match emulate(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("thinlink-emulator: {failure}");
            ExitCode::from(if matches!(failure, Failure::Broken(_)) { 1 } else { 2 })
        }
    }
}

fn emulate(args: &Args) -> Result<(), Failure> {
    let profile = profile(&args.profile)?;
    let emulator = Emulator::new(&profile, args.seed)?;
    let report = Report::create(&args.csv).map_err(|error| Failure::Csv(args.csv.clone(), error))?;
    let signals = catch_signals()?;
    let name = args.name.clone().unwrap_or_else(|| format!("tl{}", std::process::id()));
    let namespaces = Namespaces::create(&name)?;
    let mtus = [(Side::Near, args.tun_mtu), (Side::Far, args.far_mtu.unwrap_or(args.tun_mtu))];
    let [near, far] = mtus.map(|(side, mtu)| namespaces.device(side, mtu, !args.far_ipv6));
    let devices = [near?, far?];
    priority::raise();
    let mut event_loop = EventLoop::new(emulator, Clock::start(), devices, signals, report);
    event_loop.translate_far(args.far_ipv6);
    let [near, far] = [Side::Near, Side::Far].map(|side| namespaces.of(side));
    let server_of_far = if args.far_ipv6 { nat64::server().to_string() } else { NEAR.to_string() };
    say(&ReadyLine { ready: true, near, far, server: NEAR.to_string(), server_of_far })?;
    event_loop.run()?;
    Ok(())
}

fn profile(name: &str) -> Result<Profile, Failure> {
    if let Some(profile) = Profile::named(name) {
        return Ok(profile);
    }
    let text = fs::read_to_string(name).map_err(|error| Failure::NoProfile(name.to_owned(), error))?;
    Profile::read(&text).map_err(|error| Failure::BadProfile(name.to_owned(), error))
}
