//! Keeps an app on the device, and lets a new version take over when nothing is disturbed by it.

import { effect, type ReadonlySignal } from "@preact/signals-core";

export type AppName = "poste" | "medecin" | "exploitation";

/** A kiosk is never closed: it asks for a new version by itself. One small file an hour. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** `idle`: whether a reload disturbs nobody now. */
export async function registerApp(app: AppName, idle: ReadonlySignal<boolean>): Promise<void> {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-rel]")) link.rel = link.dataset.rel!;
  const workers = navigator.serviceWorker;
  // Refused where the certificate is not trusted, as in a demonstration: the page works without, it only loads more.
  const registration = await workers
    ?.register(`/sw.js?app=${app}`, { scope: `/${app}` })
    .catch(() => undefined);
  if (!registration) return;
  reloadWhenReplaced(workers, idle);
  const offer = (next: ServiceWorker | null) => when(idle, () => next?.postMessage("take over"));
  registration.addEventListener("updatefound", () => void installed(registration.installing).then(offer));
  offer(registration.waiting);
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
}

/** The first worker that takes a page over brings nothing new; every later one does. */
function reloadWhenReplaced(workers: ServiceWorkerContainer, idle: ReadonlySignal<boolean>): void {
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (controlled) when(idle, () => location.reload());
    controlled = true;
  });
}

/** Now or later, once. */
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
