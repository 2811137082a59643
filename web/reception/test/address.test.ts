import assert from "node:assert/strict";
import { test } from "node:test";
import { codeInAddress } from "../address.ts";

/** A browser that was led to an address. */
function at(hash: string): string[] {
  const kept: string[] = [];
  Object.assign(globalThis, {
    location: { hash, pathname: "/accueil", search: "" },
    history: { state: null, replaceState: (_: unknown, __: string, url: string) => kept.push(url) },
  });
  return kept;
}

test("the code of a QR code is taken out of the address", () => {
  const kept = at("#7k3m9-qrt2x");
  assert.equal(codeInAddress(), "7K3M9-QRT2X");
  assert.deepEqual(kept, ["/accueil"]);
});

test("what is no code stays where it is", () => {
  for (const hash of ["", "#", "#7K3M9", "#%E0%A4%A", "#top"]) {
    const kept = at(hash);
    assert.equal(codeInAddress(), "", hash);
    assert.deepEqual(kept, []);
  }
});
