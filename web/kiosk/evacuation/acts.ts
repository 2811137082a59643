/** What the post tells of its evacuations. Each act is on the tablet before it is sent, is sent when there is a network, and counts once however often it is sent. */

import { computed, signal } from "@preact/signals";
import type { QueueItem } from "../../client/offline/queue.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { get, post } from "../../client/signalling/session.ts";
import { toldNow } from "../../client/workflow/departures.ts";
import { after, type PostAct } from "../../client/workflow/referrals.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ActId, ConsultationId, Referral, ReferralEvent } from "../../protocol/messages.ts";
import { errorText } from "../../ui/i18n.ts";
import { toast } from "../../ui/Toast.tsx";
import { client, queue } from "../kiosk.ts";
import { book } from "../staff.ts";
import { referralsOf, take } from "./known.ts";
import { type Act, send } from "./sending.ts";

/** The kind of these entries in the queue. */
export const QUEUED_AS = "referral";

/** An act that waits on the tablet. */
export interface Unsent extends PostAct {
  key: string;
  /** The stable code of a refusal; null as long as there is none. */
  refusal: string | null;
}

/** An evacuation as the screens show it. */
export interface Followed {
  /** As it will be once the server has the acts that wait here. */
  one: Referral;
  unsent: readonly Unsent[];
  /** Acts that came too late: something else had happened before them. */
  late: readonly PostAct[];
}

const late = signal<readonly PostAct[]>([]);
const LATE = "late referral acts";
void client.kept.get<PostAct[]>("kept", LATE).then((kept) => Array.isArray(kept) && (late.value = [...kept, ...late.value]), () => undefined);

const unsent = computed((): Unsent[] => queue.items.value.flatMap(unsentOf));

function unsentOf({ key, kind, body, at, refusal }: QueueItem): Unsent[] {
  if (kind !== QUEUED_AS) return [];
  const { referral, act, event } = body as Act;
  return [{ key, referral, act, event, at, refusal }];
}

/** The evacuations of one consultation, the oldest first. */
export const followedOf = (id: ConsultationId): Followed[] => referralsOf(id).map(followed);

/** One evacuation with what this tablet has done about it. */
export function followed(told: Referral): Followed {
  const isOfIt = ({ referral }: PostAct) => referral === told.order.referral;
  const own = unsent.value.filter(isOfIt);
  return { one: after(told, own.filter(({ refusal }) => !refusal)), unsent: own, late: late.value.filter(isOfIt) };
}

/** Tells an event. Resolves with true when it is on the tablet; says why, and resolves with false, if that is full. */
export async function tellOf({ order }: Referral, event: ReferralEvent): Promise<boolean> {
  const { referral, consultation } = order;
  const act = crypto.randomUUID();
  const body: Act = { consultation, referral, act, event, proof: book.proof() ?? "" };
  try {
    // Acts on one evacuation are sent in their order.
    await queue.enqueue({ key: `${QUEUED_AS} ${act}`, kind: QUEUED_AS, group: `${QUEUED_AS} ${referral}`, body });
    return true;
  } catch {
    toast(errorText("storage"));
    return false;
  }
}

/** Forgets an act that was refused. */
export const forget = (key: string): void => void queue.drop(key);

/** A person has read that an act came too late. */
export const understood = (act: ActId): void => keepLate(late.peek().filter((one) => one.act !== act));

function keepLate(all: readonly PostAct[]): void {
  late.value = all.slice(-MOST_LATE);
  void client.kept.put("kept", LATE, late.value).catch(() => undefined);
}

queue.handle(QUEUED_AS, async ({ body, at }) => {
  const act = body as Act;
  const { referral, event } = act;
  const { told, isLate } = await send({ ...act, event: toldNow(event, at || wallNow(), wallNow()) }, {
    tell: ({ consultation, referral, act, event, proof }) =>
      post(`/api/consultations/${consultation}/referrals/${referral}/events`, { act, event }, { "staff-proof": proof }),
    read: async (consultation) => (await get<ConsultationView>(`/api/consultations/${consultation}`)).record.referrals,
  });
  if (isLate) keepLate([...late.peek().filter((one) => one.act !== act.act), { referral, act: act.act, event, at: at || wallNow() }]);
  take(told);
});

const MOST_LATE = 20;
