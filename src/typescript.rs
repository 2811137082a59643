//! Generates the TypeScript declarations of the pages from the Rust types: `web/protocol/messages.ts` from the messages
//! of the WebSocket, `web/protocol/api.ts` and `web/protocol/rota.ts` from the bodies of the HTTP interface, `web/protocol/prescriptions.ts` from those
//! that are about prescriptions, `web/protocol/referrals.ts` from those that are about referrals, `web/protocol/appointments.ts` from those about appointments, `web/protocol/rules.ts` from the danger rules, and `web/protocol/formulary.json` and `web/protocol/not-renewable.ts` from the formulary. A committed file that no longer says
//! the same is a red test; `UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript` writes all anew.

mod formulary;
mod rules;

use crate::{
    health::Health,
    http::{bodies, rota::bodies as rota, rota::news},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};
use teranga_clinic::{
    appointment::{AppointmentCancellation, AppointmentWay, LocalTime},
    id::AppointmentId,
    prescribing::{DraftFinding, PrescriptionDraft},
    view,
};
use teranga_signaling::{
    limits,
    message::{ClientMessage, ServerMessage, session::PROTOCOL_VERSION},
};
use ts_rs::{Config, TS, TypeVisitor};

const MESSAGES_HEADER: &str = "\
// The messages of the WebSocket, generated from signaling/src/message and clinic/src: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; signaling/PROTOCOL.md tells it in prose.
";

const API_HEADER: &str = "\
// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.
";

/// Declarations by name of every type that was visited and of the types those use. They are sorted, because ts-rs
/// visits in another order at every compilation.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl Declarations {
    fn new() -> Self {
        Self { config: Config::new().with_large_int("number"), by_name: BTreeMap::new() }
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_generics(self);
        let name = T::ident(&self.config);
        if T::output_path().is_some() && !self.by_name.contains_key(&name) {
            let declaration = declare::<T>(&self.config);
            self.by_name.insert(name, declaration);
            T::visit_dependencies(self);
        }
    }
}

fn declare<T: TS + ?Sized>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    tidy(&format!("\n{docs}export {}\n", T::decl(config)))
}

/// Lays a declaration out as a person would: one variant a line, fields indented, short comments on one line.
fn tidy(declaration: &str) -> String {
    let spread = declaration
        .replace("{ \n", "{\n")
        .replace(", \n", ";\n")
        .replace(", };", ";\n};")
        .replace(" = { \"type\"", " =\n| { \"type\"")
        .replace(" | { \"type\"", "\n| { \"type\"")
        .replace("{ \"type\"", "{ type")
        .replace(" = { \"kind\"", " =\n| { \"kind\"")
        .replace(" | { \"kind\"", "\n| { \"kind\"")
        .replace("{ \"kind\"", "{ kind")
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */");
    let mut depth = 0_usize;
    let mut text = String::new();
    for line in spread.lines() {
        // A declaration whose variants have documented fields is spread over lines by ts-rs itself.
        depth = depth.saturating_sub(usize::from(line == "};"));
        text += &indented(line, depth + usize::from(line.starts_with('|')));
        depth += usize::from(line.ends_with(" = {"));
    }
    text
}

fn indented(line: &str, depth: usize) -> String {
    let width = if line.is_empty() { 0 } else { 2 * depth };
    format!("{:width$}{line}\n", "")
}

fn messages() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<ClientMessage>();
    types.visit::<ServerMessage>();
    types.by_name
}

