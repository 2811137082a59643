/** Plays a sentence to the patient on the tablet's loudspeaker; one at a time. */

import { signal } from "@preact/signals";
import type { SpokenOffer } from "../../protocol/api.ts";
import { sentences } from "./sentences.ts";

/** The sentence that is being played. */
export const playing = signal<SpokenOffer | null>(null);
/** The fault of the last try: the sound is damaged or gone, or the browser does not play it. */
export const fault = signal<"damaged" | "failed" | null>(null);

let voice: HTMLAudioElement | null = null;

/** Plays a sentence from the device, and stops one that is being played. */
export async function play(offer: SpokenOffer): Promise<void> {
  stop();
  fault.value = null;
  playing.value = offer;
  const sound = await sentences.sound(offer);
  if (playing.value !== offer) return;
  if (!sound) return end("damaged");
  const address = URL.createObjectURL(new Blob([sound], { type: "audio/ogg" }));
  const own = (voice = new Audio(address));
  const over = (why: "failed" | null) => {
    URL.revokeObjectURL(address);
    if (voice === own) end(why);
  };
  own.onended = () => over(null);
  own.onerror = () => over("failed");
  own.play().catch(() => over("failed"));
}

/** Stops at once. */
export function stop(): void {
  voice?.pause();
  end(null);
}

function end(why: "damaged" | "failed" | null): void {
  voice = null;
  playing.value = null;
  if (why) fault.value = why;
}
