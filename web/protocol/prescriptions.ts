// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.
import type { ActId, ConsultationId, DispensedLine, FindingKind, Justification, Pii, PrescriptionId, ProductId, StaffId } from "./messages.ts";

/** The amounts of a substance a day, in micrograms. */
export type Amounts = {
  /** The amount of the line. */
  drafted_ug: number;
  /** The least that is published for this patient. */
  least_ug: number;
  /** The most that is published for this patient. */
  most_ug: number;
};

/** Cancels a prescription. */
export type CancelPrescription = {
  /** The reason. */
  why: string;
  /** The doctor's password, asked again. */
  password: string;
};

/** What the checks of a draft have found. */
export type CheckedDraft = {
  /** The lines, counted from 0, that are incomplete or have an impossible number. Only the first is told. */
  flawed: number | null;
  /** The questions about the lines, answered or not. */
  findings: DraftFinding[];
  /** True if the draft could be signed as it is. */
  signable: boolean;
};

/** Says what a pharmacy has given. */
export type DispenseAtPharmacy = {
  /** Name of the act, made anew for each. */
  act: ActId;
  /** The lines, each once. */
  lines: DispensedLine[];
  /** Name of the pharmacy. */
  pharmacy: string;
  /** Name of the person. */
  person: string;
};

/** Says what a post has given. */
export type DispenseAtPost = {
  /** Name of the act, made anew for each. */
  act: ActId;
  /** The lines, each once. */
  lines: DispensedLine[];
  /** The time at which it was given, by the server's clock as the tablet knows it, ms since 1970. */
  at: number;
};

/** What was given of a prescription, for whoever has the paper. */
export type DispensedSomewhere = {
  /** Name of the act. */
  act: ActId;
  /** The time, ms since 1970. */
  at: number;
  /** Name of the pharmacy, or of the post. */
  place: string;
  /** The lines to which something happened. */
  lines: DispensedLine[];
};

/** A drug of a draft. */
export type DraftDrug = { "listed": ProductId } | { "other": string };

/** One question about one line. */
export type DraftFinding = {
  /** The line, counted from 0. */
  line: number;
  /** The reason. */
  kind: FindingKind;
  /** True if the specialist must give a reason before signing. */
  asks: boolean;
  /** The other line that it is about. */
  other?: number;
  /** The amounts that it is about. */
  amounts?: Amounts;
};

/** One drug of a draft. */
export type DraftLine = {
  /** The drug. */
  drug: DraftDrug;
  /** Thousandths of the product's unit at each intake; none if the directions tell it. */
  dose_milli?: number;
  /** Intakes a day; none if the directions tell them. */
  per_day?: number;
  /** Days of the course. */
  days: number;
  /** What the specialist adds, as `après les repas`. */
  directions: string;
};

/** A doctor's last key for documents that needs whoever runs the server. */
export type EndingKey = {
  /** The doctor's name. */
  name: string;
  /** What is to be known of it. */
  state: EndingKeyState;
  /** The beginning of its certificate, ms since 1970. */
  from: number;
  /** The end of its certificate, ms since 1970. */
  until: number;
};

/** What is to be known of a doctor's last key. */
export type EndingKeyState = "ends_soon" | "ended" | "not_begun";

/** The state of a doctor's own key. */
export type OwnKey = {
  /** The end of its certificate, ms since 1970; none if the doctor has no key that may sign. */
  valid_until: number | null;
  /** True if there is only a key whose certificate is over. */
  expired: boolean;
  /** True if there is only a key whose certificate has not begun by the server's clock. */
  not_begun: boolean;
  /** The time by the server's clock, ms since 1970. */
  at: number;
};

/** Asks for the prescription with a printed code. The code is in no address, because proxies and browsers keep addresses. */
export type PrescriptionCode = {
  /** The code, as it was typed. */
  code: string;
};

/** A draft of a prescription, as its page sends it to be checked and signed. */
export type PrescriptionDraft = {
  /** Identifier that the page makes, so that a draft that is sent twice is signed once. */
  prescription: PrescriptionId;
  /** The consultation. */
  consultation: ConsultationId;
  /** The drugs. */
  lines: Pii<Array<DraftLine>>;
  /** Known allergies in the specialist's words; none if nothing was typed. */
  allergies?: Pii<string>;
  /** The reasons for which questioned lines stand. */
  justifications?: Pii<Array<Justification>>;
  /** The prescription of this consultation that this one replaces. */
  replaces?: PrescriptionId;
};

