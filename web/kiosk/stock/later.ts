/** Loads the stock of the post with its texts and styles; it belongs neither to a first screen nor to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** The screen on which the stock is counted. */
export const StockScreen = lazy(async () => (await import("./parts.ts")).loaded());
