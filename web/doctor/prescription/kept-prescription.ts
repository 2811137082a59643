/** The prescription that a doctor is writing: kept on the device at each keystroke, in a call and in a case alike. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import type { ConsultationId, Prescription } from "../../protocol/messages.ts";
import { blank, isBegun, keptOf, replacing, restored, told, type TypedPrescription } from "./typed.ts";

/** The draft of a consultation, and whether its editor is open. */
export interface Prescribing {
  typed: TypedPrescription;
  /** True if something is typed that is not signed. */
  isUnsigned: boolean;
  isOpen: boolean;
  open(isOpen?: boolean): void;
  /** Opens the editor with what is to replace a signed prescription. */
  replace(signed: Prescription): void;
  /** Changes what is typed, from what is typed by now; returns it. */
  change<T extends TypedPrescription>(make: (before: TypedPrescription) => T): T;
}

/** The draft of a consultation, the same for a call and a case, so that it survives the change between the two. */
export function usePrescribing(client: Client, id: ConsultationId, prescriptions: readonly Prescription[]): Prescribing {
  const [typed, setTyped] = useState(blank);
  const [isOpen, setOpen] = useState(false);
  /** What is typed by now, also for an answer that comes later. */
  const latest = useRef(typed);
  const name = `prescription ${id}`;
  const show = (next: TypedPrescription) => {
    latest.current = next;
    setTyped(next);
  };
  const change = <T extends TypedPrescription>(make: (before: TypedPrescription) => T): T => {
    const before = latest.current;
    const next = make(before);
    if (next === before) return next;
    show(next);
    const kept = keptOf(before, next);
    if (kept) client.drafts.save<TypedPrescription>(name, kept);
    else if (kept === null) void client.drafts.clear(name);
    return next;
  };
  useEffect(() => {
    void client.drafts.load<TypedPrescription>(name).then((kept) => {
      if (isTyped(kept) && !isBegun(latest.current)) show(restored(kept, latest.current));
      change((before) => told(before, prescriptions));
    });
  }, [name]);
  useEffect(() => void change((before) => told(before, prescriptions)), [prescriptions]);
  return {
    typed,
    isUnsigned: isBegun(typed),
    isOpen,
    open: (next = true) => setOpen(next),
    replace(signed) {
      change((before) => replacing(before, signed));
      setOpen(true);
    },
    change,
  };
}

/** True for a draft that this version of the page can read. */
const isTyped = (kept: TypedPrescription | undefined): kept is TypedPrescription =>
  !!kept && Array.isArray(kept.lines) && kept.lines.every(({ drug, whys }) => drug && whys) && typeof kept.allergies === "string";
