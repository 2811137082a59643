/**
 * "Prendre" on a notification: the service worker sends it to the open pages, and leaves a note for a page that is still loading. A link
 * cannot do this, because only our own service worker sends such messages and leaves such notes. It is the wish of the doctor for whom it rang,
 * holds for three minutes, in which that doctor may have to sign in, and takes a request once. It is loaded as soon as a service worker is there.
 */

import { effect } from "@preact/signals";
import type { Client } from "../client/index.ts";
import { KeptFiles } from "../client/platform/kept-files.ts";
import { deviceNow } from "../client/platform/wall-clock.ts";
import type { ConsultationId, PartyId } from "../protocol/messages.ts";

/** What the service worker tells. */
interface Pressed {
  consultation: ConsultationId;
  /** The doctor for whom it rang. */
  party: PartyId;
  /** Time of this device, ms since 1970. */
  at: number;
  /** False if no note could be left. */
  noted?: boolean;
}

/** What was pressed and is not done yet. */
let wish: Pressed | null = null;
/** When the newest that was heard of was pressed: a page may find the note of what it is told, too. */
let heardAt = 0;
const notes = new KeptFiles("teranga-pressed");
/** Acts on the wish as the doctor who is signed in; does nothing before. */
let act = async (): Promise<void> => {};

/** Listens to the service worker, and reads the note that it may have left. `signedIn` is read like a signal; to be called once. */
export function watchPressed(signedIn: () => Client | null): void {
  navigator.serviceWorker.addEventListener("message", ({ data }) => want(data?.pressed));
  effect(() => {
    const client = signedIn();
    if (client) claimFor(client);
  });
  void readNote().then(want);
}

/** Takes what was pressed as soon as the server has told this doctor who waits. */
function claimFor(client: Client): void {
  act = async () => {
    const wanted = wish;
    if (!wanted || client.connection.state.peek().at !== "ready") return;
    wish = null;
    if (!(await isStillWanted(wanted))) return;
    const age_ms = deviceNow() - wanted.at;
    if (wanted.party !== client.identity.peek()?.party || age_ms < 0 || age_ms > HOLDS_MS) return;
    // A request that waits no more is only asked for, so that the server's answer tells what became of it.
    if (client.desk.waits(wanted.consultation)) void client.devices.open({ camera: false });
    client.desk.claim(wanted.consultation);
  };
  client.connection.on("queue", () => {
    void act();
    void closeNotifications((id) => client.desk.waits(id) || client.desk.invitation.peek()?.entry.consultation === id);
  });
}

/** Takes the note of this wish away, so that a reload finds none. False if it is gone: another window of this browser has acted. */
async function isStillWanted({ at, noted = true }: Pressed): Promise<boolean> {
  const note = await readNote();
  const isThere = isPressed(note) && note.at === at;
  if (isThere) await notes.delete(NOTE);
  return isThere || !noted;
}

/** Closes the notifications of this page, but for those that are to stay: a page that was closed has left them on the screen. */
export async function closeNotifications(stays: (id: ConsultationId) => boolean = () => false): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications?.()) ?? [];
  for (const one of shown) if (!stays(one.tag)) one.close();
}

function want(pressed: unknown): void {
  if (!isPressed(pressed) || pressed.at <= heardAt) return;
  wish = pressed;
  heardAt = pressed.at;
  void act();
}

async function readNote(): Promise<unknown> {
  const note = await notes.get(NOTE);
  return note?.text().then(JSON.parse).catch(() => null);
}

function isPressed(value: unknown): value is Pressed {
  const { consultation, party, at } = (value ?? {}) as Partial<Record<keyof Pressed, unknown>>;
  return typeof consultation === "string" && UUID.test(consultation) && typeof party === "string" && typeof at === "number";
}

const NOTE = "/pressed";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The time to open the page and to sign in. A request that waited longer rings again, and is taken by another touch. */
const HOLDS_MS = 3 * 60_000;
