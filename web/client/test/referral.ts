/** Evacuations for tests, as the server tells them. */

import type { Place, Referral, ReferralActor, ReferralEvent, ReferralOrder, ReferralState, ReferralStep } from "../../protocol/messages.ts";

export const CONSULTATION = "9f1c2d3e-0000-4000-8000-000000000001";
/** Ordered on 26 November 2026 at 10:30 in Dakar. */
export const AT = Date.UTC(2026, 10, 26, 10, 30);
export const MINUTE_MS = 60_000;

/** The identifier of the n-th evacuation. */
export const idOf = (n: number): string => `0123456${n}-89ab-4def-8123-456789abcdef`;

export const place = (id: string, name: string, phone = "33 966 00 00"): Place => ({ id, name, district: "Matam", region: "Matam", phone });
export const OUROSSOGUI = place("h-ourossogui", "Hôpital d’Ourossogui", "33 966 11 11");
export const MATAM = place("h-matam", "Hôpital de Matam", "33 966 22 22");
export const TAMBA = place("h-tamba", "Hôpital de Tambacounda", "");

/** The n-th evacuation, which is ordered n minutes after `AT`. The server leaves out empty lists. */
export function referral(n = 1, more: Partial<Referral> = {}, order: Partial<ReferralOrder> = {}): Referral {
  const at = AT + n * MINUTE_MS;
  return {
    order: {
      referral: idOf(n),
      consultation: CONSULTATION,
      structure: OUROSSOGUI,
      others: [MATAM, TAMBA],
      needs: ["cesarean", "transfusion"],
      urgency: "stat",
      letter: {
        patient: "A. D., 27 ans, féminin, 61 kg",
        reason: "Hémorragie à 37 semaines",
        findings: "TA 171/113\nPouls 131",
        done: "Voie veineuse, Ringer 1 l",
        not_examined: "",
        question: "Césarienne en urgence ?",
      },
      by: "Dr Awa Fall",
      order_number: "1234",
      at,
      code: "04HMA-SW9ND",
      ...order,
    },
    state: "requested",
    structure: OUROSSOGUI,
    asked_at: at,
    ...more,
  };
}

/** A further step, a minute after the one before it. */
export const step = (one: Referral, actor: ReferralActor, event: ReferralEvent, act?: string): ReferralStep[] => {
  const { steps = [] } = one;
  return [...steps, { at: (steps.at(-1)?.at ?? one.order.at) + MINUTE_MS, actor, by: actor === "receiver" ? "Dr Sy" : "", event, ...(act && { act }) }];
};

/** The evacuation after a further step, in a state. */
export const moved = (one: Referral, state: ReferralState, actor: ReferralActor, event: ReferralEvent, more: Partial<Referral> = {}): Referral => ({
  ...one,
  state,
  steps: step(one, actor, event),
  ...more,
});

export const accepted = (one = referral()): Referral => moved(one, "accepted", "receiver", { event: "accepted", text: "Bloc prêt." });
export const enRoute = (one = accepted(), eta_min: number | undefined = 45): Referral =>
  moved(one, "en_route", "post", { event: "departed", transport: "ambulance_of_district", ...(eta_min !== undefined && { eta_min }) }, {
    departed: { transport: "ambulance_of_district", ...(eta_min !== undefined && { eta_min }), at: AT + 10 * MINUTE_MS },
  });
export const completed = (one = enRoute()): Referral =>
  moved(moved(one, "in_care", "receiver", { event: "in_care" }), "completed", "receiver", { event: "counter_referral", text: "" }, {
    counter_referral: { text: "Césarienne faite, mère et enfant vont bien.", by: "Dr Sy", at: AT + 300 * MINUTE_MS },
  });
