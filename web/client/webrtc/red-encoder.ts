//! Which earlier packet each packet of our voice carries, where the server wants more than the browser's own redundancy
//! (RED, RFC 2198).

import workerUrl from "./red-encoder.worker.js";

export interface Copies {
  /** Comes to pass soon, or never: a browser that knows no such thing, or a script that did not come. */
  load(): Promise<void>;
  /** Only works in the task that has made the sender. Without `load` nothing happens. */
  attach(sender: RTCRtpSender): void;
  /** So many packets back from now on; 1: as the browser does; 0: none. */
  goBack(packets: number): void;
}

let worker: Worker | null = null;
let loaded: Promise<void> | undefined;

export const pageCopies: Copies = {
  load: () => (loaded ??= load()),
  attach(sender) {
    if (worker) sender.transform = new RTCRtpScriptTransform(worker);
  },
  goBack: (packets) => worker?.postMessage(packets),
};

/** A sender whose script does not run would be mute: it must have said that it does. */
function load(): Promise<void> {
  if (!("RTCRtpScriptTransform" in globalThis)) return Promise.resolve();
  return new Promise((resolve) => {
    const fresh = new Worker(workerUrl);
    fresh.onmessage = () => {
      worker = fresh;
      resolve();
    };
    fresh.onerror = () => resolve();
  });
}
