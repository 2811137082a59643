/** The state of the studio: every version of every sentence, and what an operator does with them. */

import { signal } from "@preact/signals";
import { get } from "../../client/index.ts";
import { ApiError, post } from "../../client/signalling/session.ts";
import type { Sentence, SpokenRecording } from "../../protocol/api.ts";
import type { Language } from "../../protocol/messages.ts";

/** Every version; null before the first answer. */
export const recordings = signal<SpokenRecording[] | null>(null);
/** The reason for which the list could not be read; null if there is none. */
export const listFault = signal<unknown>(null);

/** A sentence in a language. */
export interface Slot {
  sentence: Sentence;
  language: Language;
}

/** What a slot has, the best first: a person's recording that is signed off, one that waits for it, a stand-in, or nothing. */
export type SlotState = "signed_off" | "draft" | "stand_in" | "missing";

/** The versions of a slot, the newest first. */
export const versionsOf = (all: readonly SpokenRecording[], { sentence, language }: Slot): SpokenRecording[] =>
  all.filter((one) => one.sentence === sentence && one.language === language).sort((a, b) => b.version - a.version);

/** The state of a slot with these versions. */
export function stateOf(versions: readonly SpokenRecording[]): SlotState {
  const signed = versions.filter(({ state }) => state === "signed_off");
  if (signed.some(({ stand_in }) => !stand_in)) return "signed_off";
  if (versions.some(({ state }) => state === "draft")) return "draft";
  return signed.length ? "stand_in" : "missing";
}

/** Reads the list anew. */
export async function refresh(): Promise<void> {
  try {
    recordings.value = await get<SpokenRecording[]>("/api/ops/spoken");
    listFault.value = null;
  } catch (error) {
    listFault.value = error;
  }
}

/** Saves a recording as a draft. Throws ApiError. */
export async function save({ sentence, language }: Slot, samples: ArrayBuffer): Promise<void> {
  const path = `/api/ops/spoken/${sentence}/${language}`;
  const headers = { "content-type": "application/octet-stream" };
  const response = await fetch(path, { method: "POST", headers, body: samples, cache: "no-store" }).catch(() => null);
  if (!response) throw new ApiError("offline");
  if (!response.ok) throw new ApiError((await response.json().catch(() => ({}))).code ?? "internal");
  await refresh();
}

/** Signs a version off, or withdraws it. Throws ApiError. */
export async function act(one: SpokenRecording, what: "sign_off" | "withdraw"): Promise<void> {
  try {
    await post(`/api/ops/spoken/${one.sentence}/${one.language}/${one.version}/${what}`, {});
  } finally {
    await refresh();
  }
}

/** The address of the sound of a version. */
export const soundOf = ({ sentence, language, version }: SpokenRecording): string => `/api/spoken/${sentence}/${language}/${version}`;
