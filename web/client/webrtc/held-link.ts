/**
 * Notices that the link stands still: a radio holds everything for seconds and then delivers it. What is sent
 * meanwhile would only be late, and stand in front of what is said afterwards (adr/0060).
 */

/** The state of the link: while it is `slow` only the voice is sent, while it is `held` only silence. */
export type Hold = "open" | "slow" | "held";

/** The watch over what comes from the server. */
export class HeldLink {
  #playedAt = 0;
  /** The time at which anything came; null before. */
  #heardAt: number | null = null;
  /** The time at which the server said that nothing comes from us; null if that is over. */
  #unheardAt: number | null = null;
  /** The time at which something last came that the link had held back. */
  #staleAt = -Infinity;
  /** The time at which the link was last seen to stand still. */
  #heldAt = -Infinity;

  /** Something came from the server besides media; `unheard` if it says that nothing comes from us. */
  note(now: number, unheard: boolean): void {
    this.#heardAt = now;
    this.#unheardAt = unheard && now - this.#staleAt > OLD_WORD_MS ? now : null;
  }

  /** A packet came that the link had held back. Words of the server that come with it are as old, and not true any more. */
  noteStale(now: number): void {
    this.#staleAt = now;
    this.note(now, false);
  }

  /** Looks at the time of the last playout, `playedAt` on any clock; `pauses` if that was no speech. */
  look(playedAt: number, now: number, pauses = false): Hold {
    const hold = this.#judge(playedAt, now, pauses);
    if (hold === "held") this.#heldAt = now;
    return hold === "open" && now - this.#heldAt < BACKLOG_MS ? "slow" : hold;
  }

  #judge(playedAt: number, now: number, pauses: boolean): Hold {
    if (playedAt > this.#playedAt) {
      this.#playedAt = playedAt;
      this.#heardAt = now;
      // The server sends no voice while it hears nothing of us; what was under way is over by now.
      if (this.#unheardAt !== null && now - this.#unheardAt > UNDER_WAY_MS) this.#unheardAt = null;
    }
    if (this.#unheardAt !== null && now - this.#unheardAt < UNHEARD_MS) return "held";
    const silent_ms = this.#heardAt === null ? 0 : now - this.#heardAt;
    if (silent_ms < SLOW_MS || silent_ms > OUTAGE_MS) return "open";
    return silent_ms < (pauses ? HELD_PAUSE_MS : HELD_MS) ? "slow" : "held";
  }
}

/** A pause still has a packet each 400 ms (RFC 7587 section 3.1.3), and the jitter buffer keeps it for a moment. */
const SLOW_MS = 600;
/** While somebody speaks, the link stands still after this time. In a pause two packets of it may have been lost. */
const HELD_MS = 1000;
const HELD_PAUSE_MS = 1500;
/** Time in which what waits in front of the link goes first. */
const BACKLOG_MS = 3000;
/** After this time it is an outage. The voice is sent again, so that it is back with the link. */
const OUTAGE_MS = 5000;
/** The time after a packet that was held back in which a word of the server's was held back, too. */
const OLD_WORD_MS = 1000;
/** The server's word holds for as long as it takes a silence for a stall. */
const UNHEARD_MS = 4000;
/** The time in which a voice is still played that came before the server's word. */
const UNDER_WAY_MS = 1000;
