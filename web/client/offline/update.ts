/**
 * Registers the service worker, which keeps the page on the device, and lets a new version take over when nobody is
 * disturbed.
 */

import { trustedUrl } from "../platform/trusted-url.ts";
import { effect, type ReadonlySignal } from "@preact/signals-core";

/** The names of the pages that can be installed. */
export type AppName = "poste" | "medecin" | "exploitation";

/**
 * Registers the page. `idle` is true while a reload disturbs nobody; `outdated` is true if the server speaks another
 * version of the protocol, and then a new version of the page is asked for at once.
 */
export async function registerApp(
  app: AppName,
  idle: ReadonlySignal<boolean>,
  outdated: ReadonlySignal<boolean>,
): Promise<void> {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-rel]")) link.rel = link.dataset.rel!;
  const workers = navigator.serviceWorker;
  // Refused where the certificate is not trusted, as in a demonstration; the page works without it and only loads more.
  const registration = await workers
    ?.register(trustedUrl(`/sw.js?app=${app}`), { scope: `/${app}` })
    .catch(() => undefined);
  if (!registration) return;
  reloadWhenReplaced(workers, idle);
  const offer = (next: ServiceWorker | null) => when(idle, () => next?.postMessage("take over"));
  registration.addEventListener("updatefound", () => void installed(registration.installing).then(offer));
  offer(registration.waiting);
  const look = () => void registration.update().catch(() => undefined);
  effect(() => {
    if (outdated.value) look();
  });
  setInterval(look, LOOK_EVERY_MS);
}

/** Reloads when a later worker takes the page over; the first one brings nothing new. */
function reloadWhenReplaced(workers: ServiceWorkerContainer, idle: ReadonlySignal<boolean>): void {
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (controlled) when(idle, () => location.reload());
    controlled = true;
  });
}

/** Calls `run` once, as soon as `idle` is true. */
function when(idle: ReadonlySignal<boolean>, run: () => void): void {
  let done = false;
  effect(() => {
    if (!idle.value || done) return;
    done = true;
    run();
  });
}

function installed(worker: ServiceWorker | null): Promise<ServiceWorker | null> {
  return new Promise((resolve) => {
    worker?.addEventListener("statechange", () => worker.state === "installed" && resolve(worker));
  });
}

/** A kiosk is never closed, so it asks for a new version by itself, one small file an hour. */
const LOOK_EVERY_MS = 60 * 60 * 1000;
