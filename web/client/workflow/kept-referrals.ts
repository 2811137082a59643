/** The copies of evacuations that stay on the device, so that a post can read, print and follow one without a network. */

import type { Referral } from "../../protocol/messages.ts";
import type { SealedStore } from "../offline/sealed-store.ts";
import { isOver, merged } from "./referrals.ts";

type Disk = Pick<SealedStore, "get" | "put" | "delete" | "list">;

/** The changes that are being kept, one after the other: each adds to what the one before it has left. */
let keeping: Promise<void> = Promise.resolve();

/** Keeps what is new. If the disk fails, it stays on the screen, and the server has it. */
export function keep(disk: Disk, news: readonly Referral[]): Promise<void> {
  if (news.length === 0) return keeping;
  keeping = keeping.then(async () => {
    try {
      for (const one of news) await keepOne(disk, one);
      await forgetOldest(disk);
    } catch {
      // The server has it.
    }
  });
  return keeping;
}

/** All evacuations that are on the device, the oldest first. Rejects if the disk fails. */
export async function allKept(disk: Disk): Promise<Referral[]> {
  return merged((await listed(disk)).map(([, one]) => one), []);
}

async function keepOne(disk: Disk, one: Referral): Promise<void> {
  const before = await disk.get<Referral>("kept", nameOf(one));
  const [counts] = merged(before?.order ? [before] : [], [one]);
  if (counts !== before) await disk.put("kept", nameOf(one), counts);
}

/** Removes those that were ordered for longest ago, and of them those first that are over; the server has them, too. */
async function forgetOldest(disk: Disk): Promise<void> {
  const all = await listed(disk);
  const lastNeeded = all.sort(([, a], [, b]) => Number(isOver(a)) - Number(isOver(b)) || b.order.at - a.order.at);
  for (const [name] of lastNeeded.slice(KEPT)) await disk.delete("kept", name);
}

async function listed(disk: Disk): Promise<[string, Referral][]> {
  const found = await disk.list<Referral>("kept");
  return found.filter(([name, one]) => name.startsWith(NAME) && !!one?.order?.at && !!one.structure);
}

const NAME = "referral ";
const nameOf = ({ order }: Referral) => NAME + order.referral;

/** Some months of a post, and not its whole past. */
const KEPT = 50;
