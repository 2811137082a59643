/**
 * The form that is being typed. A draft is on the device at every keystroke, and removed when the request is sent.
 */

import { signal } from "@preact/signals";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { Addressee, ConsultationId, Intake, Speciality } from "../protocol/messages.ts";
import { emptyForm, type Form, formOf, intakeOf, kindOf, type FormKind, otherParts, tells } from "./form.ts";
import { client, queue } from "./kiosk.ts";
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
/** The name of the draft; a form of a new patient has that of its kind. */
let draftName = "";
let openings = 0;

/**
 * Opens a form, with the draft of its kind if there is one. The fields are shown when the draft has been read, so that
 * neither the draft nor the empty form replaces what somebody types meanwhile.
 */
export const openForm = (kind: FormKind, speciality: Speciality): Promise<void> =>
  open(kind, kind, emptyForm(kind, speciality));

/** Opens the form of a case with its last values, to type over what has changed. Its draft is not that of a new patient. */
export const openExamination = (id: ConsultationId, speciality: Speciality, intake: Intake): Promise<void> =>
  open(kindOf(speciality), `examine ${id}`, formOf(intake, speciality));

/** Forgets the draft of an examination that was sent. */
export const clearExamination = (id: ConsultationId): Promise<void> => client.drafts.clear(`examine ${id}`);

async function open(kind: FormKind, name: string, empty: Form): Promise<void> {
  const opening = ++openings;
  const kept = await Promise.race([
    client.drafts.load<Draft>(name).catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, READ_WITHIN_MS)),
  ]);
  if (opening !== openings) return;
  draftName = name;
  form.value = { ...empty, ...kept?.form, speciality: empty.speciality };
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
  client.drafts.save<Draft>(draftName || kind, { form: form.value, at: wallNow() });
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
  const { speciality, urgency, patient } = form.value;
  await withConsent(client.post.request({ speciality, urgency, intake: intakeOf(form.value), ...(patient && { patient: patient.id }) }));
  screen.value = { at: "home" };
  await client.drafts.clear(kind);
}

/** Files the form as a case, which rings for nobody. Resolves with its id when it is on this device's disk. */
export async function fileCase(kind: FormKind, to: Addressee): Promise<ConsultationId> {
  const { speciality, urgency, patient } = form.value;
  const ask = { speciality, urgency, intake: intakeOf(form.value), ...(patient && { patient: patient.id }) };
  const id = await withConsent(client.post.request({ ...ask, defer_to: to }));
  await client.drafts.clear(kind);
  return id;
}

/** Sends the answer of the form behind its request, by the handler of `consent/answers.ts`. A full device takes no answer, which stops no call. */
async function withConsent(asked: Promise<ConsultationId>): Promise<ConsultationId> {
  const { consent } = form.value;
  const consultation = await asked;
  if (consent)
    await queue
      .enqueue({ key: `consent ${consent.act}`, kind: "consent", group: `consent ${consultation}`, body: { consultation, ...consent } })
      .catch(() => undefined);
  return consultation;
}

/** A form never waits longer than this for a disk that does not answer. */
const READ_WITHIN_MS = 1000;
