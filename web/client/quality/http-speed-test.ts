//! What this page's link carries, by moving a few kilobytes each way over plain HTTPS before a call. TCP sends them at once
//! (its first window is 14 kB), so what they take beyond an empty exchange is their time on the thinnest piece of the way.

export interface LinkSeen {
  up_bps: number;
  down_bps: number;
}

export interface ProbePorts {
  now(): number;
  /** Fetches so many bytes. */
  down(bytes: number, signal: AbortSignal): Promise<void>;
  /** Sends so many bytes. */
  up(bytes: number, signal: AbortSignal): Promise<void>;
}

/** The second amount for links on which the first is over too soon to be timed. */
const AMOUNTS = [3_000, 12_000];
const TIMED_MS = 150;
/** Nothing is believed to be faster than 20 Mbit/s: a shorter time is the page's own unrest. */
const LEAST_BYTES_MS = 2_500;
const ROUNDS = 2;
const EMPTIES = 3;
/** IP and TCP of each packet. */
const PACKET_BYTES = 1400;
const HEADER_BYTES = 52;

/**
 * Tells what was seen after each round, each time from the least times so far: what is lost and repeated only takes longer.
 * Rejects when it is aborted, because something that matters more wants the link.
 */
export async function probeLink(
  ports: ProbePorts,
  signal: AbortSignal,
  tell: (seen: LinkSeen) => void,
): Promise<void> {
  const empty = () => timed(ports, () => ports.down(0, signal));
  // One that was repeated would make everything else look fast, and in a burst of losses two are.
  let empty_ms = Infinity;
  for (let i = 0; i < EMPTIES; i++) empty_ms = Math.min(empty_ms, await empty());
  const down = new Way(ports, (bytes) => ports.down(bytes, signal));
  const up = new Way(ports, (bytes) => ports.up(bytes, signal));
  for (let round = 0; round < ROUNDS; round++) {
    empty_ms = Math.min(empty_ms, await empty());
    await down.time(empty_ms);
    await up.time(empty_ms);
    tell({ up_bps: up.rate(empty_ms), down_bps: down.rate(empty_ms) });
  }
}

/** One direction: the least time that each amount took. */
class Way {
  readonly #least_ms = new Map<number, number>();
  readonly #ports: ProbePorts;
  readonly #move: (bytes: number) => Promise<void>;

  constructor(ports: ProbePorts, move: (bytes: number) => Promise<void>) {
    this.#ports = ports;
    this.#move = move;
  }

  async time(empty_ms: number): Promise<void> {
    for (const bytes of AMOUNTS) {
      const took_ms = await timed(this.#ports, () => this.#move(bytes));
      this.#least_ms.set(bytes, Math.min(took_ms, this.#least_ms.get(bytes) ?? Infinity));
      if (took_ms - empty_ms >= TIMED_MS) break;
    }
  }

  /** By the amount that shows most: a loss in one of them makes it slow. */
  rate(empty_ms: number): number {
    const rates = [...this.#least_ms].map(
      ([bytes, took_ms]) => (wire(bytes) * 8_000) / Math.max(took_ms - empty_ms, bytes / LEAST_BYTES_MS),
    );
    return Math.round(Math.max(...rates));
  }
}

async function timed(ports: ProbePorts, move: () => Promise<void>): Promise<number> {
  const began = ports.now();
  await move();
  return ports.now() - began;
}

const wire = (bytes: number): number => bytes + Math.ceil(bytes / PACKET_BYTES) * HEADER_BYTES;

/** Over HTTPS to our own server. */
export const pageProbe: ProbePorts = {
  now: () => performance.now(),
  down: async (bytes, signal) => {
    const response = await fetch(`/api/link?bytes=${bytes}`, { cache: "no-store", signal });
    if (!response.ok) throw new Error(`link: ${response.status}`);
    await response.arrayBuffer();
  },
  up: async (bytes, signal) => {
    const body = crypto.getRandomValues(new Uint8Array(bytes));
    const response = await fetch("/api/link", { method: "POST", body, cache: "no-store", signal });
    if (!response.ok) throw new Error(`link: ${response.status}`);
  },
};
