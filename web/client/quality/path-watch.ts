/**
 * Finds the members of a call whose page reaches the server and whose voice has found no path: their network lets only
 * web pages through. Pure.
 */

import type { ConsultationId, Member, MemberId } from "../../protocol/messages.ts";

/** The watch over the members of one call after another. */
export class PathWatch {
  #call: ConsultationId | null = null;
  /** By name, because a page that tries another transport is another member. */
  readonly #joiningSince = new Map<string, number>();

  /** Returns the members of a call, ourselves included, who have been joining for long. */
  update(now: number, call: ConsultationId, members: readonly Member[]): MemberId[] {
    if (call !== this.#call) this.#joiningSince.clear();
    this.#call = call;
    const joining = members.filter(({ state }) => state === "joining");
    const names = new Set(joining.map(({ name }) => name));
    for (const name of this.#joiningSince.keys()) if (!names.has(name)) this.#joiningSince.delete(name);
    for (const name of names) if (!this.#joiningSince.has(name)) this.#joiningSince.set(name, now);
    return joining.filter(({ name }) => now - this.#joiningSince.get(name)! >= JOINS_WITHIN_MS).map(({ member }) => member);
  }
}

/** Twice the time that a path takes on the thinnest link, with the candidates that are tried after the first ones. */
const JOINS_WITHIN_MS = 10_000;
