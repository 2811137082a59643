/**
 * The appointments on the first screen: how many there are today and later, what doctors have changed, and the call when the time of one has come. The first screen tells nothing about a
 * patient, so that who comes and why stands behind the PIN.
 */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { seconds } from "../../client/platform/clock.ts";
import { remember, remembered } from "../../client/platform/storage.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { AppointmentId, AppointmentRow } from "../../protocol/appointments.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { timeOfDay } from "../../ui/dates.ts";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { lazy } from "../../ui/lazy.tsx";
import french from "../../ui/texts/fr.json?appointments";
import { appointments, busy } from "../shell.ts";
import { type AppointmentDay, byDay, isDue } from "./due.ts";
import { newsOf } from "./news.ts";
import { seen } from "./seen.ts";

learn(french);

const GuardedComing = lazy(async () => (await (await import("./parts.ts")).loaded()).GuardedComing);

/** The appointments for which this tablet has called, also before a power cut: they are not proposed again. */
const called = signal<readonly AppointmentId[]>(remembered("called", isList) ?? []);

export function AppointmentDoor() {
  const at = (seconds.value, wallNow());
  const [open, setOpen] = useState(false);
  const days = byDay(appointments.value, at);
  const due = appointments.value.filter((row) => isDue(row, at) && !called.value.includes(row.appointment));
  if (days.length + due.length === 0) return null;
  const news = newsOf(days.flatMap(({ rows }) => rows), seen.value);
  const again = appointments.value.filter((row) => isDue(row, at) && !due.includes(row));
  return (
    <>
      {due.map((row) => (
        <Due key={row.appointment} row={row} />
      ))}
      {news.length > 0 && (
        <Banner tone="warn" icon={icon.alert} data-testid="appointments-news">
          {newsWords(news)}
        </Banner>
      )}
      {days.length > 0 && (
        <Banner
          tone="info"
          icon={icon.clock}
          data-testid="appointments"
          actions={
            <Button aria-expanded={open} data-testid="appointments-open" onClick={() => setOpen(!open)}>
              {t(open ? "common.close" : "kiosk.appointment.open")}
            </Button>
          }
        >
          {countWords(days)}
        </Banner>
      )}
      {open && <GuardedComing again={again} onCall={(row) => void call(row)} />}
    </>
  );
}

/** What doctors have changed, without a word about a patient. */
function newsWords(news: readonly AppointmentRow[]): string {
  const cancelled = news.filter((row) => row.cancelled).length;
  const moved = news.length - cancelled;
  const words = [cancelled && t("kiosk.appointment.news_cancelled", { n: cancelled }), moved && t("kiosk.appointment.news_moved", { n: moved }), t("kiosk.appointment.news_more")];
  return words.filter(Boolean).join(" ");
}

/** How many there are today, and how many later; those that were cancelled do not take place. */
function countWords(days: readonly AppointmentDay[]): string {
  const standing = (rows: readonly AppointmentRow[]) => rows.filter((row) => !row.cancelled).length;
  const count = (isToday: boolean) => days.filter((day) => day.isToday === isToday).reduce((sum, { rows }) => sum + standing(rows), 0);
  const [today, later] = [count(true), count(false)];
  return [today && t("kiosk.appointment.today", { n: today }), later && t("kiosk.appointment.later", { n: later })].filter(Boolean).join(" · ") || t("kiosk.appointment.none");
}

function Due({ row }: { row: AppointmentRow }) {
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      data-testid="appointment-due"
      actions={
        <Button kind="go" icon={icon.phone} data-testid="appointment-call" onClick={() => void call(row)}>
          {t("kiosk.appointment.call", { name: row.doctor_name })}
        </Button>
      }
    >
      {t("kiosk.appointment.due", { time: timeOfDay(row.at), name: row.doctor_name })}
    </Banner>
  );
}

/** Sends a request that rings this doctor first. */
async function call({ appointment, speciality, intake, doctor }: AppointmentRow): Promise<void> {
  called.value = [...called.value.filter((known) => known !== appointment), appointment].slice(-MOST_CALLED);
  remember("called", called.value);
  const { client } = await import("../kiosk.ts");
  await client.post.request({ speciality, urgency: "routine", intake, appointment_with: doctor });
  // The screens of a wait are loaded while somebody is rung.
  busy.value = true;
}

function isList(value: unknown): value is AppointmentId[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** As many as a doctor and a post have in two hours, and more. */
const MOST_CALLED = 50;
