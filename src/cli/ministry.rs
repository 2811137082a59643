//! `teranga ministry`: the authority that certifies the keys with which specialists sign documents. It is meant for a machine
//! without a network; nothing of it needs a server.

use crate::{
    cli::Failure,
    clock::Clock,
    signatures::authority::{self, CERTIFICATE_FILE, SIGNER_DAYS_MAX},
};
use std::{fs, path::PathBuf};
use teranga_clinic::text;

/// Subcommands of `ministry`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Makes the authority in an empty folder. Its key never leaves that folder.
    Create {
        /// The folder.
        #[arg(long)]
        folder: PathBuf,
        /// The name of the authority, as `Ministère de la Santé, documents`.
        #[arg(long, value_parser = text::name)]
        name: String,
    },
    /// Certifies the key of a request that `teranga signer request` has written, after its name was compared with the register.
    Certify {
        /// The authority's folder.
        #[arg(long)]
        folder: PathBuf,
        /// The request.
        #[arg(long)]
        request: PathBuf,
        /// The file of the new certificate.
        #[arg(long)]
        out: PathBuf,
        /// Days for which the certificate holds.
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=i64::from(SIGNER_DAYS_MAX)))]
        days: u16,
    },
}

/// Runs the action.
///
/// # Errors
/// A file cannot be read or written, or the request is not one.
pub fn run(command: Command) -> Result<(), Failure> {
    let now = Clock::start().timestamp();
    match command {
        Command::Create { folder, name } => {
            authority::create(&folder, &name, now)?;
            let certificate = folder.join(CERTIFICATE_FILE).display().to_string();
            println!("made; servers are told with `teranga signer trust {certificate}`");
        }
        Command::Certify { folder, request, out, days } => {
            let request = fs::read_to_string(request)?;
            let certificate = authority::certify(&folder, &request, days, now)?;
            let subject = authority::subject_of(&authority::der_of(certificate.as_bytes())?)?;
            fs::write(&out, certificate)?;
            println!("certified for {days} days: {subject}");
            println!("compare this name with the register before you give {} to anybody", out.display());
        }
    }
    Ok(())
}
