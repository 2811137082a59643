/** The advice that a doctor is writing: kept on the device at each keystroke, signed once. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import type { AdviceDraft } from "./props.ts";

export function useAdviceDraft(client: Client, id: ConsultationId): AdviceDraft {
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
    async sign() {
      const signed = text.trim();
      if (!signed) return;
      // The draft is empty before the text is on the disk, so that a second tap finds nothing to sign.
      setText("");
      setReplaces(null);
      await client.consultation.advise(signed, replaces ?? undefined);
      await client.drafts.clear(name);
    },
  };
}
