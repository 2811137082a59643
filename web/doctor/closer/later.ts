/** Loads what shows a part of a slow picture sharper, with its texts and styles; it does not belong to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** A picture of which a part can be asked for. */
export const CloserLook = lazy(async () => (await import("./CloserLook.tsx")).loaded());
