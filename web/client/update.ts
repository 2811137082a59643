import type { ReadonlySignal } from "@preact/signals-core";

export type AppName = "poste" | "medecin" | "exploitation";

/** Registers the service worker; a new version takes over as soon as `idle` is true. */
export declare function registerApp(app: AppName, idle: ReadonlySignal<boolean>): void;
