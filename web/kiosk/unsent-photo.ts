/**
 * A photo that a doctor asked for, and that was still on the tablet when the consultation ended. It is part of the patient's record, so it follows as a
 * file of that consultation; the server takes it for a week (docs/attachments.md). It works from the moment at which this file is loaded.
 */

import { effect } from "@preact/signals";
import { attachments } from "./attachments.ts";
import { client } from "./kiosk.ts";
import { DRAFT, type Kept } from "./photo-upload.ts";
import { connection } from "./shell.ts";

effect(() => {
  const { current, ended } = client.consultation;
  // What the server has told must be known, because a call may go on after a power cut.
  if (connection.state.value.at === "ready" && (!current.value || ended.value)) void keepUnsentPhoto().catch(() => undefined);
});

/** Puts the photo among the files that are sent, unless its consultation goes on or has it. If the tablet has no space for that, it stays as it was. */
async function keepUnsentPhoto(): Promise<void> {
  const kept = await client.drafts.load<Kept>(DRAFT);
  const { current, ended } = client.consultation;
  if (!kept?.consultation || current.peek()?.id === kept.consultation) return;
  const isThere = ended.peek()?.record?.photos.some(({ photo, file }) => photo === kept.photo && file);
  const { packed, proof } = kept;
  if (!isThere) await attachments.add(kept.consultation, { media_type: packed.kind, bytes: packed.bytes, name: "", ...(proof !== undefined && { proof }) });
  await client.drafts.clear(DRAFT);
}
