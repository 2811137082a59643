/** A signature or a cancellation that is on its way to the server's disk, as a dialog shows it. */

import { useState } from "preact/hooks";
import type { SignedDraft } from "../../protocol/prescriptions.ts";
import { errorTextOf, t } from "../../ui/i18n.ts";
import { pause, untilStored } from "./editor/signing.ts";

/** What a dialog knows of it. */
export interface Storing {
  busy: boolean;
  /** True once it takes longer than a moment. */
  slow: boolean;
  /** The sentence of the last failure; null if there is none. */
  fault: string | null;
  /** Asks for it; true once it is on the server's disk. */
  run(ask: () => Promise<SignedDraft>): Promise<boolean>;
}

export function useStoring(): Storing {
  const [state, setState] = useState<Omit<Storing, "run">>(IDLE);
  return {
    ...state,
    async run(ask) {
      setState({ ...IDLE, busy: true });
      const timer = setTimeout(() => setState({ ...IDLE, busy: true, slow: true }), SLOW_MS);
      const fault = await untilStored(ask, pause).then(
        (stored) => (stored ? null : t("doctor.rx.not_yet")),
        (error: unknown) => errorTextOf(error),
      );
      clearTimeout(timer);
      setState({ ...IDLE, fault });
      return fault === null;
    },
  };
}

const IDLE = { busy: false, slow: false, fault: null };
/** What is done within a second needs no word. */
const SLOW_MS = 1000;
