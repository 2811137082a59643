//! Who this tablet is: asked at the door, before anything else is loaded.

import { signal } from "@preact/signals";
import { enrolledDevice } from "../client/devicekey.ts";

/** `known` also while no network can tell. `revoked`: enrol again. `replaced`: another window goes on. */
export type Access = "starting" | "unknown" | "known" | "revoked" | "replaced";

export const access = signal<Access>("starting");

export async function arrive(): Promise<void> {
  access.value = (await enrolledDevice()) ? "known" : "unknown";
}
