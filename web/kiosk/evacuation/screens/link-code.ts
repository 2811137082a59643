/** Loads the QR code of a link, which a tablet needs only once a link was made. */

import { lazy } from "../../../ui/lazy.tsx";

/** The QR code of an address. */
export const LinkCode = lazy(async () => (await import("./LinkCode.tsx")).LinkCode);
