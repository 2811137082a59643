import { signal } from "@preact/signals-core";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openCamera } from "../photos/capture.ts";
import { Devices } from "../platform/devices.ts";
import { keepAwake } from "../platform/wake-lock.ts";
import { settled, VirtualClock } from "./fake-server.ts";

/** A track of the fake machine. */
class Track extends EventTarget {
  enabled = true;
  muted = false;
  readyState = "live";
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  readonly kind: string;
  constructor(kind: string) {
    super();
    this.kind = kind;
  }
  stop() {
    this.readyState = "ended";
  }
  getSettings() {
    return { deviceId: this.kind };
  }
}

/** A machine whose microphone a telephone call can take. */
class Machine extends EventTarget {
  /** True while another program has the devices. */
  taken = false;
  /** True while a new track is silent, as on telephones that mute instead of ending. */
  mutes = false;
  asked = 0;
  made: Track[] = [];
  /** With a gate, an answer waits until the test opens it. */
  gate: Promise<void> | null = null;

  async getUserMedia(wanted: { audio?: unknown; video?: unknown }) {
    this.asked++;
    await this.gate;
    if (this.taken) throw new DOMException("", "NotReadableError");
    const tracks = (["audio", "video"] as const).filter((kind) => wanted[kind]).map((kind) => new Track(kind));
    for (const track of tracks) track.muted = this.mutes;
    this.made.push(...tracks);
    return { getTracks: () => tracks };
  }

  async enumerateDevices() {
    return ["audioinput", "videoinput"].map((kind) => ({ kind, deviceId: kind }));
  }

  get live() {
    return this.made.filter(({ readyState }) => readyState === "live");
  }

  /** The telephone rings: what is open ends. */
  call() {
    this.taken = true;
    for (const track of this.live) {
      track.readyState = "ended";
      track.onended?.();
    }
  }
}

let machine: Machine;
let clock: VirtualClock;
const page = Object.assign(new EventTarget(), { hidden: false });
const wake = { request: (): Promise<unknown> => Promise.reject(new Error("unset")) };

beforeEach(() => {
  machine = new Machine();
  clock = new VirtualClock();
  Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: { mediaDevices: machine, wakeLock: wake },
  });
  Object.assign(globalThis, { document: page });
});

const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await settled();
};

test("a microphone that a telephone call takes is said to be taken, and comes back by itself within seconds", async () => {
  const devices = new Devices(clock);
  await devices.open({ camera: false });
  machine.call();
  await turns();
  assert.equal(devices.mic.value, "in_use");
  assert.equal(devices.micTrack.value, null);
  await clock.pass(40_000);
  assert.equal(devices.mic.value, "in_use");
  machine.taken = false;
  await clock.pass(3_100);
  await turns();
  assert.equal(devices.mic.value, "on");
  assert.equal(machine.live.length, 1);
});

test("a page that is looked at again does not wait for the next try", async () => {
  const devices = new Devices(clock);
  await devices.open({ camera: false });
  machine.call();
  await turns();
  machine.taken = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await turns();
  assert.equal(devices.mic.value, "on");
});

test("a microphone that is taken before it was ever open is tried again, and the tries are bounded", async () => {
  const devices = new Devices(clock);
  machine.taken = true;
  await devices.open({ camera: false });
  assert.equal(devices.mic.value, "in_use");
  for (let minute = 0; minute < 30; minute++) {
    await clock.pass(60_000);
    await turns();
  }
  assert.ok(machine.asked > 20 && machine.asked <= 202, `${machine.asked} tries`);
  machine.taken = false;
  machine.dispatchEvent(new Event("devicechange"));
  await turns();
  assert.equal(devices.mic.value, "on");
});

test("a microphone that the system silences is replaced as soon as another track has sound, muted by choice or not", async () => {
  const devices = new Devices(clock);
  await devices.open({ camera: false });
  devices.setMuted(true);
  const [old] = machine.live;
  machine.mutes = old!.muted = true;
  old!.onmute?.();
  assert.equal(devices.silenced.value, true);
  await clock.pass(10_000);
  assert.equal(devices.micTrack.value, old as never);
  assert.equal(machine.live.length, 1);
  machine.mutes = false;
  await clock.pass(3_100);
  await turns();
  assert.notEqual(devices.micTrack.value, old as never);
  assert.deepEqual([devices.silenced.value, devices.mic.value, machine.live.length], [false, "muted", 1]);
});

test("a device that arrives after it was released is closed, and does not stand in the way of the next", async () => {
  const devices = new Devices(clock);
  let open = () => {};
  machine.gate = new Promise((resolve) => (open = resolve));
  const late = devices.open({ camera: true });
  devices.close();
  const again = devices.open({ camera: false });
  open();
  await Promise.all([late, again]);
  await turns();
  assert.deepEqual(
    machine.live.map(({ kind }) => kind),
    ["audio"],
  );
  devices.close();
  assert.equal(machine.live.length, 0);
});

test("two wishes for both devices at once leave one track of each", async () => {
  const devices = new Devices(clock);
  await Promise.all([devices.open({ camera: true }), devices.open({ camera: true })]);
  assert.equal(machine.live.length, 2);
});

test("the camera that a photo borrowed is not opened again after the call", async () => {
  const devices = new Devices(clock);
  await devices.open({ camera: true });
  const ask = machine.getUserMedia.bind(machine);
  let first = true;
  machine.getUserMedia = async (wanted) => {
    if (!first) return ask(wanted);
    first = false;
    throw new DOMException("", "NotReadableError");
  };
  const photo = await openCamera(devices);
  devices.close();
  photo.close();
  await turns();
  assert.equal(machine.live.length, 0);
});

test("the camera that a photo borrowed comes back during the call", async () => {
  const devices = new Devices(clock);
  await devices.open({ camera: true });
  devices.lendCamera()();
  await turns();
  assert.equal(devices.camera.value, "on");
});

test("a wake lock that is granted after the call was withdrawn is released", async () => {
  const needed = signal(false);
  const locks: { released: boolean; release(): Promise<void> }[] = [];
  const grants: (() => void)[] = [];
  wake.request = () =>
    new Promise((resolve) => {
      const lock = { released: false, release: async () => void (lock.released = true) };
      grants.push(() => (locks.push(lock), resolve(lock)));
    });
  keepAwake(needed);
  needed.value = true;
  await settled();
  needed.value = false;
  grants.shift()?.();
  await settled();
  assert.deepEqual(
    locks.map(({ released }) => released),
    [true],
  );
  needed.value = true;
  await settled();
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(grants.length, 1, "one lock is asked for at a time");
  grants.shift()?.();
  await settled();
  assert.equal(locks[1]?.released, false);
  needed.value = false;
  await settled();
  assert.equal(locks[1]?.released, true);
});
