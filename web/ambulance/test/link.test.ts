import assert from "node:assert/strict";
import { test } from "node:test";
import { keyFor, secretInAddress } from "../link.ts";

const SECRET = "AbCdEfGhIjKlMnOpQr-_12";

/** A browser that was led to an address. */
function at(hash: string): string[] {
  const kept: string[] = [];
  Object.assign(globalThis, {
    location: { hash, pathname: "/ambulance", search: "" },
    history: { state: null, replaceState: (_: unknown, __: string, url: string) => kept.push(url) },
  });
  return kept;
}

test("the secret of a link is taken out of the address", () => {
  const kept = at(`#${SECRET}`);
  assert.equal(secretInAddress(), SECRET);
  assert.deepEqual(kept, ["/ambulance"]);
});

test("what is no secret stays where it is", () => {
  for (const hash of ["", "#", "#top", `#${"x".repeat(65)}`, `#${SECRET}/`]) {
    const kept = at(hash);
    assert.equal(secretInAddress(), null, hash);
    assert.deepEqual(kept, []);
  }
});

test("a page has one key for a link, and another one for another link", () => {
  const key = keyFor(SECRET);
  assert.ok(key.length >= 22);
  assert.equal(keyFor(SECRET), key, "a lost answer is asked for again with the same key");
  assert.notEqual(keyFor("7F3K-Q0M2-XV9R"), key);
});
