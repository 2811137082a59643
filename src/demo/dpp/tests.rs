//! The stand-in as Teranga's own client asks it.

use super::start;
use crate::dpp::{Dpp, DppTrouble, OpeningTrouble, Wanted};
use teranga_clinic::{id::PartyId, time::Timestamp};
use teranga_exchange::dpp::{Answers, DocumentKind, Lookup, Traits, Unopened, Unusable};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn post() -> PartyId {
    PartyId("nabadji".into())
}

async fn dpp() -> Dpp {
    Dpp::new(Some(start().await.unwrap())).unwrap()
}

fn traits(name: &str, birth_year: Option<u16>, gender: Option<&'static str>) -> Wanted {
    Wanted::Traits(Traits { name: name.into(), birth_year, gender })
}

#[tokio::test]
async fn a_number_leads_to_the_record_also_by_an_identity_that_was_joined() {
    let dpp = dpp().await;
    for number in ["SN-DEMO-0001", "SN-DEMO-0004"] {
        let found = dpp.find(&post(), &Wanted::Number(number.into()), NOW).await.unwrap();
        let Lookup::Certain(one) = found else { panic!("{found:?}") };
        assert_eq!((one.id.as_str(), one.name.as_str()), ("p1", "Aïssata Sow"));
        let summary = dpp.summary(&post(), &one.id, NOW).await.unwrap();
        assert_eq!(summary.allergies[0].text, "Pénicilline");
        assert!(summary.allergies[0].grave);
        let problems: Vec<_> = summary.problems.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(problems, ["Diabète de type 2"], "what is resolved is no problem");
        assert_eq!((summary.drugs.len(), summary.documents.len()), (1, 2));
    }
    let nobody = dpp.find(&post(), &Wanted::Number("SN-DEMO-9999".into()), NOW).await.unwrap();
    assert_eq!(nobody, Lookup::Unknown);
}

#[tokio::test]
async fn traits_find_one_only_if_nobody_else_has_them() {
    let dpp = dpp().await;
    let khady = dpp.find(&post(), &traits("Khadi N'Diaye", Some(2001), Some("female")), NOW).await.unwrap();
    assert!(matches!(&khady, Lookup::Certain(one) if one.id == "p8"), "{khady:?}");
    let ousmane = dpp.find(&post(), &traits("Ousmane Sy", Some(1980), Some("male")), NOW).await.unwrap();
    let Lookup::Possible(two) = ousmane else { panic!() };
    assert_eq!(two.len(), 2);
    assert_eq!(dpp.summary(&post(), "p5", NOW).await, Err(DppTrouble::NotFound), "nobody was confirmed");
    let wrong = Answers { born: "1980-11-23".into(), town: "Kanel".into(), phone: String::new() };
    assert_eq!(dpp.confirm(&post(), "p5", &wrong, NOW).await, Ok(None));
    let right = Answers { born: "1980-03-01".into(), town: "kanel".into(), phone: String::new() };
    assert!(dpp.confirm(&post(), "p5", &right, NOW).await.unwrap().is_some());
    assert!(dpp.summary(&post(), "p5", NOW).await.is_ok());
    let name_only = dpp.find(&post(), &traits("Khady Ndiaye", None, None), NOW).await.unwrap();
    assert!(matches!(name_only, Lookup::Possible(_)), "a name alone is never certain");
    let other_sex = dpp.find(&post(), &traits("Khady Ndiaye", Some(2001), Some("male")), NOW).await.unwrap();
    assert_eq!(other_sex, Lookup::Unknown);
}

#[tokio::test]
async fn an_identity_that_was_joined_twice_is_not_taken() {
    let dpp = dpp().await;
    let found = dpp.find(&post(), &Wanted::Number("SN-DEMO-0009".into()), NOW).await;
    assert_eq!(found, Err(DppTrouble::NotInUse), "p9 was joined to p4, and that to p1");
    assert_eq!(dpp.summary(&post(), "p4", NOW).await, Err(DppTrouble::NotFound));
    assert_eq!(dpp.exchanges().failure, None, "the record has answered well");
}

#[tokio::test]
async fn a_document_is_opened_by_its_patient_only() {
    let dpp = dpp().await;
    let (kind, bytes) = dpp.open("p1", "d1", NOW).await.unwrap();
    assert_eq!(kind, DocumentKind::Text);
    assert!(String::from_utf8(bytes).unwrap().starts_with("Consultation prénatale"));
    let other = dpp.open("p2", "d1", NOW).await;
    assert_eq!(other, Err(OpeningTrouble::Dpp(DppTrouble::Unusable(Unusable::OtherPatient))));
    assert_eq!(dpp.open("p1", "d2", NOW).await, Err(OpeningTrouble::Unopened(Unopened::Empty)));
    assert_eq!(dpp.open("p1", "x", NOW).await, Err(OpeningTrouble::Dpp(DppTrouble::Unreachable)));
}