fn bodies() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<bodies::SignIn>();
    types.visit::<bodies::EnrollDevice>();
    types.visit::<bodies::Expected>();
    types.visit::<bodies::Colleague>();
    types.visit::<bodies::OwnReach>();
    types.visit::<bodies::Enrolled>();
    types.visit::<bodies::AskChallenge>();
    types.visit::<bodies::Challenge>();
    types.visit::<bodies::SignInDevice>();
    types.visit::<bodies::OwnSession>();
    types.visit::<bodies::StaffLine>();
    types.visit::<bodies::AddStaff>();
    types.visit::<bodies::EnterStaff>();
    types.visit::<bodies::StaffProof>();
    types.visit::<bodies::ChangeStaff>();
    types.visit::<bodies::TakeCharge>();
    types.visit::<bodies::TookCharge>();
    types.visit::<bodies::AnnouncePhoto>();
    types.visit::<bodies::AnnounceAttachment>();
    types.visit::<bodies::PhotoHeld>();
    types.visit::<bodies::SpokenOffer>();
    types.visit::<bodies::SpokenRecording>();
    types.visit::<bodies::PatientLine>();
    types.visit::<bodies::PatientView>();
    types.visit::<bodies::ReadersView>();
    types.visit::<bodies::SayConsent>();
    types.visit::<bodies::ConsentStored>();
    types.visit::<bodies::JoinPatients>();
    types.visit::<bodies::IdentifyPatient>();
    types.visit::<bodies::FindDppPatient>();
    types.visit::<bodies::ConfirmDppPatient>();
    types.visit::<bodies::ReadDppRecord>();
    types.visit::<bodies::DppLookup>();
    types.visit::<bodies::DppRecord>();
    types.visit::<bodies::DppState>();
    types.visit::<bodies::DecidePublication>();
    types.visit::<bodies::RecordPublications>();
    types.visit::<bodies::NearStructures>();
    types.visit::<bodies::ProposeChange>();
    types.visit::<bodies::OwnProposals>();
    types.visit::<bodies::OpenProposals>();
    types.visit::<bodies::DecideProposal>();
    types.visit::<bodies::OutcomesView>();
    types.visit::<bodies::Failure>();
    types.visit::<view::ConsultationSummary>();
    types.visit::<view::ConsultationView>();
    types.visit::<Health>();
    types.by_name
}

fn prescriptions() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<bodies::CheckedDraft>();
    types.visit::<bodies::SignDraft>();
    types.visit::<bodies::SignedDraft>();
    types.visit::<bodies::CancelPrescription>();
    types.visit::<bodies::OwnKey>();
    types.visit::<bodies::SigningKeys>();
    types.visit::<bodies::TrustedKeys>();
    types.visit::<bodies::PrescriptionStatus>();
    types.visit::<bodies::PrescriptionCode>();
    types.visit::<bodies::PrescriptionText>();
    types.visit::<bodies::DispenseAtPost>();
    types.visit::<bodies::DispenseAtPharmacy>();
    types.visit::<bodies::PutStock>();
    types.visit::<bodies::StockView>();
    types.visit::<PrescriptionDraft>();
    types.visit::<DraftFinding>();
    types.by_name
}

fn referrals() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<bodies::OrderReferral>();
    types.visit::<bodies::OrderedReferral>();
    types.visit::<bodies::MoveReferral>();
    types.visit::<bodies::ReceivedReferrals>();
    types.visit::<bodies::OpenLiaison>();
    types.visit::<bodies::MoveLiaison>();
    types.visit::<bodies::MadeAmbulanceLink>();
    types.visit::<bodies::AmbulanceLinkView>();
    types.visit::<bodies::LookAtAmbulance>();
    types.visit::<bodies::JoinAmbulance>();
    types.visit::<bodies::AmbulanceCall>();
    types.by_name
}

fn appointments() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<bodies::MakeAppointment>();
    types.visit::<bodies::MoveAppointment>();
    types.visit::<bodies::CancelAppointment>();
    types.visit::<bodies::StoredAppointment>();
    types.visit::<bodies::AppointmentList>();
    types.visit::<bodies::AppointmentRow>();
    types.visit::<AppointmentId>();
    types.visit::<AppointmentWay>();
    types.visit::<AppointmentCancellation>();
    types.visit::<LocalTime>();
    types.by_name
}

fn rota() -> BTreeMap<String, String> {
    let mut types = Declarations::new();
    types.visit::<rota::RotaView>();
    types.visit::<rota::RotaNow>();
    types.visit::<rota::ChangeRota>();
    types.visit::<rota::RotaRefusal>();
    types.visit::<rota::RotaLog>();
    types.visit::<news::RotaNews>();
    types.visit::<news::SeenRotaNews>();
    types.visit::<rota::MakeFeed>();
    types.visit::<rota::MadeFeed>();
    types.visit::<rota::ImportCalendar>();
    types.visit::<rota::ImportPreview>();
    types.by_name
}

