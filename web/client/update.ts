//! Keeps an app on the device, and lets a new version take over when nothing is disturbed by it.

import { effect, type ReadonlySignal } from "@preact/signals-core";

export type AppName = "poste" | "medecin" | "exploitation";

/** A kiosk is never closed: it asks for a new version by itself. One small file an hour. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** `idle`: whether a reload disturbs nobody now. */
export async function registerApp(app: AppName, idle: ReadonlySignal<boolean>): Promise<void> {
  const workers = navigator.serviceWorker;
  // Refused where the certificate is not trusted, as in a demonstration: the page works without, it only loads more.
  const registration = await workers
    ?.register(`/sw.js?app=${app}`, { scope: `/${app}` })
    .catch(() => undefined);
  if (!registration) return;
  const hadVersion = workers.controller !== null;
  workers.addEventListener("controllerchange", () => hadVersion && location.reload());
  registration.addEventListener("updatefound", () => void takeOver(registration, idle));
  if (registration.waiting) void takeOver(registration, idle);
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
}

async function takeOver(
  registration: ServiceWorkerRegistration,
  idle: ReadonlySignal<boolean>,
): Promise<void> {
  const next = registration.waiting ?? (await installed(registration));
  effect(() => {
    if (idle.value) next?.postMessage("take over");
  });
}

function installed({ installing }: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  return new Promise((resolve) => {
    if (!installing) return resolve(null);
    installing.addEventListener("statechange", () => installing.state === "installed" && resolve(installing));
  });
}
