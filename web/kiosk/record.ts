/** Reads patients' records at a shared tablet. Who of the staff reads is said with it, because the patient may ask who has seen a record. */

import { get } from "../client/signalling/session.ts";
import { book } from "./staff.ts";

/** Fetches JSON of a record. Throws ApiError. */
export const getRecord = <T>(path: string): Promise<T> => get(path, { "staff-proof": book.proof() ?? "" });
