//! What is heard of somebody. A browser may want a touch before it plays: `silenced` says so.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const waiting = new Set<HTMLAudioElement>();
/** Whether the browser waits for a touch. */
export const silenced = signal(false);

export function Voice({ stream }: { stream: MediaStream | undefined }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!element || !stream) return;
    element.srcObject = stream;
    void play(element);
    return () => {
      element.srcObject = null;
      waiting.delete(element);
    };
  }, [stream]);
  return <audio ref={audio} />;
}

/** Call it from a touch. */
export function unsilence(): void {
  for (const element of waiting) void play(element);
}

async function play(element: HTMLAudioElement): Promise<void> {
  const refused = await element.play().then(
    () => false,
    (error: unknown) => (error as DOMException).name === "NotAllowedError",
  );
  if (refused) waiting.add(element);
  else waiting.delete(element);
  silenced.value = waiting.size > 0;
}
