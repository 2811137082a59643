import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import en from "../texts/en.json";
import fr from "../texts/fr.json";

const read = (name: string): string => readFileSync(`protocol/${name}`, "utf8");

/** The words of a union of texts in a generated file of types. */
function codes(file: string, union: string): string[] {
  const [, body] = new RegExp(`export type ${union} = ([^;]+);`).exec(read(file)) ?? [];
  return [...(body ?? "").matchAll(/"(\w+)"/g)].map(([, code]) => code!);
}

/** Codes of this side of the link, as `ui/i18n.ts` names them. */
const LOCAL = ["offline", "unsupported"];
const ALL = new Set([...codes("messages.ts", "ErrorCode"), ...codes("api.ts", "FailureCode"), ...LOCAL]);

/** Failures that a page tells by itself, without a code. */
const WITHOUT_CODE = ["common.chat.refused", "common.chat.refused_over", "common.attach.silent", "common.attach.unplayable", "common.attach.device_full", "client.storage.failing", "client.storage.unreadable", "kiosk.pin.full", "kiosk.staff.full", "kiosk.outgoing.unsafe"];

/** Nothing of the person can be lost by these: nothing was written, and the door is only closed. */
const NOTHING_AT_STAKE = ["credentials", "enroll_code", "too_many_attempts"];

/** The clauses of a text: sentences, and the parts that a comma with "and", a colon or a semicolon joins. */
const clauses = (text: string): string[] => text.split(/[.;:!?]|, (?:et|and|donc|so) | (?:et n’|and changed|and was)/).filter((part) => part.trim().length > 3);
const sentences = (text: string): string[] => text.split(/[.!?](?:\s|$)/).filter(Boolean);

test("the lists of codes are read", () => {
  assert.ok(ALL.size > 50 && ALL.has("storage") && ALL.has("rota_on_duty"), String(ALL.size));
});

for (const [language, texts] of [["fr", fr], ["en", en]] as const) {
  const of = texts as Record<string, unknown>;

  test(`every code of the server and of the page has its words, and no words are of no code (${language})`, () => {
    const written = Object.keys(of).filter((key) => key.startsWith("error.")).map((key) => key.slice(6));
    assert.deepEqual(written.sort(), [...ALL].sort());
  });

  test(`each says what happened, what is safe, and what to do now (${language})`, () => {
    for (const key of [...[...ALL].map((code) => `error.${code}`), ...WITHOUT_CODE]) {
      const [text, code] = [of[key] as string, key.replace("error.", "")];
      assert.equal(typeof text, "string", key);
      assert.ok(/[.!?]$/.test(text), `${code} ends as a sentence does`);
      assert.ok(sentences(text).length >= 2, `${code} says what to do in a sentence of its own: ${text}`);
      if (!NOTHING_AT_STAKE.includes(code)) assert.ok(clauses(text).length >= 3, `${code} also says what is safe: ${text}`);
    }
  });
}