fn messages_file() -> String {
    MESSAGES_HEADER.to_owned() + &constants() + &messages().into_values().collect::<String>()
}

/// Types that the messages declare already are imported from there.
fn api_file() -> String {
    let (declared, mut own) = (messages(), bodies());
    own.retain(|name, _| !declared.contains_key(name));
    let body: String = own.into_values().collect();
    API_HEADER.to_owned() + &import(&declared, &body) + &body
}

/// The bodies of the rota are a file of their own.
fn rota_file() -> String {
    further_file(rota())
}

/// The bodies of prescriptions are a file of their own.
fn prescriptions_file() -> String {
    further_file(prescriptions())
}

/// The bodies of referrals are a file of their own.
fn referrals_file() -> String {
    further_file(referrals())
}

/// The bodies of appointments are a file of their own.
fn appointments_file() -> String {
    further_file(appointments())
}

/// A file with these declarations; what the others declare is imported.
fn further_file(mut own: BTreeMap<String, String>) -> String {
    let (messages, mut api) = (messages(), bodies());
    own.retain(|name, _| !messages.contains_key(name) && !api.contains_key(name));
    api.retain(|name, _| !messages.contains_key(name));
    let body: String = own.into_values().collect();
    let from_api = import(&api, &body).replace("./messages.ts", "./api.ts");
    API_HEADER.to_owned() + &from_api + import(&messages, &body).trim_start() + &body
}

fn import(declared: &BTreeMap<String, String>, body: &str) -> String {
    let code = body.lines().filter(|line| !line.trim_start().starts_with("/**"));
    let words: BTreeSet<_> = code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).collect();
    let wanted: Vec<_> = declared.keys().map(String::as_str).filter(|name| words.contains(name)).collect();
    if wanted.is_empty() {
        return String::new();
    }
    format!("\nimport type {{ {} }} from \"./messages.ts\";\n", wanted.join(", "))
}

/// The bounds that a form must know to refuse on the device what the server would refuse.
fn constants() -> String {
    format!(
        "
/** The version of this protocol that the server and its own pages speak. */
export const PROTOCOL_VERSION = {PROTOCOL_VERSION};

/** Most characters of a text; beyond, the message is refused as `too_large`. */
export const TEXT_LIMITS = {{
  reason: {},
  dpp: {},
  name: {},
  typed: {},
  note: {},
  advice: {},
  chat: {},
}} as const;

/** Most marks on a photo, and its right and lower border in their units. */
export const PHOTO_MARKS = {{ most: {}, place: {} }} as const;
",
        limits::REASON_CHARS,
        limits::DPP_CHARS,
        limits::NAME_CHARS,
        limits::TYPED_CHARS,
        limits::NOTE_CHARS,
        limits::ADVICE_CHARS,
        limits::CHAT_CHARS,
        limits::MARKS,
        limits::MARK_PLACE,
    )
}

/// Compares a generated file in `web/` with the committed one, which it replaces if the environment asks for that.
fn check(name: &str, fresh: &str) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "web", name].iter().collect();
    if std::env::var_os("UPDATE_PROTOCOL").is_some() {
        fs::write(&path, fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "web/{name} is stale: UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew"
    );
}

#[test]
fn committed_message_types_are_those_of_the_server() {
    check("protocol/messages.ts", &messages_file());
}

#[test]
fn committed_api_types_are_those_of_the_server() {
    check("protocol/api.ts", &api_file());
}

#[test]
fn committed_prescription_types_are_those_of_the_server() {
    check("protocol/prescriptions.ts", &prescriptions_file());
}

#[test]
fn committed_referral_types_are_those_of_the_server() {
    check("protocol/referrals.ts", &referrals_file());
}

#[test]
fn committed_appointment_types_are_those_of_the_server() {
    check("protocol/appointments.ts", &appointments_file());
}

#[test]
fn the_committed_formulary_is_that_of_the_server() {
    check("protocol/formulary.json", &formulary::file());
}

#[test]
fn the_committed_drugs_that_are_not_renewable_are_those_of_the_server() {
    check("protocol/not-renewable.ts", &formulary::not_renewable());
}

#[test]
fn committed_rota_types_are_those_of_the_server() {
    check("protocol/rota.ts", &rota_file());
}
