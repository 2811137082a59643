/**
 * The form that is being typed. A draft is on the device at every keystroke, and removed when the request is sent.
 */

import { signal } from "@preact/signals";
import type { Speciality } from "../protocol/messages.ts";
import { emptyForm, type Form, intakeOf, type FormKind, otherParts, tells } from "./form.ts";
import { client } from "./kiosk.ts";
import { screen } from "./shell.ts";

/** A form and the time of its last change, because it may be a draft for an earlier patient. */
interface Draft {
  form: Form;
  at: number;
}

/** The form as it is on the screen. */
export const form = signal<Form>(emptyForm("other", "general"));
/** The time at which the draft that was found had been typed; null for a new form. */
export const draftFrom = signal<number | null>(null);

/** The form that is open; null while its draft is being read. */
export const opened = signal<FormKind | null>(null);
/** True while "Autres mesures" is open. */
export const moreShown = signal(false);
let openings = 0;

/**
 * Opens a form, with the draft of its kind if there is one. The fields are shown when the draft has been read, so that
 * neither the draft nor the empty form replaces what somebody types meanwhile.
 */
export async function openForm(kind: FormKind, speciality: Speciality): Promise<void> {
  const opening = ++openings;
  const kept = await Promise.race([
    client.drafts.load<Draft>(kind).catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, READ_WITHIN_MS)),
  ]);
  if (opening !== openings) return;
  form.value = { ...emptyForm(kind, speciality), ...kept?.form, speciality };
  draftFrom.value = kept?.at ?? null;
  moreShown.value = tells(form.value, otherParts(kind)) || form.value.unmeasurable.length > 0;
  opened.value = kind;
}

/** Closes the form. Its draft stays. */
export function closeForm(): void {
  openings++;
  opened.value = null;
}

/** Changes fields, and saves the draft. */
export function changeForm(kind: FormKind, part: Partial<Form>): void {
  form.value = { ...form.value, ...part };
  client.drafts.save<Draft>(kind, { form: form.value, at: Date.now() });
}

/** Starts again with an empty form, for a new patient. */
export function clearForm(kind: FormKind): void {
  form.value = emptyForm(kind, form.value.speciality);
  draftFrom.value = null;
  void client.drafts.clear(kind);
}

/**
 * Sends the request ("Appeler"): it is written to this device's disk first, and reaches the server from the outbox.
 */
export async function sendRequest(kind: FormKind): Promise<void> {
  const { speciality, urgency } = form.value;
  await client.post.request({ speciality, urgency, intake: intakeOf(form.value) });
  screen.value = { at: "home" };
  await client.drafts.clear(kind);
}

/** A form never waits longer than this for a disk that does not answer. */
const READ_WITHIN_MS = 1000;
