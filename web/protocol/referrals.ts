// The bodies of the HTTP interface, generated from src/http and clinic/src/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/API.md tells it in prose.
import type { ActId, Letter, Need, Place, Referral, ReferralEvent, ReferralId } from "./messages.ts";

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
