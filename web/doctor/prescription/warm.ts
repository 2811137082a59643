/**
 * Loads the editor of prescriptions and the list of drugs while the desk rests, where no service worker keeps them: under a certificate that is not trusted, or
 * after a link broke while the worker was being installed. Whoever opens the editor first when the network is gone can search all the same.
 */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { Clock } from "../../client/platform/clock.ts";
import { loadFormulary } from "../../ui/formulary/products.ts";

/** What is needed of the client. */
interface Desk {
  /** True while nobody is in a call or ends one. */
  idle: ReadonlySignal<boolean>;
  connection: { readonly state: ReadonlySignal<{ at: string }> };
}

/** `isKept` tells whether a worker keeps the page; `load` loads. What fails is tried again with the next connection. */
export function warmEditor({ idle, connection }: Desk, clock: Pick<Clock, "after">, isKept = keptByWorker, load: () => Promise<unknown> = loadAll): void {
  let isLoaded = false;
  effect(() => {
    if (isLoaded || !idle.value || connection.state.value.at !== "ready") return;
    return clock.after(WARM_MS, () => {
      if (isLoaded || isKept()) return;
      load().then(() => (isLoaded = true), () => undefined);
    });
  });
}

const keptByWorker = (): boolean => !!navigator.serviceWorker?.controller;

const loadAll = () => Promise.all([import("./parts.ts").then(({ loaded }) => loaded()), loadFormulary()]);

/** A desk that has just become idle or connected has other things to load. */
const WARM_MS = 5_000;
