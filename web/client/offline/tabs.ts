/**
 * The tabs of one page on this device. A tab that is in a call, or in which somebody types, holds a shared lock (Web
 * Locks API), so that no other tab changes what it runs on.
 */

import { effect, type ReadonlySignal } from "@preact/signals-core";

/** The part of the Web Locks API that is used. */
export interface Locks {
  request<T>(name: string, options: LockOptions, work: (lock: Lock | null) => Promise<T>): Promise<T>;
}

/** Holds the lock `name` together with other busy tabs while `idle` is false. */
export function holdWhileBusy(locks: Locks, name: string, idle: ReadonlySignal<boolean>): void {
  let release: (() => void) | null = null;
  effect(() => {
    if (idle.value) {
      release?.();
      release = null;
    } else if (!release) {
      const held = new Promise<void>((resolve) => (release = resolve));
      void locks.request(name, { mode: "shared" }, () => held).catch(() => undefined);
    }
  });
}

/**
 * Calls `work` once, when no tab is busy, and keeps every tab from becoming busy unnoticed until it is done. It never
 * waits in the queue of the lock, because a tab whose call begins meanwhile would then wait behind it, unseen.
 */
export async function whenNoTabIsBusy(
  locks: Locks,
  name: string,
  idle: ReadonlySignal<boolean>,
  work: () => Promise<void>,
  again: (run: () => void) => void,
): Promise<void> {
  const isDone =
    idle.peek() &&
    (await locks
      .request(name, { mode: "exclusive", ifAvailable: true }, async (lock) => {
        // A call that has just begun here asks for the lock behind us.
        if (!lock || !idle.peek()) return false;
        await work();
        return true;
      })
      .catch(() => false));
  if (!isDone) again(() => void whenNoTabIsBusy(locks, name, idle, work, again));
}
