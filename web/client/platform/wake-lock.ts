/**
 * Keeps the screen on while somebody waits or speaks (Screen Wake Lock API), because a phone that sleeps ends the
 * call.
 */

import { effect, type ReadonlySignal } from "@preact/signals-core";

/** Holds the lock while `needed` is true. A lock that the browser grants later than that is released at once. */
export function keepAwake(needed: ReadonlySignal<boolean>): void {
  let lock: WakeLockSentinel | null = null;
  let asking = false;
  const isWanted = () => needed.peek() && !document.hidden;
  const release = async () => {
    const held = lock;
    lock = null;
    await held?.release().catch(() => undefined);
  };
  const update = async () => {
    if (!needed.peek()) return release();
    if (asking || !isWanted() || lock?.released === false) return;
    asking = true;
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    asking = false;
    if (!needed.peek()) await release();
  };
  effect(() => {
    needed.value;
    void update();
  });
  // The browser releases the lock of a hidden page.
  document.addEventListener("visibilitychange", () => void update());
}
