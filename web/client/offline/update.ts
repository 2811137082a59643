/**
 * Registers the service worker, which keeps the page on the device, and lets a new version take over when nobody is
 * disturbed in any tab of the page. Until then nothing of the running version is removed.
 */

import { trustedUrl } from "../platform/trusted-url.ts";
import { effect, type ReadonlySignal } from "@preact/signals-core";
import { holdWhileBusy, type Locks, whenNoTabIsBusy } from "./tabs.ts";

/** The names of the pages that are kept on the device (`kept` in `apps.mjs`). */
export type AppName = "poste" | "medecin" | "verifier";

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
  letReplace(app, registration, workers, idle);
  const look = () => void registration.update().catch(() => undefined);
  effect(() => {
    if (outdated.value) look();
  });
  setInterval(look, LOOK_EVERY_MS);
}

/** Lets a worker that waits take over, and the one that has taken over remove what is older, when no tab is busy. */
function letReplace(
  app: AppName,
  registration: ServiceWorkerRegistration,
  workers: ServiceWorkerContainer,
  idle: ReadonlySignal<boolean>,
): void {
  // Without locks a tab knows nothing of the others: the browser replaces the worker when the last tab is closed.
  const locks = navigator.locks as Locks | undefined;
  if (!locks) return;
  const name = `teranga-${app}-busy`;
  holdWhileBusy(locks, name, idle);
  const again = (run: () => void) => void setTimeout(run, AGAIN_MS);
  const whenFree = (work: () => Promise<void>) => void whenNoTabIsBusy(locks, name, idle, work, again);
  const offer = (next: ServiceWorker | null) => {
    if (next) whenFree(() => takeOver(next));
  };
  registration.addEventListener("updatefound", () => void installed(registration.installing).then(offer));
  offer(registration.waiting);
  whenFree(async () => workers.controller?.postMessage("tidy"));
}

/** Resolves when the worker is in charge, or after a bound. */
function takeOver(next: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    next.addEventListener("statechange", () => next.state === "activated" && resolve());
    next.postMessage("take over");
    setTimeout(resolve, TAKE_OVER_MS);
  });
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
/** The pause before the tabs are asked again. */
const AGAIN_MS = 5000;
/** A worker takes over in less; one that does not is asked again at the next start. */
const TAKE_OVER_MS = 5000;
