/** The evacuation that a doctor is preparing: kept on the device at each keystroke, in a call and in a case alike. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import type { ConsultationId, Referral } from "../../protocol/messages.ts";
import { blank, isBegun, isTyped, told, type TypedEvacuation } from "./typed.ts";

/** The draft of a consultation, and whether its room is open. */
export interface Evacuating {
  typed: TypedEvacuation;
  /** True if something is typed that is not sent. */
  isUnsent: boolean;
  isOpen: boolean;
  open(isOpen?: boolean): void;
  /** Changes what is typed, from what is typed by now. */
  change(make: (before: TypedEvacuation) => TypedEvacuation): void;
}

/** The draft of a consultation, the same for a call and a case, so that it survives the change between the two. */
export function useEvacuating(client: Client, id: ConsultationId, referrals: readonly Referral[]): Evacuating {
  const [typed, setTyped] = useState(blank);
  const [isOpen, setOpen] = useState(false);
  /** What is typed by now, also for an answer that comes later. */
  const latest = useRef(typed);
  const name = `evacuation ${id}`;
  const show = (next: TypedEvacuation) => {
    latest.current = next;
    setTyped(next);
  };
  const change = (make: (before: TypedEvacuation) => TypedEvacuation) => {
    const next = make(latest.current);
    if (next === latest.current) return;
    show(next);
    if (isBegun(next)) client.drafts.save<TypedEvacuation>(name, next);
    else void client.drafts.clear(name);
  };
  useEffect(() => {
    void client.drafts.load<TypedEvacuation>(name).then((kept) => {
      if (isTyped(kept) && !isBegun(latest.current)) show(kept);
      change((before) => told(before, referrals));
    });
  }, [name]);
  useEffect(() => change((before) => told(before, referrals)), [referrals]);
  return { typed, isUnsent: isBegun(typed), isOpen, open: (next = true) => setOpen(next), change };
}
