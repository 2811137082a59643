/** The copies of prescriptions that stay on the device, so that a post can show and print one without a network. */

import type { ConsultationId, Prescription } from "../../protocol/messages.ts";
import type { SealedStore } from "../offline/sealed-store.ts";
import { merged } from "./prescriptions.ts";

/** The changes that are being kept, one after the other: each adds to what the one before it has left. */
let keeping: Promise<void> = Promise.resolve();

/** Keeps what is new of a consultation on the device. If the disk fails, it stays on the screen, and the server sends it again. */
export function keep(disk: SealedStore, id: ConsultationId, news: readonly Prescription[]): Promise<void> {
  if (news.length === 0) return keeping;
  keeping = keeping.then(async () => {
    try {
      const before = await kept(disk, id);
      await disk.put("kept", nameOf(id), merged(before, news));
      if (before.length === 0) await forgetOldest(disk);
    } catch {
      // The server has it.
    }
  });
  return keeping;
}

/** The prescriptions of a consultation that are on the device, the oldest first. */
export async function kept(disk: SealedStore, id: ConsultationId): Promise<Prescription[]> {
  const found = await disk.get<Prescription[]>("kept", nameOf(id)).catch(() => undefined);
  return Array.isArray(found) ? found : [];
}

/** The prescriptions of all consultations that are on the device, the oldest first. */
export async function allKept(disk: SealedStore): Promise<Prescription[]> {
  const lists = await listsOf(disk).catch(() => []);
  return merged(lists.flatMap(([, list]) => list), []);
}

/** Removes the prescriptions of the consultations that were prescribed for longest ago, which the server has, too. */
async function forgetOldest(disk: SealedStore): Promise<void> {
  const lastOf = (list: readonly Prescription[]) => Math.max(...list.map(({ signed }) => signed.at));
  const lists = (await listsOf(disk)).sort(([, a], [, b]) => lastOf(b) - lastOf(a));
  for (const [name] of lists.slice(CONSULTATIONS_KEPT)) await disk.delete("kept", name);
}

/** The kept lists with their names. */
async function listsOf(disk: SealedStore): Promise<[string, Prescription[]][]> {
  const found = await disk.list<Prescription[]>("kept");
  return found.filter(([name, list]) => name.startsWith(NAME) && Array.isArray(list));
}

const NAME = "prescriptions ";
const nameOf = (id: ConsultationId) => NAME + id;

/** The consultations whose prescriptions stay on a device: some weeks of a post, and not its whole past. */
const CONSULTATIONS_KEPT = 50;
