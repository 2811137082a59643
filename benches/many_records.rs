//! The records of a region for `records.rs`: posts and specialists, and two years of consultations with the facts that they usually have. The texts
//! are as long as real ones and mean nothing.

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::fmt::Write as _;
use teranga::store::{Accounts, Devices, Epoch, Journal, NewAccount, Places, SqliteStore};
use teranga_clinic::{
    clinical::{Advise, Disposition, Note},
    dispensing::{Dispensed, DispensedLine},
    fact::{Fact, FactNumber, What},
    id::{ActId, ConsultationId, PartyId, PatientId, PhotoId, PrescriptionId, ReferralId},
    people::{Identity, Place, Role, Speciality},
    photo::{PhotoFile, PhotoKind},
    pii::Pii,
    prescription::{PrescribedLine, PrescribedTo, SignedPrescription, VALID_MS},
    referral::{Letter, Need, ReferralActor, ReferralEvent, ReferralOrder, Transport, code_of},
    request::{Intake, Request, Urgency},
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use uuid::Uuid;

const POSTS: usize = 25;
const DOCTORS: usize = 40;
/// One patient in five is one of the first post, which is busier than any real one.
const BUSIEST_HAS: u32 = 5;
/// The consultations of a patient on average.
pub(crate) const VISITS: u32 = 10;
const SPAN_MS: u64 = 2 * 365 * 24 * 3_600_000;
const MINUTE_MS: u64 = 60_000;

const FIRST_NAMES: [&str; 16] = [
    "Awa",
    "Fatou",
    "Aminata",
    "Ndeye",
    "Mariama",
    "Khady",
    "Coumba",
    "Binta",
    "Mamadou",
    "Moussa",
    "Ibrahima",
    "Cheikh",
    "Ousmane",
    "Abdoulaye",
    "Modou",
    "Samba",
];
const LAST_NAMES: [&str; 16] = [
    "Ndiaye", "Diop", "Fall", "Sow", "Ba", "Sy", "Kane", "Diallo", "Faye", "Sarr", "Gueye", "Cisse", "Mbaye",
    "Thiam", "Niang", "Toure",
];

/// A patient, and where their records are.
pub(crate) struct Patient {
    /// The post, by its place in [`Region::posts`].
    pub(crate) post: usize,
    pub(crate) name: String,
    pub(crate) dpp: String,
    age_years: u8,
    /// Each consultation with its doctor, by the place in [`Region::doctors`].
    pub(crate) consultations: Vec<(ConsultationId, usize)>,
}

impl Patient {
    /// The identifier of the patient: that of the first consultation.
    pub(crate) fn id(&self) -> Uuid {
        self.consultations[0].0.0
    }
}

/// Posts with a tablet each, specialists, and patients.
pub(crate) struct Region {
    pub(crate) posts: Vec<Identity>,
    pub(crate) doctors: Vec<Identity>,
    pub(crate) patients: Vec<Patient>,
    pub(crate) facts: u64,
    rng: StdRng,
}

impl Region {
    pub(crate) fn new(patients: u32) -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let patients = (0..patients).map(|number| patient(number, &mut rng)).collect();
        let posts = (0..POSTS).map(|n| identity("poste", n, Role::Kiosk)).collect();
        let doctors = (0..DOCTORS).map(|n| identity("medecin", n, Role::Doctor)).collect();
        Self { posts, doctors, patients, facts: 0, rng }
    }

    /// Puts everything into a store, fact by fact as the journal does. The last consultation is of `now`.
    pub(crate) async fn fill(&mut self, store: &SqliteStore, now: Timestamp) {
        self.add_people(store, now).await;
        let epoch = store.take_over().await.expect("the store can be written");
        let patients = u32::try_from(self.patients.len()).expect("a region");
        let count = patients * VISITS;
        for visit in 0..count {
            let at = Timestamp(now.0 - SPAN_MS + SPAN_MS / u64::from(count) * u64::from(visit));
            let patient = self.rng.random_range(0..self.patients.len());
            self.consult((store, epoch), patient, at).await;
        }
    }

    /// Stores one more consultation of a patient.
    pub(crate) async fn consult(
        &mut self,
        (store, epoch): (&SqliteStore, Epoch),
        patient: usize,
        at: Timestamp,
    ) {
        let (id, facts) = self.consultation(patient, at);
        let mut number = FactNumber::FIRST;
        for fact in &facts {
            store.append(id, number, epoch, fact).await.expect("a fact");
            number = number.next();
        }
        self.facts += u64::try_from(facts.len()).expect("few facts");
    }

    async fn add_people(&self, store: &SqliteStore, now: Timestamp) {
        let places = self.posts.iter().chain(&self.doctors).map(|who| (&who.place, who.role));
        let kind = |role| if role == Role::Kiosk { StructureKind::Post } else { StructureKind::Hospital };
        let structures: Vec<_> =
            places.map(|(place, role)| Structure::new(place.clone(), kind(role))).collect();
        store.put_structures(&structures).await.expect("new structures");
        for tablet in &self.posts {
            store.add_device(tablet, now).await.expect("a new tablet");
        }
        for doctor in &self.doctors {
            let (identity, login) = (doctor.clone(), doctor.party.0.clone().into());
            let account = NewAccount { identity, login, password_hash: Pii::default(), order_number: None };
            store.add_account(&account, now).await.expect("a new account");
        }
    }

    /// The facts of one more consultation of a patient.
    fn consultation(&mut self, patient: usize, at: Timestamp) -> (ConsultationId, Vec<Fact>) {
        let id = ConsultationId(self.uuid());
        let doctor = self.rng.random_range(0..DOCTORS);
        let requested = self.requested(patient, id);
        self.patients[patient].consultations.push((id, doctor));
        let post = self.posts[self.patients[patient].post].clone();
        let doctor = self.doctors[doctor].clone();
        let mut story = Story { id, at, post, doctor, facts: Vec::new() };
        story.by_post(requested);
        story.by_doctor(What::Claimed { doctor: story.doctor.clone() });
        story.by_doctor(What::Noted { note: Note { consultation: id, revision: 1, text: text(400) } });
        if self.rng.random_ratio(1, 3) {
            story.photo(PhotoId(self.uuid()));
        }
        let advice = Advise { consultation: id, revision: 1, text: text(500), replaces: None };
        story.by_doctor(What::Advised { advice, order_number: None });
        if self.rng.random_ratio(1, 2) {
            let (prescription, act) = (PrescriptionId(self.uuid()), ActId(self.uuid()));
            story.prescription(prescription, act, &self.patients[patient].name);
        }
        if self.rng.random_ratio(1, 10) {
            let hospital = self.doctors[0].place.clone();
            story.referral(ReferralId(self.uuid()), hospital, [(); 4].map(|()| ActId(self.uuid())));
        }
        story.by_doctor(What::Closed { disposition: Disposition::Advice, follow_up: None });
        (id, story.facts)
    }

    /// The request. From the second visit on the post has found the patient among its own.
    fn requested(&mut self, patient: usize, id: ConsultationId) -> What {
        let Patient { post, name, dpp, age_years, consultations } = &self.patients[patient];
        let intake = Intake {
            dpp: Some(dpp.clone().into()),
            name: Some(name.clone().into()),
            reason: "saignement depuis ce matin, douleurs au ventre et fatigue".into(),
            age_years: Some(Pii::new(*age_years)),
            systolic: Some(Pii::new(self.rng.random_range(90..180))),
            diastolic: Some(Pii::new(self.rng.random_range(50..110))),
            pulse: Some(Pii::new(self.rng.random_range(60..140))),
            temperature_dc: Some(Pii::new(self.rng.random_range(360..400))),
            weight_g: Some(Pii::new(self.rng.random_range(40_000..90_000))),
            ..Intake::default()
        };
        let patient = consultations.first().map(|(first, _)| PatientId(first.0));
        let (speciality, urgency) = (Speciality::Obstetrics, Urgency::Urgent);
        let request = Request {
            request: id,
            speciality,
            urgency,
            intake,
            defer_to: None,
            patient,
            appointment_with: None,
        };
        What::Requested { post: self.posts[*post].clone(), request }
    }

    /// A random identifier (RFC 9562, version 4) that a second run makes again.
    fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.random()).into_uuid()
    }
}

