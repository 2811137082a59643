/** What a nurse may propose about a structure, and the proposals of the post with those that this tablet still keeps. Pure. */

import type { Capability, NearStructure, OwnProposal, ProposedChange } from "../../protocol/api.ts";
import type { Place } from "../../protocol/messages.ts";

/** The changes that are one touch each: what is said of the structure, turned round. A telephone number is typed. */
export function choicesFor({ hours, capabilities }: Pick<NearStructure, "hours" | "capabilities">): ProposedChange[] {
  const can = (capability: Capability): ProposedChange => ({ kind: "capability", capability, present: !capabilities.includes(capability) });
  const known = ORDER.filter((one) => capabilities.includes(one));
  const missing = ORDER.filter((one) => !capabilities.includes(one));
  return [
    { kind: "closed", closed: true },
    { kind: "hours", hours: hours === "24h" ? "day" : "24h" },
    ...known.map(can),
    ...missing.map(can),
  ];
}

/** The number as it is sent; null if it cannot be one. The server takes the same. */
export function typedPhone(typed: string): string | null {
  const phone = typed.trim();
  const figures = phone.replace(/\D/g, "").length;
  return /^[\d +\-.()/]{2,40}$/.test(phone) && figures >= 2 ? phone : null;
}

/** What the queue of the tablet keeps of a proposal. The names of its fields must stay, because entries outlive a version of the page. */
export interface KeptProposal {
  proposal: string;
  structure: Place;
  change: ProposedChange;
  remark: string;
  proof: string;
}

/** A proposal as the list shows it. */
export interface ProposalRow extends Pick<OwnProposal, "proposal" | "structure" | "change" | "reason"> {
  /** `kept`: on this tablet only · `refused`: the server does not take it. */
  state: OwnProposal["state"] | "kept" | "refused";
  /** The time of the proposal or of its answer; null if it has not left. */
  at: number | null;
  /** The code of the refusal. */
  refusal: string | null;
}

/** The proposals of the post: those that have not left first, then those of the server, the newest first. */
export function rowsOf(told: readonly OwnProposal[], queued: readonly { body: unknown; refusal: string | null }[]): ProposalRow[] {
  const known = new Set(told.map(({ proposal }) => proposal));
  const kept = queued.map(({ body, refusal }) => ({ ...(body as KeptProposal), refusal })).filter(({ proposal }) => !known.has(proposal));
  return [
    ...kept.map(({ proposal, structure, change, refusal }): ProposalRow => {
      return { proposal, structure, change, refusal, reason: "", state: refusal ? "refused" : "kept", at: null };
    }),
    ...told.map(({ proposal, structure, change, reason, state, at, decided_at }): ProposalRow => {
      return { proposal, structure, change, reason, state, at: decided_at ?? at, refusal: null };
    }),
  ];
}

/** The order of capabilities, the most urgent first. */
const ORDER: Capability[] = ["cesarean", "surgery", "transfusion", "neonatal", "imaging", "laboratory", "maternity", "ambulance"];
