//! The copy of a signed prescription: what its paper says, what became of it, its QR code, and the signed bytes.

use super::{
    error::ArchiveError,
    french,
    manuscript::{Block, Field, Manuscript, Proof},
    pdf,
};
use crate::{
    fhir::french_moment,
    prescription::{Sealed, cose_of},
};
use teranga_clinic::{
    drug::Formulary,
    people::Place,
    prescribing::NotRenewable,
    prescription::{Justification, PrescribedLine, Prescription, SignedPrescription, code_of},
    time::Timestamp,
};

/// The archive copy of a prescription that was written for this post. It says whether the prescription was cancelled or replaced, so that its bytes change then.
///
/// # Errors
/// [`ArchiveError`].
pub fn prescription(of: &Prescription, post: &Place) -> Result<Vec<u8>, ArchiveError> {
    let signed = &of.signed;
    let proof = cose_of(signed.text.reveal()).map(|bytes| Proof {
        file: "ordonnance.cose",
        media_type: "application/cose",
        what: "L’ordonnance signée (COSE_Sign1), comme son code QR la porte",
        bytes,
    });
    pdf::write(Manuscript {
        title: "Ordonnance",
        head: format!("Ordonnance n° {}", code_of(signed.prescription)),
        id: signed.prescription.0,
        at: newest(of),
        authors: vec![signed.by.reveal().clone()],
        blocks: blocks(of, post, proof.as_ref()),
        proof,
    })
}

/// The time of the signature, or of the cancellation.
fn newest(of: &Prescription) -> Timestamp {
    of.cancelled.as_ref().map_or(of.signed.at, |cancelled| cancelled.at)
}

fn blocks(of: &Prescription, post: &Place, proof: Option<&Proof>) -> Vec<Block> {
    let signed = &of.signed;
    let lines = signed.lines.reveal();
    let title = Block::Title {
        text: "Ordonnance".to_owned(),
        below: vec![format!("N° {}, signée le {}", code_of(signed.prescription), french_moment(signed.at))],
    };
    let post = Place { name: signed.post.clone(), ..post.clone() };
    let mut blocks = vec![Block::Structure(post), title];
    blocks.extend(state(of).map(Block::Notice));
    blocks.push(Block::Fields(patient(signed)));
    blocks.extend((1..).zip(lines).map(|(number, line)| drug(number, line)));
    blocks.push(Block::Text(match lines.len() {
        1 => "1 médicament en tout.".to_owned(),
        count => format!("{count} médicaments en tout."),
    }));
    blocks.extend(kept(signed));
    // Whoever looks at the code alone must not miss that it is not to be followed.
    blocks.extend(state(of).filter(|_| !of.is_in_force()).map(Block::Notice));
    // A text that is no signed document gets no code, which would only look like one.
    let code = proof.map(|_| signed.text.reveal().clone());
    blocks.push(Block::Signature { code, fields: signature(signed) });
    blocks.push(proof.map_or_else(|| Block::Notice(UNSIGNED.to_owned()), french::attached));
    blocks
}

/// Whether it is to be followed; none if nothing happened to it.
fn state(of: &Prescription) -> Option<String> {
    let replaces = of.signed.replaces.map(|former| format!("Remplace l’ordonnance n° {}.", code_of(former)));
    match (&of.cancelled, of.replaced_by) {
        (Some(end), _) => Some(format!(
            "ANNULÉE le {} par {} : {}",
            french_moment(end.at),
            end.by.reveal(),
            end.why.reveal()
        )),
        (None, Some(by)) => Some(format!("REMPLACÉE par l’ordonnance n° {}.", code_of(by))),
        (None, None) => replaces,
    }
}

fn patient(signed: &SignedPrescription) -> Vec<Field> {
    let patient = signed.patient.reveal();
    vec![
        Field::new("Patient", &*patient.name),
        Field::new("Âge", &*patient.age),
        Field::new("Sexe", french::sex(&patient.sex)),
    ]
}

fn drug(number: usize, line: &PrescribedLine) -> Block {
    let days = match line.days {
        0 => "Durée non précisée".to_owned(),
        1 => "Pendant 1 jour".to_owned(),
        days => format!("Pendant {days} jours"),
    };
    let quantity = (line.quantity > 0).then(|| format!("quantité : {} {}", line.quantity, line.unit));
    let atc = Some(&line.atc).filter(|atc| !atc.is_empty()).map(|atc| format!("ATC {atc}"));
    let course = [Some(days), quantity, atc].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let is_controlled = NotRenewable::of(Formulary::own()).has(line);
    let renewal = is_controlled.then(|| "Non renouvelable".to_owned());
    let below = [Some(line.directions.clone()), Some(course), renewal].into_iter().flatten().collect();
    Block::Entry { head: format!("{number}. {}", line.drug), below }
}

/// The warnings that the specialist answered.
fn kept(signed: &SignedPrescription) -> Vec<Block> {
    let reasons = signed.justifications.reveal();
    if reasons.is_empty() {
        return Vec::new();
    }
    let reason =
        |one: &Justification| Block::Text(format!("Médicament {} : {}", u16::from(one.line) + 1, one.why));
    let head = Block::Heading("Avertissements maintenus par le prescripteur".to_owned());
    std::iter::once(head).chain(reasons.iter().map(reason)).collect()
}

fn signature(signed: &SignedPrescription) -> Vec<Field> {
    let number = signed.order_number.as_ref().map_or("", |number| number.reveal());
    vec![
        Field::new("Signée par", &**signed.by.reveal()),
        Field::new("N° à l’ordre", number),
        Field::new("Le", french_moment(signed.at)),
        Field::new("Valable jusqu’au", french_moment(signed.valid_until)),
        Field::new("Clé", key_of(signed)),
        Field::new("N°", code_of(signed.prescription)),
    ]
}

/// The identifier of the key that signed it, in hexadecimal; empty if the text is no signed document.
pub(super) fn key_of(signed: &SignedPrescription) -> String {
    Sealed::of(signed.text.reveal()).map_or_else(|_| String::new(), |sealed| french::hex(&sealed.key().0))
}

const UNSIGNED: &str =
    "Le texte signé de cette ordonnance ne peut pas être lu : cette copie ne porte ni code ni preuve.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drug_that_is_not_renewable_says_so_and_another_one_does_not() {
        let line = |atc: &str, name: &str| PrescribedLine {
            product: None,
            atc: atc.into(),
            drug: name.into(),
            directions: "1 comprimé 2 fois par jour".into(),
            days: 3,
            quantity: 6,
            unit: "comprimés".into(),
        };
        let says = |line: &PrescribedLine| {
            let Block::Entry { below, .. } = drug(1, line) else { panic!("no entry") };
            below.iter().any(|text| text == "Non renouvelable")
        };
        assert!(says(&line("N05BA01", "diazépam 5 mg, comprimé")));
        assert!(says(&line("", "Tramadol 50 mg, gélule")));
        assert!(!says(&line("J01CA04", "amoxicilline 500 mg, gélule")));
    }
}
