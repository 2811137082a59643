//! The copy of the record of a consultation: the same sections as its FHIR document, which is attached, and whoever signed what.

use super::{
    error::ArchiveError,
    french,
    manuscript::{Block, Field, Manuscript, Proof},
    pdf,
    prescription::key_of,
};
use crate::{
    fhir::french_moment,
    record::{Chapter, Source, Told, bundle, told},
};
use teranga_clinic::{
    clinical::Advice,
    consultation::Consultation,
    prescription::{PrescribedTo, SignedPrescription, code_of},
};

/// The archive copy of a record as it stands now.
///
/// # Errors
/// [`ArchiveError`].
pub fn record(source: &Source<'_>) -> Result<Vec<u8>, ArchiveError> {
    let (told, consultation) = (told(source), source.history.consultation());
    let proof = Proof {
        file: "compte-rendu.fhir.json",
        media_type: "application/fhir+json",
        what: "Le même compte rendu pour les logiciels (FHIR R4), avec les signatures des ordonnances",
        bytes: bundle(source).to_json(),
    };
    let mut blocks = vec![
        Block::Structure(consultation.post().place.clone()),
        title(&told),
        Block::Fields(patient(consultation)),
    ];
    let head = format!("{}, {}", told.title, version(&told).to_lowercase());
    let (title, document, at) = (told.title, told.document, told.at);
    blocks.extend(told.chapters.into_iter().flat_map(chapter));
    blocks.push(Block::Signature { code: None, fields: signatures(consultation) });
    blocks.push(french::attached(&proof));
    pdf::write(Manuscript {
        title,
        head,
        id: document,
        at,
        authors: signers(consultation),
        blocks,
        proof: Some(proof),
    })
}

fn title(told: &Told) -> Block {
    let version = match told.number {
        0 => "Provisoire : rien n’est encore signé, et la consultation n’est pas terminée".to_owned(),
        _ => version(told),
    };
    Block::Title {
        text: told.title.to_owned(),
        below: vec![format!("{version}, état du {}", french_moment(told.at))],
    }
}

fn version(told: &Told) -> String {
    if told.number == 0 { "Provisoire".to_owned() } else { format!("Version {}", told.number) }
}

fn patient(consultation: &Consultation) -> Vec<Field> {
    let intake = consultation.intake();
    let patient = PrescribedTo::of(intake);
    let number = intake.dpp.as_ref().map_or("", |number| number.reveal());
    vec![
        Field::new("Patient", patient.name),
        Field::new("Âge", patient.age),
        Field::new("Sexe", french::sex(&patient.sex)),
        Field::new("Numéro DPP", number),
    ]
}

fn chapter(Chapter { title, lines }: Chapter) -> impl Iterator<Item = Block> {
    std::iter::once(Block::Heading(title.to_owned())).chain(lines.into_iter().map(Block::Text))
}

/// Whoever signed, each once.
fn signers(consultation: &Consultation) -> Vec<String> {
    let advice = consultation.advice().iter().map(|advice| advice.by.reveal());
    let prescriptions = consultation.prescriptions().all().iter().map(|one| one.signed.by.reveal());
    let mut names: Vec<_> = advice.chain(prescriptions).cloned().collect();
    names.sort();
    names.dedup();
    names
}

/// A field for each signed act. Advice is signed by the session of whoever wrote it, and has no key.
fn signatures(consultation: &Consultation) -> Vec<Field> {
    let advice = |advice: &Advice| {
        let signer =
            signer(advice.by.reveal(), advice.order_number.as_ref().map(|number| &**number.reveal()));
        (
            advice.at,
            Field::new(
                "Conseil signé",
                format!("{signer}, le {} (session du médecin, sans clé)", french_moment(advice.at)),
            ),
        )
    };
    let prescription = |signed: &SignedPrescription| {
        let signer =
            signer(signed.by.reveal(), signed.order_number.as_ref().map(|number| &**number.reveal()));
        let (code, at) = (code_of(signed.prescription), french_moment(signed.at));
        let words = format!("{signer}, le {at}, n° {code}, clé {}", key_of(signed));
        (signed.at, Field::new("Ordonnance signée", words))
    };
    let advices = consultation.advice().iter().map(advice);
    let prescriptions = consultation.prescriptions().all().iter().map(|one| prescription(&one.signed));
    let mut acts: Vec<_> = advices.chain(prescriptions).collect();
    acts.sort_by_key(|(at, _)| *at);
    if acts.is_empty() {
        return vec![Field::new("Signatures", "aucune")];
    }
    acts.into_iter().map(|(_, field)| field).collect()
}

fn signer(name: &str, number: Option<&str>) -> String {
    number
        .filter(|number| !number.is_empty())
        .map_or_else(|| name.to_owned(), |number| format!("{name}, n° {number}"))
}
