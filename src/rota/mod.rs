//! The rota of specialists on this server: it loads the plan, changes it on behalf of people, keeps the hub told who is on duty,
//! and writes calendar feeds. What a duty is and who may change what is decided in [`teranga_clinic::rota`].

mod feed;
mod news;
mod service;
mod snapshot;
#[cfg(test)]
mod tests;
mod watch;

pub use news::{News, NewsLine};
pub use service::{ChangeError, ChangeRequest, RotaService, TakenOff};
pub use snapshot::Snapshot;
pub use watch::watch;
