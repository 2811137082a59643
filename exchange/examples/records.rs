//! Writes the records of the sample consultations into a folder, for judges (`scripts/judge-records`): each Bundle, and each of its
//! resources by itself.
//!
//!   cargo run -p teranga-exchange --example records -- FOLDER

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::{env, error::Error, fs, path::PathBuf};
use teranga_exchange::record::{Source, Systems, Verification, bundle};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("usage: records FOLDER")?);
    let (staff, systems) = (samples::staff(), Systems::default());
    for (name, history) in samples::all() {
        let bundle = bundle(&Source {
            history: &history,
            staff: &staff,
            systems: &systems,
            verification: Verification::default(),
        });
        fs::create_dir_all(folder.join(name))?;
        fs::write(folder.join(format!("{name}.json")), bundle.to_json())?;
        for (number, entry) in bundle.entry.iter().enumerate() {
            let resource = serde_json::to_vec(&entry.resource)?;
            fs::write(folder.join(name).join(format!("{number:03}.json")), resource)?;
        }
    }
    Ok(())
}
