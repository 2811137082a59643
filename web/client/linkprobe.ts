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
/** A shorter time is the page's own unrest. */
const LEAST_MS = 4;
const ROUNDS = 2;
/** IP and TCP of each packet. */
const PACKET_BYTES = 1400;
const HEADER_BYTES = 52;

/**
 * Tells the best that was seen after each round: what is lost and repeated only makes a link look thinner. Rejects when it
 * is aborted, because something that matters more wants the link.
 */
export async function probeLink(
  ports: ProbePorts,
  signal: AbortSignal,
  tell: (seen: LinkSeen) => void,
): Promise<void> {
  let empty_ms = Infinity;
  const best: LinkSeen = { up_bps: 0, down_bps: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    empty_ms = Math.min(empty_ms, await timed(ports, () => ports.down(0, signal)));
    best.down_bps = Math.max(best.down_bps, await rate(ports, (bytes) => ports.down(bytes, signal), empty_ms));
    best.up_bps = Math.max(best.up_bps, await rate(ports, (bytes) => ports.up(bytes, signal), empty_ms));
    tell({ ...best });
  }
}

async function rate(ports: ProbePorts, move: (bytes: number) => Promise<void>, empty_ms: number): Promise<number> {
  let bps = 0;
  for (const bytes of AMOUNTS) {
    const took_ms = (await timed(ports, () => move(bytes))) - empty_ms;
    bps = Math.max(bps, (wire(bytes) * 8_000) / Math.max(took_ms, LEAST_MS));
    if (took_ms >= TIMED_MS) break;
  }
  return Math.round(bps);
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
