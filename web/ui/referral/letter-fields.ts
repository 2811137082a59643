/** The fields of the letter of an evacuation, and how a line of it names a danger. Pure. */

import type { Letter } from "../../protocol/messages.ts";

/** The fields in the order in which they are read. */
export const LETTER_FIELDS = ["reason", "patient", "findings", "done", "not_examined", "question"] as const satisfies readonly (keyof Letter)[];

/** The characters that the server takes of each field. */
export const FIELD_CHARS = 2000;

/** The word before the reason for which a value is dangerous. The letter is French whatever the language of the page. */
export const DANGER = "DANGER";

/** True if a line of the letter names a danger. */
export const isDanger = (line: string): boolean => line.includes(`${DANGER} : `) || line.includes(`${DANGER}\u00a0: `);
