/** The cases for which what the post owes is written on this tablet, and waits to be sent: they ask for nothing more. */

import { signal } from "@preact/signals";
import type { ConsultationId } from "../../../protocol/messages.ts";

/** Their identifiers; set by `copies.ts`. */
export const replied = signal<ReadonlySet<ConsultationId>>(new Set());
