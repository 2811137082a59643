// The pages that `build.mjs` builds: their entries, titles, budgets, and the texts that each of them shows at first and later.

// The budgets in bytes over the wire (brotli); at 40 kbit/s a kilobyte is a fifth of a second. `texts` are the
// prefixes of the texts that a page can show; the others stay out of its bundle. `first` are those of its first
// screen, or `later` are those that its first screen does not show. A page that is `kept` is on the device after its first visit
// (`client/offline/update.ts`); the service worker lists the files of those alone.
const FIRST_ON_A_KIOSK = [
  ...["teranga", "link", "loading"].map(
    (name) => `common.${name}`,
  ),
  ...["enrol", "home", "link", "check.passed", "check.first", "history.title"].map((name) => `kiosk.${name}`),
  ...[
    "enroll_code",
    "device",
    "offline",
    "too_many_attempts",
    "draining",
    "storage",
    "internal",
  ].map((name) => `error.${name}`),
];
const LATER_AT_A_DESK = [
  "account",
  ...[
    "camera", "danger", "mic",
  ].map((name) => `client.${name}`),
  ...[
    "bleeding", "consciousness", "fetal_movement", "membranes", "months", "pallor", "pregnancy", "refill", "sex", "vital", "weeks", "years",
    "advice_by", "back", "camera_off", "camera_on", "cancel", "close", "corrected_at", "data", "data_ten", "departed", "disposition", "hear",
    "leave", "leave_voice", "member", "mute", "photo", "picture_ago", "print", "rejoin", "retry", "role", "rung", "signer_number", "stay_voice",
    "teranga", "unknown", "unmute", "you", "you_unseen",
  ].map((name) => `common.${name}`),
  ...[
    "advice", "advice_correct", "advice_correction", "advice_hint", "advice_none", "advice_refused", "advice_sending", "advice_sign",
    "advice_sign_correction", "advice_templates", "again", "alone", "became_case", "became_case_open", "call", "call_back", "camera", "closed", "closed_with", "decline", "defer", "defer_more",
    "devices_short", "emergency", "evacuate", "event", "far_lost", "figures", "finish", "finish_confirm", "finish_how",
    "finish_sign", "finish_silent", "finish_title", "finish_unsigned", "finishing", "follow_up", "hand_on", "hand_on_and_take", "handed_on",
    "history_empty", "hold", "invite", "invite_none", "invite_send", "invite_whom", "invite_why", "invited", "join", "leave_guest", "leave_holder",
    "leave_stay", "leave_title", "left", "lost_more", "microphone", "no_dpp", "note", "notes", "notes_hint", "over", "owed_all", "owed_end", "photo",
    "play", "post_left", "prescribe", "previous", "previous_none", "reason", "record", "rings", "rtt", "state", "taken", "taken_over", "transfer", "transfer_more", "voice_only", "why", "withdrawn",
  ].map((name) => `doctor.${name}`),
  ...[
    "already_taken", "busy", "malformed", "not_found", "origin", "draining", "storage", "too_fast", "too_many_connections", "version",
    "attachment_damaged", "attachment_late", "attachments_full", "document_encrypted", "document_kind", "document_pages", "document_too_hard", "voice_note_kind", "voice_note_long",
    "not_responsible", "outcome_told", "own_recording", "pin", "post_away", "recording_state", "set_aside", "slot_full", "sound_short", "sound_silent",
    "challenge", "device", "enroll_code", "elsewhere", "set_aside", "too_large", "unsupported", "not_responsible", "pin", "post_away", "queue_full", "grant", "offer", "order", "photo_damaged", "photo_kind", "photo_offset", "room_full", "rota_changed", "rota_on_duty", "rota_doctor", "rota_file", "rota_full", "rota_not_on_duty", "rota_span", "rota_uncovered",
    "unprescribed", "password", "not_prescriber", "signing_key", "signing_key_expired", "signing_key_not_begun", "clocks_apart", "prescription_line", "prescription_unanswered", "prescription_long", "prescription_replaced", "prescription_cancelled", "prescription_expired", "dispensed_already", "prescriptions_full",
    "unreferred", "unappointed", "referral_structure", "referrals_full", "referral_step", "referral_code", "referral_elsewhere", "ambulance_link", "ambulance_over",
    "appointment_date", "appointment_past", "appointment_far", "appointment_taken", "appointment_over", "appointment_phone",
    "patient_other_number", "patient_number_unknown", "patient_number_retired",
    "dpp_silent", "dpp_unusable", "dpp_document_elsewhere", "dpp_document_large", "dpp_document_busy", "dpp_document_kind",
    "proposals_full", "proposal_decided", "proposal_stale",
  ].map((name) => `error.${name}`),
];

