/** The state of the chat on the screen: the chat of the client, and whether the panel is open. */

import { effect, signal } from "@preact/signals";
import { type Client, pageClock } from "../../client/index.ts";
import { Chat } from "../../client/workflow/chat.ts";

/** True while the panel is open. */
export const isOpen = signal(false);

/** True once the panel was opened in this call: then people know that they can write. */
export const wasOpen = signal(false);

const known = new WeakMap<Client, Chat>();

/** The chat of a client; there is one for all its consultations. */
export function chatOf(client: Client): Chat {
  const chat = known.get(client) ?? begin(client);
  known.set(client, chat);
  return chat;
}

/** Opens or closes the panel. Closing it gives the focus back to the button. */
export function openChat(open: boolean): void {
  if (open) fitKeyboard();
  const closes = isOpen.peek() && !open;
  isOpen.value = open;
  wasOpen.value ||= open;
  if (closes) document.querySelector<HTMLElement>('[data-testid="chat"]')?.focus();
}

function begin(client: Client): Chat {
  const { connection, drafts, consultation } = client;
  const chat = new Chat({
    connection,
    drafts,
    clock: pageClock,
    consultation: () => {
      const { current, ended } = consultation;
      if (current.value) return { id: current.value.id, over: false };
      return ended.value && { id: ended.value.id, over: true };
    },
  });
  effect(() => {
    if (!consultation.current.value) isOpen.value = wasOpen.value = false;
  });
  const show = () => chat.setShown(isOpen.peek() && document.visibilityState === "visible");
  effect(() => void (isOpen.value, show()));
  document.addEventListener("visibilitychange", show);
  // The call screens lay themselves out anew; the panel takes the place of what can wait.
  effect(() => void document.documentElement.classList.toggle("chatting", isOpen.value));
  addEventListener("popstate", closeOnBack, { capture: true });
  return chat;
}

/** Back closes an open panel, and does not ask whether to leave the call. */
function closeOnBack(event: PopStateEvent): void {
  if (!isOpen.peek()) return;
  event.stopImmediatePropagation();
  history.pushState({ inside: true }, "");
  openChat(false);
}

/** Lets the keyboard of a tablet make the page smaller instead of covering its bar. */
function fitKeyboard(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="viewport"]');
  if (meta && !meta.content.includes(FITS)) meta.content += `,${FITS}`;
}

const FITS = "interactive-widget=resizes-content";