/// A consultation that is told.
struct Story {
    id: ConsultationId,
    at: Timestamp,
    post: Identity,
    doctor: Identity,
    facts: Vec<Fact>,
}

impl Story {
    fn by(&mut self, by: Option<PartyId>, what: What) {
        self.at = self.at.plus_ms(MINUTE_MS);
        self.facts.push(Fact { at: self.at, by, staff: None, what });
    }

    fn by_post(&mut self, what: What) {
        self.by(Some(self.post.party.clone()), what);
    }

    fn by_doctor(&mut self, what: What) {
        self.by(Some(self.doctor.party.clone()), what);
    }

    fn photo(&mut self, photo: PhotoId) {
        let sha256 = "x".repeat(43);
        let file = PhotoFile { kind: PhotoKind::Jpeg, width: 1_600, height: 1_200, bytes: 120_000, sha256 };
        self.by_doctor(What::PhotoAsked { photo });
        self.by_post(What::PhotoTaken { photo, file });
    }

    /// Three drugs, of which the post gives the first.
    fn prescription(&mut self, prescription: PrescriptionId, act: ActId, name: &str) {
        let line = PrescribedLine {
            product: None,
            atc: "J01CA04".into(),
            drug: "Amoxicilline 500 mg, gélule".into(),
            directions: "2 gélules 3 fois par jour pendant 5 jours, après les repas".into(),
            days: 5,
            quantity: 30,
            unit: "gélules".into(),
        };
        let signed = SignedPrescription {
            prescription,
            consultation: self.id,
            post: self.post.place.name.clone(),
            patient: Pii::new(PrescribedTo { name: name.to_owned(), sex: "F".into(), age: "27 ans".into() }),
            lines: Pii::new(vec![line.clone(), line.clone(), line]),
            justifications: Pii::default(),
            by: self.doctor.name.clone(),
            order_number: None,
            at: self.at,
            valid_until: self.at.plus_ms(VALID_MS),
            replaces: None,
            text: text(700),
        };
        self.by_doctor(What::Prescribed { signed: Box::new(signed) });
        let lines = Pii::new(vec![DispensedLine { line: 0, quantity: 30, refused: None }]);
        let dispensed = Box::new(Dispensed { act, lines, pharmacy: None, at: self.at });
        self.by_post(What::Dispensed { prescription, dispensed });
    }

