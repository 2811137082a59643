import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../texts/en.json";
import fr from "../texts/fr.json";

type Text = string | { one: string; other: string };
const catalogues: [string, Record<string, Text>][] = [
  ["fr", fr],
  ["en", en],
];
const forms = (text: Text): string[] => (typeof text === "string" ? [text] : [text.one, text.other]);
const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(fr).sort());
});

test("every text has the same placeholders in every language and plural form", () => {
  for (const key of Object.keys(fr)) {
    const [first, ...others] = catalogues.flatMap(([, texts]) => forms(texts[key]!).map(blanks));
    for (const other of others) assert.deepEqual(other, first, key);
  }
});

test("a plural has its placeholder to choose by, in both languages", () => {
  for (const key of Object.keys(fr)) {
    const plural = catalogues.map(([, texts]) => typeof texts[key] === "object");
    assert.equal(plural[0], plural[1], key);
    if (plural[0]) assert.ok(blanks(forms(fr[key as keyof typeof fr])[0]!).includes("{n}"), key);
  }
});

test("no text is empty or unfinished", () => {
  for (const [language, texts] of catalogues)
    for (const [key, text] of Object.entries(texts))
      for (const form of forms(text)) assert.ok(form.trim() && !/TODO|XXX/.test(form), `${language} ${key}`);
});

test("what is kept here and goes by itself waits for no named cause, because a server may be away as well as the network", () => {
  const promise = /dès que le réseau (revient|reviendra|le permet)|au retour du réseau|(as soon as|when) (the|there is a) network( is back| allows|[.,])/i;
  for (const [language, texts] of catalogues)
    for (const [key, text] of Object.entries(texts)) {
      // Somebody opens a list by hand, and two are about how good the network is.
      if (["kiosk.evac.unreadable", "common.spoken.none", "home.what"].includes(key)) continue;
      for (const form of forms(text)) assert.ok(!promise.test(form), `${language} ${key}: ${form}`);
    }
});
