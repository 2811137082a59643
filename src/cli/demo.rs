//! `teranga demo`: the server with a demonstration country, on this machine, with nothing to configure.

use crate::{
    app::App,
    cli::{Failure, serve},
    clock::Clock,
    config::Config,
    demo::{self, DemoAccess},
    logging::{self, LogFormat},
    store::SqliteStore,
};
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the demonstration keeps its data.
    #[arg(long, default_value = "data/demo")]
    pub data: PathBuf,
    /// Address and port of the pages.
    #[arg(long, default_value = "0.0.0.0:8443")]
    pub listen: SocketAddr,
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
    let config = Config::demo(&args.data, args.listen, args.media_port);
    let access = demo::seed(&config, clock).await?;
    let store = Arc::new(SqliteStore::open(&config.data).await?);
    let app = App::start(&config, store, clock).await?;
    let url = address_for_people(app.address());
    if let Some(path) = &args.access_file {
        write_access(path, &url, &access)?;
    }
    print!("{}", welcome(&url, &access));
    serve::stop_asked().await;
    println!("\nArrêt en cours… / Stopping…");
    serve::drain(app).await;
    Ok(())
}

/// `localhost` for an address that means "every interface": the certificate knows it, the camera is allowed.
fn address_for_people(address: SocketAddr) -> String {
    if address.ip().is_unspecified() || address.ip().is_loopback() {
        format!("https://localhost:{}", address.port())
    } else {
        format!("https://{address}")
    }
}

fn write_access(path: &Path, url: &str, access: &DemoAccess) -> Result<(), Failure> {
    let json = serde_json::json!({ "url": url, "access": access });
    let part = path.with_extension("part");
    std::fs::write(&part, json.to_string())?;
    Ok(std::fs::rename(part, path)?)
}

/// What the person at the terminal reads.
fn welcome(url: &str, access: &DemoAccess) -> String {
    let mut text = format!("\nTeranga : démonstration / demonstration — {url}\n\n");
    for kiosk in &access.kiosk {
        let address = format!("{url}/poste#code={}", kiosk.code.reveal());
        text += &format!("  Poste         {address}\n                {}\n{}\n", kiosk.post, qr(&address));
    }
    for (page, people) in
        [("medecin", &access.doctors), ("medecin", &access.guests), ("exploitation", &access.operators)]
    {
        for person in people {
            text += &format!(
                "  {:<13} {url}/{page:<14} {:<16} {}   {}\n",
                page,
                person.login.reveal(),
                person.password.reveal(),
                person.name.reveal()
            );
        }
    }
    text + "\n  Le navigateur ne connaît pas encore notre certificat : acceptez-le une fois.\n  Ctrl-C : arrêter.\n\n"
}

/// For the camera of the tablet; nothing if the address is too long.
fn qr(address: &str) -> String {
    QrCode::new(address).map(|code| code.render::<Dense1x2>().quiet_zone(true).build()).unwrap_or_default()
}
