/**
 * Tells how long somebody may still hear our voice: a member who is in the room, comes into it, or was lost a short time ago,
 * or a doctor whom the consultation rings. Pure; `call.ts` feeds it.
 */

import type { Call, MemberId } from "../../protocol/messages.ts";

/** What the server says of a room. */
export type Room = Pick<Call, "member" | "members" | "rings">;

/** The company of one call. */
export class Company {
  readonly #lostAt = new Map<MemberId, number>();

  /** The milliseconds for which our voice is to be sent, as far as is known: 0 if nobody can hear it, `Infinity` if somebody is there. */
  remains_ms(now: number, { member: me, members, rings }: Room): number {
    const { available, busy } = rings?.status ?? { available: 0, busy: 0 };
    const each = members.filter(({ member }) => member !== me).map(({ member, state }) => {
      if (state !== "lost") this.#lostAt.delete(member);
      else if (!this.#lostAt.has(member)) this.#lostAt.set(member, now);
      if (state === "lost") return Math.max(0, this.#lostAt.get(member)! + LOST_FOR_MS - now);
      return state === "here" || state === "joining" ? Infinity : 0;
    });
    return available + busy > 0 ? Infinity : Math.max(0, ...each);
  }
}

/**
 * A member who comes back from an outage is to hear us with the first packet, and not when we have learnt of it, which is half a
 * round trip later. After a minute that no longer counts, and what was sent meanwhile was paid for nothing.
 */
const LOST_FOR_MS = 60_000;
