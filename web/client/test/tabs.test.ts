import { signal } from "@preact/signals-core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdWhileBusy, type Locks, whenNoTabIsBusy } from "../offline/tabs.ts";
import { settled } from "./fake-server.ts";

/** A lock as the Web Locks API has it, for one name; node has none. */
class OneLock implements Locks {
  shared = 0;
  exclusive = false;
  #waiting: (() => void)[] = [];

  async request<T>(_: string, { mode, ifAvailable }: LockOptions, work: (lock: Lock | null) => Promise<T>): Promise<T> {
    const isTaken = () => this.exclusive || (mode === "exclusive" && this.shared > 0);
    if (isTaken() && ifAvailable) return work(null);
    while (isTaken()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (mode === "shared") this.shared++;
    else this.exclusive = true;
    try {
      return await work({} as Lock);
    } finally {
      if (mode === "shared") this.shared--;
      else this.exclusive = false;
      for (const go of this.#waiting.splice(0)) go();
    }
  }
}

function rig() {
  const lock = new OneLock();
  const tab = () => {
    const idle = signal(true);
    holdWhileBusy(lock, "busy", idle);
    return idle;
  };
  const later: (() => void)[] = [];
  let done = 0;
  const ask = (idle: ReturnType<typeof tab>, work = async (): Promise<void> => void done++) =>
    void whenNoTabIsBusy(lock, "busy", idle, work, (run) => later.push(run));
  const again = async () => {
    await settled();
    for (const run of later.splice(0)) run();
    await settled();
  };
  return { lock, tab, ask, again, done: () => done };
}

test("what one tab wants to change waits until no tab is busy", async () => {
  const { tab, ask, again, done } = rig();
  const [here, there] = [tab(), tab()];
  there.value = false;
  ask(here);
  await settled();
  assert.equal(done(), 0);
  await again();
  assert.equal(done(), 0);
  here.value = false;
  there.value = true;
  await again();
  assert.equal(done(), 0, "this tab is busy itself");
  here.value = true;
  await again();
  assert.equal(done(), 1);
  await again();
  assert.equal(done(), 1, "once");
});

test("two busy tabs hold the lock together, and a call that begins during a change is noticed after it", async () => {
  const { lock, tab, ask } = rig();
  const [here, there] = [tab(), tab()];
  here.value = there.value = false;
  await settled();
  assert.equal(lock.shared, 2);
  here.value = there.value = true;
  await settled();
  assert.equal(lock.shared, 0);
  let finish = () => {};
  ask(here, () => new Promise<void>((resolve) => (finish = resolve)));
  await settled();
  there.value = false;
  await settled();
  assert.deepEqual([lock.exclusive, lock.shared], [true, 0]);
  finish();
  await settled();
  assert.deepEqual([lock.exclusive, lock.shared], [false, 1]);
});
