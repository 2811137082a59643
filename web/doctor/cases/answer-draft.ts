/** The answer to a case that is being written: it is signed once, also if the server's answer to it was lost. */

import { useRef } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import type { Advice, ConsultationId } from "../../protocol/messages.ts";
import { useKeptAdvice } from "../kept-advice.ts";
import type { AdviceDraft } from "../props.ts";
import { type Acting, actsOf } from "./acts.ts";

export function useAnswerDraft(client: Client, id: ConsultationId, signed: readonly Advice[], acting: Acting): AdviceDraft {
  const kept = useKeptAdvice(client, id);
  /** What was said last: the same text again is the same revision, because its answer may have been lost. */
  const said = useRef<{ text: string; revision: number } | null>(null);
  return {
    ...kept,
    async sign() {
      const answer = kept.text.trim();
      if (!answer || acting.busy) return;
      const next = Math.max(0, ...signed.map((one) => one.revision)) + 1;
      const revision = said.current?.text === answer ? said.current.revision : next;
      said.current = { text: answer, revision };
      const done = await acting.run(() => actsOf(client).advise(id, revision, answer, kept.replaces ?? undefined));
      if (!done) return;
      kept.empty();
      await kept.clear();
    },
  };
}
