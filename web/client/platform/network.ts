//! Which network the device is on, where the browser knows it (Chromium, on phones and tablets).

export interface NetworkInformation extends EventTarget {
  /** `wifi`, `cellular`, … */
  readonly type?: string;
}

/**
 * Runs when the device is on a network of another kind. `change` alone does not say so: it comes as well when the browser
 * guesses another rate or round trip, which over a thin link each slow answer makes it do.
 */
export function whenAnother(network: NetworkInformation | undefined, run: () => void): void {
  let before = network?.type;
  network?.addEventListener("change", () => {
    const { type } = network;
    if (type === before) return;
    before = type;
    run();
  });
}
