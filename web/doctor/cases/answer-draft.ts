/** The answer to a case that is being written: kept on the device at each keystroke, and signed once. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import type { Advice, ConsultationId } from "../../protocol/messages.ts";
import type { AdviceDraft } from "../props.ts";
import { type Acting, actsOf } from "./acts.ts";

/** The draft of a case's answer; it has the name of the draft in a call, so that a text survives the change between the two. */
export function useAnswerDraft(client: Client, id: ConsultationId, signed: readonly Advice[], acting: Acting): AdviceDraft {
  const [text, setText] = useState("");
  const [replaces, setReplaces] = useState<number | null>(null);
  /** What was said last: the same text again is the same revision, because its answer may have been lost. */
  const said = useRef<{ text: string; revision: number } | null>(null);
  const name = `advice ${id}`;
  useEffect(() => {
    void client.drafts.load<string>(name).then((kept) => kept && setText((typed) => typed || kept));
  }, [name]);
  return {
    text,
    replaces,
    write(next, corrects = replaces) {
      setText(next);
      setReplaces(next ? corrects : null);
      client.drafts.save(name, next);
    },
    async sign() {
      const answer = text.trim();
      if (!answer || acting.busy) return;
      const next = Math.max(0, ...signed.map((one) => one.revision)) + 1;
      const revision = said.current?.text === answer ? said.current.revision : next;
      said.current = { text: answer, revision };
      const done = await acting.run(() => actsOf(client).advise(id, revision, answer, replaces ?? undefined));
      if (!done) return;
      setText("");
      setReplaces(null);
      await client.drafts.clear(name);
    },
  };
}
