/** The structures among which a person at the post chooses when the doctor's list is not enough. Pure. */

import { wasClosed } from "../../client/workflow/closed-structures.ts";
import type { NearStructure } from "../../protocol/api.ts";
import type { Need, Referral } from "../../protocol/messages.ts";

/** One of them. */
export interface Choice {
  near: NearStructure;
  /** What it can do of that which the patient needs. */
  can: Need[];
  /** True if it has said that it cannot take the patient. */
  saidNo: boolean;
}

/** Those that can do most of what is needed first, and of two the nearer one; last those that have said no. None that was closed meanwhile. `own` is the post, which asks nobody like itself. */
export function choicesOf(one: Referral, known: readonly NearStructure[], own: string | undefined): Choice[] {
  const { order, structure, tried = [] } = one;
  const closed = new Set(tried.filter((before) => wasClosed(one, before)).map((before) => before.structure.id));
  const saidNo = new Set(tried.filter(({ state }) => state === "rejected").map((before) => before.structure.id));
  return known
    .filter(({ place: { id }, level }) => !NO_CARE.has(level) && id !== structure.id && id !== own && !closed.has(id))
    .map((near) => ({ near, can: order.needs.filter((need) => near.capabilities.includes(need)), saidNo: saidNo.has(near.place.id) }))
    .sort((a, b) => Number(a.saidNo) - Number(b.saidNo) || b.can.length - a.can.length || kmOf(a) - kmOf(b))
    .slice(0, MOST);
}

const kmOf = ({ near: { km } }: Choice): number => km ?? Number.MAX_VALUE;

/** The levels to which nobody is evacuated. */
const NO_CARE: ReadonlySet<NearStructure["level"]> = new Set(["case", "post", "office"]);
/** As many as a person compares in an emergency. */
const MOST = 8;