/** The pages. */
export const APPS = [
  {
    name: "index",
    entry: "home/main.tsx",
    title: "Teranga",
    texts: ["common", "home", "error"],
    budget: 25_000,
  },
  {
    name: "poste",
    entry: "kiosk/main.tsx",
    title: "Teranga – poste de santé",
    texts: ["common", "client", "kiosk", "error"],
    first: FIRST_ON_A_KIOSK,
    kept: true,
    budget: 25_000,
  },
  {
    name: "medecin",
    entry: "doctor/main.tsx",
    title: "Teranga – médecin",
    texts: ["common", "client", "doctor", "error", "account", "duty"],
    later: LATER_AT_A_DESK,
    kept: true,
    budget: 45_000,
  },
  {
    name: "exploitation",
    entry: "ops/main.tsx",
    title: "Teranga – exploitation",
    texts: ["common", "client", "ops", "error", "account"],
    budget: 90_000,
  },
  {
    name: "coordination",
    entry: "coordinator/main.tsx",
    title: "Teranga – tableau de garde",
    texts: ["common", "client", "rota", "duty", "error"],
    budget: 60_000,
  },
  {
    name: "verifier",
    entry: "verifier/main.tsx",
    title: "Teranga – vérifier une ordonnance",
    texts: ["verifier", ...["back", "loading", "retry", "sex", "teranga"].map((name) => `common.${name}`)],
    kept: true,
    budget: 60_000,
  },
  {
    name: "accueil",
    entry: "reception/main.tsx",
    title: "Teranga – accueil des évacuations",
    texts: [
      "reception", "common.referral", "common.urgency", "error",
      ...["advice_by", "back", "close", "loading", "login", "password", "print", "retry", "sign_in", "sign_out", "signer_number", "teranga"].map((name) => `common.${name}`),
    ],
    budget: 40_000,
  },
  {
    name: "ambulance",
    entry: "ambulance/main.tsx",
    title: "Teranga – ambulance",
    texts: [
      "ambulance", "client.mic", "common.member", "common.urgency",
      ...["loading", "mute", "teranga", "unmute"].map((name) => `common.${name}`),
      ...["ambulance_link", "ambulance_over", "draining", "internal", "malformed", "offline", "room_full", "storage", "too_many_attempts", "too_many_connections"].map((name) => `error.${name}`),
    ],
    budget: 40_000,
  },
];

/** French texts that come with `ui/VoiceAlerts.tsx`, in every page that has calls. */
export const OF_A_CALL = ["client.voice", "doctor.template", ...["level", "dead", "silenced", "another", "choose"].map((name) => `client.mic.${name}`)];

