//! The form being typed: on the device at every keystroke, gone when it was asked.

import { signal } from "@preact/signals";
import type { Speciality } from "../protocol/messages.ts";
import { emptyForm, type Form, intakeOf, type Kind } from "./form.ts";
import { client } from "./kiosk.ts";
import { screen } from "./shell.ts";

/** A form and when it was last touched: it may be the patient's of an hour ago. */
interface Draft {
  form: Form;
  at: number;
}

export const form = signal<Form>(emptyForm("other", "general"));
/** When the draft that was found had been typed; null for a fresh form. */
export const foundFrom = signal<number | null>(null);

export async function open(kind: Kind, speciality: Speciality): Promise<void> {
  const fresh = (form.value = emptyForm(kind, speciality));
  foundFrom.value = null;
  const kept = await client.drafts.load<Draft>(kind);
  if (!kept || form.value !== fresh) return;
  form.value = { ...kept.form, speciality };
  foundFrom.value = kept.at;
}

export function change(kind: Kind, part: Partial<Form>): void {
  form.value = { ...form.value, ...part };
  client.drafts.save<Draft>(kind, { form: form.value, at: Date.now() });
}

export function startAnew(kind: Kind): void {
  form.value = emptyForm(kind, form.value.speciality);
  foundFrom.value = null;
  void client.drafts.clear(kind);
}

/** "Appeler": on this device's disk first, then to the server by itself. */
export async function call(kind: Kind): Promise<void> {
  const { speciality, urgency } = form.value;
  await client.post.request({ speciality, urgency, intake: intakeOf(kind, form.value) });
  screen.value = { at: "home" };
  await client.drafts.clear(kind);
}
