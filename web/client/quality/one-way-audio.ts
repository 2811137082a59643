//! Pure: who does not hear whom although a voice is sent, and what to do about it.
//!
//! The server says whose voice it gets; this page knows whose packets come, and whether its own go out. Where both do not
//! agree for 5 s one direction is deaf: first another path is looked for, then everything is begun anew, ever more seldom.

import type { Member, MemberId } from "../../protocol/messages.ts";

export interface Heard {
  me: MemberId;
  members: readonly Member[];
  /** Packets of each member's voice; under our own name, those of a mix of all others. */
  packets: ReadonlyMap<MemberId, number>;
  /** Packets of our own that the browser has sent; null: there is nothing to send. */
  sent: number | null;
}

/** What to do now. */
export type Repair = "restart" | "renew" | null;

export class Hearing {
  /** Of each voice, ours too: its packets, and since when there are no more. */
  readonly #voices = new Map<MemberId, { packets: number; since: number }>();
  #lostSince: number | null = null;
  #repairs = 0;
  #repairAt = 0;

  /** Whose voice does not reach us, although it reaches the server. */
  deafTo: readonly MemberId[] = [];
  /** Our voice goes out and does not reach the server. */
  unheard = false;

  look(now: number, heard: Heard): Repair {
    const others = heard.members.filter(({ member }) => member !== heard.me);
    this.deafTo = others.filter((other) => this.#isMissed(now, other, heard)).map(({ member }) => member);
    this.unheard = this.#isUnheard(now, heard);
    if (!this.deafTo.length && !this.unheard) return this.#isWell(now);
    if (this.#repairs && now < this.#repairAt) return null;
    const pause_ms = REPAIR_AFTER_MS[Math.min(this.#repairs, REPAIR_AFTER_MS.length - 1)]!;
    this.#repairAt = now + pause_ms;
    return this.#repairs++ ? "renew" : "restart";
  }

  /** There is no path, or no server to ask: outages are told elsewhere. Each voice then has its time anew. */
  rest(): void {
    this.#voices.clear();
    this.#lostSince = null;
    this.deafTo = [];
    this.unheard = false;
  }

  /** Another call. */
  begin(): void {
    this.rest();
    this.#repairs = 0;
  }

  #isMissed(now: number, { member, state, voice }: Member, { me, packets }: Heard): boolean {
    const flows = state === "here" && voice === "flows";
    const came = packets.get(member) ?? packets.get(me) ?? 0;
    return this.#stoodFor(now, member, flows ? came : null) >= MISSED_AFTER_MS;
  }

  /** The server missed us for a second and a half before it said so, or for five where only the voice is missing. */
  #isUnheard(now: number, { me, members, sent }: Heard): boolean {
    const own = members.find(({ member }) => member === me);
    const goesOut = this.#stoodFor(now, me, sent) < SENDS_WITHIN_MS;
    this.#lostSince = own?.state === "lost" ? (this.#lostSince ?? now) : null;
    const cutOff = this.#lostSince !== null && now - this.#lostSince >= LOST_AFTER_MS;
    return sent !== null && goesOut && (cutOff || own?.voice === "stopped");
  }

  /** For how long a count has not grown; null stands for none that could. */
  #stoodFor(now: number, member: MemberId, packets: number | null): number {
    const before = this.#voices.get(member);
    if (packets === null) this.#voices.delete(member);
    else if (packets !== before?.packets) this.#voices.set(member, { packets, since: now });
    return packets === null ? 0 : now - this.#voices.get(member)!.since;
  }

  #isWell(now: number): null {
    if (now > this.#repairAt) this.#repairs = 0;
    return null;
  }
}

/** Even who is silent sends each 400 ms: a dozen packets in a row. */
const MISSED_AFTER_MS = 5000;
const LOST_AFTER_MS = 3500;
const SENDS_WITHIN_MS = 2000;
/** After each repair, how long to see whether it helped. A new transport costs a slow link some seconds. */
const REPAIR_AFTER_MS = [5000, 15_000, 30_000, 60_000];
