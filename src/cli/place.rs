//! `teranga place`: adds and lists the structures that people and tablets belong to.

use super::{Failure, data::DataCommand};
use crate::store::{Places, Position, Structure, StructureKind};
use teranga_clinic::{
    people::Place,
    text::{self, NameFlaw},
};

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Adds a structure, or corrects what is known of it.
    Put(Put),
    /// All structures.
    List,
}

/// The description of a structure.
#[derive(Debug, clap::Args)]
pub struct Put {
    /// Identifier, as `poste-nabadji`.
    #[arg(value_parser = text::name)]
    id: String,
    /// Level of the health pyramid.
    #[arg(long)]
    kind: StructureKind,
    /// Name to show, as `Poste de santé de Nabadji Civol`.
    #[arg(long, value_parser = text::name)]
    name: String,
    /// Health district.
    #[arg(long, value_parser = text::name)]
    district: String,
    /// Région médicale.
    #[arg(long, value_parser = text::name)]
    region: String,
    /// Telephone to fall back on.
    #[arg(long, default_value = "", value_parser = phone)]
    phone: String,
    /// Degrees north.
    #[arg(long, requires = "longitude", allow_negative_numbers = true)]
    latitude: Option<f64>,
    /// Degrees east.
    #[arg(long, requires = "latitude", allow_negative_numbers = true)]
    longitude: Option<f64>,
}

/// Runs the action.
///
/// # Errors
/// The store failed.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    match args.command {
        Command::Put(put) => {
            opened.store.put_structure(&put.into()).await?;
            println!("known");
        }
        Command::List => opened.store.structures().await?.iter().for_each(print),
    }
    Ok(())
}

impl From<Put> for Structure {
    fn from(Put { id, kind, name, district, region, phone, latitude, longitude }: Put) -> Self {
        let position = latitude.zip(longitude).map(|(latitude, longitude)| Position { latitude, longitude });
        Self { place: Place { id, name, district, region, phone }, kind, position, demo: false }
    }
}

/// Checks a telephone number; it may be missing.
fn phone(typed: &str) -> Result<String, NameFlaw> {
    if typed.is_empty() { Ok(String::new()) } else { text::name(typed) }
}

fn print(structure: &Structure) {
    let Place { id, name, district, region, phone } = &structure.place;
    let mark = if structure.demo { "\tdemonstration" } else { "" };
    println!("{id}\t{name}\t{district}\t{region}\t{phone}{mark}");
}
