/**
 * Detects a voice that is sent and does not arrive, in either direction, and says how to repair it. Pure.
 *
 * The server tells whose voice it receives; this page knows whose packets it receives, and whether its own go out.
 * If the two disagree for 5 s, one direction is broken: first ICE is restarted, then the transport is renewed, more
 * and more seldom.
 */

import type { Member, MemberId } from "../../protocol/messages.ts";

/** The state of all voices at one moment. */
export interface AudioFlow {
  me: MemberId;
  members: readonly Member[];
  /** Packets received of each member's voice; under our own id those of a mix of all others. */
  packets: ReadonlyMap<MemberId, number>;
  /** Packets that the browser has sent of our voice; null if there is nothing to send. */
  sent: number | null;
}

/** `restart` ICE, or `renew` the transport. */
export type Repair = "restart" | "renew" | null;

/** The detector for all voices of a call. */
export class OneWayAudio {
  /** The packets of each voice, ours included, and the time since which there are no more. */
  readonly #voices = new Map<MemberId, { packets: number; since: number }>();
  #lostSince: number | null = null;
  #repairs = 0;
  #repairAt = 0;

  /** The members whose voice reaches the server but not us. */
  deafTo: readonly MemberId[] = [];
  /** True if our voice is sent and does not reach the server. */
  unheard = false;

  /** Takes what is known now, and returns the repair that is due. */
  update(now: number, flow: AudioFlow): Repair {
    const others = flow.members.filter(({ member }) => member !== flow.me);
    this.deafTo = others.filter((other) => this.#isMissed(now, other, flow)).map(({ member }) => member);
    this.unheard = this.#isUnheard(now, flow);
    if (!this.deafTo.length && !this.unheard) return this.#isWell(now);
    if (this.#repairs && now < this.#repairAt) return null;
    const pause_ms = REPAIR_AFTER_MS[Math.min(this.#repairs, REPAIR_AFTER_MS.length - 1)]!;
    this.#repairAt = now + pause_ms;
    return this.#repairs++ ? "renew" : "restart";
  }

  /** Forgets all counts, because there is no path or no server to compare with; outages are handled elsewhere. */
  reset(): void {
    this.#voices.clear();
    this.#lostSince = null;
    this.deafTo = [];
    this.unheard = false;
  }

  /** Another call begins. */
  begin(): void {
    this.reset();
    this.#repairs = 0;
  }

  #isMissed(now: number, { member, state, voice }: Member, { me, packets }: AudioFlow): boolean {
    const flows = state === "here" && voice === "flows";
    const came = packets.get(member) ?? packets.get(me) ?? 0;
    return this.#stoodFor(now, member, flows ? came : null) >= MISSED_AFTER_MS;
  }

  /** The server misses us for 1.5 s before it says that we are lost, and for 5 s if only the voice is missing. */
  #isUnheard(now: number, { me, members, sent }: AudioFlow): boolean {
    const own = members.find(({ member }) => member === me);
    const goesOut = this.#stoodFor(now, me, sent) < SENDS_WITHIN_MS;
    this.#lostSince = own?.state === "lost" ? (this.#lostSince ?? now) : null;
    const cutOff = this.#lostSince !== null && now - this.#lostSince >= LOST_AFTER_MS;
    return sent !== null && goesOut && (cutOff || own?.voice === "stopped");
  }

  /** The time in milliseconds for which a count has not grown; 0 for null, which means that it cannot grow. */
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

/** A silent speaker still sends a packet each 400 ms, so this is a dozen packets in a row. */
const MISSED_AFTER_MS = 5000;
const LOST_AFTER_MS = 3500;
const SENDS_WITHIN_MS = 2000;
/** The time to see whether a repair helped. A new transport costs a slow link some seconds. */
const REPAIR_AFTER_MS = [5000, 15_000, 30_000, 60_000];
