import assert from "node:assert/strict";
import { test } from "node:test";
import { initials } from "../initials.ts";

const NURSE = "\u{1f469}\u{1f3fe}\u200d\u2695\ufe0f";

test("the initials of a name are its capitals, without title", () => {
  assert.equal(initials("Dr Awa Ndiaye"), "AN");
  assert.equal(initials("Poste de santé de Nabadji"), "N");
});

test("a name without capitals begins with its first character, whole", () => {
  assert.equal(initials(`${NURSE} awa`), NURSE);
  assert.equal(initials("ŋaari"), "Ŋ");
  assert.equal(initials(""), "");
});

test("a browser without Segmenter shows no half of a character", (t) => {
  const { Segmenter } = Intl;
  t.after(() => Object.assign(Intl, { Segmenter }));
  Object.assign(Intl, { Segmenter: undefined });
  assert.equal(initials(`${NURSE} awa`), "\u{1f469}");
});
