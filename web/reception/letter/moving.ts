/** One act of the receiver on its way to the server's disk. A second try is the same act, so that it happens once. */

import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../client/signalling/session.ts";
import type { ReferralEvent } from "../../protocol/messages.ts";
import { errorTextOf, t } from "../../ui/i18n.ts";
import { toast } from "../../ui/Toast.tsx";
import { move } from "../reception.ts";

export interface Moving {
  busy: boolean;
  /** The sentence of the last failure; null if there is none. */
  fault: string | null;
  /** Says what happened; true once it is on the server's disk. */
  run(event: ReferralEvent): Promise<boolean>;
}

export function useMoving(): Moving {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  /** The act of which nobody knows whether the server has it. */
  const asked = useRef<{ act: string; event: string } | null>(null);
  return {
    busy,
    fault,
    async run(event) {
      setBusy(true);
      setFault(null);
      const text = JSON.stringify(event);
      if (asked.current?.event !== text) asked.current = { act: crypto.randomUUID(), event: text };
      const said = await move(asked.current.act, event).then(
        () => null,
        (error: unknown) => sentenceOf(error),
      );
      if (said === null) {
        asked.current = null;
        toast(t("reception.stored"));
        // Where the evacuation stands now is told above the letter, which may be long.
        scrollTo(0, 0);
        // The button of the next step may come under a finger that taps twice.
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      }
      setBusy(false);
      setFault(said);
      return said === null;
    },
  };
}

function sentenceOf(error: unknown): string {
  const code = error instanceof ApiError ? error.code : "internal";
  if (code === "referral_step") return t("reception.moved");
  return code === "offline" || code === "internal" ? t("reception.unsure") : errorTextOf(error);
}

const SETTLE_MS = 700;
