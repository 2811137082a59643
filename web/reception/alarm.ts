/** Calls attention to a new evacuation, also from another tab: a sound and the page's title. Nothing about a patient leaves the page. */

import { effect, signal } from "@preact/signals";
import { audioContext, playNotes } from "../client/platform/audio-level.ts";
import { t } from "../ui/i18n.ts";

/** True if the browser lets the page be heard. */
export const soundReady = signal(true);

/** The number of evacuations that nobody has opened. */
export const waiting = signal(0);
const NAME = document.title;

/** Looks whether sound is allowed; to be called from a touch, too, because browsers are silent before one. */
export function unlockSound(): void {
  const context = audioContext();
  const look = () => (soundReady.value = context.state === "running");
  context.onstatechange = look;
  look();
}

/** Rings once, with three rising notes. */
export function ring(): void {
  unlockSound();
  if (soundReady.peek()) void playNotes([660, 880, 1100], 0.25);
}

/** Shows in the title what waits, which flashes as long as nobody has opened it. */
export function watchTitle(): () => void {
  return effect(() => {
    const n = waiting.value;
    document.title = NAME;
    if (n === 0) return;
    const words = `🔔 (${n}) ${t("reception.new")}`;
    let isOn = false;
    const flash = () => {
      isOn = !isOn;
      document.title = isOn ? words : `(${n}) ${NAME}`;
    };
    flash();
    const timer = setInterval(flash, FLASH_MS);
    return () => clearInterval(timer);
  });
}

const FLASH_MS = 1000;
