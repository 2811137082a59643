//! `teranga probe`: a post that calls itself to measure its link.
//!
//! It requests a specialist as the kiosk of a post does, with a reason that says that it is a test, and opens its transport. If it
//! gets a specialist's sign-in too, it claims its own request, so that two native peers hear each other through the server.
//! Whatever happens, it cancels or closes what it opened.

use super::Failure;
use crate::{
    clock::Clock,
    native::{
        NativeError,
        client::{Server, Session},
        device::DeviceKey,
        participant::Participant,
        report::Report,
        test_call::TestCall,
        trust::Trust,
        voice::{Source, VoiceId},
        wav,
    },
};
use std::{
    env, fs,
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use teranga_clinic::{
    people::{Role, Speciality},
    pii::Pii,
};
use tokio::signal;

/// The environment variable of the specialist's password. If it is not set, the password is asked for.
const PASSWORD: &str = "TERANGA_PROBE_PASSWORD";

/// Bytes of the longest recording: five minutes of stereo at 48 kHz.
const RECORDING_BYTES: u64 = 58_000_000;

/// The share of voice packets that may be missing. Concealment makes more than that hard to understand.
const BEARABLE: f64 = 0.2;

/// Arguments of `probe`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub(super) server: ServerArgs,
    /// Key of the post; `--code` makes it, later probes use it.
    #[arg(long, default_value = "teranga-probe.key")]
    device: PathBuf,
    /// One-time code that makes this machine the kiosk of a post (`teranga enroll`).
    #[arg(long)]
    code: Option<Pii<String>>,
    /// Also take the request, as this specialist. The password is read from `TERANGA_PROBE_PASSWORD`, or asked.
    #[arg(long)]
    doctor_login: Option<String>,
    /// Speak with this recording (WAV, 16-bit PCM) instead of a synthetic voice.
    #[arg(long)]
    wav: Option<PathBuf>,
}

/// Arguments that `probe` and `loadtest` share: the server, and how long to measure.
#[derive(Debug, clap::Args)]
pub(super) struct ServerArgs {
    /// The server, as `https://teranga.example.sn`.
    pub(super) url: String,
    /// Trust this authority only (PEM): the internal one is `tls/authority.pem` in the server's data folder.
    #[arg(long)]
    ca: Option<PathBuf>,
    /// Trust any certificate; for `127.0.0.1` and `::1` only.
    #[arg(long, conflicts_with = "ca")]
    insecure_loopback: bool,
    /// Seconds to speak, once everybody is in.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=600))]
    seconds: u16,
    /// Print the figures as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl ServerArgs {
    /// Connects to the server.
    pub(super) async fn connect(&self) -> Result<Server, NativeError> {
        Server::connect(&self.url, &self.trust()).await
    }

    /// The time to speak.
    pub(super) fn span(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    fn trust(&self) -> Trust {
        match &self.ca {
            Some(path) => Trust::File(path.clone()),
            None if self.insecure_loopback => Trust::Loopback,
            None => Trust::System,
        }
    }
}

/// Measures the link.
///
/// # Errors
/// The server cannot be reached or refuses, or a voice did not come through.
pub async fn run(args: Args) -> Result<(), Failure> {
    let clock = Clock::start();
    let [voice, answer] = args.sources()?;
    let server = args.server.connect().await?;
    let session = sign_in_post(&server, &args.device, args.code.as_ref()).await?;
    let doctor = match &args.doctor_login {
        Some(login) => Some(sign_in_doctor(&server, login).await?),
        None => None,
    };
    let speciality = doctor.as_ref().and_then(|doctor| doctor.identity.specialities.first().copied());
    let mut others = Vec::new();
    if let Some(doctor) = &doctor {
        others.push(Participant::connect(&server, doctor, answer, clock).await?);
    }
    let post = Participant::connect(&server, &session, voice, clock).await?;
    let call = TestCall { post, others }.run(
        speciality.unwrap_or(Speciality::General),
        args.server.span(),
        clock,
        interrupted(),
    );
    let report = Report::of(&Box::pin(call).await, BEARABLE);
    args.print(&report)?;
    if report.good { Ok(()) } else { Err(Failure::Unfit("this link does not carry a consultation")) }
}

impl Args {
    /// The sounds that the post and the specialist send.
    fn sources(&self) -> Result<[Source; 2], Failure> {
        let own = match &self.wav {
            Some(path) => recording(path)?,
            None => Source::Voice(VoiceId::new(0)),
        };
        Ok([own, Source::Voice(VoiceId::new(1))])
    }

