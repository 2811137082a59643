//! `teranga serve`: the server, until it is told to stop.

use crate::{
    app::App,
    cli::Failure,
    clock::Clock,
    config::Config,
    logging,
    store::{SqliteStore, Stores},
};
use std::{path::PathBuf, process, sync::Arc};
use tokio::signal::unix::{SignalKind, signal};

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration file (TOML); the environment (`TERANGA_…`) takes precedence.
    #[arg(long, short)]
    pub config: Option<PathBuf>,
    /// Read the configuration, print the effective values, and stop.
    #[arg(long)]
    pub check_config: bool,
}

/// Runs the server until SIGTERM or Ctrl-C, then drains. A second signal stops at once.
///
/// # Errors
/// The configuration is not usable, or the server cannot start.
pub async fn run(args: Args) -> Result<(), Failure> {
    let config = Config::load(args.config.as_deref())?;
    if args.check_config {
        print!("{config}");
        return Ok(());
    }
    logging::start(config.log);
    let store = Arc::new(SqliteStore::open(&config.data, &config.record_keys).await?);
    let keys = store.record_keys().clone();
    let app = App::start(&config, Stores::of(store), keys, Clock::start()).await?;
    tracing::info!(address = %app.address(), "listening");
    stop_signal().await;
    drain(app).await;
    Ok(())
}

/// Drains, unless a second signal says that there is no time.
pub async fn drain(app: App) {
    tracing::info!("draining: no new consultations; a second signal stops at once");
    tokio::select! {
        () = app.drain() => tracing::info!("stopped"),
        () = stop_signal() => process::exit(130),
    }
}

/// Waits for SIGTERM or SIGINT.
///
/// # Panics
/// It panics if the system refuses signal handlers, because then nothing could stop the server in order.
pub async fn stop_signal() {
    let mut terminate = signal(SignalKind::terminate()).expect("signal handlers can be installed");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signal handlers can be installed");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
