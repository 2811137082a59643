/**
 * Estimates the capacity of this page's link before a call, by moving a few kilobytes each way over HTTPS. TCP sends
 * them at once (its first window is 14 kB), so the time that they take beyond an empty request is their time on the
 * bottleneck.
 */

/** Estimated capacity of the link in each direction, in bits per second. */
export interface LinkCapacity {
  up_bps: number;
  down_bps: number;
}

/** The transfers that the test makes. */
export interface SpeedTestPorts {
  now(): number;
  /** Downloads so many bytes. */
  down(bytes: number, signal: AbortSignal): Promise<void>;
  /** Uploads so many bytes. */
  up(bytes: number, signal: AbortSignal): Promise<void>;
}

/**
 * Calls `tell` after each round with an estimate from the least times so far, because a loss only makes a transfer
 * longer. Rejects if `signal` aborts it, when something more important needs the link.
 */
export async function testSpeed(
  ports: SpeedTestPorts,
  signal: AbortSignal,
  tell: (seen: LinkCapacity) => void,
): Promise<void> {
  const empty = () => timed(ports, () => ports.down(0, signal));
  // An empty request that was repeated would make everything else look fast, and in a burst of losses two are.
  let empty_ms = Infinity;
  for (let i = 0; i < EMPTIES; i++) empty_ms = Math.min(empty_ms, await empty());
  const down = new Direction(ports, (bytes) => ports.down(bytes, signal));
  const up = new Direction(ports, (bytes) => ports.up(bytes, signal));
  for (let round = 0; round < ROUNDS; round++) {
    empty_ms = Math.min(empty_ms, await empty());
    await down.time(empty_ms);
    await up.time(empty_ms);
    tell({ up_bps: up.rate(empty_ms), down_bps: down.rate(empty_ms) });
  }
}

/** One direction of the link, with the least time that each amount took. */
class Direction {
  readonly #least_ms = new Map<number, number>();
  readonly #ports: SpeedTestPorts;
  readonly #move: (bytes: number) => Promise<void>;

  constructor(ports: SpeedTestPorts, move: (bytes: number) => Promise<void>) {
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

  /** The highest rate of all amounts, because a loss in one of them makes it look slow. */
  rate(empty_ms: number): number {
    const rates = [...this.#least_ms].map(
      ([bytes, took_ms]) => (onWire(bytes) * 8_000) / Math.max(took_ms - empty_ms, bytes / MOST_BYTES_PER_MS),
    );
    return Math.round(Math.max(...rates));
  }
}

async function timed(ports: SpeedTestPorts, move: () => Promise<void>): Promise<number> {
  const began = ports.now();
  await move();
  return ports.now() - began;
}

/** The bytes of a transfer on the wire, with headers. */
const onWire = (bytes: number): number => bytes + Math.ceil(bytes / PACKET_BYTES) * HEADER_BYTES;

/** The test against our own server, over HTTPS. */
export const pageSpeedTest: SpeedTestPorts = {
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

/** Bytes that are moved; the second amount is for links on which the first is over too soon to be timed. */
const AMOUNTS = [3_000, 12_000];
/** A transfer that takes this much longer than an empty request is long enough to be timed. */
const TIMED_MS = 150;
/** 20 Mbit/s, the most that is believed; a shorter time is jitter of the page itself. */
const MOST_BYTES_PER_MS = 2_500;
const ROUNDS = 2;
/** Empty requests before the first round. */
const EMPTIES = 3;
/** Payload of a TCP segment, and its IP and TCP headers. */
const PACKET_BYTES = 1400;
const HEADER_BYTES = 52;
