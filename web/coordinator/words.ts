/** The words of the coordinator's page for entries of the rota and for changes of it. */

import type { Change, Exception, RotaLogLine, RotaView, Weekday, WeekSlot } from "../protocol/rota.ts";
import { t } from "../ui/i18n.ts";
import { nameOf, spanText, stretchText } from "../ui/rota/words.ts";

/** The days of the template, in their order. */
export const DAYS: readonly Weekday[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A time of day on the clock, which has no date and no zone. */
export const clock = (min: number): string =>
  `${String(Math.floor(min / 60) % 24).padStart(2, "0")}:${String(min % 60).padStart(2, "0")}`;

/** The minutes since midnight of a field such as "08:30". */
export const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** A slot of the template, such as "lundi 08:00 – 20:00 : Dr Ba (Pédiatrie, première ligne)". */
export function slotText(rota: RotaView, { weekday, from_min, until_min, doctor, speciality, level }: Omit<WeekSlot, "id">): string {
  const what = `${t(`common.speciality.${speciality}`)}, ${t(`duty.level.${level}`)}`;
  return `${t(`duty.day.${weekday}`)} ${clock(from_min)} – ${clock(until_min)} : ${nameOf(rota, doctor)} (${what})`;
}

/** An exception, such as "Dr Ba – Pédiatrie, première ligne : jeu. 26 nov., 20:00 – 06:00". */
export function exceptionText(rota: RotaView, exception: Exception): string {
  return `${exception.doctor ? nameOf(rota, exception.doctor) : t("rota.nobody")} – ${stretchText(exception)}`;
}

/** One entry of a change: its words, what it was before, and what it is now; null for what was or is not there. */
export interface ChangeText {
  what: string;
  before: string | null;
  after: string | null;
}

/** The entries of a change in words. */
export function changeTexts(rota: RotaView, { change, replaced }: RotaLogLine): ChangeText[] {
  if (!change) return [{ what: t("rota.log.unknown"), before: null, after: null }];
  switch (change.kind) {
    case "put_slots":
      return change.slots.map((slot) => put(t("rota.tab.template"), replaced.slots, slot, (one) => slotText(rota, one)));
    case "remove_slot":
      return replaced.slots.map((slot) => ({ what: t("rota.log.slot_removed"), before: slotText(rota, slot), after: null }));
    case "put_exceptions":
      return change.exceptions.map((one) => put(t("rota.log.exception"), replaced.exceptions, one, (each) => exceptionText(rota, each)));
    case "remove_exception":
      return replaced.exceptions.map((one) => ({ what: t("rota.edit.template"), before: exceptionText(rota, one), after: null }));
    default:
      return [ofPeople(rota, change, replaced)];
  }
}

function put<T extends { id: number }>(what: string, old: T[], entry: T, text: (entry: T) => string): ChangeText {
  const before = old.find(({ id }) => id === entry.id && id !== 0);
  return { what, before: before ? text(before) : null, after: text(entry) };
}

type OfPeople = Exclude<Change, { kind: "put_slots" | "remove_slot" | "put_exceptions" | "remove_exception" }>;

/** Leave, swaps and languages. */
function ofPeople(rota: RotaView, change: OfPeople, { leaves, swaps }: RotaLogLine["replaced"]): ChangeText {
  const leave = leaves[0] && `${nameOf(rota, leaves[0].doctor)}, ${spanText(leaves[0].span)}`;
  const swap = swaps[0] && `${nameOf(rota, swaps[0].from)} → ${nameOf(rota, swaps[0].to)}, ${stretchText(swaps[0].gives)}`;
  switch (change.kind) {
    case "ask_leave":
      return { what: t("rota.log.leave"), before: null, after: `${nameOf(rota, change.doctor)}, ${spanText(change.span)}` };
    case "decide_leave":
      return { what: t(change.granted ? "rota.log.leave_granted" : "rota.log.leave_refused"), before: null, after: leave ?? null };
    case "withdraw_leave":
      return { what: t("rota.log.leave_withdrawn"), before: leave ?? null, after: null };
    case "propose_swap":
      return { what: t("rota.log.swap"), before: null, after: `${nameOf(rota, change.to)}, ${stretchText(change.gives)}` };
    case "answer_swap":
      return { what: t(change.accepted ? "rota.log.swap_accepted" : "rota.log.swap_refused"), before: null, after: swap ?? null };
    case "withdraw_swap":
      return { what: t("rota.log.swap_withdrawn"), before: swap ?? null, after: null };
    case "set_languages":
      return {
        what: t("rota.languages"),
        before: null,
        after: `${nameOf(rota, change.doctor)} : ${change.languages.map((language) => t(`duty.language.${language}`)).join(", ")}`,
      };
  }
}
