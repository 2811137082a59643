/** The printed letter of an evacuation: its code, and what stands on the sheet. */

import "../../client/test/device-storage.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import decodeQR from "qr/decode.js";
import { h } from "preact";
import { AT, completed, enRoute, MINUTE_MS, place, referral } from "../../client/test/referral.ts";
import type { Referral } from "../../protocol/messages.ts";
import { addressOf, counterSheetOf, sheetOf } from "../evacuation/sheet.ts";
import { CounterPage } from "../paper/CounterPage.tsx";
import { codeOfText } from "../paper/qr.ts";
import { ReferralPage } from "../paper/ReferralPage.tsx";
import { drawn, elements, textOf } from "./elements.ts";

const post = place("p", "Poste de Nabadji", "33 966 55 55");
const sheet = (of: Referral = referral(), host = "teranga.sn") => h(ReferralPage, sheetOf(of, post, host));

test("a sheet says who sends whom where, why, and how the structure answers", () => {
  const text = textOf(sheet());
  for (const part of [
    "Fiche de liaison\n",
    "Poste de Nabadji · Matam · 33 966 55 55",
    "Consultation n° 9F1C-2D3E",
    "De\nPoste de Nabadji\nMatam\n33 966 55 55",
    "À\nHôpital d’Ourossogui\nMatam\n33 966 11 11",
    "A. D., 27 ans, féminin, 61 kg",
    "césarienne, transfusion",
    "Constatations\nTA 171/113\nPouls 131",
    "Non examiné\nRien de noté",
    "Dr Awa Fall (n° 1234 à l’ordre)",
    "04HMA-SW9ND",
    "teranga.sn/accueil",
    "Joindre le poste\u00a0: Poste de Nabadji, 33 966 55 55",
    "Cachet",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.ok(textOf(sheet(enRoute())).includes("Ambulance du district"));
});

test("the code leads to the page of whoever receives, and a telephone reads it from a sheet", () => {
  for (const host of ["teranga.sn", "telemedecine.matam.sante.gouv.sn:8443"]) {
    const address = addressOf(referral().order.code, host);
    const read = decodeQR(drawn(codeOfText(address)));
    assert.equal(read, address);
    const url = new URL(read);
    assert.deepEqual([url.protocol, url.host, url.pathname, url.hash], ["https:", host, "/accueil", "#04HMA-SW9ND"]);
  }
});

test("the code is 32 mm wide, so that its modules are nearly a millimetre", () => {
  const code = elements(sheet()).find(({ props }) => props["data-testid"] === "ev-qr")?.props as unknown as { width: string; viewBox: string };
  const whole = Number(code.viewBox.split(" ")[2]);
  const width_mm = (parseFloat(code.width) * (whole - 8)) / whole;
  assert.ok(Math.abs(width_mm - 32) < 0.01, code.width);
  assert.ok(width_mm / (whole - 8) > 0.9, "the width of a module");
});

test("the sheet of a contre-référence says who writes to whom about which patient, and what", () => {
  assert.equal(counterSheetOf(enRoute(), post), null, "nobody has written back");
  const of = counterSheetOf({ ...completed(), arrived_at: AT + 60 * MINUTE_MS }, post);
  assert.ok(of);
  const text = textOf(h(CounterPage, of));
  for (const part of [
    "Contre-référence\n",
    "De\nHôpital d’Ourossogui\nMatam\n33 966 11 11",
    "À\nPoste de Nabadji\nMatam\n33 966 55 55",
    "demandée par Dr Awa Fall",
    "Arrivée\u00a0: jeudi 26 novembre 2026",
    "A. D., 27 ans, féminin, 61 kg",
    "Hémorragie à 37 semaines",
    "Césarienne faite, mère et enfant vont bien.",
    "De Dr Sy, ",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.ok(!text.includes("04HMA-SW9ND"), "the code that opens the letter is not in the file of the patient");
});