/** The French texts that come with a later screen. */
const OF_A_WAIT = ["kiosk.meanwhile", "kiosk.wait_more"];
const OF_AN_EMPTY_DESK = ["doctor.idle"];
const OF_PRESENCE = ["doctor.presence"];
const OF_OUTCOMES = ["doctor.outcome"];
const OF_A_ROW = ["row", "absent", "age", "claim_of", "claiming", "mark", "no_reason", "reduced", "waits"].map((name) => `doctor.${name}`);
const OF_CASES_AT_A_DESK = ["doctor.case", "doctor.cases"];
const OF_PAPER = ["kiosk.paper"];
const OF_PRESCRIPTIONS = ["kiosk.rx"];
const OF_EVACUATIONS = ["kiosk.evac"];
const OF_THE_CHAT = ["common.chat"];
const OF_ANOTHER_WINDOW = ["common.elsewhere", "common.replaced", "common.take_over"];
const OF_A_PIN = ["kiosk.pin", "kiosk.ended", "kiosk.history.empty", "kiosk.history.no_advice"];
const OF_A_CASE = ["kiosk.case"];
const OF_THE_CASE_DOOR = ["kiosk.casedoor"];
const OF_PATIENTS = ["kiosk.patient"];
const OF_WHO_IS_ON_DUTY = ["kiosk.onduty"];
const OF_THE_SENTENCES = ["common.spoken"];
const OF_STORAGE = ["client.storage"];
const OF_DUTIES = ["duty"];
const OF_STAFF = ["kiosk.staff"];
const OF_NEAREST = ["kiosk.nearest"];
const OF_PROPOSING = ["kiosk.propose"];
const OF_PROPOSALS = ["common.proposal"];
const OF_PROPOSALS_TO_ANSWER = ["rota.proposals"];
const OF_OUTGOING = ["kiosk.outgoing"];
const OF_ATTACHMENTS = ["common.attach"];
const OF_THE_STOCK = ["kiosk.stock"];
const OF_THE_STOCK_DOOR = ["kiosk.stockdoor"];
const OF_WHO_HAS_SEEN = ["common.seen"];
const OF_CONSENT = ["common.consent"];
const OF_A_RECORD_AS_A_FILE = ["doctor.fhir"];
const OF_APPOINTMENTS = ["kiosk.appointment"];
const OF_APPOINTMENTS_AT_A_DESK = ["doctor.appointment"];
const OF_A_CLOSER_LOOK = ["doctor.closer"];
const OF_WRITING_PRESCRIPTIONS = ["doctor.rx"];
const OF_THE_NATIONAL_FILE = ["common.dpp"];
const OF_PUBLICATIONS = ["common.published"];
/** French texts of evacuations on every page that shows them, and of the room in which one is prepared. */
const OF_REFERRALS = ["common.referral"];
const OF_AMBULANCE_LINKS = ["common.ambulance"];
const OF_PREPARING_REFERRALS = ["doctor.ev"];

/** The parts of the French texts that come with a later screen, by the word that follows `fr.json?`. */
export const LATE_TEXTS = {
  call: OF_A_CALL,
  case: OF_A_CASE,
  casedoor: OF_THE_CASE_DOOR,
  cases: OF_CASES_AT_A_DESK,
  chat: OF_THE_CHAT,
  meanwhile: OF_A_WAIT,
  desk: OF_AN_EMPTY_DESK,
  outcome: OF_OUTCOMES,
  presence: OF_PRESENCE,
  row: OF_A_ROW,
  paper: OF_PAPER,
  rx: OF_PRESCRIPTIONS,
  evac: OF_EVACUATIONS,
  pin: OF_A_PIN,
  patients: OF_PATIENTS,
  ondutynow: OF_WHO_IS_ON_DUTY,
  spoken: OF_THE_SENTENCES,
  storage: OF_STORAGE,
  duty: OF_DUTIES,
  staff: OF_STAFF,
  takeover: OF_ANOTHER_WINDOW,
  nearest: OF_NEAREST,
  propose: OF_PROPOSING,
  proposal: OF_PROPOSALS,
  proposals: OF_PROPOSALS_TO_ANSWER,
  outgoing: OF_OUTGOING,
  attach: OF_ATTACHMENTS,
  seen: OF_WHO_HAS_SEEN,
  consent: OF_CONSENT,
  fhir: OF_A_RECORD_AS_A_FILE,
  closer: OF_A_CLOSER_LOOK,
  prescribe: OF_WRITING_PRESCRIPTIONS,
  dpp: OF_THE_NATIONAL_FILE,
  published: OF_PUBLICATIONS,
  stock: OF_THE_STOCK,
  stockdoor: OF_THE_STOCK_DOOR,
  referral: OF_REFERRALS,
  evacuate: OF_PREPARING_REFERRALS,
  ambulance: OF_AMBULANCE_LINKS,
  appointments: OF_APPOINTMENTS,
  deskappointments: OF_APPOINTMENTS_AT_A_DESK,
};
