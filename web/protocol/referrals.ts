// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.
import type { ActId, ConsultationId, Letter, Need, Place, Referral, ReferralEvent, ReferralId, Urgency } from "./messages.ts";

/** The call to which a link leads. It says nothing of the patient. */
export type AmbulanceCall = {
  /** The consultation. */
  consultation: ConsultationId;
  /** The post that sends the patient, with its telephone. */
  post: Place;
  /** The structure that expects the patient, with its telephone. */
  structure: Place;
  /** The doctor who holds the call; none if nobody does now. */
  doctor: string | null;
  /** The structure of that doctor, with its telephone. */
  doctor_place: Place | null;
  /** The urgency of the evacuation. */
  urgency: Urgency;
  /** True if the call is over, or the journey: there is nothing to come into. */
  over: boolean;
};

/** What became of the link of a referral. */
export type AmbulanceLinkView = {
  /** True if there is one that was opened, or can be. */
  stands: boolean;
  /** True if a telephone has opened it. */
  opened: boolean;
};

/** Opens a link, once. */
export type JoinAmbulance = {
  /** The secret of the address, or the code that was typed. */
  code: string;
  /** Random text of the page, by which it may open the link again if the answer was lost; 22 to 64 characters. */
  key: string;
  /** The name and work of whoever is in the ambulance, which the others in the call read. */
  name: string;
};

/** Asks whose call a link is for. It does not use the link up. */
export type LookAtAmbulance = {
  /** The secret of the address, or the code that was typed. */
  code: string;
};

/** A link that was made now. It is told once, because only its hashes are kept. */
export type MadeAmbulanceLink = {
  /** What follows `/ambulance#` in the address: 128 random bits. */
  secret: string;
  /** The code that can be typed at `/ambulance` in its place. */
  code: string;
  /** The time after which it is not opened any more, ms since 1970. */
  expires_at: number;
};

/** Says what happened to a referral without an account. */
export type MoveLiaison = {
  /** The code of the letter. */
  code: string;
  /** Random identifier of this act, which the page makes. */
  act: ActId;
  /** The event. */
  event: ReferralEvent;
  /** The name of whoever says it, as `Dr Sy, sage-femme de garde`; 2 to 80 characters. */
  name: string;
};

/** Says what happened to a referral. */
export type MoveReferral = {
  /** Random identifier of this act, which the page makes. The same one again changes nothing. */
  act: ActId;
  /** The event. Of the structure that is asked next, only the identifier counts. */
  event: ReferralEvent;
};

/** Opens a referral without an account. */
export type OpenLiaison = {
  /** The code of the letter; case, spaces and hyphens do not matter. */
  code: string;
};

/** Orders to send the patient to another structure. */
export type OrderReferral = {
  /** Random identifier (RFC 9562, version 4), which the page makes. The same one again changes nothing. */
  referral: ReferralId;
  /** Identifier of the structure that is asked first. */
  structure: string;
  /** Identifiers of the structures that are asked after it, in this order; four at most. */
  others: Array<string>;
  /** What the patient needs. */
  needs: Need[];
  /** The letter. */
  letter: Letter;
};

/** What became of an order. */
export type OrderedReferral = {
  /** True if it is on the disk; false if it is on its way there. Saying it again is harmless. */
  stored: boolean;
};

/** A referral as its receiver sees it. */
export type ReceivedReferral = {
  /** The referral. In the list it has no letter: that is read by opening it. */
  referral: Referral;
  /** The post that sends the patient. */
  post: Place;
};

/** The referrals of a structure. */
export type ReceivedReferrals = {
  /** The server's time, ms since 1970. */
  at: number;
  /** Those that are not over, and after them the others; the newest first, and 100 at most. */
  referrals: Array<ReceivedReferral>;
};