/** The state of a prescription. */
export type PrescriptionState = "valid" | "replaced" | "cancelled" | "unknown";

/** What the server knows of a prescription. */
export type PrescriptionStatus = {
  /** The state. */
  state: PrescriptionState;
  /** The time of a cancellation, ms since 1970. */
  at?: number;
  /** What was given of it, oldest first. */
  dispensed?: Array<DispensedSomewhere>;
};

/** The signed text of a prescription, as its QR code has it. */
export type PrescriptionText = {
  /** The text. */
  text: string;
};

/** The count of one product. */
export type PutCount = {
  /** The product. */
  product: ProductId;
  /** Units of it. */
  quantity: number;
  /** The month in which the first of them expires, as `2027-03`. */
  expires?: string;
  /** The time at which it was counted, by the server's clock as the tablet knows it, ms since 1970. */
  counted_at: number;
};

/** Counts of products, made at one time by one person. */
export type PutStock = {
  /** The counts, at most 200. */
  counts: Array<PutCount>;
};

/** Signs a draft. */
export type SignDraft = {
  /** The draft. */
  draft: PrescriptionDraft;
  /** The signer's password, asked again. */
  password: string;
  /** The time by the clock of the signer's own device, ms since 1970. Nothing is signed if it is more than a day from the server's. The
   * pages of the version before do not tell it. */
  device_at?: number;
};

/** What became of a signature or a cancellation. */
export type SignedDraft = {
  /** True if it is on the disk; false if it is on its way there. Saying it again is harmless. */
  stored: boolean;
};

/** The keys for documents of which whoever runs the server has to know. */
export type SigningKeys = {
  /** Those that are to be renewed, the most pressing first. */
  ending: Array<EndingKey>;
  /** The doctors whose keys were withdrawn within 90 days, the last first. */
  withdrawn: Array<WithdrawnHolder>;
};

/** What a post has of one product. */
export type StockLine = {
  /** The product. */
  product: ProductId;
  /** Units of it when it was counted. */
  quantity: number;
  /** Units that prescriptions of this post have asked for since then and that nobody has given, those that were replaced or cancelled left out. */
  prescribed_since: number;
  /** Units that the post has given since then. */
  dispensed_since: number;
  /** The month in which the first of them expires, as `2027-03`. */
  expires?: string;
  /** The time at which it was counted, ms since 1970. */
  counted_at: number;
  /** The member of staff who counted; none if nobody had signed in at the tablet. */
  staff?: StaffId;
};

/** The stock of a post. */
export type StockView = {
  /** The server's time, ms since 1970. */
  at: number;
  /** The products that were ever counted. */
  lines: Array<StockLine>;
};

/** A key that a verifier believes. */
export type TrustedKey = {
  /** The first 8 bytes of the SHA-256 of its certificate, base64url. */
  kid: string;
  /** The coordinates of the public key on P-256, base64url. */
  x: string;
  /** The second coordinate. */
  y: string;
  /** The name of its holder. */
  name: string;
  /** The holder's number in the register of the professional order. */
  order_number?: string;
  /** The beginning of its validity, ms since 1970. */
  from: number;
  /** The end of its validity, ms since 1970. */
  to: number;
  /** The end of its use before that. */
  withdrawn?: WithdrawnKey;
};

/** The keys that a verifier believes. */
export type TrustedKeys = {
  /** The time at which the list was made, ms since 1970. */
  at: number;
  /** The keys. */
  keys: Array<TrustedKey>;
};

/** The reason for which a key is not used any more. */
export type WithdrawnBecause = "left" | "lost";

/** A doctor whose keys were withdrawn. */
export type WithdrawnHolder = {
  /** The doctor's name. */
  name: string;
  /** The doctor's number in the register of the professional order. */
  order_number?: string;
  /** The time and the reason. */
  withdrawn: WithdrawnKey;
  /** True if the doctor has another key, which signs at this moment. */
  signs: boolean;
};

/** The end of the use of a key. */
export type WithdrawnKey = {
  /** The time, ms since 1970. */
  at: number;
  /** The reason. */
  why: WithdrawnBecause;
};
