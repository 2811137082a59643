//! Keeps the screen lit while somebody waits or speaks: a phone that sleeps ends the call.

import { effect, type ReadonlySignal } from "@preact/signals-core";

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
  // The browser takes the lock away from a hidden page.
  document.addEventListener("visibilitychange", () => void update());
}
