//! `teranga restore`: puts a backup into an empty data folder. The backup is sealed, so its key file is needed.

use super::{Failure, data::DataFolder};
use crate::store::{AuditLog, SqliteStore, audit_chain::AuditHead};
use std::path::PathBuf;

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataFolder,
    /// The backup.
    from: PathBuf,
    /// A head of the audit log that was kept elsewhere: the backup must contain it.
    #[arg(long)]
    head: Option<AuditHead>,
}

/// Copies the backup, opens it with the key file, and verifies its audit log.
///
/// # Errors
/// The folder has records already, the keys are other ones, the audit log is not whole, or the disk fails.
pub async fn run(args: Args) -> Result<(), Failure> {
    SqliteStore::restore(&args.from, args.data.path(), &args.data.key_file())?;
    let store = args.data.open().await?.store;
    let verified = store.verify_audit(args.head).await?;
    store.close().await;
    let head =
        verified.map_err(|flaw| Failure::Usage(format!("restored, but the audit log is broken: {flaw}")))?;
    println!("restored; the audit log is whole up to {head}");
    Ok(())
}
