/** Loads the pages for a second window of the same account, which a first visit does without. */

import { lazy } from "./lazy.tsx";

export const Elsewhere = lazy(async () => (await import("./TakeOver.tsx")).Elsewhere);
export const Replaced = lazy(async () => (await import("./TakeOver.tsx")).Replaced);