    fn print(&self, report: &Report) -> Result<(), Failure> {
        if self.server.json {
            return print_json(report);
        }
        print!("{report}");
        if self.doctor_login.is_none() {
            println!(
                "only the way up was measured: --doctor-login also takes the request and hears both ways"
            );
        }
        println!("{}", if report.good { "good" } else { "NOT good" });
        Ok(())
    }
}

/// Prints a report as JSON.
pub(super) fn print_json(report: &impl serde::Serialize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, report).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

/// Resolves on Ctrl-C. The call is then closed and its report printed.
pub(super) async fn interrupted() {
    if signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn recording(path: &Path) -> Result<Source, Failure> {
    let usage = || Failure::Usage(format!("{}: not a WAV file of 16-bit PCM, 8 to 48 kHz", path.display()));
    if fs::metadata(path)?.len() > RECORDING_BYTES {
        return Err(Failure::Usage(format!("{}: longer than five minutes", path.display())));
    }
    let samples = wav::read(&fs::read(path)?).filter(|samples| !samples.is_empty()).ok_or_else(usage)?;
    Ok(Source::Recording(samples.into()))
}

/// Signs the post in with the key in `path`; with a code, enrols it first.
pub(super) async fn sign_in_post(
    server: &Server,
    path: &Path,
    code: Option<&Pii<String>>,
) -> Result<Session, Failure> {
    let device = match (DeviceKey::load(path)?, code) {
        (_, Some(code)) => enrol(server, path, code).await?,
        (Some(device), None) => device,
        (None, None) => {
            let text = format!("{}: no such key; `teranga enroll` makes a code for --code", path.display());
            return Err(Failure::Usage(text));
        }
    };
    let name = device.name.as_deref().ok_or(NativeError::Key)?;
    let session = server.sign_in_device(name, |challenge| device.sign(challenge)).await?;
    of_role(session, Role::Kiosk)
}

/// Enrols this machine. The new key is on disk, beside a former one, before the code is used up: neither a full disk nor a wrong
/// code loses anything.
async fn enrol(server: &Server, path: &Path, code: &Pii<String>) -> Result<DeviceKey, Failure> {
    let pending = path.with_extension("pending");
    let mut device = DeviceKey::generate()?;
    device.save(&pending)?;
    device.name = Some(server.enrol(code.reveal(), device.public_key()).await?);
    device.save(path)?;
    fs::remove_file(&pending)?;
    Ok(device)
}

async fn sign_in_doctor(server: &Server, login: &str) -> Result<Session, Failure> {
    let session = server.sign_in(login, password()?.reveal()).await?;
    of_role(session, Role::Doctor)
}

fn of_role(session: Session, role: Role) -> Result<Session, Failure> {
    if session.identity.role == role {
        return Ok(session);
    }
    let party = &session.identity.party;
    Err(Failure::Usage(format!("{party} has the role {:?}, not {role:?}", session.identity.role)))
}

/// Reads the password from the environment or the terminal. Arguments would show it to every process of the machine.
fn password() -> Result<Pii<String>, Failure> {
    if let Ok(password) = env::var(PASSWORD) {
        return Ok(password.into());
    }
    if io::stdin().is_terminal() {
        eprint!("Password of the specialist (it will be shown): ");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).into())
}
