//! `teranga backup`: copies all records while the server runs. The texts in the copy are sealed with the keys of the key
//! file, which is not in it. `teranga restore` puts the copy back.

use super::{Failure, data::DataFolder};
use std::path::PathBuf;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataFolder,
    /// The file to write; it must not exist.
    to: PathBuf,
}

/// Writes the copy.
///
/// # Errors
/// The file exists or cannot be written, or the store failed.
pub async fn run(args: Args) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    opened.store.backup(&args.to).await?;
    println!("{}", args.to.display());
    Ok(())
}
