/** A short message that disappears by itself, only for what the user may miss. */

import { signal } from "@preact/signals";

const shown = signal<{ id: number; text: string }[]>([]);
let last = 0;

/** Shows a message for some seconds. */
export function toast(text: string): void {
  const id = ++last;
  shown.value = [...shown.value, { id, text }];
  setTimeout(() => (shown.value = shown.value.filter((one) => one.id !== id)), STAYS_MS);
}

/** The place where messages appear. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, text }) => (
        <p key={id} class="toast">
          {text}
        </p>
      ))}
    </div>
  );
}

const STAYS_MS = 4000;
