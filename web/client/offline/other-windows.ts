/** The other windows of this device, which hold the same messages and files in memory: what a person drops in one of them is sent by none. */

/** The other windows as a queue knows them. */
export interface OtherWindows {
  tellDropped(key: string): void;
  onDropped(listener: (key: string) => void): void;
}

/** The other windows that use this name. A browser without channels has them all send what one of them drops. */
export function otherWindows(name: string): OtherWindows {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  return {
    tellDropped: (key) => channel?.postMessage(key),
    onDropped: (listener) => channel?.addEventListener("message", ({ data }) => listener(data as string)),
  };
}
