/** Stylesheets are imported for their effect on the page. */
declare module "*.css";

/** The address of a font file. */
declare module "*.woff2" {
  const href: string;
  export default href;
}

/** The address of a stylesheet that `stylesheet.ts` loads with its screen. */
declare module "*.css?later" {
  const href: string;
  export default href;
}

/** The French texts that a page's first screen does not show; other pages have all texts at once. */
declare module "*/fr.json?rest" {
  const rest: Partial<typeof import("./texts/fr.json")>;
  export default rest;
}

/** The English texts of later screens. */
declare module "*/en.json?late" {
  const late: Partial<typeof import("./texts/fr.json")>;
  export default late;
}

/** The French texts about the device's storage. */
declare module "*/fr.json?storage" {
  const storage: Partial<typeof import("./texts/fr.json")>;
  export default storage;
}

/** The French texts of the PIN of a post. */
declare module "*/fr.json?pin" {
  const pin: Partial<typeof import("./texts/fr.json")>;
  export default pin;
}

/** The French texts of the staff of a post. */
declare module "*/fr.json?staff" {
  const staff: Partial<typeof import("./texts/fr.json")>;
  export default staff;
}

/** The French texts of the structures near a post. */
declare module "*/fr.json?nearest" {
  const nearest: Partial<typeof import("./texts/fr.json")>;
  export default nearest;
}

/** The French texts of what waits to be sent. */
declare module "*/fr.json?outgoing" {
  const outgoing: Partial<typeof import("./texts/fr.json")>;
  export default outgoing;
}

/** The French texts of the printed sheet. */
declare module "*/fr.json?paper" {
  const paper: Partial<typeof import("./texts/fr.json")>;
  export default paper;
}

/** The French texts of a patient's consent. */
declare module "*/fr.json?consent" {
  const consent: Partial<typeof import("./texts/fr.json")>;
  export default consent;
}

/** The French texts of a picture of which a part is shown sharper. */
declare module "*/fr.json?closer" {
  const closer: Partial<typeof import("./texts/fr.json")>;
  export default closer;
}

/** The French texts of who has seen a record. */
declare module "*/fr.json?seen" {
  const seen: Partial<typeof import("./texts/fr.json")>;
  export default seen;
}

/** The French texts of prescriptions at a post. */
declare module "*/fr.json?rx" {
  const rx: Partial<typeof import("./texts/fr.json")>;
  export default rx;
}

/** The French texts of evacuations at a post. */
declare module "*/fr.json?evac" {
  const evac: Partial<typeof import("./texts/fr.json")>;
  export default evac;
}

/** The French texts of the measures during a wait. */
declare module "*/fr.json?meanwhile" {
  const meanwhile: Partial<typeof import("./texts/fr.json")>;
  export default meanwhile;
}

/** The French texts of an empty desk. */
declare module "*/fr.json?desk" {
  const desk: Partial<typeof import("./texts/fr.json")>;
  export default desk;
}

/** The French texts of a doctor's presence. */
declare module "*/fr.json?presence" {
  const presence: Partial<typeof import("./texts/fr.json")>;
  export default presence;
}

/** The French texts of a row of the queue, which an empty desk does without. */
declare module "*/fr.json?row" {
  const row: Partial<typeof import("./texts/fr.json")>;
  export default row;
}

/** The French texts of the outcomes of consultations. */
declare module "*/fr.json?outcome" {
  const outcome: Partial<typeof import("./texts/fr.json")>;
  export default outcome;
}

/** The French texts of a record as a file. */
declare module "*/fr.json?fhir" {
  const fhir: Partial<typeof import("./texts/fr.json")>;
  export default fhir;
}

/** The French texts about duties. */
declare module "*/fr.json?duty" {
  const duty: Partial<typeof import("./texts/fr.json")>;
  export default duty;
}

/** The French texts of `VoiceAlerts.tsx`. */
declare module "*/fr.json?call" {
  const call: Partial<typeof import("./texts/fr.json")>;
  export default call;
}

