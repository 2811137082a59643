/** The list of prescriptions: its order, its states, its words, and what a call tells of it. */

import "../../client/test/device-storage.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { toldNow } from "../prescriptions/before-printing.ts";
import { partsOf } from "../prescriptions/day.ts";
import { byConsultation, countOfNews, formerOf, inOrder, isPrintable, newsOf, nextNews, replacementOf, stateOf, together } from "../prescriptions/list.ts";
import { courseOf, endOf, patientOf, signedBy, validity } from "../prescriptions/words.ts";
import { AT, cancelled, CONSULTATION, idOf, prescription, replaced } from "./prescription.ts";

const OTHER = "9f1c2d3e-0000-4000-8000-000000000002";
const first = replaced(prescription(1), 2);
const second = replaced(prescription(2, { replaces: idOf(1) }), 4);
const third = cancelled(prescription(3));
const fourth = prescription(4, { replaces: idOf(2) });
const fifth = prescription(5);
const all = [first, second, third, fourth, fifth];

test("what is in force comes first, and of two the later one", () => {
  const order = (list: typeof all) => inOrder(list).map((one) => [one.signed.prescription, stateOf(one)]);
  const expected = [
    [idOf(5), "in_force"],
    [idOf(4), "in_force"],
    [idOf(3), "cancelled"],
    [idOf(2), "replaced"],
    [idOf(1), "replaced"],
  ];
  assert.deepEqual(order(all), expected);
  assert.deepEqual(order([...all].reverse()), expected);
  assert.equal(stateOf(cancelled(first)), "cancelled", "what was cancelled says so");
});

test("what the tablet has kept and what it was told are one list, in which an end stays an end", () => {
  const before = [prescription(1), prescription(3)];
  const states = (list: typeof all) => list.map((one) => stateOf(one));
  assert.deepEqual(states(together(CONSULTATION, before, all)), all.map(stateOf));
  assert.deepEqual(states(together(CONSULTATION, all, before)), all.map(stateOf), "the record is older than what is kept");
  assert.deepEqual(states(together(CONSULTATION, [third], [])), ["cancelled"], "without a network");
  assert.deepEqual(states(together(CONSULTATION, [], [fourth])), ["in_force"], "on another tablet");
  assert.deepEqual(together(CONSULTATION, [prescription(1, { consultation: OTHER })], []), [], "of another consultation");
  assert.deepEqual(
    byConsultation([...all, prescription(9, { consultation: OTHER })]).map(([id, list]) => [id, list.length]),
    [[OTHER, 1], [CONSULTATION, 5]],
  );
});

test("what a prescription replaces is found through those between them, also if the tablet does not have them", () => {
  assert.deepEqual(formerOf(fourth, all), [
    { prescription: idOf(2), at: second.signed.at },
    { prescription: idOf(1), at: first.signed.at },
  ]);
  assert.deepEqual(formerOf(fourth, [fourth]), [{ prescription: idOf(2), at: null }]);
  assert.deepEqual(formerOf(fifth, all), []);
  const loop = prescription(1, { replaces: idOf(2) });
  assert.equal(formerOf(second, [loop, second]).length, 2, "damaged lists end");
  assert.equal(replacementOf(first, all), second);
  assert.equal(replacementOf(first, [first]), null);
  assert.equal(replacementOf(fifth, all), null);
});

test("only what is in force and valid is printed", () => {
  assert.deepEqual(all.map((one) => isPrintable(one, AT)), [false, false, false, true, true]);
  assert.equal(isPrintable(fifth, fifth.signed.valid_until), false);
});

test("before it is printed, what became of a prescription is asked, and what is here stands without an answer", async () => {
  const never = () => new Promise<never>(() => undefined);
  const states = async (read: () => Promise<typeof all>) => (await toldNow(fifth, [fifth], read, 5)).map((one) => [one.signed.prescription, isPrintable(one, AT)]);
  assert.deepEqual(await states(async () => [cancelled(fifth)]), [[idOf(5), false]]);
  assert.deepEqual(await states(async () => [fourth, fifth]), [[idOf(4), true], [idOf(5), true]]);
  assert.deepEqual(await states(() => Promise.reject(new Error("offline"))), [[idOf(5), true]]);
  assert.deepEqual(await states(never), [[idOf(5), true]]);
  assert.deepEqual((await toldNow(fifth, [cancelled(fifth)], async () => [fifth], 5)).map(stateOf), ["cancelled"], "an end stays an end");
});

