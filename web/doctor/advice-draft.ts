/** The advice that a doctor is writing in a call: it is signed once. */

import type { Client } from "../client/index.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import { useKeptAdvice } from "./kept-advice.ts";
import type { AdviceDraft } from "./props.ts";

export function useAdviceDraft(client: Client, id: ConsultationId): AdviceDraft {
  const kept = useKeptAdvice(client, id);
  return {
    ...kept,
    async sign() {
      const signed = kept.text.trim();
      if (!signed) return;
      // The field is empty before the text is on the disk, so that a second tap finds nothing to sign.
      kept.empty();
      await client.consultation.advise(signed, kept.replaces ?? undefined);
      await kept.clear();
    },
  };
}
