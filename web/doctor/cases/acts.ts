/** What a doctor does in a case, one act at a time, with the words of a refusal. */

import { useState } from "preact/hooks";
import { type Client, pageClock } from "../../client/index.ts";
import { CaseActs } from "../../client/workflow/case-acts.ts";
import { errorTextOf } from "../../ui/i18n.ts";

const known = new WeakMap<Client, CaseActs>();

/** The acts of a client. There is one object, because acts of one type follow each other. */
export function actsOf(client: Client): CaseActs {
  const acts = known.get(client) ?? new CaseActs(client.connection, pageClock);
  known.set(client, acts);
  return acts;
}

/** What a screen knows of its acts. */
export interface Acting {
  /** True while an act has no answer yet. */
  busy: boolean;
  /** The sentence of the last refusal; null if there is none. */
  fault: string | null;
  /** Does something; true once it is durable. */
  run(act: () => Promise<unknown>): Promise<boolean>;
}

/** Acts of one screen. */
export function useActing(): Acting {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  return {
    busy,
    fault,
    async run(act) {
      setBusy(true);
      setFault(null);
      const said = await act().then(
        () => null,
        (error: unknown) => errorTextOf(error),
      );
      setBusy(false);
      setFault(said);
      return said === null;
    },
  };
}
