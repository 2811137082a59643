/** Loads the chat with its texts and styles, none of which belongs to a first visit or to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../lazy.tsx";

const load = async () => (await import("./Chat.tsx")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

/** Makes a component of a part of the chat, which is loaded after this time if it is not on the device. */
const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>, after_ms: number) =>
  lazy(async () => {
    if (!navigator.serviceWorker?.controller) await new Promise((resolve) => setTimeout(resolve, after_ms));
    return pick(await load());
  });

/** On a first visit the voice goes first, and what is beside it comes so much later. */
const BESIDE_A_VOICE_MS = 8000;

/** The button in the bar of a call. */
export const ChatButton = part((parts) => parts.ChatButton, BESIDE_A_VOICE_MS);

/** What the chat tells while it is closed. */
export const ChatNotice = part((parts) => parts.ChatNotice, BESIDE_A_VOICE_MS);

/** The panel in which people read and write. */
export const ChatPanel = part((parts) => parts.ChatPanel, BESIDE_A_VOICE_MS);

/** The messages of a consultation that is read afterwards. */
export const ChatRecord = part((parts) => parts.ChatRecord, 0);

/** The messages of a consultation that has just ended. */
export const ChatAfter = part((parts) => parts.ChatAfter, 0);
