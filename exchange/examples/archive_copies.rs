//! Writes archive copies of sample documents into a folder, for judges (`scripts/judge-pdf`): each PDF, and beside it, as JSON, what a
//! reader must find in it.
//!
//!   cargo run -p teranga-exchange --example `archive_copies` -- FOLDER

#[path = "../tests/archive_samples/mod.rs"]
mod archive_samples;
#[path = "../tests/samples/mod.rs"]
mod samples;

use archive_samples::{LETTERS, cancelled_letter, hostile_record, letter, post, prescriptions};
use serde_json::{Value, json};
use std::{env, error::Error, fs, path::PathBuf};
use teranga_clinic::prescription::Prescription;
use teranga_exchange::{
    archive::{prescription, record, referral},
    prescription::cose_of,
    record::{Source, Systems, Verification, bundle, told},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("usage: archive_copies FOLDER")?);
    fs::create_dir_all(&folder)?;
    let write = |name: String, copy: Vec<u8>, found: Value| -> Result<(), Box<dyn Error>> {
        fs::write(folder.join(format!("{name}.pdf")), copy)?;
        Ok(fs::write(folder.join(format!("{name}.json")), found.to_string())?)
    };
    for (name, of) in prescriptions() {
        write(format!("prescription-{name}"), prescription(&of, &post())?, of_prescription(name, &of))?;
    }
    let texts = json!([
        "Fiche de liaison",
        "Prééclampsie sévère à 36 semaines",
        "SpO₂ ≥ 95 %",
        "Césarienne ?",
        LETTERS,
        "Contre-référence",
        "Contrôle dans 7 jours au poste.",
        "pas de lit : Bloc fermé",
        "Dr Awa Ndiaye",
        "SN-1234"
    ]);
    write(
        "letter".to_owned(),
        referral(&letter(), &post())?,
        json!({ "texts": texts, "absent": ["7K3M9-QRT2X"] }),
    )?;
    let texts =
        json!(["ANNULÉE le 29/11/2026 à 09:06 UTC.", "Annulée : Elle va mieux (Dr Awa Ndiaye, médecin)"]);
    write("letter-cancelled".to_owned(), referral(&cancelled_letter(), &post())?, json!({ "texts": texts }))?;
    let (staff, systems) = (samples::staff(), Systems::default());
    for (name, history) in samples::all().into_iter().chain([("hostile", hostile_record())]) {
        let source = Source {
            history: &history,
            staff: &staff,
            systems: &systems,
            verification: Verification::default(),
        };
        write(format!("record-{name}"), record(&source)?, of_record(name, &source))?;
    }
    Ok(())
}

fn of_prescription(name: &str, of: &Prescription) -> Value {
    let signed = &of.signed;
    let cose = cose_of(signed.text.reveal());
    let mut texts = vec!["Ordonnance".to_owned()];
    match name {
        "hostile" => texts.extend(["□□□□ □□□ é □□ fin".to_owned(), "12 médicaments en tout.".to_owned()]),
        "empty" => texts.push("1 médicament en tout.".to_owned()),
        _ => {
            texts.extend([LETTERS.to_owned(), signed.by.reveal().clone(), "0102030405060708".to_owned()]);
            let lines = signed.lines.reveal().iter();
            texts.extend(lines.flat_map(|line| [line.drug.clone(), line.directions.clone()]));
        }
    }
    texts.extend(
        of.cancelled.as_ref().map(|end| format!("ANNULÉE le 29/11/2026 à 09:15 UTC par {}", end.by.reveal())),
    );
    texts.extend(of.replaced_by.map(|_| "REMPLACÉE par l’ordonnance".to_owned()));
    let file = cose
        .as_ref()
        .map(|bytes| json!({ "name": "ordonnance.cose", "type": "application/cose", "bytes": bytes }));
    let scanned = cose.as_ref().map(|_| signed.text.reveal());
    json!({ "texts": texts, "code": scanned, "file": file })
}

fn of_record(name: &str, source: &Source<'_>) -> Value {
    let told = told(source);
    let lines = told.chapters.iter().flat_map(|chapter| &chapter.lines).flat_map(|line| line.lines());
    // What the font lacks comes out as squares, so the strange texts are not looked for as they were written.
    let is_plain = |line: &&str| !matches!(name, "hostile" | "letters") || line.is_ascii();
    let mut texts: Vec<_> = lines.filter(is_plain).map(str::to_owned).collect();
    texts.extend(told.chapters.iter().map(|chapter| chapter.title.to_owned()));
    if matches!(name, "hostile" | "letters") {
        texts.push(LETTERS.to_owned());
    }
    let json = bundle(source).to_json();
    json!({ "texts": texts, "file": { "name": "compte-rendu.fhir.json", "type": "application/fhir+json", "bytes": json } })
}
