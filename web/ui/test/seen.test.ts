import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadingLine } from "../../protocol/api.ts";
import { learn } from "../i18n.ts";
import french from "../texts/fr.json?seen";
import { sentenceOf } from "../seen/words.ts";

learn(french);

const line = (part: Partial<ReadingLine>): ReadingLine => ({ at: 0, occasion: "record", refused: false, name: null, place: null, role: null, network: null, ...part });

test("whoever has the paper of a prescription is told as such, and has read the prescription", () => {
  assert.match(sentenceOf(line({ occasion: "prescription" })), /^Quelqu’un qui avait l’ordonnance sur papier ou son code a lu l’ordonnance le .* sans compte$/);
  assert.match(sentenceOf(line({ occasion: "prescription", refused: true })), /^REFUSÉ\s: Quelqu’un qui avait l’ordonnance.* a demandé l’ordonnance le .*rien ne lui a été montré$/);
  assert.match(sentenceOf(line({})), /^Une personne qui n’est plus connue a ouvert le dossier/);
});
