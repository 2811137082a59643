/** An invented evacuation for unit tests. */

import type { Place, Referral, ReferralStep, Urgency } from "../../protocol/messages.ts";

export const place = (id: string, name = id): Place => ({ id, name, district: "Matam", region: "Matam", phone: "+221 33 966 00 01" });

const order: Referral["order"] = {
  referral: "r",
  consultation: "c",
  structure: place("hospital"),
  others: [place("district"), place("regional")],
  needs: ["cesarean"],
  urgency: "urgent",
  letter: { patient: "", reason: "", findings: "", done: "", not_examined: "", question: "" },
  by: "Dr Sow",
  at: 1000,
  code: "7K3M9-QRT2X",
};

interface More extends Partial<Omit<Referral, "order">> {
  referral?: string;
  urgency?: Urgency;
  at?: number;
}

export function referral({ referral = "r", urgency = "urgent", at = 1000, ...more }: More = {}): Referral {
  return { order: { ...order, referral, urgency, at }, state: "requested", structure: order.structure, asked_at: at, ...more };
}

/** A step at a time, by the receiver unless it is said otherwise. */
export const step = (at: number, event: ReferralStep["event"], actor: ReferralStep["actor"] = "receiver"): ReferralStep => ({ at, actor, by: "Dr Sy", event });
