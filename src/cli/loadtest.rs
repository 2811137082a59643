//! `teranga loadtest`: rooms of native participants, to test a server of one's own under load. It needs accounts that nobody else
//! uses at the time: those of `teranga demo --access-file`.

use super::{
    Failure,
    probe::{self, ServerArgs},
};
use crate::{
    clock::Clock,
    native::{
        client::{Server, Session},
        participant::Participant,
        report::Report,
        test_call::TestCall,
        voice::{Source, VoiceId},
    },
};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};
use teranga_clinic::{people::Speciality, pii::Pii};
use tokio::sync::watch;

/// Arguments of `loadtest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    /// Accounts, as `teranga demo --access-file` writes them. Keys of tablets are kept beside it.
    #[arg(long)]
    access: PathBuf,
    /// Rooms at the same time; each needs a tablet and a specialist of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    rooms: u8,
    /// Participants of a room: the post, its specialist, and those who are brought in.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(2..=8))]
    people: u8,
    /// Share of the packets that may be lost, in percent.
    #[arg(long, default_value_t = 0.0)]
    max_loss: f64,
}

/// The part of an access file that is used here.
#[derive(Deserialize)]
struct AccessFile {
    access: Access,
}

#[derive(Deserialize)]
struct Access {
    kiosk: Vec<Tablet>,
    doctors: Vec<Person>,
    guests: Vec<Person>,
}

#[derive(Clone, Deserialize)]
struct Tablet {
    code: Pii<String>,
}

#[derive(Clone, Deserialize)]
struct Person {
    login: Pii<String>,
    password: Pii<String>,
}

/// The report of all rooms together.
#[derive(Serialize)]
struct Summary {
    good: bool,
    /// Voice packets that arrived.
    packets: u64,
    /// Voice packets that never arrived.
    lost: u64,
    rooms: Vec<Report>,
}

/// Fills the rooms, lets everybody speak, and reports who heard whom.
///
/// # Errors
/// The server cannot be reached or refuses, or somebody was not heard, or too much was lost.
pub async fn run(args: Args) -> Result<(), Failure> {
    let clock = Clock::start();
    let access = read_access(&args.access)?;
    let rooms = access.distribute(args.rooms.into(), args.people.into())?;
    let server = args.server.connect().await?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        probe::interrupted().await;
        stop.send_replace(true);
    });
    let mut calls = Vec::new();
    for (room, accounts) in rooms.iter().enumerate() {
        let key = args.access.with_extension(format!("tablet-{room}.key"));
        let (call, speciality) = accounts.sign_in(&server, &key, clock).await?;
        let mut stopped = stopped.clone();
        let interrupted = async move { drop(stopped.wait_for(|stop| *stop).await) };
        calls.push(Box::pin(call.run(speciality, args.server.span(), clock, interrupted)));
    }
    let outcomes = join_all(calls).await;
    let reports = outcomes.iter().map(|outcome| Report::of(outcome, args.max_loss / 100.0)).collect();
    args.print(&Summary::of(reports, args.max_loss))
}

impl Args {
    fn print(&self, summary: &Summary) -> Result<(), Failure> {
        if self.server.json {
            probe::print_json(summary)?;
        } else {
            print!("{summary}");
        }
        if summary.good { Ok(()) } else { Err(Failure::Unfit("not everybody heard everybody well enough")) }
    }
}

fn read_access(path: &Path) -> Result<Access, Failure> {
    let text = fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))?;
    let file: AccessFile = serde_json::from_str(&text)
        .map_err(|_| Failure::Usage(format!("{}: not written by `demo --access-file`", path.display())))?;
    Ok(file.access)
}

/// The accounts of one room.
struct RoomAccounts {
    tablet: Tablet,
    people: Vec<Person>,
}

impl Access {
    /// Distributes the accounts: a tablet and a specialist for each room, then the other specialists and the guests in turn.
    fn distribute(self, rooms: usize, people: usize) -> Result<Vec<RoomAccounts>, Failure> {
        let others = self.doctors.len() + self.guests.len();
        if self.kiosk.len() < rooms || self.doctors.len() < rooms || others < rooms * (people - 1) {
            let text = format!(
                "{rooms} rooms of {people} need {rooms} tablets and {} people, {rooms} of them doctors; there are {} and {others}",
                rooms * (people - 1),
                self.kiosk.len(),
            );
            return Err(Failure::Usage(text));
        }
        let others: Vec<_> = self.doctors.into_iter().chain(self.guests).collect();
        let of_room = |room| others.iter().skip(room).step_by(rooms).take(people - 1).cloned().collect();
        let tablets = self.kiosk.into_iter().take(rooms).enumerate();
        Ok(tablets.map(|(room, tablet)| RoomAccounts { tablet, people: of_room(room) }).collect())
    }
}

