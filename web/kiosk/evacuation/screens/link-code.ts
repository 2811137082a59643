/** Loads the QR code of a link, which only a tablet shows on which one was made. */

import { lazy } from "../../../ui/lazy.tsx";

/** The QR code of an address. */
export const LinkCode = lazy(async () => (await import("./LinkCode.tsx")).LinkCode);
