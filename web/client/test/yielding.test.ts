import { signal } from "@preact/signals-core";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Caps } from "../../protocol/messages.ts";
import { voiceNeedsLink } from "../workflow/yielding.ts";
import type { PendingRequest } from "../workflow/post.ts";
import { VirtualClock } from "./fake-server.ts";

function rig() {
  const clock = new VirtualClock();
  const consultation = signal<unknown>(null);
  const caps = signal<Caps | null>(null);
  const asking = signal(false);
  const pending = signal<PendingRequest | null>(null);
  return { clock, consultation, caps, asking, pending, needs: voiceNeedsLink({ clock, consultation, caps, asking, pending }) };
}

const thin = { video_bps: null, pictures_bps: 5_000 } as Caps;
const wide = { video_bps: 300_000 } as Caps;
const waiting = (part: object) =>
  ({ state: "waiting", wait: { step: "on_call", available: 1, busy: 0, postponedUntil: null, ...part } }) as PendingRequest;

test("files wait from the moment a form is opened, through the request and the ringing, until the call is over", () => {
  const { consultation, caps, asking, pending, needs } = rig();
  assert.equal(needs.value, false, "nobody asks for anything");
  asking.value = true;
  assert.equal(needs.value, true, "a form is open");
  pending.value = { state: "saved", wait: null } as PendingRequest;
  asking.value = false;
  assert.equal(needs.value, true, "the request is on its way");
  caps.value = thin;
  pending.value = waiting({});
  assert.equal(needs.value, true, "somebody is rung");
  consultation.value = {};
  pending.value = null;
  assert.equal(needs.value, true, "a call, and no camera is permitted");
  caps.value = null;
  assert.equal(needs.value, true, "the transport is new, and nobody knows what the link carries");
  consultation.value = null;
  assert.equal(needs.value, false, "it is over");
});

test("files go on beside a voice once the server has permitted a camera, before the call and in it", () => {
  const { consultation, caps, asking, pending, needs } = rig();
  asking.value = true;
  caps.value = wide;
  assert.equal(needs.value, false);
  asking.value = false;
  pending.value = waiting({});
  assert.equal(needs.value, false);
  pending.value = null;
  consultation.value = {};
  assert.equal(needs.value, false);
  caps.value = thin;
  assert.equal(needs.value, true, "the link fell");
});

test("files do not wait for a doctor who is not there, for a call that is put off, for a refused request or for a forgotten form", async () => {
  const { clock, asking, pending, needs } = rig();
  for (const part of [{ step: "nobody" }, { available: 0 }, { postponedUntil: 5_000 }]) {
    pending.value = waiting(part);
    assert.equal(needs.value, false, JSON.stringify(part));
  }
  pending.value = { state: "refused", wait: null } as PendingRequest;
  assert.equal(needs.value, false, "refused");
  pending.value = null;
  asking.value = true;
  await clock.pass(299_000);
  assert.equal(needs.value, true);
  await clock.pass(2_000);
  assert.equal(needs.value, false, "forgotten");
  asking.value = false;
  asking.value = true;
  assert.equal(needs.value, true, "the next form is a new one");
});
