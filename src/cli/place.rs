//! `teranga place`: adds and lists the structures that people and tablets belong to.

use super::{Failure, data::DataCommand, list_file};
use crate::store::Places;
use std::{collections::BTreeSet, path::PathBuf};
use teranga_clinic::{
    people::Place,
    structure::{Bounds, Capability, Hours, PositionQuality, SENEGAL, Structure, StructureKind},
    text,
    time::Timestamp,
};
use teranga_exchange::directory::{DEFAULT_CODES, located, phone, read_bundle, read_csv};

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Adds a structure, or corrects what is known of it.
    Put(Put),
    /// Adds or corrects all structures of a file, or none if one of them cannot be used.
    Import(Import),
    /// Notes that a structure takes no patients until further notice: no post is shown it any more.
    Close {
        /// Identifier, as `poste-nabadji`.
        id: String,
    },
    /// Notes that a structure takes patients again.
    Open {
        /// Identifier, as `poste-nabadji`.
        id: String,
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
    /// Level of the health pyramid: case, post, district, hospital, eps1, eps2, eps3 or office.
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
    /// What the position is worth: exact, approximate or `district_seat`.
    #[arg(long, default_value = "approximate")]
    position: PositionQuality,
    /// What it can do, separated by commas: cesarean, surgery, transfusion, neonatal, imaging, laboratory, maternity, ambulance.
    #[arg(long, value_delimiter = ',')]
    capabilities: Vec<Capability>,
    /// When it takes patients: 24h or day.
    #[arg(long, default_value = "day")]
    hours: Hours,
    #[command(flatten)]
    country: Country,
}

/// A file of structures.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file: a table (`.csv`, see docs/structures.md) or a FHIR bundle of a mCSD directory (`.json`).
    file: PathBuf,
    /// Store what can be used, and leave out the entries that cannot.
    #[arg(long)]
    skip: bool,
    /// Beginning of the addresses of the code systems in which a bundle tells levels and capabilities.
    #[arg(long, default_value = DEFAULT_CODES)]
    codes: String,
    #[command(flatten)]
    country: Country,
}

/// The country in which all structures lie.
#[derive(Debug, clap::Args)]
struct Country {
    /// The box in which all structures lie: degrees south,north,west,east.
    #[arg(long = "box", default_value_t = SENEGAL, allow_hyphen_values = true)]
    bounds: Bounds,
}

/// Runs the action.
///
/// # Errors
/// The store failed, or the file or the description cannot be used.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    let now = opened.clock.timestamp();
    match args.command {
        Command::Put(put) => {
            store(&*opened.store, &[structure(put, now)?]).await?;
            println!("known");
        }
        Command::Import(import) => {
            let structures = listed(import, now)?;
            store(&*opened.store, &structures).await?;
            println!("{} structures known", structures.len());
            structures.iter().for_each(warn);
        }
        Command::Close { id } => mark(&*opened.store, &id, true, now).await?,
        Command::Open { id } => mark(&*opened.store, &id, false, now).await?,
        Command::List => opened.store.structures().await?.iter().for_each(print),
    }
    Ok(())
}

/// The structures of a file that are to be stored. One whose list does not say when it was confirmed is confirmed now.
fn listed(Import { file, skip, codes, country }: Import, now: Timestamp) -> Result<Vec<Structure>, Failure> {
    let bounds = &country.bounds;
    let bundle = |bytes: &[u8]| read_bundle(bytes, bounds, &codes);
    let reading = list_file::read(&file, |bytes| read_csv(bytes, bounds), bundle)?;
    let confirmed = |one: Structure| Structure { confirmed_at: one.confirmed_at.or(Some(now)), ..one };
    Ok(list_file::usable(&file, reading, skip)?.into_iter().map(confirmed).collect())
}

/// Stores structures. One that is closed stays closed, because a list is often older than the news that it takes no patients.
async fn store(places: &dyn Places, structures: &[Structure]) -> Result<(), Failure> {
    let known = places.structures().await?;
    let closed: BTreeSet<_> = known.iter().filter(|one| one.closed).map(|one| &one.place.id).collect();
    let kept = |one: &Structure| {
        let is_closed = closed.contains(&one.place.id);
        if is_closed && !one.closed {
            println!("{0}: it stays closed until `teranga place open {0}`", one.place.id);
        }
        Structure { closed: one.closed || is_closed, ..one.clone() }
    };
    let kept: Vec<_> = structures.iter().map(kept).collect();
    Ok(places.put_structures(&kept).await?)
}

async fn mark(places: &dyn Places, id: &str, closed: bool, now: Timestamp) -> Result<(), Failure> {
    let known = places.structures().await?.into_iter().find(|one| one.place.id == id);
    let known = known.ok_or_else(|| Failure::Usage(format!("{id}: there is no such structure")))?;
    places.put_structure(&Structure { closed, confirmed_at: Some(now), ..known }).await?;
    println!("{}", if closed { "closed" } else { "open" });
    Ok(())
}

fn structure(put: Put, now: Timestamp) -> Result<Structure, Failure> {
    let Put { id, kind, name, district, region, latitude, longitude, .. } = put;
    let quality = if latitude.is_some() { put.position } else { PositionQuality::Unknown };
    let position = located(&put.country.bounds, (latitude, longitude), quality).map_err(Failure::Usage)?;
    Ok(Structure {
        position,
        quality,
        capabilities: put.capabilities.into_iter().collect(),
        hours: put.hours,
        confirmed_at: Some(now),
        ..Structure::new(Place { id, name, district, region, phone: put.phone }, kind)
    })
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
        println!("{}: without a position it stands at the health centre of its district", place.id);
    }
}

fn print(structure: &Structure) {
    let Place { id, name, district, region, phone } = &structure.place;
    let closed = if structure.closed { "\tclosed" } else { "" };
    let demo = if structure.demo { "\tdemonstration" } else { "" };
    println!("{id}\t{name}\t{district}\t{region}\t{phone}{closed}{demo}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Folder, place};
    use std::path::Path;

    #[test]
    fn a_structure_of_a_list_is_confirmed_when_it_is_imported() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/structures.csv");
        let import =
            Import { file, skip: false, codes: DEFAULT_CODES.into(), country: Country { bounds: SENEGAL } };
        assert_eq!(listed(import, Timestamp(7)).unwrap()[0].confirmed_at, Some(Timestamp(7)));
    }

    #[tokio::test]
    async fn a_closed_structure_stays_closed_when_a_list_names_it_and_is_opened_by_name() {
        let folder = Folder::new();
        let opened = folder.open().await;
        let listed = [Structure::new(place(), StructureKind::Post)];
        let is_closed = async || opened.structures().await.unwrap()[0].closed;
        store(&opened, &listed).await.unwrap();
        mark(&opened, "poste", true, Timestamp(1)).await.unwrap();
        store(&opened, &listed).await.unwrap();
        assert!(is_closed().await);
        mark(&opened, "poste", false, Timestamp(2)).await.unwrap();
        assert!(!is_closed().await);
        assert!(matches!(mark(&opened, "nowhere", true, Timestamp(3)).await, Err(Failure::Usage(_))));
    }
}
