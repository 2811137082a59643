/** The printed prescription: its QR code, and what stands on the sheet. */

import "../../client/test/device-storage.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mode } from "lean-qr";
import decodeQR from "qr/decode.js";
import { h } from "preact";
import { codeOf } from "../../client/workflow/prescription-code.ts";
import { PrescriptionPage, type PrescriptionPageProps } from "../paper/PrescriptionPage.tsx";
import { codeOfSigned, codeOfText, modeOf, pathOf } from "../paper/qr.ts";
import { drawn, elements, textOf } from "./elements.ts";
import { AT, CONSULTATION, idOf, prescription, replaced } from "./prescription.ts";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const ofLength = (length: number) => `HC1:${Array.from({ length: length - 4 }, (_, i) => LETTERS[(i * i * 7 + i) % 45]).join("")}`;
const versionOf = (size: number) => (size - 17) / 4;

/** The number of the first mode that a text is written in: 1 for digits, 2 for the alphanumeric one, 4 for bytes (table 2). */
function firstMode(text: string): number | undefined {
  const pushed: number[] = [];
  modeOf(text)({ push: (value) => void pushed.push(value) }, 20);
  return pushed[0];
}

test("a signed text is written in the alphanumeric mode, also where it has many digits", () => {
  assert.equal(firstMode(ofLength(1000)), 2);
  assert.equal(firstMode(`HC1:${"0123456789".repeat(20)}`), 2);
  assert.equal(firstMode("0123456789"), 2);
  assert.notEqual(firstMode("http://a.sn/é"), 2, "what the mode cannot write is not lost");
  assert.ok([...LETTERS].every((letter) => mode.alphaNumeric.test(letter)));
});

test("the longest text fits a code of version 22 at level M, and is read back", () => {
  const text = ofLength(1000);
  const code = codeOfSigned(text);
  assert.ok(versionOf(code.size) <= 22, `version ${versionOf(code.size)}`);
  assert.equal(decodeQR(drawn(code)), text);
});

test("the path has exactly the dark modules of the code", () => {
  const code = codeOfText("TERANGA1\nn=1");
  const found = new Set<string>();
  for (const [, x, y, run] of pathOf(code).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let i = 0; i < Number(run); i++) found.add(`${Number(x) + i} ${y}`);
  let dark = 0;
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y)) dark++;
      assert.equal(found.has(`${x} ${y}`), code.get(x, y), `${x} ${y}`);
    }
  assert.equal(found.size, dark);
});

const place = { id: "p", name: "Ancien nom", district: "Matam", region: "Matam", phone: "33 966 00 00" };
const fallback = { id: "h", name: "Hôpital de Matam", district: "Matam", region: "Matam", phone: "33 966 11 11" };
const sheet = (more: Partial<PrescriptionPageProps> = {}) => {
  const of = prescription(4);
  return h(PrescriptionPage, { of, all: [of], advice: [], intake: null, place, fallback, host: "teranga.sn", ...more });
};

test("a sheet says who, what, until when, and how it is verified", () => {
  const text = textOf(sheet());
  for (const part of [
    "Ordonnance\n",
    "Poste de Nabadji · Matam · 33 966 00 00",
    "Consultation n° 9F1C-2D3E",
    "A. D.",
    "27 ans",
    "Féminin",
    "Amoxicilline 500 mg, gélule\n1 gélule 3 fois par jour\nPendant 5 jours · Quantité\u00a0: 15\u00a0gélules",
    "2 médicaments en tout",
    "Signée par Dr Awa Fall (n° 1234 à l’ordre), jeudi 26 novembre 2026 à 10:34",
    "Valable jusqu’au samedi 26 décembre 2026",
    codeOf(idOf(4)),
    "Vérifier\u00a0: teranga.sn/verifier",
    "Hôpital de Matam, 33 966 11 11",
    "Cachet",
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.ok(!text.includes("remplace"));
});

test("a drug that is not renewable says so on the sheet, and no other one does", () => {
  const line = { atc: "N02AA01", drug: "morphine 10 mg, comprimé", directions: "1 comprimé 4 fois par jour", days: 3, quantity: 12, unit: "comprimés" };
  const [first, ...others] = prescription(4).signed.lines;
  const of = prescription(4, { lines: [first!, line, ...others] });
  const text = textOf(sheet({ of, all: [of] }));
  assert.ok(text.includes("Pendant 3 jours · Quantité\u00a0: 12\u00a0comprimés\nNon renouvelable"), text);
  assert.equal(text.split("Non renouvelable").length, 2);
});

test("a sheet says when to come back in the words of the advice that stands, and nothing else of advice", () => {
  const signed = { by: "Dr Awa Fall", at: AT };
  const advice = (revision: number, text: string, more = {}) => ({ consultation: CONSULTATION, revision, text, ...signed, ...more });
  const [first, corrected] = [advice(1, "Repos.\nRevenez aussitôt si : toux."), advice(2, "Revenez aussitôt si : fièvre.\nBoire.", { replaces: 1, at: AT + 1 })];
  const text = textOf(sheet({ advice: [first, corrected, advice(3, "Revenez aussitôt", { consultation: "other" })] }));
  assert.ok(text.includes("Quand revenir aussitôt\nRevenez aussitôt si : fièvre."), text);
  for (const other of ["toux", "Boire", "Repos"]) assert.ok(!text.includes(other), other);
  assert.ok(!textOf(sheet({ advice: [advice(1, "Repos.")] })).includes("Quand revenir"));
});

test("the code on a sheet is 45 mm wide, with four modules of white around it", () => {
  const found = elements(sheet());
  const code = found.find(({ props }) => props["data-testid"] === "rx-qr")?.props as unknown as { width: string; height: string; viewBox: string };
  const [x = 0, y = 0, whole = 0, high] = code.viewBox.split(" ").map(Number);
  assert.deepEqual([x, y, high], [-4, -4, whole]);
  assert.equal(code.width, code.height);
  assert.match(code.width, /^[\d.]+mm$/);
  assert.ok(Math.abs((parseFloat(code.width) * (whole - 8)) / whole - 45) < 0.01, code.width);
  assert.equal(found.filter(({ props }) => props["data-testid"] === "rx-sheet").length, 1);
});

test("a sheet that replaces others names them, and what is unknown of the patient is a line", () => {
  const [first, second] = [replaced(prescription(1), 2), replaced(prescription(2, { replaces: idOf(1) }), 4)];
  const of = prescription(4, { replaces: idOf(2), patient: { name: "", sex: "", age: "" } });
  const one = textOf(sheet({ of, all: [of] }));
  assert.ok(one.includes(`remplace celle du code ${codeOf(idOf(2))}, qui ne doit plus être suivie`), one);
  const both = textOf(sheet({ of, all: [first, second, of] }));
  assert.match(both, /remplace celle du jeudi 26 novembre 2026 à 10:32 \(code .+\), celle du .+ 10:31 .+qui ne doivent plus être suivies/);
  const blank = elements(sheet({ of })).filter(({ props }) => props.class === "blank");
  assert.equal(blank.length, 5);
});
