//! `teranga enroll`: makes a one-time code that turns a tablet into the kiosk of a post.

use super::{Failure, data::DataFolder};
use crate::store::Devices;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role},
    text,
};

/// Arguments of `enroll`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataFolder,
    /// Identifier of the post, as `poste-nabadji`.
    post: String,
    /// Name of the tablet, if the post has several.
    #[arg(long, default_value = "1", value_parser = text::name)]
    tablet: String,
}

/// Prints a new code. An older one is void; a tablet in use keeps working until the code is used.
///
/// # Errors
/// There is no such post, or the store failed.
pub async fn run(args: Args) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    let place = opened.place(&args.post).await?;
    let party = PartyId(format!("kiosk-{}-{}", place.id.trim_start_matches("poste-"), args.tablet));
    if opened.store.device(&party).await?.is_none() {
        let name = place.name.as_str().into();
        let identity =
            Identity { party: party.clone(), role: Role::Kiosk, name, place, specialities: Vec::new() };
        opened.store.add_device(&identity, opened.clock.timestamp()).await?;
    }
    let code = opened.identities.new_code(&party).await?;
    println!("device: {party}\ncode:   {}   (once, within 24 hours, at the address /poste)", code.reveal());
    Ok(())
}