test("a call tells what was cancelled before what was signed, and each change counts", () => {
  const keys = (list: typeof all) => newsOf(list).map(({ key }) => key);
  assert.deepEqual(keys([first, second]), [], "that one was replaced is told by the one that replaces it");
  assert.deepEqual(keys([third, fourth]), [`${idOf(3)} cancelled`, `${idOf(4)} in_force`]);
  assert.deepEqual(keys([cancelled(fourth), fifth]), [`${idOf(4)} cancelled`, `${idOf(5)} in_force`]);
  assert.deepEqual([countOfNews([]), countOfNews([fifth]), countOfNews([cancelled(fifth)]), countOfNews(all)], [0, 1, 2, 8]);
});

test("each thing is told until it was seen itself", () => {
  const list = [cancelled(fourth), fifth];
  const seen = new Set<string>();
  const told: string[] = [];
  for (let next = nextNews(list, seen); next; next = nextNews(list, seen)) {
    told.push(next.key);
    seen.add(next.key);
  }
  assert.deepEqual(told, [`${idOf(4)} cancelled`, `${idOf(5)} in_force`]);
  assert.equal(nextNews([cancelled(fourth), cancelled(fifth)], seen)?.key, `${idOf(5)} cancelled`, "what was seen and is cancelled later is told again");
});

test("a prescription and its end are said in words", () => {
  assert.equal(signedBy(fifth), "Signée par Dr Awa Fall (n° 1234 à l’ordre), jeudi 26 novembre 2026 à 10:35");
  assert.equal(validity(fifth, AT), "Valable jusqu’au samedi 26 décembre 2026");
  assert.equal(validity(fifth, fifth.signed.valid_until), "Expirée\u00a0: elle était valable jusqu’au samedi 26 décembre 2026");
  assert.equal(endOf(fifth, all), "");
  assert.equal(endOf(first, all), "Remplacée le jeudi 26 novembre 2026 à 10:32");
  assert.equal(endOf(first, [first]), "Remplacée");
  assert.equal(endOf(third, all), "Annulée le jeudi 26 novembre 2026 à 10:33 par Dr Ba\u00a0: allergie");
  assert.deepEqual(fifth.signed.lines.map(courseOf), ["Pendant 5 jours · Quantité\u00a0: 15\u00a0gélules", "Durée non précisée"]);
  const syrup = { atc: "", drug: "Sirop", directions: "5 ml 2 fois par jour", days: 5, quantity: 50, unit: "ml" };
  assert.equal(courseOf(syrup), "Pendant 5 jours · Quantité\u00a0: 50\u00a0ml");
  assert.equal(patientOf(fifth.signed.patient), "A. D., 27 ans, Féminin");
  assert.equal(patientOf({ name: "", sex: "", age: "" }), "Sans nom");
});

test("a picture of the day is drawn for plain numbers alone", () => {
  assert.deepEqual(partsOf("1 comprimé 3 fois par jour"), ["morning", "noon", "evening"]);
  assert.deepEqual(partsOf("1 ½ comprimé 2 fois par jour"), ["morning", "evening"]);
  assert.equal(partsOf("2,5 ml 4 fois par jour")?.length, 4);
  for (const other of [
    "1 comprimé 1 fois par jour",
    "1 fois par jour",
    "1 comprimé 5 fois par jour",
    "2 à 3 fois par jour",
    "2 ou 3 fois par jour",
    "1 comprimé 1 fois par jour, au coucher",
    "3 fois par jour si besoin",
    "13 fois par jour",
    "1 comprimé toutes les 8 heures",
    "une noisette 2 fois par jour",
    "",
  ])
    assert.equal(partsOf(other), null, other);
});
