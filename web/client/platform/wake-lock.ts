/**
 * Keeps the screen on while somebody waits or speaks (Screen Wake Lock API), because a phone that sleeps ends the
 * call.
 */

import { effect, type ReadonlySignal } from "@preact/signals-core";

/** Holds the lock while `needed` is true. */
export function keepAwake(needed: ReadonlySignal<boolean>): void {
  let lock: WakeLockSentinel | null = null;
  const update = async () => {
    if (!needed.peek()) {
      await lock?.release();
      lock = null;
    } else if (!document.hidden && (lock?.released ?? true)) {
      lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    }
  };
  effect(() => {
    needed.value;
    void update();
  });
  // The browser releases the lock of a hidden page.
  document.addEventListener("visibilitychange", () => void update());
}