/** The French texts of the chat. */
declare module "*/fr.json?chat" {
  const chat: Partial<typeof import("./texts/fr.json")>;
  export default chat;
}

/** The French texts of the sentences for patients. */
declare module "*/fr.json?spoken" {
  const spoken: Partial<typeof import("./texts/fr.json")>;
  export default spoken;
}

/** The French texts of deferred cases at a post. */
declare module "*/fr.json?case" {
  const cases: Partial<typeof import("./texts/fr.json")>;
  export default cases;
}

/** The French texts of the line that leads to the cases. */
declare module "*/fr.json?casedoor" {
  const door: Partial<typeof import("./texts/fr.json")>;
  export default door;
}

/** The French texts of the cases at a desk (build.mjs). */
declare module "*/fr.json?cases" {
  const cases: Partial<typeof import("./texts/fr.json")>;
  export default cases;
}

/** The French texts of attachments. */
declare module "*/fr.json?attach" {
  const attach: Partial<typeof import("./texts/fr.json")>;
  export default attach;
}

/** The French texts about the national file of patients. */
declare module "*/fr.json?dpp" {
  const dpp: Partial<typeof import("./texts/fr.json")>;
  export default dpp;
}

/** The French texts about records that are published. */
declare module "*/fr.json?published" {
  const published: Partial<typeof import("./texts/fr.json")>;
  export default published;
}

/** The French texts about patients who are known. */
declare module "*/fr.json?patients" {
  const patients: Partial<typeof import("./texts/fr.json")>;
  export default patients;
}

/** The French texts about who is on duty, at a post. */
declare module "*/fr.json?ondutynow" {
  const onDuty: Partial<typeof import("./texts/fr.json")>;
  export default onDuty;
}

/** The French texts of `TakeOver.tsx`. */
declare module "*/fr.json?takeover" {
  const takeover: Partial<typeof import("./texts/fr.json")>;
  export default takeover;
}

/** The French texts of writing prescriptions. */
declare module "*/fr.json?prescribe" {
  const prescriptions: Partial<typeof import("./texts/fr.json")>;
  export default prescriptions;
}

/** The French texts of the stock of a post. */
declare module "*/fr.json?stock" {
  const stock: Partial<typeof import("./texts/fr.json")>;
  export default stock;
}

/** The French texts of the door to the stock. */
declare module "*/fr.json?stockdoor" {
  const door: Partial<typeof import("./texts/fr.json")>;
  export default door;
}

/** The French texts of evacuations, which several pages show. */
declare module "*/fr.json?referral" {
  const referral: Partial<typeof import("./texts/fr.json")>;
  export default referral;
}

/** The French texts of the room in which an evacuation is prepared. */
declare module "*/fr.json?evacuate" {
  const evacuate: Partial<typeof import("./texts/fr.json")>;
  export default evacuate;
}

/** The French texts of the link for an ambulance. */
declare module "*/fr.json?ambulance" {
  const ambulance: Partial<typeof import("./texts/fr.json")>;
  export default ambulance;
}

/** The French texts of appointments at a post. */
declare module "*/fr.json?appointments" {
  const appointments: Partial<typeof import("./texts/fr.json")>;
  export default appointments;
}

/** The French texts of appointments at a desk. */
declare module "*/fr.json?deskappointments" {
  const appointments: Partial<typeof import("./texts/fr.json")>;
  export default appointments;
}

/** The French texts of what posts propose about structures, which several pages show. */
declare module "*/fr.json?proposal" {
  const proposal: Partial<typeof import("./texts/fr.json")>;
  export default proposal;
}

/** The French texts of proposing a correction, at a post. */
declare module "*/fr.json?propose" {
  const propose: Partial<typeof import("./texts/fr.json")>;
  export default propose;
}

/** The French texts of answering proposals, for coordinators. */
declare module "*/fr.json?proposals" {
  const proposals: Partial<typeof import("./texts/fr.json")>;
  export default proposals;
}
