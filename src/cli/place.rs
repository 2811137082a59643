//! `teranga place`: adds and lists the structures that people and tablets belong to.

use super::{Failure, data::DataCommand, place_file};
use crate::store::{Places, Structure, StructureKind};
use std::path::PathBuf;
use teranga_clinic::{people::Place, text};

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Adds a structure, or corrects what is known of it.
    Put(Put),
    /// Adds or corrects all structures of a TOML file, or none if one of them cannot be used.
    Import {
        /// The file: a table `[[place]]` for each structure, with the names of the options of `put`.
        file: PathBuf,
    },
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
    #[arg(long, default_value = "", value_parser = place_file::phone)]
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
            opened.store.put_structure(&structure(put)?).await?;
            println!("known");
        }
        Command::Import { file } => {
            let structures = place_file::read(&file)?;
            for structure in &structures {
                opened.store.put_structure(structure).await?;
            }
            println!("{} structures known", structures.len());
            structures.iter().for_each(warn);
        }
        Command::List => opened.store.structures().await?.iter().for_each(print),
    }
    Ok(())
}

fn structure(put: Put) -> Result<Structure, Failure> {
    let Put { id, kind, name, district, region, phone, latitude, longitude } = put;
    let position = place_file::position(latitude, longitude).map_err(Failure::Usage)?;
    Ok(Structure { place: Place { id, name, district, region, phone }, kind, position, demo: false })
}

/// Says which structures no post will be shown.
fn warn(structure: &Structure) {
    let Structure { place, kind, position, .. } = structure;
    if *kind == StructureKind::Office {
        return;
    }
    if place.phone.is_empty() {
        println!("{}: without a telephone it is shown to no post", place.id);
    }
    if position.is_none() {
        println!("{}: without a position its distance is unknown", place.id);
    }
}

fn print(structure: &Structure) {
    let Place { id, name, district, region, phone } = &structure.place;
    let mark = if structure.demo { "\tdemonstration" } else { "" };
    println!("{id}\t{name}\t{district}\t{region}\t{phone}{mark}");
}
