/** A signature, a cancellation or an evacuation that is on its way to the server's disk, as a screen shows it. */

import { useState } from "preact/hooks";
import { errorTextOf, type Key, t } from "../../ui/i18n.ts";
import { pause, untilStored } from "./editor/signing.ts";

/** What a dialog knows of it. */
export interface Storing {
  busy: boolean;
  /** True once it takes longer than a moment. */
  slow: boolean;
  /** The sentence of the last failure; null if there is none. */
  fault: string | null;
  /** Asks for it; true once it is on the server's disk. */
  run(ask: () => Promise<{ stored: boolean }>): Promise<boolean>;
}

/** `notYet` is what a screen says while the server has not confirmed. */
export function useStoring(notYet: Key = "doctor.rx.not_yet"): Storing {
  const [state, setState] = useState<Omit<Storing, "run">>(IDLE);
  return {
    ...state,
    async run(ask) {
      setState({ ...IDLE, busy: true });
      const timer = setTimeout(() => setState({ ...IDLE, busy: true, slow: true }), SLOW_MS);
      const fault = await untilStored(ask, pause).then(
        (stored) => (stored ? null : t(notYet)),
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