impl RoomAccounts {
    /// Signs everybody in, each with a voice of their own.
    async fn sign_in(
        &self,
        server: &Server,
        key: &Path,
        clock: Clock,
    ) -> Result<(TestCall, Speciality), Failure> {
        let tablet = self.sign_in_tablet(server, key).await?;
        let voice = |place| Source::Voice(VoiceId::new(place));
        let post = Participant::connect(server, &tablet, voice(0), clock).await?;
        let mut others = Vec::new();
        for (place, person) in self.people.iter().enumerate() {
            let session = server.sign_in(person.login.reveal(), person.password.reveal()).await?;
            others.push(Participant::connect(server, &session, voice(place + 1), clock).await?);
        }
        let holder = others.first().and_then(|holder| holder.identity.specialities.first().copied());
        Ok((TestCall { post, others }, holder.unwrap_or(Speciality::General)))
    }

    /// Signs the tablet in with the key of the last run if it still works, else with the code.
    async fn sign_in_tablet(&self, server: &Server, key: &Path) -> Result<Session, Failure> {
        if key.exists()
            && let Ok(session) = probe::sign_in_post(server, key, None).await
        {
            return Ok(session);
        }
        probe::sign_in_post(server, key, Some(&self.tablet.code)).await
    }
}

impl Summary {
    fn of(rooms: Vec<Report>, max_loss_percent: f64) -> Self {
        let totals = rooms.iter().map(Report::totals);
        let (packets, lost) = totals.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        let bearable = share(lost, packets + lost) * 100.0 <= max_loss_percent;
        Self { good: bearable && rooms.iter().all(|room| room.good), packets, lost, rooms }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, room) in self.rooms.iter().enumerate() {
            writeln!(f, "room {number}: who (row) hears whom (column), in packets; LOST in capitals")?;
            write_matrix(f, room)?;
        }
        let percent = share(self.lost, self.packets + self.lost) * 100.0;
        writeln!(f, "{} voice packets came, {} were lost ({percent:.3} %)", self.packets, self.lost)?;
        writeln!(f, "{}", if self.good { "everybody hears everybody" } else { "NOT good" })
    }
}

fn write_matrix(f: &mut fmt::Formatter<'_>, room: &Report) -> fmt::Result {
    write!(f, "{:>8}", "")?;
    for speaker in &room.participants {
        write!(f, "{:>14}", speaker.member)?;
    }
    writeln!(f)?;
    for hearer in &room.participants {
        write!(f, "{:>8}", hearer.member)?;
        for speaker in &room.participants {
            let voice = hearer.voices.iter().find(|voice| voice.from == Some(speaker.member));
            let cell = match voice {
                _ if speaker.member == hearer.member => "·".to_owned(),
                Some(voice) if hearer.unheard.contains(&speaker.member) => {
                    format!("ONLY {}/{}", voice.arrived, voice.sent)
                }
                Some(voice) if voice.recognised && voice.lost == 0 => voice.packets.to_string(),
                Some(voice) if voice.recognised => format!("{} LOST {}", voice.packets, voice.lost),
                Some(_) | None => "NOT HEARD".to_owned(),
            };
            write!(f, "{cell:>14}")?;
        }
        writeln!(f)?;
    }
    match &room.trouble {
        Some(trouble) => writeln!(f, "trouble: {trouble}"),
        None => Ok(()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(kiosks: usize, doctors: usize, guests: usize) -> Access {
        let person = |login: String| Person { login: login.into(), password: "".into() };
        Access {
            kiosk: (0..kiosks).map(|_| Tablet { code: "".into() }).collect(),
            doctors: (0..doctors).map(|n| person(format!("d{n}"))).collect(),
            guests: (0..guests).map(|n| person(format!("g{n}"))).collect(),
        }
    }

    #[test]
    fn every_room_gets_a_specialist_first_and_nobody_is_in_two() {
        let rooms = access(2, 6, 2).distribute(2, 5).unwrap();
        let logins =
            |room: &RoomAccounts| room.people.iter().map(|p| p.login.reveal().clone()).collect::<Vec<_>>();
        assert_eq!(logins(&rooms[0]), ["d0", "d2", "d4", "g0"]);
        assert_eq!(logins(&rooms[1]), ["d1", "d3", "d5", "g1"]);
        assert_eq!(access(2, 6, 2).distribute(1, 8).unwrap()[0].people.len(), 7);
    }

    #[test]
    fn too_few_accounts_are_refused() {
        for (rooms, people) in [(3, 2), (2, 6), (1, 10)] {
            assert!(access(2, 6, 2).distribute(rooms, people).is_err(), "{rooms} rooms of {people}");
        }
    }
}
