/** The text of an advice while it is being written: kept on the device at each keystroke, in a call and in a case alike. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import type { AdviceDraft } from "./props.ts";

/** A draft that has no way to be signed yet. */
export interface KeptAdvice extends Omit<AdviceDraft, "sign"> {
  /** Empties the field. */
  empty(): void;
  /** Deletes what is kept on the device. */
  clear(): Promise<void>;
}

/** The draft of a consultation, the same for a call and a case, so that a text survives the change between the two. */
export function useKeptAdvice(client: Client, id: ConsultationId): KeptAdvice {
  const [text, setText] = useState("");
  const [replaces, setReplaces] = useState<number | null>(null);
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
    empty() {
      setText("");
      setReplaces(null);
    },
    clear: () => client.drafts.clear(name),
  };
}
