//! `teranga demo`: the server with a demonstration country, on this machine, with nothing to configure.

use crate::{
    app::App,
    cli::{Failure, serve},
    clock::Clock,
    config::Config,
    demo::{self, DemoAccess, DemoError, KioskAccess, PersonAccess},
    logging::{self, LogFormat},
    store::{SqliteStore, Stores},
};
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::{
    fs::{self, File},
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Data folder of the demonstration.
    #[arg(long, default_value = "data/demo")]
    pub data: PathBuf,
    /// Address and port of the pages, and address of the media; `0.0.0.0:8443` lets other machines in.
    #[arg(long, default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// A name of this machine, by which pages reach it besides its addresses.
    #[arg(long)]
    pub name: Option<String>,
    /// First UDP port of the media plane.
    #[arg(long, default_value_t = 8443)]
    pub media_port: u16,
    /// Write the addresses and sign-in codes here, as JSON, for programs.
    #[arg(long)]
    pub access_file: Option<PathBuf>,
}

/// Runs the demonstration until Ctrl-C.
///
/// # Errors
/// The ports are taken, or the data folder cannot be used.
pub async fn run(args: Args) -> Result<(), Failure> {
    logging::start(LogFormat::Json);
    let clock = Clock::start();
    let mut config = Config::demo(&args.data, args.listen, args.media_port);
    config.http.names.extend(args.name.clone());
    config.dpp = Some(demo::dpp::start().await.map_err(DemoError::Dpp)?);
    let access = demo::seed(&config, clock).await?;
    let store = Arc::new(SqliteStore::open(&config.data, &config.record_keys).await?);
    let keys = store.record_keys().clone();
    let app = App::start(&config, Stores::of(store), keys, clock).await?;
    let url = address_for_people(app.address(), args.name.as_deref());
    if let Some(path) = &args.access_file {
        write_access(path, &url, &access)?;
    }
    print!("{}", welcome(&url, &access));
    serve::stop_signal().await;
    println!("\nArrêt en cours… / Stopping…");
    serve::drain(app).await;
    Ok(())
}

/// The address to open in a browser. Without a name it is `localhost` if the server listens on every interface: the certificate names
/// it, and browsers allow the camera there.
fn address_for_people(address: SocketAddr, name: Option<&str>) -> String {
    if let Some(name) = name {
        format!("https://{name}:{}", address.port())
    } else if address.ip().is_unspecified() || address.ip().is_loopback() {
        format!("https://localhost:{}", address.port())
    } else {
        format!("https://{address}")
    }
}

/// Writes the access file for programs. Only its owner can read it, and it is complete as soon as it exists.
fn write_access(path: &Path, url: &str, access: &DemoAccess) -> Result<(), Failure> {
    let json = serde_json::json!({ "url": url, "access": access });
    let part = path.with_extension("part");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(json.to_string().as_bytes())?;
    Ok(fs::rename(part, path)?)
}

/// The text for the person at the terminal.
fn welcome(url: &str, access: &DemoAccess) -> String {
    let doctors = access.doctors.iter().chain(&access.guests);
    let kiosks: String = access.kiosk.iter().map(|kiosk| kiosk_lines(url, kiosk)).collect();
    format!(
        "\nTeranga, démonstration / demonstration\n\n\
         {url}/poste — postes de santé / health posts\n{kiosks}\n\
         {url}/medecin — spécialistes et invités / specialists and guests\n{}\n\
         {url}/exploitation — exploitation / operations\n{}\n\
         {url}/coordination — tableau de garde / rota\n{}\n\
         Le navigateur ne connaît pas notre certificat : acceptez-le une fois. / Accept the certificate once.\n\
         Ctrl-C : arrêter / stop\n\n",
        people_lines(doctors),
        people_lines(access.operators.iter()),
        people_lines(access.coordinators.iter()),
    )
}

fn kiosk_lines(url: &str, kiosk: &KioskAccess) -> String {
    let code = kiosk.code.reveal();
    format!("  {code}   {}\n{}\n", kiosk.post, qr(&format!("{url}/poste#code={code}")))
}

fn people_lines<'a>(people: impl Iterator<Item = &'a PersonAccess>) -> String {
    people.map(person_line).collect()
}

fn person_line(who: &PersonAccess) -> String {
    format!("  {:<14} {}   {}\n", who.login.reveal(), who.password.reveal(), who.name.reveal())
}

/// The QR code of an address, for the camera of a tablet. It is empty if the address is too long.
fn qr(address: &str) -> String {
    QrCode::new(address).map(|code| code.render::<Dense1x2>().quiet_zone(true).build()).unwrap_or_default()
}
