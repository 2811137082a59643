/**
 * Controls which earlier packet each packet of our voice carries (RED, RFC 2198), where the server wants another one
 * than the browser's own encoder adds. The work is done in a worker, `red-encoder.worker.js`, as an encoded
 * transform.
 */

import { trustedUrl } from "../platform/trusted-url.ts";
import workerUrl from "./red-encoder.worker.js";

/** The control of the RED transform. */
export interface RedEncoder {
  /**
   * Loads the worker. Resolves soon, or never if the script does not come; at once in a browser without transforms.
   */
  load(): Promise<void>;
  /**
   * Puts the transform on a sender. It works only in the task that made the sender, and does nothing before `load`.
   */
  attach(sender: RTCRtpSender): void;
  /** Sets how many packets back the copy is taken from: 1 is the browser's own way, 0 adds no copy. */
  setDistance(packets: number): void;
}

let worker: Worker | null = null;
let loaded: Promise<void> | undefined;

/** The transform of this page, one for all its transports. */
export const pageRedEncoder: RedEncoder = {
  load: () => (loaded ??= load()),
  attach(sender) {
    if (worker) sender.transform = new RTCRtpScriptTransform(worker);
  },
  setDistance: (packets) => worker?.postMessage(packets),
};

/** A sender whose transform does not run would be mute, so the worker must first have said that it runs. */
function load(): Promise<void> {
  if (!("RTCRtpScriptTransform" in globalThis)) return Promise.resolve();
  return new Promise((resolve) => {
    const fresh = new Worker(trustedUrl(workerUrl));
    fresh.onmessage = () => {
      worker = fresh;
      resolve();
    };
    fresh.onerror = () => resolve();
  });
}
