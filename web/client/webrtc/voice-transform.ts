/**
 * Controls the encoded transform of the voices, which runs in a worker, `voice-transform.worker.js`. On our own voice it decides
 * which earlier packet each packet carries (RED, RFC 2198), where the server wants another one than the browser's own encoder
 * adds. On received voices it measures the queue on the downlink.
 */

import { trustedUrl } from "../platform/trusted-url.ts";
import workerUrl from "./voice-transform.worker.js";

/**
 * A queue in front of the received voices: by how many milliseconds they come late, 0 once that has passed, and its growth in
 * hundredths of a second a second, which fits a signed byte.
 */
export type VoiceQueue = readonly [queue_ms: number, slope: number];

/** The control of the transform. */
export interface VoiceTransform {
  /**
   * Loads the worker, or with `anew` another one. Resolves soon, or never if the script does not come; at once in a browser
   * without transforms.
   */
  load(anew?: boolean): Promise<void>;
  /**
   * Puts the transform on both ends of a media section. It works only in the task that made the section, or if the section
   * has one already, and only once the worker runs.
   */
  attach(line: RTCRtpTransceiver): void;
  /** Sets how many packets back the copy is taken from: 1 is the browser's own way, 0 adds no copy. */
  setDistance(packets: number): void;
  /** Tells whether the link stands still or has just gone on again: then received packets that were held back are dropped. */
  setHeld(isHeld: boolean): void;
  /**
   * Called four times a second while received voices come late, and once when they no longer do; with null for each packet that was
   * held back, and is dropped.
   */
  onqueue: (queue: VoiceQueue | null) => void;
}

let worker: Worker | null = null;
let loaded: Promise<void> | undefined;

/** The transform of this page, one for all its transports. */
export const pageVoiceTransform: VoiceTransform = {
  load: (anew) => (loaded = (!anew && loaded) || load().catch(() => undefined)),
  attach({ sender, receiver }) {
    if (!worker) return;
    sender.transform = new RTCRtpScriptTransform(worker);
    receiver.transform = new RTCRtpScriptTransform(worker, "receiver");
  },
  setDistance: (packets) => worker?.postMessage(packets),
  setHeld: (isHeld) => worker?.postMessage(isHeld),
  onqueue: () => undefined,
};

/** A voice whose transform does not run would be mute, so the worker must first have said that it runs. */
function load(): Promise<void> {
  if (!("RTCRtpScriptTransform" in globalThis)) return Promise.resolve();
  return new Promise((resolve) => {
    const fresh = new Worker(trustedUrl(workerUrl));
    fresh.onmessage = () => {
      worker = fresh;
      fresh.onmessage = ({ data }: MessageEvent<VoiceQueue | null>) => pageVoiceTransform.onqueue(data);
      resolve();
    };
    fresh.onerror = () => resolve();
  });
}
