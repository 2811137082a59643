/** The kind of network that the device is on, where the browser tells it (Chromium on phones and tablets). */

/** `navigator.connection` of the Network Information API. */
export interface NetworkInformation extends EventTarget {
  /** `wifi`, `cellular`, … */
  readonly type?: string;
}

/**
 * Calls `run` when the device changes to a network of another kind. The event alone does not mean that, because it
 * also comes when the browser estimates another rate or round trip, which happens with each slow answer over a thin
 * link.
 */
export function onNetworkChange(network: NetworkInformation | undefined, run: () => void): void {
  let before = network?.type;
  network?.addEventListener("change", () => {
    const { type } = network;
    if (type === before) return;
    before = type;
    run();
  });
}