    /// An evacuation up to what the hospital writes back.
    fn referral(&mut self, referral: ReferralId, structure: Place, acts: [ActId; 4]) {
        let letter = Letter { reason: text(300), findings: text(300), done: text(300), ..Letter::default() };
        let order = ReferralOrder {
            referral,
            consultation: self.id,
            structure,
            others: Vec::new(),
            needs: vec![Need::Cesarean],
            urgency: Urgency::Urgent,
            letter,
            by: self.doctor.name.clone(),
            order_number: None,
            at: self.at,
            code: code_of(referral).into(),
        };
        self.by_doctor(What::Referred { referral: Box::new(order) });
        let events = [
            (ReferralActor::Receiver, ReferralEvent::Accepted { text: None }),
            (
                ReferralActor::Post,
                ReferralEvent::Departed {
                    transport: Transport::OwnVehicle,
                    eta_min: None,
                    ago_min: None,
                    text: None,
                },
            ),
            (ReferralActor::Receiver, ReferralEvent::InCare),
            (ReferralActor::Receiver, ReferralEvent::CounterReferral { text: text(400) }),
        ];
        for ((actor, event), act) in events.into_iter().zip(acts) {
            let by = (actor == ReferralActor::Post).then(|| self.post.party.clone());
            let (by_name, event) = ("Dr Kane".into(), Box::new(event));
            self.by(by, What::ReferralMoved { referral, actor, by_name, event, act: Some(act) });
        }
    }
}

fn patient(number: u32, rng: &mut StdRng) -> Patient {
    let post = if number.is_multiple_of(BUSIEST_HAS) { 0 } else { rng.random_range(1..POSTS) };
    let mut one = |names: [&'static str; 16]| names[rng.random_range(0..names.len())];
    let name = format!("{} {}", one(FIRST_NAMES), one(LAST_NAMES));
    let (dpp, age_years) = (format!("221-{number:08}"), rng.random_range(1..80));
    Patient { post, name, dpp, age_years, consultations: Vec::new() }
}

fn identity(kind: &str, number: usize, role: Role) -> Identity {
    let id = format!("{kind}-{number}");
    let [name, district, region, phone] =
        ["Poste de santé", "Matam", "Matam", "+221331234567"].map(String::from);
    let place = Place { id: id.clone(), name, district, region, phone };
    let specialities = if role == Role::Doctor { vec![Speciality::Obstetrics] } else { Vec::new() };
    Identity { party: PartyId(id.clone()), role, name: id.into(), place, specialities }
}

/// Words of this length.
fn text(chars: usize) -> Pii<String> {
    let mut words = String::new();
    while words.len() < chars {
        let _ = write!(words, "tension {} à surveiller, ", words.len());
    }
    words.into()
}
