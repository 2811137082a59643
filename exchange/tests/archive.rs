//! Archive copies: the same facts are the same bytes, every text can be copied, and nothing of it says more than the facts.

mod archive_samples;
mod samples;

use archive_samples::{cancelled_letter, hostile_record, letter, post, prescriptions};
use teranga_clinic::prescription::Prescription;
use teranga_exchange::{
    archive::{prescription, record, referral},
    record::{Source, Systems, Verification},
};

fn is_pdf_a(bytes: &[u8]) {
    assert!(bytes.starts_with(b"%PDF-1.7"), "it is PDF 1.7");
    let xmp = String::from_utf8_lossy(bytes);
    assert!(xmp.contains("<pdfaid:part>3</pdfaid:part>"), "part 3");
    assert!(xmp.contains("<pdfaid:conformance>B</pdfaid:conformance>"), "level B");
}

#[test]
fn the_same_facts_are_the_same_bytes() {
    let (staff, systems) = (samples::staff(), Systems::default());
    let hostile = ("hostile", hostile_record());
    for (name, history) in samples::all().into_iter().chain([hostile]) {
        let copy = || {
            let source = Source {
                history: &history,
                staff: &staff,
                systems: &systems,
                verification: Verification::default(),
            };
            record(&source).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let first = copy();
        is_pdf_a(&first);
        assert!(first == copy(), "{name}");
    }
    for (name, of) in prescriptions() {
        let first = prescription(&of, &post()).unwrap_or_else(|error| panic!("{name}: {error}"));
        is_pdf_a(&first);
        assert!(
            first == prescription(&of, &post()).unwrap_or_else(|error| panic!("{name}: {error}")),
            "{name}"
        );
    }
    for of in [letter(), cancelled_letter()] {
        let first = referral(&of, &post()).expect("a letter");
        is_pdf_a(&first);
        assert!(first == referral(&of, &post()).expect("a letter"));
    }
}

/// The two identifiers in the XMP of a copy: the document's and the instance's.
fn identifiers(bytes: &[u8]) -> (String, String) {
    let xmp = String::from_utf8_lossy(bytes);
    let between = |name: &str| {
        let after = xmp.split_once(&format!("<xmpMM:{name}>")).expect("it is there").1;
        after.split_once('<').expect("it ends").0.to_owned()
    };
    (between("DocumentID"), between("InstanceID"))
}

#[test]
fn what_happens_to_a_document_is_another_copy_of_the_same_document() {
    let all = prescriptions();
    let find = |wanted| &all.iter().find(|(name, _)| *name == wanted).expect("a sample").1;
    let standing = Prescription { cancelled: None, ..find("cancelled").clone() };
    let copies = [&standing, find("cancelled")].map(|of| prescription(of, &post()).expect("a copy"));
    assert!(copies[0] != copies[1]);
    let ids = copies.map(|copy| identifiers(&copy));
    assert!(ids[0].0 == ids[1].0 && ids[0].1 != ids[1].1, "{ids:?}");
}

#[test]
fn the_code_that_opens_a_letter_is_not_in_its_copy() {
    let mut other = letter();
    other.order.code = "00000-00000".into();
    assert!(referral(&letter(), &post()).expect("a copy") == referral(&other, &post()).expect("a copy"));
}
