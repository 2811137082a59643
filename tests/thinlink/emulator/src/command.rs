//! Commands to the running emulator, in the same words on its standard input and in a profile's events. Pure.

use crate::shape::{Field, Shape, ShapeError};
use std::{str::FromStr, time::Duration};

/// One command, as it stands in one line.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Restarts the schedule, the seconds and the draws of the seed at 0, and ends an outage.
    Go,
    /// Changes numbers of one direction or both.
    Set(Target, Vec<(Field, f64)>),
    /// Lets nothing pass in either direction for a while.
    Outage(Duration),
    /// Holds all packets of one direction or both for a while, and loses none.
    Hold(Target, Duration),
    /// Gives the far host another public address.
    Address,
    /// Gives the far host's UDP flows other public ports.
    Port,
    /// Stops all UDP, or lets it pass again.
    BlockUdp(bool),
    /// Writes a row of kind `mark` into the report.
    Mark(String),
    /// Ends the emulation.
    Quit,
}

/// One direction of the link, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Uplink: from the far to the near side.
    Up,
    /// Downlink: from the near to the far side.
    Down,
    /// Both directions.
    Both,
}

/// Reason for which a line is not understood.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// The command does not exist.
    #[error("no such command: {0} (go, set, outage, hold, address, port, block-udp, mark, quit)")]
    Unknown(String),
    /// The command takes other arguments.
    #[error("usage: {0}")]
    Usage(&'static str),
    /// A number of `set` is refused.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The line is longer than [`MAX_LINE`].
    #[error("a line has at most {MAX_LINE} bytes")]
    TooLong,
}

/// Maximum length of a line in bytes.
pub const MAX_LINE: usize = 1_000;
const MAX_OUTAGE_MS: u32 = 3_600_000;
const MAX_HOLD_MS: u32 = 60_000;
const SET: &str = "set up|down|both FIELD=NUMBER...";
const OUTAGE: &str = "outage MILLISECONDS (at most 3600000)";
const HOLD: &str = "hold up|down|both MILLISECONDS (at most 60000)";
const BLOCK: &str = "block-udp on|off";

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(line: &str) -> Result<Self, CommandError> {
        if line.len() > MAX_LINE {
            return Err(CommandError::TooLong);
        }
        let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let rest = rest.trim();
        match (word, rest) {
            ("go", "") => Ok(Self::Go),
            ("set", rest) => set(rest),
            ("outage", ms) => outage(ms),
            ("hold", rest) => hold(rest),
            ("address", "") => Ok(Self::Address),
            ("port", "") => Ok(Self::Port),
            ("block-udp", "on") => Ok(Self::BlockUdp(true)),
            ("block-udp", "off") => Ok(Self::BlockUdp(false)),
            ("block-udp", _) => Err(CommandError::Usage(BLOCK)),
            ("mark", text) if !text.is_empty() => Ok(Self::Mark(text.to_owned())),
            ("mark", _) => Err(CommandError::Usage("mark TEXT")),
            ("quit", "") => Ok(Self::Quit),
            ("go" | "address" | "port" | "quit", _) => Err(CommandError::Usage("this word stands alone")),
            _ => Err(CommandError::Unknown(word.to_owned())),
        }
    }
}

fn set(rest: &str) -> Result<Command, CommandError> {
    let mut words = rest.split_whitespace();
    let target = words.next().and_then(target).ok_or(CommandError::Usage(SET))?;
    let changes = words.map(change).collect::<Result<Vec<_>, _>>()?;
    if changes.is_empty() { Err(CommandError::Usage(SET)) } else { Ok(Command::Set(target, changes)) }
}

fn target(word: &str) -> Option<Target> {
    match word {
        "up" => Some(Target::Up),
        "down" => Some(Target::Down),
        "both" => Some(Target::Both),
        _ => None,
    }
}

fn change(word: &str) -> Result<(Field, f64), CommandError> {
    let (name, value) = word.split_once('=').ok_or(CommandError::Usage(SET))?;
    let (field, value) = (name.parse()?, value.parse().map_err(|_| CommandError::Usage(SET))?);
    // Any shape will do, because the bounds of a number do not depend on the others.
    Shape::new(0, 0.0).set(field, value)?;
    Ok((field, value))
}

fn outage(ms: &str) -> Result<Command, CommandError> {
    let length = millis(ms, MAX_OUTAGE_MS).ok_or(CommandError::Usage(OUTAGE))?;
    Ok(Command::Outage(length))
}

fn hold(rest: &str) -> Result<Command, CommandError> {
    let (way, ms) = rest.split_once(' ').ok_or(CommandError::Usage(HOLD))?;
    let held = target(way).zip(millis(ms, MAX_HOLD_MS)).ok_or(CommandError::Usage(HOLD))?;
    Ok(Command::Hold(held.0, held.1))
}

fn millis(text: &str, most: u32) -> Option<Duration> {
    let ms: u32 = text.trim().parse().ok().filter(|ms| *ms <= most)?;
    Some(Duration::from_millis(ms.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood() {
        let changes = vec![(Field::Rate, 24_000.0), (Field::Loss, 0.1)];
        for (line, command) in [
            ("go", Command::Go),
            (" quit\r", Command::Quit),
            ("set up rate=24000 loss=0.1", Command::Set(Target::Up, changes)),
            ("outage 3000", Command::Outage(Duration::from_secs(3))),
            ("hold down 1500", Command::Hold(Target::Down, Duration::from_millis(1_500))),
            ("block-udp on", Command::BlockUdp(true)),
            ("mark call begins", Command::Mark("call begins".to_owned())),
            ("address", Command::Address),
            ("port", Command::Port),
        ] {
            assert_eq!(line.parse(), Ok(command), "{line}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let long = "x".repeat(MAX_LINE + 1);
        for line in [
            "",
            "stop",
            "go now",
            "set",
            "set up",
            "set left rate=1",
            "set up rate",
            "set up rate=-1",
            "set up speed=1",
            "set up loss=NaN",
            "outage",
            "outage -1",
            "outage 3600001",
            "hold 1000",
            "hold up",
            "hold left 1000",
            "hold both 60001",
            "block-udp",
            "mark",
            &long,
        ] {
            assert!(line.parse::<Command>().is_err(), "{line}");
        }
    }
}
