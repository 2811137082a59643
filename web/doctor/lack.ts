/** What the outcome of a consultation still lacks, in a call and in a case alike. Pure. */

import type { Disposition } from "../protocol/messages.ts";

/**
 * The prescription, the evacuation or the appointment that an outcome names, or anything written. Only the last one does not keep a
 * consultation open (`refuse_label` of the server).
 */
export type Lack = "prescription" | "referral" | "appointment" | "silent";

/** What has been done in a consultation. */
export interface Done {
  /** True if there is no advice. */
  silent: boolean;
  /** True if a prescription is in force. */
  prescribed: boolean;
  /** True if an evacuation was asked for and not cancelled. */
  referred: boolean;
  /** True if an appointment is ahead. */
  appointed: boolean;
}

/** What keeps a consultation from ending with this outcome. */
export const keepsOpen = (lack: Lack | null): boolean => lack !== null && lack !== "silent";

/** The outcome that is proposed: an act that was done names it. */
export const proposed = ({ prescribed, referred }: Done): Disposition | null => (referred ? "evacuation" : prescribed ? "prescription" : null);

/** What an outcome lacks. */
export function lackOf(how: Disposition | null, { silent, prescribed, referred, appointed }: Done): Lack | null {
  if (how === "prescription") return prescribed ? null : "prescription";
  if (how === "evacuation") return referred ? null : "referral";
  if (how === "appointment") return appointed ? null : "appointment";
  return silent && !prescribed && !referred && !appointed ? "silent" : null;
}
