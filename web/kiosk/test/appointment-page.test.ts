/** The printed slip of an appointment: what stands on it, and what does not. */

import "../../client/test/device-storage.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { h } from "preact";
import { place } from "../../client/test/referral.ts";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { AppointmentPage } from "../paper/AppointmentPage.tsx";
import { textOf } from "./elements.ts";

const post = place("p", "Poste de Nabadji", "33 966 55 55");
const slip = (more: Partial<AppointmentRow> = {}, at = post) => {
  const row: AppointmentRow = {
    appointment: "a",
    consultation: "9f1c2d3e-0000-4000-8000-000000000000",
    at: Date.UTC(2028, 2, 1, 9, 5),
    way: "call",
    reason: "contrôle VIH",
    post: "Poste de Nabadji",
    doctor: "awa",
    doctor_name: "Dr Awa Fall",
    speciality: "obstetrics",
    intake: { name: "Khady Diop", reason: "contrôle VIH" } as AppointmentRow["intake"],
    ...more,
  };
  return textOf(h(AppointmentPage, { row, place: at }));
};

test("a slip says in words when, where and with whom, what to bring, and whom to telephone", () => {
  const text = slip();
  for (const part of [
    "Votre rendez-vous\n",
    "Khady Diop\n",
    "mercredi 1er mars 2028 à 9\u00a0h\u00a005\n",
    "Venez au poste\u00a0: Poste de Nabadji. Le médecin vous parle par la tablette du poste de santé.",
    "Dr Awa Fall, Gynécologie-obstétrique",
    "votre carnet de santé",
    "Poste de Nabadji, 33 966 55 55",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.doesNotMatch(text, /VIH|remplace/, "the reason is for nobody who finds the paper");
  assert.match(slip({ way: { place: "Maternité de Matam" } }), /Où\nMaternité de Matam\n/);
  assert.match(slip({ at: Date.UTC(2028, 11, 31, 14, 30) }), /dimanche 31 décembre 2028 à 14\u00a0h\u00a030/);
});

test("a slip of a moved appointment says what it replaces, and a post without a telephone leaves no empty line", () => {
  assert.match(slip({ moved_from: Date.UTC(2028, 1, 29, 9) }), /remplace celui du mardi 29 février 2028 à 09:00/);
  assert.doesNotMatch(slip({}, { ...post, phone: "" }), /ne pouvez pas venir/);
});
