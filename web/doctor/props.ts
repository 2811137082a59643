/** The properties that the parts of the call screen share. */

import type { Client, Ongoing } from "../client/index.ts";

export interface CallProps {
  client: Client;
  ongoing: Ongoing;
}

/** Advice that is being written and not signed yet. */
export interface AdviceDraft {
  text: string;
  /** The revision that it corrects; null for further advice. */
  replaces: number | null;
  /** Changes the text, and what it corrects. */
  write(text: string, replaces?: number | null): void;
  /** Signs the text and empties the draft; does nothing without a text. */
  sign(): Promise<void>;
}
