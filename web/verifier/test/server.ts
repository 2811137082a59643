/** A server for the tests: it gives the same answer to each request, or none. */

/** The paths that were asked for since the last `answering`. */
export const requests: string[] = [];

let answer: { body: unknown; status: number } | null = null;
let held: Promise<void> | null = null;

/** Sets the answer; null is no network. */
export function answering(body: unknown, status = 200): void {
  requests.length = 0;
  held = null;
  answer = body === null ? null : { body, status };
}

/** Holds the answers back until the returned function is called. */
export function holding(): () => void {
  let release = () => {};
  held = new Promise((resolve) => (release = resolve));
  return release;
}

globalThis.fetch = (async (path: string) => {
  requests.push(path);
  const now = answer;
  await held;
  if (!now) throw new TypeError("no network");
  return new Response(JSON.stringify(now.body), { status: now.status });
}) as typeof fetch;
