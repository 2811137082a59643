/**
 * Tells when files wait for a voice. A file that is sent while a form is open makes the server's measurement of the link wrong, and the request, the ringing
 * and the first words late, so that it waits from then on. It never stops what is on its way already.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Caps } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { PendingRequest } from "./post.ts";

/** The parts of a post's page that tell of its voice. */
export interface VoicePorts {
  clock: Clock;
  /** The running consultation. */
  consultation: ReadonlySignal<unknown>;
  /** The limits that the server sets, also before a call; null before its first word. */
  caps: ReadonlySignal<Caps | null>;
  /** True while a form is open. */
  asking: ReadonlySignal<boolean>;
  pending: ReadonlySignal<PendingRequest | null>;
}

/**
 * True while somebody speaks or is about to, and the server has not permitted a camera: it does so as soon as it knows that the link carries more than a
 * voice.
 */
export function voiceNeedsLink({ clock, consultation, caps, asking, pending }: VoicePorts): ReadonlySignal<boolean> {
  const isFormFresh = signal(false);
  let cancel = () => {};
  effect(() => {
    isFormFresh.value = asking.value;
    cancel();
    if (asking.value) cancel = clock.after(FRESH_FORM_MS, () => (isFormFresh.value = false));
  });
  return computed(() => {
    const isNear = consultation.value !== null || (pending.value ? isComing(pending.value) : isFormFresh.value);
    return isNear && (caps.value?.video_bps ?? null) === null;
  });
}

/** True while a request is on its way to the server, or somebody is rung. Nothing waits for a doctor who is not there. */
function isComing({ state, wait }: PendingRequest): boolean {
  if (state === "refused" || !wait) return state === "saved";
  return wait.step !== "nobody" && wait.postponedUntil === null && wait.available + wait.busy > 0;
}

/** A form that has been open for longer was forgotten, and files need not wait for it. */
const FRESH_FORM_MS = 300_000;
