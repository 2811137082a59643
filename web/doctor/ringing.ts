/**
 * Calls the doctor's attention, also from another tab: a sound, the page's title, and a notification where it is
 * permitted. Nothing about a patient leaves the page.
 */

import { effect, signal, untracked } from "@preact/signals";
import { audioContext, type Client, now, pageClock, playNotes } from "../client/index.ts";
import type { ConsultationId, Entry, Urgency } from "../protocol/messages.ts";
import { t } from "../ui/i18n.ts";

/** True if the browser lets the ring be heard. */
export const soundReady = signal(true);

/** The number of cases that wait for this doctor's answer; it stands in the page's title. */
export const casesDue = signal(0);
const NAME = document.title;
const calm = () => (casesDue.value ? `(${casesDue.value}) ${NAME}` : NAME);

/** Rings whenever the client says that something rings. */
export function watchRing(client: Client): void {
  let stop = () => {};
  let ringsFor: string | null = null;
  effect(() => {
    const isOver = client.connection.state.value.at === "ended";
    const ringing = client.consultation.current.value || isOver ? null : client.desk.ringing.value;
    const id = ringing?.entry.consultation ?? null;
    if (!ringing) document.title = calm();
    if (id === ringsFor) return;
    ringsFor = id;
    stop();
    document.title = calm();
    if (ringing) stop = ring(client, ringing.entry);
  });
  unlockSound();
}

/** Unlocks sound; to be called from a touch, because browsers are silent before one. */
export function unlockSound(): void {
  const context = audioContext();
  const look = () => (soundReady.value = context.state === "running");
  context.onstatechange = look;
  look();
}

/** Rings once, as for an emergency, so that a doctor hears that it can be heard; to be called from a touch. */
export function tryRing(): void {
  unlockSound();
  void playNotes(TUNES.stat.notes, 0.25);
}

/** Asks for permission to notify; to be called from a touch. */
export function permitNotifications(): void {
  if ("Notification" in window && Notification.permission === "default")
    void Notification.requestPermission();
}

function ring(client: Client, entry: Entry): () => void {
  const words = t("doctor.ring_title", {
    urgency: t(`common.urgency.${entry.urgency}`),
    place: entry.place.name,
  });
  const stops = [sound(client, entry.urgency), flash(client, `🔔 ${words}`), notify(client, words, entry.consultation)];
  return () => stops.forEach((stop) => stop());
}

function sound(client: Client, urgency: Urgency): () => void {
  const { notes, every_ms } = TUNES[urgency];
  return repeat(client, every_ms, () => {
    unlockSound();
    if (soundReady.peek()) void playNotes(notes, 0.25);
  });
}

function flash(client: Client, words: string): () => void {
  let on = false;
  return repeat(client, FLASH_MS, () => {
    on = !on;
    document.title = on ? words : untracked(calm);
  });
}

/**
 * Runs at once and then at each interval, on a clock that a hidden tab does not slow down. A page that slept waits for a word of the server,
 * because what rang may be over. Returns a function that stops it.
 */
function repeat(client: Client, every_ms: number, run: () => void): () => void {
  let cancel = () => {};
  let woken = -Infinity;
  const again = (due: number) => {
    if (now() - due > SLEPT_MS) woken = now();
    if (client.connection.heardAt > woken) run();
    const next = now() + every_ms;
    cancel = pageClock.after(every_ms, () => again(next));
  };
  again(now());
  return () => cancel();
}

function notify(client: Client, words: string, consultation: ConsultationId): () => void {
  let over = false;
  let end = () => {};
  void import("./notification.ts").then((loaded) => {
    if (!over) end = loaded.notify(client, words, consultation);
  });
  return () => {
    over = true;
    end();
  };
}

/** The tunes: `stat` is three rising notes every 2 s, the others are softer and rarer. */
const TUNES: { [urgency in Urgency]: { notes: number[]; every_ms: number } } = {
  stat: { notes: [660, 880, 1100], every_ms: 2000 },
  urgent: { notes: [660, 880], every_ms: 5000 },
  routine: { notes: [660], every_ms: 10_000 },
};
const FLASH_MS = 700;
/** A timer that is later than this means that the page slept: a busy machine is late by less. */
const SLEPT_MS = 5000;
