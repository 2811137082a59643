//! Report on the disk: `FILE` has one row a second, direction and kind; `FILE.queue.csv` has the queue delay
//! and the stalls of the machine. Both are flushed after every row, so that a test can read along.

use crate::{counters::Counters, emulator::Row};
use std::{
    ffi::OsString,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    time::Duration,
};

/// Delay after a timeout from which on the emulator counts as stalled, which is the machine's fault and not the
/// server's.
pub const STALL: Duration = Duration::from_millis(5);

const PACKETS: &str =
    "second,direction,kind,packets,bytes,passed_bytes,lost,queue_dropped,oversize,blocked,text";
const QUEUE: &str = "second,direction,mean_ms,max_ms,stalls,worst_stall_ms";

/// Stalls of the machine in one second: their number, and the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stalls {
    count: u32,
    worst: Duration,
}

impl Stalls {
    /// Notes by how much the emulator woke late.
    pub fn note(&mut self, late: Duration) {
        if late > STALL {
            self.count += 1;
            self.worst = self.worst.max(late);
        }
    }
}

/// The two files of the report.
#[derive(Debug)]
pub struct Report<W> {
    packets: W,
    queue: W,
}

impl Report<BufWriter<File>> {
    /// Creates both files, or empties them.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut queue = OsString::from(path);
        queue.push(".queue.csv");
        Self::new(BufWriter::new(File::create(path)?), BufWriter::new(File::create(queue)?))
    }
}

impl<W: Write> Report<W> {
    /// Writes both header lines.
    pub fn new(mut packets: W, mut queue: W) -> io::Result<Self> {
        writeln!(packets, "{PACKETS}")?;
        writeln!(queue, "{QUEUE}")?;
        packets.flush()?;
        queue.flush()?;
        Ok(Self { packets, queue })
    }

    /// Writes one row with the stalls since the row before, and resets the stalls.
    pub fn write(&mut self, row: &Row, stalls: &mut Stalls) -> io::Result<()> {
        match row {
            Row::Second { second, up, down } => {
                for (direction, counters) in [("up", up), ("down", down)] {
                    self.direction(*second, direction, counters, *stalls)?;
                }
                *stalls = Stalls::default();
            }
            Row::Mark { second, text } => {
                writeln!(self.packets, "{second},-,mark,0,0,0,0,0,0,0,{}", plain(text))?;
            }
        }
        self.packets.flush()?;
        self.queue.flush()
    }

    fn direction(
        &mut self,
        second: u64,
        direction: &str,
        counters: &Counters,
        stalls: Stalls,
    ) -> io::Result<()> {
        for (kind, count) in &counters.kinds {
            writeln!(
                self.packets,
                "{second},{direction},{kind},{},{},{},{},{},{},{},",
                count.packets,
                count.bytes,
                count.passed_bytes,
                count.lost,
                count.queue_dropped,
                count.oversize,
                count.blocked
            )?;
        }
        writeln!(
            self.queue,
            "{second},{direction},{:.1},{:.1},{},{:.1}",
            counters.queue_mean_ms(),
            counters.queue_max_ms(),
            stalls.count,
            stalls.worst.as_secs_f64() * 1e3
        )
    }
}

/// Returns a text that needs no quotes in a CSV file.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == ',' || c == '"' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{counters::Outcome, packet::Kind};

    #[test]
    fn rows_are_readable_without_quotes() {
        let (mut packets, mut queue) = (Vec::new(), Vec::new());
        let mut report = Report::new(&mut packets, &mut queue).unwrap();
        let mut up = Counters::default();
        up.note(Kind::Rtp(111), 90, Outcome::Offered);
        up.note(Kind::Rtp(111), 90, Outcome::Passed);
        up.note_queue(Duration::from_millis(18));
        let mut stalls = Stalls::default();
        stalls.note(Duration::from_millis(4));
        stalls.note(Duration::from_millis(7));
        report.write(&Row::Second { second: 3, up, down: Counters::default() }, &mut stalls).unwrap();
        report.write(&Row::Mark { second: 4, text: "a,\"b\"\n".to_owned() }, &mut stalls).unwrap();
        assert_eq!(stalls, Stalls::default());
        let packets = String::from_utf8(packets).unwrap();
        assert_eq!(
            packets,
            format!("{PACKETS}\n3,up,rtp-111,1,90,90,0,0,0,0,\n4,-,mark,0,0,0,0,0,0,0,a  b  \n")
        );
        let queue = String::from_utf8(queue).unwrap();
        assert_eq!(queue, format!("{QUEUE}\n3,up,0.0,18.0,1,7.0\n3,down,0.0,0.0,1,7.0\n"));
    }
}
